"""Gathering what a tool finds, in the order in which it would find it, each with the line it is about."""

from __future__ import annotations

from kdump.verdicts.finding import Finding
from kdump.verdicts.lines import Line


class Findings:
    """The findings on one file, still being gathered. ``tool`` names who refuses: "kdumpctl of release 8.1"."""

    def __init__(self, lines: list[tuple[int, str]], tool: str) -> None:
        self.tool = tool
        self.refused: list[Finding] = []
        self.warned: list[Finding] = []
        self._texts = dict(lines)

    def refuse(self, line: Line, message: str, instead: str) -> None:
        """Note that the tool does not start kdump because of *line*."""
        self.refused.append(self._finding(line, message, instead))

    def warn(self, line: Line, message: str, instead: str) -> None:
        """Note that the tool accepts *line*, though not as it was meant."""
        self.warned.append(self._finding(line, message, instead))

    def _finding(self, line: Line, message: str, instead: str) -> Finding:
        found = self._texts.get(line.number, "").strip()
        return Finding(line=line.number, option=line.name, found=found, message=message, instead=instead)
