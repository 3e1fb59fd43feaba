"""The lines of an /etc/kdump.conf, as each release's own tools take it apart."""

from __future__ import annotations

from kdump.generations import Generation
from kdump.verdicts import el6_lines, el9, kdump_utils
from kdump.verdicts.lines import Line
from kdump.verdicts.plain_reading import stripped
from kdump.verdicts.shell_reading import numbered, read_escaped, read_raw

_G = Generation


def read(text: str, generation: Generation) -> list[Line]:
    """The settings of *text* as *generation* sees them, in order; lines without content are left out."""
    lines = numbered(text)
    if generation in (_G.EL5, _G.EL6_0, _G.EL6_3):
        found = el6_lines.lines(text, generation)
    elif generation is _G.EL7:
        found = list(read_escaped(stripped(lines)))
    elif generation in (_G.EL8_0, _G.EL8_1):
        found = list(read_raw(stripped(lines)))
    elif generation is _G.KDUMP_UTILS:
        found = kdump_utils.read(lines)
    else:
        found = el9.read(lines)
    return [line for line in found if line.name]
