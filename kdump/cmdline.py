"""Kernel command lines: taking them apart as the kernel does, and what may be put on one.

Source: Linux lib/cmdline.c (next_arg) and Documentation/admin-guide/kernel-parameters.rst.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

from kdump.errors import Refusal

_WORD = re.compile(r'(?:[^\s"]|"[^"]*"|"[^"]*\Z)+')
_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.-]*")
_VALUE = re.compile(r"[A-Za-z0-9_.,:=/+@%~^-]*")


def split(cmdline: str) -> list[str]:
    """The arguments of a command line, as written (quotes kept).

    Blanks separate, except between double quotes; a quote that never closes reaches to the end. Never raises.
    """
    return _WORD.findall(cmdline)


def join(arguments: Iterable[str]) -> str:
    """*arguments* (as :func:`split` gives them) as one command line, separated by one blank."""
    return " ".join(arguments)


def crashkernel_of(cmdline: str) -> str:
    """All ``crashkernel=`` values of a command line in order, separated by one blank; "" if there is none."""
    return " ".join(value for name, value in map(_name_and_value, split(cmdline)) if name == "crashkernel")


def arguments_of(cmdline: str, names: Iterable[str]) -> dict[str, str | None]:
    """What *cmdline* says of each of *names*: its last value, "" for a flag without one, None if absent.

    Quotes round a value are taken off, as the kernel does.
    """
    present = dict(map(_name_and_value, split(cmdline)))
    return {name: present.get(name) for name in names}


def check_argument(name: str, value: str) -> None:
    """Raise :class:`Refusal` unless ``name=value`` (or ``name`` alone, for value "") can safely be put on a
    kernel command line by way of /etc/default/grub.

    On that way /bin/sh, grub-mkconfig and GRUB's own script language each read it: blanks, quotes, ``$``,
    backquote, backslash, brackets, ``;``, ``&``, ``|``, wildcards, control characters and anything that is
    not ASCII would come out as something else on some of them. ``crashkernel`` has a setting of its own.
    """
    setting = f"bootArguments.{name}" if _NAME.fullmatch(name) else "bootArguments"
    if not _NAME.fullmatch(name):
        raise Refusal(
            setting,
            name,
            "the name of a boot argument: letters, digits, '_', '.' and '-'",
            "Write the name as the kernel's kernel-parameters.txt has it, and its value after the colon",
            "The name is put on the kernel's command line by way of a shell",
        )
    if name == "crashkernel":
        raise Refusal(
            setting,
            value,
            "no crashkernel among the other boot arguments",
            "Write it as the host's setting crashkernel",
            "Two places for one value would contradict each other",
        )
    if not _VALUE.fullmatch(value):
        raise Refusal(
            setting,
            value,
            "letters, digits and _ . , : = / + @ % ~ ^ - only",
            f"Leave the other characters out of {name}",
            "The shell, grub-mkconfig and GRUB each read this value, and blanks, quotes, '$' and the like "
            "do not come out of all three as they went in",
        )


def argument(name: str, value: str) -> str:
    """``name=value``, or ``name`` alone for value "", checked by :func:`check_argument`."""
    check_argument(name, value)
    return f"{name}={value}" if value else name


def _name_and_value(word: str) -> tuple[str, str]:
    # The kernel allows the quotes round the value (a="b c") and round the whole argument ("a=b c").
    if word.startswith('"'):
        word = word[1:].removesuffix('"')
    name, _, value = word.partition("=")
    if value.startswith('"'):
        value = value[1:].removesuffix('"')
    return name, value


def check_removals(remove: Iterable[str], arguments: Mapping[str, str]) -> None:
    """Raise :class:`Refusal` for a name in *remove* that cannot be one, or that *arguments* also sets."""
    for name in remove:
        check_argument(name, "")
        if name in arguments:
            raise Refusal(
                f"bootArguments.{name}",
                arguments[name],
                "an argument that is either set or removed",
                f"Keep {name} in one of the two places",
                "The same argument cannot be put on the command line and kept off it",
            )
