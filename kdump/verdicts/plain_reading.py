"""How the scripts of release 7 and 8 read /etc/kdump.conf: each check with a grep, cut or sed of its own.

Source: kdumpctl, mkdumprd and kdump-lib.sh (strip_comments, read_strip_comments, get_option_value) of kexec-tools
2.0.15-33.el7 and 2.0.26-8.el8.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager

from kdump.verdicts import options
from kdump.verdicts.collecting import Findings
from kdump.verdicts.lines import Line
from kdump.verdicts.shell_reading import BLANK, SPACE, cut_from_second, cut_second, echoed, words

# A line with content: two characters at least, the first neither "#" nor blank; it ends at a "#".
_CONTENT = re.compile(rf"{SPACE}*([^# \t][^#]+)")
_SSH = re.compile(rf"ssh{BLANK}.*@")


def stripped(lines: list[tuple[int, str]]) -> list[tuple[int, str]]:
    """``read_strip_comments``: the lines with content, blanks in front and comments taken away."""
    matches = ((number, _CONTENT.match(line)) for number, line in lines)
    return [(number, found[1]) for number, found in matches if found]


def fence_nodes(lines: list[tuple[int, str]], pattern: re.Pattern[str]) -> tuple[Line, list[str]]:
    """``get_option_value fence_kdump_nodes``: the nodes of the last line that *pattern* matches, and that line.

    With a tab behind the option's name the name is one of the nodes; only what follows the last "#" is cut off.
    """
    number, text = next(((n, line) for n, line in reversed(lines) if pattern.match(line)), (0, ""))
    value = echoed(words(cut_from_second(text)))
    before, hash_sign, _ = value.rpartition("#")
    return Line(number, "fence_kdump_nodes", ""), words(before if hash_sign else value)


def forced(lines: list[tuple[int, str]], findings: Findings) -> None:
    """What check_rebuild says of force_no_rebuild and force_rebuild."""
    never, always = _switch(lines, "force_no_rebuild"), _switch(lines, "force_rebuild")
    valid = [line for line in (never, always) if line and options.switch(line, line.value, findings)]
    if len(valid) == 2 and all(line.value == "1" for line in valid):
        options.not_both(always, never, findings)


def resettable(lines: list[tuple[int, str]], findings: Findings) -> None:
    """What mkdumprd says of override_resettable, where a joined line hides it from kdumpctl."""
    line = _switch(lines, "override_resettable")
    if line is not None and line.value not in ("0", "1"):
        findings.refuse(
            line,
            f"mkdumprd (run by {findings.tool}) wants 0 or 1 for it, and kdumpctl refuses the option itself",
            "Remove the line",
        )


@contextmanager
def not_rebuilt(lines: list[tuple[int, str]], findings: Findings) -> Iterator[None]:
    """What is refused inside is only a warning where force_no_rebuild keeps mkdumprd from running."""
    before = len(findings.refused)
    yield
    never = _switch(lines, "force_no_rebuild")
    if never is not None and never.value == "1":
        findings.warned += findings.refused[before:]
        del findings.refused[before:]


def is_ssh_target(lines: list[tuple[int, str]]) -> bool:
    """``is_ssh_dump_target``: a line that begins with ssh and has an "@" anywhere."""
    return any(_SSH.match(line) for _, line in lines)


def is_raw_target(lines: list[tuple[int, str]]) -> bool:
    """``is_raw_dump_target``: a line that begins with raw."""
    return any(line.startswith("raw") for _, line in lines)


def _switch(lines: list[tuple[int, str]], name: str) -> Line | None:
    """``grep ^name``, all lines as one, and its second word; the line is the last of them."""
    found = [(number, line) for number, line in lines if line.startswith(name)]
    if not found:
        return None
    return Line(found[-1][0], name, cut_second(echoed(words("\n".join(line for _, line in found)))))
