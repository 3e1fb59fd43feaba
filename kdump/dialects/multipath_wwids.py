"""/etc/multipath/wwids: the disks that multipath has once claimed, and claims again at sight.

Source: Red Hat Enterprise Linux 6, DM Multipath, "Configuration File Blacklist", and libmultipath's wwids.c: a
line is ``/WWID/``; a line that does not begin with a slash is a comment. Red Hat's how-to of kdump turns the line
of a disk into a comment, so that a blacklisted disk is not claimed in the initramfs either.
"""

from __future__ import annotations

from kdump.dialects.lines import lines_of
from kdump.dialects.multipath_conf import checked_wwid

FILE = "/etc/multipath/wwids"

_MARK = "# pulumi-kdump: "


def wwids_of(text: str) -> tuple[str, ...]:
    """The WWIDs that are in force in *text*, in its order. Never raises."""
    found = []
    for line in lines_of(text):
        wwid, slash, _ = line.removeprefix("/").partition("/")
        if line.startswith("/") and slash and wwid:
            found.append(wwid)
    return tuple(found)


def with_commented(text: str, wwid: str) -> str:
    """*text* in which the line of *wwid* is a comment of ours; unchanged where it has none.

    Raises :class:`kdump.errors.Refusal` for what is no WWID.
    """
    start = f"/{checked_wwid(wwid)}/"
    return "".join(_MARK + line if line.startswith(start) else line for line in lines_of(text))


def without_commented(text: str, wwid: str) -> str:
    """*text* in which the line of *wwid* is in force again, where it was we who made it a comment.

    Raises :class:`kdump.errors.Refusal` for what is no WWID.
    """
    start = f"{_MARK}/{checked_wwid(wwid)}/"
    return "".join(line.removeprefix(_MARK) if line.startswith(start) else line for line in lines_of(text))
