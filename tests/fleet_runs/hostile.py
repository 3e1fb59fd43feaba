"""Ways in which a host is hostile: how it is made so, how it is mended, and what its one line of reason has to say."""

from __future__ import annotations

import os
import signal
from collections.abc import Callable
from dataclasses import dataclass

from tests.fleet.host import ReleaseHost

Hand = Callable[[ReleaseHost], object]
_FORCED = "/etc/ssh/sshd_config.d/forced.conf"


def _script(text: str) -> Hand:
    return lambda host: host.run(text)


def _listener(host: ReleaseHost) -> int:
    """The sshd that listens, as numbered here."""
    return next(pid for pid, parent, comm in host._processes() if parent == host.pid and comm == "sshd")


def _signal(number: int) -> Hand:
    return lambda host: os.kill(_listener(host), number)


def _answers(command: str) -> Hand:
    """Whatever is asked for over SSH, this is run."""

    def do(host: ReleaseHost) -> None:
        host.write(_FORCED, f"ForceCommand {command}\n")
        os.kill(_listener(host), signal.SIGHUP)

    return do


def _answers_again(host: ReleaseHost) -> None:
    host.path(_FORCED).unlink()
    os.kill(_listener(host), signal.SIGHUP)


def _full(folder: str) -> Hand:
    """A file system of its own, with what was in it and not a byte of room."""
    return _script(
        f"mkdir /fixture/copy && cp -a {folder}/. /fixture/copy && "
        f"mount -t tmpfs -o size=$(($(du -sk /fixture/copy | cut -f 1) + 64))k,mode=755 small {folder} && "
        f"cp -a /fixture/copy/. {folder} && rm -r /fixture/copy; dd if=/dev/zero of={folder}/filler bs=1k 2>/dev/null; "
        f"df {folder} | grep -q ' 0 100%'"
    )


def _roomy(folder: str) -> Hand:
    """Room again; what was written meanwhile stays, as on a disk."""
    return _script(f"rm -f {folder}/filler; mount -o remount,size=100% {folder}")


def _lies(host: ReleaseHost) -> None:
    host.write("/etc/machine-id", f"{host.machine_id[::-1]}\n")


def _is_honest(host: ReleaseHost) -> None:
    host.write("/etc/machine-id", f"{host.machine_id}\n")


@dataclass(frozen=True)
class Hostile:
    """``says``: a pattern for its line; "" where it has to be dealt with like any other host."""

    made: Hand
    mended: Hand
    says: str = ""


_NOISE = "echo Welcome to $(hostname); echo 0.done written; seq 1 2000; echo oops >&2; printf 'no line end'\n"


def _loud(host: ReleaseHost) -> None:
    host.write("/etc/issue.net", "Keep out!\n" * 50)
    for name in (".bashrc", ".profile", ".bash_profile"):
        host.write(f"/root/{name}", _NOISE)
    host.write("/etc/ssh/sshd_config.d/banner.conf", "Banner /etc/issue.net\n")
    os.kill(_listener(host), signal.SIGHUP)


def _nothing(host: ReleaseHost) -> None:
    """There is nothing to mend."""


LIAR = "liar"
HOSTILE = {
    "garbage": Hostile(_answers("/usr/bin/head -c 300000 /dev/urandom"), _answers_again, "did not carry out"),
    "silent": Hostile(_signal(signal.SIGSTOP), _signal(signal.SIGCONT), "no answer within 4 s"),
    "flood": Hostile(_answers("/usr/bin/yes"), _answers_again, "printed more than 16 MiB"),
    LIAR: Hostile(_lies, _is_honest, "this is another machine than the one this resource was made on"),
    "full-etc": Hostile(_full("/etc"), _roomy("/etc"), "No space left on device"),
    "full-var": Hostile(_full("/var"), _roomy("/var"), "No space left on device|100%"),
    "full-boot": Hostile(_full("/boot"), _roomy("/boot"), "No space left on device"),
    "readonly": Hostile(_script("mount -o remount,ro /"), _script("mount -o remount,rw /"), "Read-only file system"),
    "broken-rpm": Hostile(
        _script('cd "$(rpm --eval %_dbpath)"; cp -a . /fixture/rpm; for file in *; do echo broken >"$file"; done'),
        _script('cd "$(rpm --eval %_dbpath)"; cp -a /fixture/rpm/. .'),
        "rpm data base cannot be read",
    ),
    "no-mktemp": Hostile(_script("rm $(command -v mktemp)"), _nothing),
    "loud": Hostile(_loud, _nothing),
}
