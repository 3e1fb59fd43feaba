"""How mkdumprd of RHEL 5 and 6 takes /etc/kdump.conf apart.

Source: ``while read config_opt config_val`` in mkdumprd of 2008-06 (RHEL 5: near-certain), kexec-tools
2.0.0-145.el6 and 2.0.0-310.el6; strip_comments of the last.
"""

from __future__ import annotations

from kdump.generations import Generation
from kdump.verdicts.lines import Line
from kdump.verdicts.shell_reading import echoed, numbered, read_escaped, words


def lines(text: str, generation: Generation) -> list[Line]:
    """The settings of *text* as *generation*'s mkdumprd sees them, comments and blank lines left out.

    * Blanks and tabs around name and value are gone, and those between them separate.
    * A backslash is taken away; at the end of a line it joins the next one, to a comment too.
    * A last line without a line end is never seen.
    * From 6.3 on everything from the last '#' of a value is gone, as are all but one of several blanks, and a
      leading "-n", "-e" or "-E". What stood before the '#' keeps a blank at its end. Before 6.3 a '#' behind an
      option is a part of the value.
    """
    found = read_lines(text)
    if generation is not Generation.EL6_3:
        return found
    return [Line(line.number, line.name, _without_comment(line.value)) for line in found]


def read_lines(text: str) -> list[Line]:
    """The settings of *text* as the shell reads them, before anything is taken away from their values."""
    return [line for line in read_escaped(whole_lines(text)) if line.name and not is_comment(line)]


def is_comment(line: Line) -> bool:
    """Whether mkdumprd takes *line* for a comment: its name begins with a '#'."""
    return echoed(words(line.name)).startswith("#")


def whole_lines(text: str) -> list[tuple[int, str]]:
    """The lines of *text* that the shell's ``read`` gives out, numbered from 1.

    A last line without a line end is not one of them, nor are the lines that a backslash joins to it.
    """
    found = numbered(text)
    if not text.replace("\0", "").endswith("\n") and found:
        found.pop()
    while found and (len(found[-1][1]) - len(found[-1][1].rstrip("\\"))) % 2 == 1:
        found.pop()
    return found


def _without_comment(value: str) -> str:
    printed = echoed(words(value))
    return printed.rpartition("#")[0] if "#" in printed else printed
