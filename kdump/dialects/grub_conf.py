"""Legacy GRUB (0.97) of RHEL 5 and 6: /boot/grub/grub.conf, Xen's entries on RHEL 5 included.

Source: GRUB 0.97 stage2.c (get_line_from_config), cmdline.c (find_command, skip_to) and builtins.c (title,
kernel, module); Red Hat's kdump documentation of RHEL 5 for Xen; grubby 6.0 and 8.40 grubby.c.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

from kdump.dialects.boot_edit import Words, broken, checked_text, edited, taken_off, wanted_words
from kdump.dialects.grub import BootEntry
from kdump.dialects.lines import lines_of
from kdump.errors import Refusal, shown

PATH = "/boot/grub/grub.conf"

# GRUB ends a command's name at a blank, a tab or "=", and passes over any number of these behind it.
_COMMAND = re.compile(r"([ \t]*([^ \t=\r\n]+)[ \t=]*)(.*?)([ \t]*\r*\n?)", re.DOTALL)
# "kernel" has two options (builtins.c, kernel_func); "module" has none.
_IMAGE = re.compile(r"((?:--(?:type=|no-mem-option)[^ \t]*[ \t]+)*)([^- \t][^ \t]*)(.*)", re.DOTALL)
_MODULES = ("module", "modulenounzip")
# Commands that only GRUB 2 and entries of the Boot Loader Specification have.
_FOREIGN = ("menuentry", "submenu", "linux", "linux16", "linuxefi", "options", "insmod", "set", "blscfg")

_OTHER_SYSTEMS = re.compile(r"--type=(?:netbsd|freebsd|openbsd)\b")
# Images that GRUB starts like a kernel and that read no arguments of ours, by the names distributions give them.
_NO_LINUX = re.compile(r"memtest|memdisk|pxe[^/]*\.lkrn|^gnumach|^(?:net|open|k?free|dragonfly)bsd|^mboot\.c32")
_LINUX_NAME = re.compile(r"vmlinu[xz]|bzImage")


class _Image(NamedTuple):
    """A ``kernel`` or ``module`` line: what is in front of the arguments, these, and the line's end."""

    number: int
    command: str
    front: str
    options: str
    path: str
    arguments: str
    end: str

    @property
    def name(self) -> str:
        return self.path.rpartition("/")[2]


class _Stanza(NamedTuple):
    """One ``title`` that boots Linux. ``hypervisor`` is Xen's line, ``linux`` that of the Linux kernel."""

    title: str
    hypervisor: _Image | None
    linux: _Image


def entries(text: str) -> list[BootEntry]:
    """Every ``title`` that boots Linux, in order, with the line on which ``crashkernel=`` counts.

    That is the ``kernel`` line; of a Xen entry it is the hypervisor's, because Xen sets the memory aside.
    Memory testers, chain loaders and other systems are passed over. Raises :class:`Refusal` for a file that
    :func:`with_arguments` refuses.
    """
    stanzas = _stanzas(checked_text(text, PATH))
    return [_entry(stanza.title, stanza.hypervisor or stanza.linux) for stanza in stanzas]


def linux_entries(text: str) -> list[BootEntry]:
    """The same entries with the Linux kernel's own line: of a Xen entry the first ``module``, dom0's kernel.

    All arguments but ``crashkernel`` count there. Raises :class:`Refusal` as :func:`entries` does.
    """
    return [_entry(stanza.title, stanza.linux) for stanza in _stanzas(checked_text(text, PATH))]


def with_arguments(text: str, crashkernel: str, arguments: Mapping[str, str], remove: Sequence[str] = ()) -> str:
    """*text* in which every entry that boots Linux has exactly these arguments; all other bytes stay.

    *crashkernel*, *arguments* and *remove* as :func:`kdump.dialects.boot_edit.wanted_words` takes them. A new
    value takes the old one's place, and comes to the end of the line where there is none, as grubby does it;
    unlike with grubby, further old words of the name go, and memory testers stay as they are.

    In a Xen entry ``crashkernel`` goes on the hypervisor's ``kernel`` line and off dom0's ``module`` line,
    where nothing reads it. All other arguments are Linux's and go on the first ``module`` line, dom0's kernel;
    on the hypervisor's line they stay, because Xen has arguments of the same names (``console``, for one).
    Where tboot loads a plain Linux kernel, all go on that kernel's ``module`` line.

    Running GRUB again is not needed after a change. Raises :class:`Refusal` for an argument that
    ``wanted_words`` refuses, and for a file that is not understood for certain: no entry that boots Linux, a
    ``kernel`` outside of any ``title`` or twice in one, Xen without its module, modules of a kernel with a name
    that says nothing, lines joined by a backslash, a file of GRUB 2, bytes that are no text.
    """
    words = wanted_words(crashkernel, arguments, remove)
    lines = lines_of(checked_text(text, PATH))
    for stanza in _stanzas(text):
        for image, image_words in _changes(stanza, words):
            changed = edited(image.arguments, image_words, _where(image.number), in_place=True)
            gap = " " if changed and changed[0] not in " \t" else ""
            lines[image.number] = image.front + gap + changed + image.end
    return "".join(lines)


def _changes(stanza: _Stanza, words: Words) -> Iterator[tuple[_Image, Words]]:
    if stanza.hypervisor is None:
        yield stanza.linux, words
        return
    reserved = {"crashkernel": words["crashkernel"]}
    yield stanza.hypervisor, reserved
    yield stanza.linux, {**words, **taken_off(reserved)}


def _entry(title: str, image: _Image) -> BootEntry:
    return BootEntry(title=title, kernel=image.path, cmdline=image.arguments.strip(" \t"))


def _stanzas(text: str) -> list[_Stanza]:
    """All that boot Linux. Raises :class:`Refusal` unless the whole file is understood."""
    title: str | None = None
    images: list[_Image] = []
    found: list[_Stanza | None] = []
    for number, line in enumerate(lines_of(text)):
        if line.rstrip("\r\n").endswith("\\"):
            raise _refused(
                number,
                line,
                "lines that do not end in a backslash",
                "GRUB joins such a line to the next one, and grubby does not",
            )
        if "\r" in line.rstrip("\r\n"):
            raise _refused(
                number,
                line,
                "carriage returns at line ends only",
                "GRUB passes over a carriage return wherever it is, and grubby takes it for a blank",
            )
        command = _COMMAND.fullmatch(line)
        if command is None or command[2].startswith("#"):
            continue
        if command[2] in _FOREIGN:
            raise _refused(
                number,
                line,
                "the commands of legacy GRUB, such as title and kernel",
                f"'{command[2]}' is of GRUB 2 or of a Boot Loader Specification entry, and legacy GRUB ignores it",
            )
        if command[2] == "title":
            found.append(_stanza(title, images))
            title, images = command[3].rstrip(" \t\r"), []
        elif command[2] == "kernel" or command[2] in _MODULES:
            if title is None:
                raise _refused(number, line, "a title above it", "GRUB ignores a kernel that belongs to no title")
            if command[2] == "kernel" and any(image.command == "kernel" for image in images):
                raise _refused(
                    number,
                    line,
                    "one kernel for each title",
                    "GRUB boots the last one of them, and grubby changes the first",
                )
            images.append(_image(number, line, command))
    found.append(_stanza(title, images))
    linux = [stanza for stanza in found if stanza is not None]
    if not linux:
        raise broken(
            PATH,
            text[:80],
            "at least one title with a kernel line that boots Linux",
            "There is nothing that arguments could be put on",
            "Find out which file the boot loader reads",
        )
    return linux


def _image(number: int, line: str, command: re.Match[str]) -> _Image:
    image = _IMAGE.fullmatch(command[3])
    if image is None:
        raise _refused(number, line, f"the path of an image behind '{command[2]}'", "GRUB takes the first word for it")
    front = command[1] + image[1] + image[2]
    return _Image(number, command[2], front, image[1], image[2], image[3], command[4])


def _stanza(title: str | None, images: Sequence[_Image]) -> _Stanza | None:
    """What these lines of one title boot; None for anything but Linux."""
    kernel = next((image for image in images if image.command == "kernel"), None)
    modules = [image for image in images if image.command != "kernel"]
    if title is None or kernel is None or _OTHER_SYSTEMS.search(kernel.options) or _NO_LINUX.search(kernel.name):
        return None
    if kernel.name.startswith("tboot"):
        return _loaded(title, kernel, modules)
    # To a Linux kernel GRUB gives a module as its initrd.
    if kernel.name.startswith("xen") or (modules and _is_linux(modules[0]) and not _is_linux(kernel)):
        return _loaded(title, kernel, [kernel, *modules], hypervisor=True)
    if _is_linux(kernel):
        return _Stanza(title, None, kernel)
    if modules:
        raise _refused(
            kernel.number,
            kernel.front,
            "a kernel whose name tells what it is, such as vmlinuz-... or xen.gz, where modules follow",
            f"Whether the entry {shown(title)} boots Linux cannot be told from the file, nor which line would take "
            "the arguments",
        )
    return None if "--type=multiboot" in kernel.options else _Stanza(title, None, kernel)


def _loaded(title: str, kernel: _Image, images: Sequence[_Image], hypervisor: bool = False) -> _Stanza:
    hypervisor = hypervisor or bool(images and images[0].name.startswith("xen"))
    if len(images) < 1 + hypervisor:
        raise _refused(
            kernel.number,
            kernel.front,
            "a module line with the Linux kernel below it",
            f"{kernel.name} boots no Linux without it",
        )
    return _Stanza(title, images[0], images[1]) if hypervisor else _Stanza(title, None, images[0])


def _is_linux(image: _Image) -> bool:
    return bool(_LINUX_NAME.match(image.name))


def _where(number: int) -> str:
    return f"{PATH} line {number + 1}"


def _refused(number: int, line: str, needed: str, why: str) -> Refusal:
    return broken(_where(number), line.strip(), needed, why)
