"""The udev rule that gives the partitions of one SAN disk the same name at every boot: /dev/crashsan1.

*Reconstructed*: Red Hat's how-to of kdump on a SAN for Red Hat Enterprise Linux 5 has such a rule, but its text
is lost in the public copies. This one is put together from udev(7) of udev 095 and scsi_id(8) of that release:
``%P`` is the disk that a partition is on, ``%n`` the partition's number, ``RESULT`` what ``PROGRAM`` printed.
"""

from __future__ import annotations

import re
from typing import Annotated

from pydantic import AfterValidator, BaseModel, ConfigDict

from kdump.dialects.multipath_conf import checked_wwid
from kdump.errors import Refusal

FILE = "/etc/udev/rules.d/99-pulumi-kdump.rules"
RECONSTRUCTED = True

_PROGRAM = "/sbin/scsi_id -g -u -s /block/%P"
_NAME = re.compile(r"[a-z]([a-z0-9_-]{0,29}[a-z_-])?")
# Names that the kernel or device mapper gives by themselves. Source: udev(7), devices.txt of the kernel
_TAKEN = ("sd", "hd", "dm", "md", "disk", "mapper", "raw", "vd", "xvd", "nvme")
_MATCH = re.compile(r'([A-Z_]+(?:\{[^}]*\})?)[ \t]*(==|!=|\+=|:=|=)[ \t]*"([^"]*)"')


def checked_name(value: str, setting: str = "name") -> str:
    """*value* if it can be the beginning of a device name: lower case, its last character no digit.

    Raises :class:`Refusal` else: the number of the partition is put behind it.
    """
    if _NAME.fullmatch(value) and not any(re.fullmatch(rf"{taken}[a-z-]?", value) for taken in _TAKEN):
        return value
    raise Refusal(
        setting,
        value,
        "lower-case letters, digits, '_' and '-', the last of them no digit, and no name of the kernel's own",
        "Write 'crashsan'",
        "It becomes a name in /dev, with the number of the partition behind it",
    )


class NamedDisk(BaseModel):
    """The disk with this ``wwid``: its partitions are /dev/``name``1, /dev/``name``2 and so on."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    wwid: Annotated[str, AfterValidator(checked_wwid)]
    name: Annotated[str, AfterValidator(checked_name)] = "crashsan"

    def partition(self, number: int) -> str:
        """The path of partition *number*, counted from 1."""
        return f"/dev/{self.name}{number}"


def render(disk: NamedDisk) -> str:
    """The whole file with the rule for *disk*. Only the release that it is for reads it (5)."""
    matches = ('KERNEL=="sd*[0-9]"', 'BUS=="scsi"', f'PROGRAM=="{_PROGRAM}"', f'RESULT=="{disk.wwid}"')
    return (
        "# Written by pulumi-kdump. Changes made here are overwritten.\n"
        f'{", ".join(matches)}, SYMLINK+="{disk.name}%n"\n'
    )


def parse(text: str) -> tuple[NamedDisk, ...]:
    """The disks that rules in *text* name by what scsi_id prints, also in files written by hand. Never raises.

    A rule counts if its PROGRAM is scsi_id, its RESULT one WWID without a pattern, and its SYMLINK (or NAME)
    ends in ``%n`` or ``$number``.
    """
    found = []
    for line in re.sub(r"\\\n", "", text).split("\n"):
        if line.lstrip().startswith("#"):
            continue
        parts = {key: value for key, _, value in _MATCH.findall(line)}
        link = re.fullmatch(r"(.*)(?:%n|\$number)", parts.get("SYMLINK", parts.get("NAME", "")))
        if link is None or "scsi_id" not in parts.get("PROGRAM", ""):
            continue
        try:
            found.append(NamedDisk(wwid=parts.get("RESULT", ""), name=link[1]))
        except ValueError:
            continue
    return tuple(found)
