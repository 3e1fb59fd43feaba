"""One line of /etc/fstab, found by its mount point; every other byte of the file stays.

Source: fstab(5) of util-linux and getmntent(3): six fields with blanks between them; a blank in a field is
octal ``\\040``, a tab ``\\011``, a line end ``\\012``, a backslash ``\\134``; the last three fields may be missing.
"""

from __future__ import annotations

import re
from typing import Annotated, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, ValidationError

from kdump.dialects.endings import appended, replaced_span, without_span
from kdump.dialects.lines import lines_of
from kdump.errors import Refusal, refusals_in
from kdump.targets import normalised

# File systems of which one device may rightly be mounted in several places.
_SHARED = ("btrfs", "none", "swap", "tmpfs", "proc", "sysfs", "devpts", "devtmpfs", "nfs", "nfs4", "cifs", "autofs")


def _checked_field(value: str) -> str:
    if value and value.isascii() and value.isprintable():
        return value
    raise Refusal(
        "device",
        value,
        "a device, or LABEL= or UUID= and a name, in ASCII",
        "Write a device such as '/dev/mapper/mpatha1' or 'UUID=' and the identifier",
        "Other characters could not be read back from /etc/fstab",
    )


def _checked_mount_point(value: str) -> str:
    if value.startswith("/") and value.isascii() and value.isprintable() and normalised(value) == value:
        return value
    raise Refusal(
        "mountPoint",
        value,
        "an absolute path in ASCII, without '.', '..', doubled or trailing slashes",
        "Write a directory such as '/var/crashsan'",
        "The line is found again by its mount point, which must have one spelling",
    )


def _checked_type(value: str) -> str:
    if re.fullmatch(r"[a-z0-9][a-z0-9._-]*", value):
        return value
    raise Refusal(
        "fstype",
        value,
        "the name of a file system",
        "Write 'ext4'",
        "mount looks for a file system of that name",
    )


def _checked_options(values: tuple[str, ...]) -> tuple[str, ...]:
    for value in values:
        if not re.fullmatch(r"[!-~]+", value) or re.search(r"[,\\]", value):
            raise Refusal(
                "options",
                value,
                "mount options without blanks, commas and backslashes",
                "Give each option by itself, such as 'nofail'",
                "Options are one field of the line, with commas between them",
            )
    if not values:
        raise Refusal("options", "", "at least one option", "Write 'defaults'", "The field must not be empty")
    return values


class Entry(BaseModel):
    """One line: ``device`` mounted at ``mount_point``. ``dump`` and ``check`` are the fifth and sixth field."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    device: Annotated[str, AfterValidator(_checked_field)]
    mount_point: Annotated[str, AfterValidator(_checked_mount_point)]
    fstype: Annotated[str, AfterValidator(_checked_type)]
    options: Annotated[tuple[str, ...], AfterValidator(_checked_options)] = ("defaults",)
    dump: Literal[0, 1] = 0
    check: Literal[0, 1, 2] = 0


def render(entry: Entry) -> str:
    """The line for *entry*, without a line end."""
    names = (_escaped(entry.device), _escaped(entry.mount_point), entry.fstype, ",".join(entry.options))
    return f"{' '.join(names)} {entry.dump} {entry.check}"


def parse(text: str) -> list[Entry]:
    """The mounts of a whole fstab, in its order. Swap, and lines that are none, are left out. Never raises."""
    return [entry for line in lines_of(text) if (entry := _entry(line)) is not None]


def entry_at(text: str, mount_point: str) -> Entry | None:
    """The mount at *mount_point*, None if there is none.

    Raises :class:`Refusal` where several lines have that mount point, or where its line cannot be read.
    """
    index = _index(text, mount_point)
    return None if index is None else _readable(lines_of(text)[index])


def with_entry(text: str, entry: Entry) -> str:
    """*text* with *entry* as the line for its mount point: in place of an older one, else at the end.

    A line that already says the same stays as it is. Raises :class:`Refusal` where several lines have that
    mount point, and where another line mounts the same device elsewhere.
    """
    index = _index(text, entry.mount_point)
    _refuse_second_place(text, entry)
    if index is None:
        return appended(text, [render(entry)])
    if _entry(lines_of(text)[index]) == entry:
        return text
    return replaced_span(text, index, index + 1, [render(entry)])


def without_entry(text: str, mount_point: str) -> str:
    """*text* without the line for *mount_point*. Raises :class:`Refusal` where several lines have it."""
    index = _index(text, mount_point)
    return text if index is None else without_span(text, index, index + 1)


def _refuse_second_place(text: str, entry: Entry) -> None:
    for other in parse(text):
        shared = other.fstype in _SHARED or any(option in ("bind", "rbind") for option in other.options)
        if other.device == entry.device and other.mount_point != entry.mount_point and not shared:
            raise Refusal(
                "mountPoint",
                entry.mount_point,
                f"{other.mount_point!r}, where /etc/fstab mounts {entry.device} already",
                f"Write {other.mount_point!r}, or remove that line from /etc/fstab",
                "One file system mounted in two places would be listed, and filled, twice",
            )


def _index(text: str, mount_point: str) -> int | None:
    wanted = normalised(mount_point)
    found = [index for index, line in enumerate(lines_of(text)) if _place(line) == wanted]
    if len(found) > 1:
        raise Refusal(
            "mountPoint",
            mount_point,
            "one line for it in /etc/fstab",
            f"Remove all but one of the lines {', '.join(str(index + 1) for index in found)}",
            "Which of them counts depends on what is mounted already",
        )
    return found[0] if found else None


def _fields(line: str) -> list[str]:
    # Only blanks and tabs separate fields: getmntent(3).
    fields = re.split(r"[ \t]+", line.rstrip("\n").strip(" \t\r"))
    return [] if fields[0].startswith("#") or len(fields) < 2 else [_unescaped(field) for field in fields]


def _place(line: str) -> str | None:
    fields = _fields(line)
    return normalised(fields[1]) if fields and fields[1].startswith("/") else None


def _entry(line: str) -> Entry | None:
    try:
        return _readable(line)
    except ValueError:
        return None


def _readable(line: str) -> Entry:
    fields = _fields(line)
    if len(fields) < 3:
        raise Refusal(
            "fstab",
            line.strip(),
            "a device, a mount point and a file system",
            "Correct the line in /etc/fstab",
            "mount would pass over it",
        )
    device, place, fstype, options, dump, check = [*fields, *("defaults", "0", "0")[len(fields) - 3 :]][:6]
    values = {
        "device": device,
        "mount_point": normalised(place),
        "fstype": fstype,
        "options": tuple(filter(None, options.split(","))),
        "dump": int(dump) if dump in ("0", "1") else dump,
        "check": int(check) if check in ("0", "1", "2") else check,
    }
    try:
        return Entry.model_validate(values)
    except ValidationError as error:
        raise refusals_in(error, "fstab")[0] from None


def _escaped(field: str) -> str:
    escaped = re.sub(r"[\s\\]", lambda m: f"\\{ord(m[0]):03o}", field)
    # Only as the first character of a line would it begin a comment; a mount point never begins with it.
    return re.sub(r"\A#", r"\\043", escaped)


def _unescaped(field: str) -> str:
    return re.sub(r"\\([0-3][0-7]{2})", lambda m: chr(int(m[1], 8)), field)
