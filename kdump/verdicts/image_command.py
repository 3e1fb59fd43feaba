"""How release 8 hands dracut its options: one text, through xargs, which refuses a quote that never closes.

Source: mkdumprd of kexec-tools 2.0.26-8.el8 (add_dracut_arg, to_mount, its last line); xargs(1).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from kdump.targets import FILESYSTEMS
from kdump.verdicts.lines import Line
from kdump.verdicts.shell_reading import words


def open_quote(lines: Iterable[Line]) -> Line | None:
    """The line whose quote is still open at the end of all options; None where every quote closes.

    A quote that one line opens may be closed by another one.
    """
    quote = ""
    opened: Line | None = None
    for line, text in _pieces(list(lines)):
        escaped = False
        for char in text:
            if escaped:
                escaped = False
            elif quote:
                quote = "" if char == quote else quote
            elif char == "\\":
                escaped = True
            elif char in "'\"":
                quote, opened = char, line
    return opened if quote else None


def _pieces(lines: list[Line]) -> Iterator[tuple[Line, str]]:
    modules = [line for line in lines if line.name == "extra_modules"]
    for line in lines:
        if line.name == "dracut_args":
            yield line, line.value
        elif line.name in (*FILESYSTEMS, "nfs"):
            yield line, f'"{_mount(line)}"'
    for line in modules[-1:]:
        yield line, '"' + " ".join(each.value for each in modules) + '"'


def _mount(line: Line) -> str:
    # The value stands unquoted, so its second word is taken for the type, and the third for options.
    device, kind, options = [*words(line.value), line.name, "", ""][:3]
    by_name = device if kind.startswith("nfs") else ""
    return f"{by_name} {kind} {options}"
