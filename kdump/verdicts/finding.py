"""What a verdict is made of."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict

from kdump.errors import Refusal, shown


class Finding(BaseModel):
    """One thing that a platform's tool says of a configuration file.

    * ``line``: number of the line it is about, from 1; None where it is about the file as a whole
    * ``option``: name of the option, "" where it is about no single one
    * ``found``: what stands there, verbatim
    * ``message``: what the tool makes of it, and which tool, as a sentence without its full stop
    * ``instead``: what to write instead, as a sentence without its full stop
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    line: int | None
    option: str
    found: str
    message: str
    instead: str

    def __str__(self) -> str:
        place = f"line {self.line}: " if self.line is not None else ""
        return f"{place}{shown(self.found)}: {self.message}. {self.instead}."

    def refusal(self) -> Refusal:
        """The same as the refusal of a setting."""
        return Refusal(self.option or "configuration", self.found, "something else", self.instead, self.message)


class Verdict(BaseModel):
    """``refused`` holds what makes the tools refuse the file, in the order in which they would find it;
    ``warned`` what they accept, though not as it was meant. Accepted is a file without refusals.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    platform: str
    refused: tuple[Finding, ...] = ()
    warned: tuple[Finding, ...] = ()

    @property
    def accepted(self) -> bool:
        """Whether the platform's tools accept the file, as far as that can be told without a host."""
        return not self.refused
