"""What can be said of a host: by the fleet's defaults, by its groups, or by itself."""

from collections.abc import Mapping
from typing import Annotated, Literal

from pydantic import AfterValidator, Field

from components.settings.base import Settings
from components.settings.connection import ConnectionSettings
from components.settings.exports import ExportClient
from components.settings.known import FAILURE_DOMAINS, DrilledSettings, FailureDomains, Size, SpaceSettings
from components.settings.target import TargetSettings
from components.settings.triggers import PanicTriggerSettings
from kdump import cmdline, crashkernel
from kdump.configuration import Compression, FailureAction, FinalAction
from kdump.platforms import Virtualisation, platform_named
from kdump.targets import Directory


def _a_crashkernel(value: str) -> str:
    # Whether the host's platform understands it is looked at when that is known.
    crashkernel.read(value)
    return value


def _a_platform(value: str) -> str:
    platform_named(value)
    return value


def _boot_arguments(values: Mapping[str, str | None]) -> Mapping[str, str | None]:
    for name, value in values.items():
        cmdline.check_argument(name, value or "")
    return values


class DumpIdentitySettings(Settings):
    """The SSH key a host sends its dump with. It is made on the host and never leaves it."""

    path: Annotated[
        Directory | None,
        Field(description="File of the private key; default: /root/.ssh/kdump_id_ and the key's type."),
    ] = None
    key_type: Annotated[
        Literal["rsa", "ed25519", "ecdsa"],
        Field(description="Type of the key; rsa is what every release's dump tools know."),
    ] = "rsa"


class HostDefaults(Settings):
    """Settings that hosts can share. Every one may be given in `defaults`, in a group, or at the host."""

    connection: Annotated[
        ConnectionSettings | None, Field(description="How to log in; the layers are put together key by key.")
    ] = None
    platform: Annotated[
        Annotated[str, AfterValidator(_a_platform)] | None,
        Field(
            description="What the host runs, like `rhel-8.6`, `sles-15.7`, `debian-12`: a preview then shows what will "
            "be written and what its tools would refuse, without the host. Left out, it is measured."
        ),
    ] = None
    architecture: Annotated[
        str | None, Field(description="What `uname -m` prints there; default x86_64. Only with `platform`.")
    ] = None
    virtualisation: Annotated[
        Virtualisation | None,
        Field(description="What the kernel runs on; default none, the bare machine. Only with `platform`."),
    ] = None
    memory: Annotated[
        Size | None,
        Field(description="Memory of the host, like `64G`: crashkernel is checked against it before it is measured."),
    ] = None
    kernel: Annotated[
        str | None,
        Field(
            description="What `uname -r` prints there, for previews that do not ask: a drill holds for one kernel only."
        ),
    ] = None
    crashkernel: Annotated[
        Annotated[str, AfterValidator(_a_crashkernel)] | None,
        Field(
            description="Memory set aside for the capture kernel, as the kernel reads it: `256M`, "
            "`512M-2G:128M,2G-:256M`, or `512M,high 128M,low`. Every host needs one."
        ),
    ] = None
    boot_arguments: Annotated[
        Annotated[dict[str, str | None], AfterValidator(_boot_arguments)],
        Field(
            description="Further boot arguments, name and value; an empty text is a flag without value, "
            "nothing at all takes back what a wider layer said."
        ),
    ] = {}
    panic_triggers: Annotated[
        PanicTriggerSettings | None,
        Field(
            description="What makes the kernel panic, and so leave a dump: sysctls, or boot arguments on releases that "
            "take only those. What not all releases have in common needs `platform`."
        ),
    ] = None
    target: Annotated[TargetSettings | None, Field(description="Where the dump goes. Every host needs one.")] = None
    dump_level: Annotated[
        int | None,
        Field(
            ge=0,
            le=31,
            description="What makedumpfile leaves out; 31 (default): zero, cache, user and free pages; "
            "0: nothing is left out.",
        ),
    ] = None
    compression: Annotated[
        Compression | None,
        Field(description="How makedumpfile packs pages; default zlib, which every release can."),
    ] = None
    failure_action: Annotated[
        FailureAction | None,
        Field(description="What the capture kernel does when the dump failed; left out, what the platform does."),
    ] = None
    final_action: Annotated[
        FinalAction | None,
        Field(description="What it does when the dump is written; left out, it reboots."),
    ] = None
    options: Annotated[
        dict[str, str | None],
        Field(
            description="Further keys of the platform's own configuration files (Debian: /etc/default/kdump-tools; "
            "Red Hat: /etc/kdump.conf, and in capital letters /etc/sysconfig/kdump; SUSE: /etc/sysconfig/kdump); "
            "nothing at all takes back what a wider layer said."
        ),
    ] = {}
    dump_identity: Annotated[DumpIdentitySettings | None, Field(description="The key for targets over SSH.")] = None
    space: Annotated[
        SpaceSettings | None,
        Field(description="Where the dump goes to the host's own disk: what is known of it without asking the host."),
    ] = None
    failure_domains: Annotated[FailureDomains | None, Field(description=FAILURE_DOMAINS)] = None
    keep_dumps: Annotated[
        int | None,
        Field(ge=0, le=1000, description="How many of its dumps stay on the target; default 1. Policies count them."),
    ] = None
    enabled: Annotated[
        bool | None,
        Field(description="false: no dump service and no memory set aside, everything else stays. Default true."),
    ] = None


class HostSettings(HostDefaults):
    """One host: what its groups and the fleet's defaults do not say already."""

    description: Annotated[str, Field(description="For people; shown in previews.")] = ""
    groups: Annotated[
        tuple[str, ...], Field(description="Groups it belongs to; later ones win over earlier ones.")
    ] = ()
    address: Annotated[
        ExportClient | None,
        Field(description="Address the collector sees it come from; needed for NFS, whose exports go by it."),
    ] = None
    drilled: Annotated[
        DrilledSettings | None,
        Field(description="What its last deliberate crash showed; policies ask how old that is, and count with it."),
    ] = None
