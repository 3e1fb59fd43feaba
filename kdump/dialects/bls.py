"""Boot Loader Specification entries (RHEL 8 and later, Fedora), and the two files that feed them: RHEL 8's
grubenv with ``kernelopts``, and /etc/kernel/cmdline, from which entries of new kernels are made.

Source: The Boot Loader Specification (uapi-group.org), "Type #1"; Red Hat's GRUB 2 blscfg.c (read_entry,
expand_val); grubby-bls of EL8 (8.40-48) and EL9 (8.40-63); GRUB lib/envblk.c; kernel-install's 20-grub.install.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import NamedTuple

from kdump.dialects.boot_edit import broken, checked_text, edited, has_words, taken_off, wanted_words
from kdump.dialects.grub import BootEntry
from kdump.dialects.lines import lines_of
from kdump.errors import Refusal

ENTRIES_DIRECTORY = "/boot/loader/entries"
GRUBENV_PATH = "/boot/grub2/grubenv"
CMDLINE_PATH = "/etc/kernel/cmdline"

# GRUB writes into the file's blocks on the disk while booting, so its size must never change. Bytes.
GRUBENV_SIZE = 1024

_KEY = re.compile(r"([ \t]*([^ \t\r\n]+)([ \t]+))([^ \t\r\n].*?)([ \t]*\r*\n?)")
_KERNELOPTS = re.compile(r"(?:^|[ \t])\$kernelopts(?=[ \t]|$)")
_VARIABLE = re.compile(r"\$([A-Za-z0-9_]*)")
# Commands of grub.cfg and of legacy GRUB's grub.conf.
_FOREIGN = ("menuentry", "submenu", "set", "insmod", "load_video", "kernel", "module", "root")

_SIGNATURE = "# GRUB Environment Block\n"
_SET = re.compile(r"([^=\n#][^=\n]*)=((?:\\.|[^\\\n])*)\n|#[^\n]*\n", re.DOTALL)


class _Line(NamedTuple):
    number: int
    key: str
    front: str
    separator: str
    value: str
    end: str


def entries(text: str, grubenv: str | None = None) -> list[BootEntry]:
    """The Linux kernel that the entry file *text* boots: one, or none.

    ``cmdline`` is as written, several ``options`` lines joined by a blank. With *grubenv* (the text of
    :data:`GRUBENV_PATH`) its variables stand in place of ``$kernelopts`` and the like, as GRUB puts them there.
    None: an ``efi`` program, a unified kernel image (its command line is inside the image), a memory tester.
    Raises :class:`Refusal` for a file that :func:`with_arguments` would refuse whatever the arguments.
    """
    lines = _lines(text)
    linux = _linux(lines)
    if linux is None:
        return []
    options = " ".join(line.value for line in lines if line.key == "options")
    if grubenv is not None:
        variables = environment(grubenv)
        options = _VARIABLE.sub(lambda name: variables.get(name[1], ""), options)
    title = next((line.value for line in lines if line.key == "title"), "")
    return [BootEntry(title=title, kernel=linux.value, cmdline=options)]


def uses_kernelopts(text: str) -> bool:
    """Whether the entry takes its arguments from grubenv's ``kernelopts`` (RHEL 8's own entries do)."""
    options = [line for line in _lines(text) if line.key == "options"]
    return bool(options and _KERNELOPTS.search(options[0].value))


def with_arguments(text: str, crashkernel: str, arguments: Mapping[str, str], remove: Sequence[str] = ()) -> str:
    """The entry *text* with exactly these arguments; all other bytes stay.

    *crashkernel*, *arguments* and *remove* as :func:`kdump.dialects.boot_edit.wanted_words` takes them. New
    values come to the end of ``options``, where grubby puts them; unlike with grubby, an argument that already
    is as wanted stays in its place, and so do doubled blanks.

    * ``$kernelopts`` stays, and our words are taken off such an entry and not put on: they belong in grubenv
      (:func:`with_kernelopts`). grubby of RHEL 8 does the same with ``--update-kernel=ALL``. Only for a single
      entry does it write the variable out, and then the entry misses every later change of ``kernelopts``.
    * Several ``options`` lines: ours go on the first, because GRUB reads no other (systemd-boot joins them).
    * ``efi`` entries and memory testers come back as they are: nothing says that they boot Linux.

    Raises :class:`Refusal` for an argument that ``wanted_words`` refuses, and for a file that would not do what
    it seems to: no kernel or two, a unified kernel image, ``options`` missing, left empty or separated by a
    tab, keys below a line without a value (there GRUB stops reading), a file of another boot loader.
    """
    words = wanted_words(crashkernel, arguments, remove)
    lines = _lines(text)
    if _linux(lines) is None:
        image = next((line for line in lines if line.key.startswith("uki")), None)
        if image is None:
            return text
        raise _refused(
            image,
            "an entry with linux and options",
            "The command line of a unified kernel image is a part of the signed image",
        )
    options = [line for line in lines if line.key == "options"]
    if not options and any(words.values()):
        raise broken(
            ENTRIES_DIRECTORY,
            text[:80],
            "an options line",
            "Without one GRUB takes default_kernelopts of grub.cfg, which one with our arguments alone would replace",
            "Write the entry's whole command line on an options line",
        )
    changed = lines_of(text)
    here = taken_off(words) if uses_kernelopts(text) else words
    for line in options:
        value = edited(line.value, here, _where(line))
        if has_words(value):
            changed[line.number] = line.front + value + line.end
        elif line is options[0]:
            raise _refused(line, "an argument that stays", "GRUB stops reading an entry at a line without a value")
        else:
            changed[line.number] = ""
        here = taken_off(words)
    return "".join(changed)


def environment(grubenv: str) -> dict[str, str]:
    """The variables of the environment block *grubenv*.

    Raises :class:`Refusal` for a text that is no sound block: not 1024 bytes, another first line, no "#" up to
    the end behind the last variable.
    """
    return {match[1]: _unescaped(match[2]) for match in _settings(grubenv)}


def with_kernelopts(grubenv: str, crashkernel: str, arguments: Mapping[str, str], remove: Sequence[str] = ()) -> str:
    """The environment block *grubenv* with exactly these arguments in ``kernelopts``; still 1024 bytes.

    New values come to the end, as with grubby of RHEL 8. Everything else stays, only the filling of "#" gets
    longer or shorter. *crashkernel*, *arguments*, *remove* as for :func:`with_arguments`.

    Raises :class:`Refusal` for what ``wanted_words`` and :func:`environment` refuse, where ``kernelopts`` is
    missing (RHEL 9 has none) or there twice, and where the block is too small for the result.
    """
    words = wanted_words(crashkernel, arguments, remove)
    found = [match for match in _settings(grubenv) if match[1] == "kernelopts"]
    where = f"{GRUBENV_PATH} kernelopts"
    if not found and not any(words.values()):
        return grubenv
    if len(found) != 1 or _escaped(_unescaped(found[0][2])) != found[0][2]:
        raise broken(
            where,
            "\n".join(match[0] for match in found),
            "one variable kernelopts",
            "GRUB takes the arguments of entries with $kernelopts from it, or its own default where it is missing",
            "Write it with 'grub2-editenv - set kernelopts=...', or leave grubenv alone if no entry uses it",
        )
    start, end = found[0].span(2)
    value = edited(_unescaped(found[0][2]), words, where)
    body = grubenv.rstrip("#")
    body = body[:start] + _escaped(value) + body[end:]
    room = GRUBENV_SIZE - len(body.encode())
    if not has_words(value):
        raise broken(where, found[0][2], "an argument that stays", "A kernel without any argument finds no root=")
    if room < 0:
        raise broken(
            where,
            value,
            f"{-room} bytes less in it",
            f"All of GRUB's variables share a block of {GRUBENV_SIZE} bytes",
            "Take arguments or variables that nobody needs out of it with grub2-editenv",
        )
    return body + "#" * room


def with_cmdline(text: str, crashkernel: str, arguments: Mapping[str, str], remove: Sequence[str] = ()) -> str:
    """The text of /etc/kernel/cmdline with exactly these arguments; all other bytes stay.

    New values come to the end of the first line that has any, where grubby puts them. *crashkernel*,
    *arguments*, *remove* as for :func:`with_arguments`. To read it back, give the text to
    :func:`kdump.cmdline.crashkernel_of`: kernel-install joins the lines too.

    Raises :class:`Refusal` for what ``wanted_words`` refuses, for a line that begins with "#" (a comment to some
    programs, arguments to others), and where no argument would be left or none was there: a new kernel's entry
    would then lack ``root=``.
    """
    words = wanted_words(crashkernel, arguments, remove)
    lines = lines_of(checked_text(text, CMDLINE_PATH))
    here = words
    for number, line in enumerate(lines):
        if line.startswith("#"):
            raise broken(
                f"{CMDLINE_PATH} line {number + 1}",
                line.strip(),
                "arguments only",
                "Some programs take such a line for a comment, and others for arguments",
            )
        if has_words(line.rstrip("\n")):
            content = line.removesuffix("\n")
            lines[number] = edited(content, here, f"{CMDLINE_PATH} line {number + 1}") + line[len(content) :]
            here = taken_off(words)
    changed = "".join(lines)
    if here is words or not changed.split():
        raise broken(
            CMDLINE_PATH,
            text[:80],
            "a whole command line, with root= and all",
            "Entries of new kernels get what stands in this file and nothing else",
            "Write the command line of a kernel that boots into it, or remove the file",
        )
    return changed


def _lines(text: str) -> list[_Line]:
    """The keys of an entry. Raises :class:`Refusal` where GRUB would not read what seems to be there."""
    found: list[_Line] = []
    empty: list[int] = []
    for number, line in enumerate(lines_of(checked_text(text, ENTRIES_DIRECTORY))):
        match = _KEY.fullmatch(line)
        if line.lstrip(" \t").startswith("#"):
            continue
        if match is None:
            empty.append(number)
        else:
            found.append(_Line(number, match[2], match[1], match[3], match[4], match[5]))
    for key in found:
        if key.key in _FOREIGN:
            raise _refused(key, "keys such as title, linux and options", f"'{key.key}' is for other boot loaders")
    for key in found:
        if empty and key.number > empty[0]:
            raise _refused(
                key, f"a key with a value in line {empty[0] + 1}", "GRUB stops reading at a line without a value"
            )
        if key.key == "options" and key.separator.startswith("\t"):
            raise _refused(key, "a blank behind 'options'", "GRUB takes the key as far as the line's first blank")
    return found


def _linux(lines: Sequence[_Line]) -> _Line | None:
    """The kernel's line; None if the entry is for something else. Raises :class:`Refusal` if it is for nothing."""
    kernels = [line for line in lines if line.key == "linux"]
    if len(kernels) > 1:
        raise _refused(kernels[1], "one linux line", "GRUB boots the first, and other boot loaders the last")
    if kernels:
        return None if "memtest" in kernels[0].value else kernels[0]
    if not any(line.key in ("efi", "uki", "uki-url") for line in lines):
        raise broken(
            ENTRIES_DIRECTORY,
            lines[0].value if lines else "",
            "an entry with a linux line",
            "Boot loaders pass over an entry that names nothing to boot",
        )
    return None


def _settings(grubenv: str) -> list[re.Match[str]]:
    """The variables of a sound environment block, in order. Raises :class:`Refusal` for any other text."""
    body = checked_text(grubenv, GRUBENV_PATH).rstrip("#")
    size = len(grubenv.encode())
    at = len(_SIGNATURE)
    found: list[re.Match[str]] = []
    while body.startswith(_SIGNATURE) and (match := _SET.match(body, at)):
        found += [match] if match[1] else []
        at = match.end()
    if size != GRUBENV_SIZE or not body.startswith(_SIGNATURE) or at != len(body):
        raise broken(
            GRUBENV_PATH,
            f"{size} bytes: {grubenv[:40]}",
            f"{GRUBENV_SIZE} bytes: '{_SIGNATURE.strip()}', lines name=value, and '#' up to the end",
            "GRUB refuses or garbles any other environment block",
            "Make a new one with grub2-editenv, and set kernelopts in it before the next boot",
        )
    return found


def _unescaped(value: str) -> str:
    return re.sub(r"\\(.)", r"\1", value, flags=re.DOTALL)


def _escaped(value: str) -> str:
    return re.sub(r"([\\\n])", r"\\\1", value)


def _where(line: _Line) -> str:
    return f"{ENTRIES_DIRECTORY} entry, line {line.number + 1}"


def _refused(line: _Line, needed: str, why: str) -> Refusal:
    return broken(_where(line), (line.front + line.value).strip(), needed, why)
