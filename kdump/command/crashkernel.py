"""`python -m kdump crashkernel`: how much memory to set aside, and what a value really does."""

from __future__ import annotations

import argparse

from kdump import crashkernel
from kdump.command.files import ACCEPTED, REFUSED, print_json, say
from kdump.platforms import platform_named
from kdump.units import bytes_of, human


def run(arguments: argparse.Namespace) -> int:
    """Propose a value, or judge the one given; REFUSED where that would not do."""
    platform = platform_named(arguments.platform, arguments.architecture, arguments.virtualisation)
    memory = bytes_of(arguments.memory, "--memory")
    problems: list[str] = []
    if arguments.value is None:
        advice = crashkernel.for_host(platform, memory)
        value, reserved, lines = advice.value, advice.reserved_bytes, list(advice.explanation)
        if not value:
            problems = [f"No value would do on a host with {human(memory)} of memory."]
    else:
        value, lines = arguments.value, []
        reserved = crashkernel.reserved_on(value, platform, memory)
        problems = [str(refusal) for refusal in crashkernel.check(value, platform, memory)]
    if arguments.json:
        print_json(
            [
                {
                    "platform": str(platform),
                    "memoryBytes": memory,
                    "value": value,
                    "reservedBytes": reserved,
                    "explanation": lines,
                    "refused": problems,
                }
            ]
        )
    else:
        say(" ".join(f"crashkernel={word}" for word in value.split()) or "no crashkernel")
        say(f"sets {human(reserved)} aside of {human(memory)} on {platform}")
        for line in [*lines, *problems]:
            say(f"  {line}")
    return REFUSED if problems else ACCEPTED
