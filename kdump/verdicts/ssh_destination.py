"""Whether kdump-utils accepts an SSH target: its host must be what ``ssh -G`` makes of it.

An alias of ssh_config fails that test, because the capture kernel does not have that file.
Source: kdump-utils 1.0.61 kdumpctl check_ssh_config; OpenSSH 9.9 ssh.c (valid_hostname, valid_ruser, resolve_addr) and
misc.c (parse_uri).
"""

from __future__ import annotations

import ipaddress
import re
import socket

from kdump.verdicts.shell_reading import SPACE

# What OpenSSH itself refuses in a host's and in a user's name, since 9.6.
_NO_HOST = re.compile(r"""^-|['`"$\\;&<>|(){}\s\x00-\x1f\x7f]""", re.ASCII)
_NO_USER = re.compile(r"""^-|['`";&<>|(){}]|\s-|\\\Z""", re.ASCII)
_URI_HOST = re.compile(r"[A-Za-z0-9_][A-Za-z0-9._-]*")


def destination_problem(destination: str) -> tuple[str, str] | None:
    """What is wrong with *destination* ("user@host"), and what to write instead; None where nothing is.

    Whether the host's ssh_config has an entry for the name cannot be told here.
    """
    user, at, host = destination.partition("@")
    if not at:
        return "wants user@host, and finds no '@'", f"Write 'ssh kdump@{destination}'"
    by_ssh = _host_by_ssh(destination)
    if not host and not by_ssh:
        return None  # nothing is what `ssh -G` prints, and nothing is what stands there
    if by_ssh is None:
        return "asks `ssh -G`, which does not take this for a user and a host", "Write 'ssh user@host', nothing else"
    if by_ssh != host:
        return (
            f"asks `ssh -G`, which makes the host {by_ssh} of it, and wants it written so",
            f"Write 'ssh {user}@{by_ssh}'",
        )
    return None


def _host_by_ssh(destination: str) -> str | None:
    """The host that ``ssh -G`` prints for *destination*; None where it prints none, and complains."""
    rest = destination.removeprefix("ssh://")
    user, _, host = rest.rpartition("@")
    if rest != destination:
        # In a URI the user has no "@", and a host is followed by its port at most.
        valid = user and "@" not in user and _URI_HOST.fullmatch(host)
        return _normalised(host).removesuffix(".") if valid else None
    if not user or _NO_USER.search(user) or _NO_HOST.search(host):
        return None
    # kdumpctl reads what ssh prints up to a space, Unicode's among them.
    return re.split(SPACE, _normalised(host))[0]


def _normalised(host: str) -> str:
    """A name in small letters, an address in its usual form."""
    try:
        return socket.inet_ntoa(socket.inet_aton(host))
    except OSError:
        pass
    try:
        usual = str(ipaddress.IPv6Address(host))
    except ValueError:
        return host.lower()
    # ssh leaves capital letters of an address where that is all that differs.
    return host if usual == host.lower() else usual
