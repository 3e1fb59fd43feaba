"""What a release writes and says, in short: for the tests of the how-to's rows."""

from collections.abc import Mapping

from kdump.configuration import DumpConfiguration, configuration_from
from kdump.dialects import kdump_conf
from kdump.generations import generation_of
from kdump.platforms import platform_named
from kdump.rendering import rendered
from kdump.verdicts.finding import Finding, Verdict
from kdump.verdicts.judge import verdict

PARTITION = {"kind": "raw", "device": "/dev/sda5"}
LOCAL = {"kind": "local", "path": "/var/crash"}
NFS = {"kind": "nfs", "server": "nfs.example.org", "export": "/export/crash"}
SSH = {"kind": "ssh", "server": "kd.example.org", "user": "kdump", "path": "/srv/crash"}


def filesystem(name: str, device: str = "/dev/sda3") -> dict[str, object]:
    return {"kind": "filesystem", "filesystem": name, "device": device}


def configuration(target: Mapping[str, object], **more: object) -> DumpConfiguration:
    return configuration_from({"target": dict(target), **more})


def lines(release: str, target: Mapping[str, object], **more: object) -> list[str]:
    """The settings in what *release* gets, which it reads back as what was declared, and accepts without a warning."""
    platform, declared = platform_named(release), configuration(target, **more)
    (file,) = rendered(declared, platform)
    back = kdump_conf.parse(file.text, generation_of(platform))
    assert (back.configuration, back.lost) == (declared, [])
    assert verdict(file.text, platform) == Verdict(platform=str(platform))
    return [line for line in file.text.splitlines() if not line.startswith("#")]


def accepted(release: str, *settings: str) -> bool:
    return verdict("".join(f"{line}\n" for line in settings), platform_named(release)).accepted


def refused(release: str, *settings: str) -> Finding:
    """The one thing for which the tools of *release* refuse a file of these lines."""
    (finding,) = verdict("".join(f"{line}\n" for line in settings), platform_named(release)).refused
    return finding


def warned(release: str, *settings: str) -> Finding:
    """The one warning of the tools of *release*, which accept a file of these lines."""
    said = verdict("".join(f"{line}\n" for line in settings), platform_named(release))
    assert said.accepted
    (finding,) = said.warned
    return finding
