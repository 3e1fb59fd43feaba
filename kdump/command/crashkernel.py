"""`python -m kdump crashkernel`: how much memory to set aside, and what a value really does."""

from __future__ import annotations

import argparse
from typing import NamedTuple

from kdump import crashkernel
from kdump.command.files import ACCEPTED, REFUSED, print_json, say
from kdump.errors import Refusal, shown
from kdump.platforms import Platform, platform_named
from kdump.support.page_sizes import page_sizes
from kdump.support.virtualisation import ways
from kdump.units import KIB, human, memory_of


class _Answer(NamedTuple):
    """``reserved`` is None where nothing can be said of it: no kernel reads the value, or kdump does not work there."""

    value: str
    reserved: int | None
    explanation: list[str]
    problems: list[str]


def run(arguments: argparse.Namespace) -> int:
    """Propose a value, or judge the one given; REFUSED where that would not do."""
    platform = platform_named(arguments.platform, arguments.architecture, arguments.virtualisation)
    memory = memory_of(arguments.memory, "--memory")
    hardware = _hardware(arguments, platform)
    refusal = ways(platform, memory).refusal
    if refusal is not None:
        answer = _Answer(arguments.value or "", None, [], [str(refusal)])
    elif arguments.value is None:
        answer = _proposed(platform, memory, hardware)
    else:
        answer = _judged(arguments.value, platform, memory, hardware)
    if arguments.json:
        print_json(
            [
                {
                    "platform": str(platform),
                    "memoryBytes": memory,
                    "value": answer.value,
                    "reservedBytes": answer.reserved,
                    "explanation": answer.explanation,
                    "refused": answer.problems,
                }
            ]
        )
    else:
        _print(answer, platform, memory, is_working=refusal is None)
    return REFUSED if answer.problems else ACCEPTED


def _hardware(arguments: argparse.Namespace, platform: Platform) -> crashkernel.Hardware:
    sizes = page_sizes(platform)
    page_size = KIB * int(arguments.page_size.removesuffix("k")) if arguments.page_size else sizes[0]
    if page_size not in sizes:
        known = " or ".join(f"{size // KIB}k" for size in sizes)
        raise Refusal(
            "--page-size",
            arguments.page_size,
            known,
            f"Write --page-size {known}, or leave it out",
            f"The kernels of {platform} have no other pages",
        )
    return crashkernel.Hardware(
        page_size=page_size,
        mlx5=arguments.mlx5,
        smmu=arguments.smmu,
        memory_encryption=arguments.memory_encryption,
        fadump=arguments.fadump,
    )


def _proposed(platform: Platform, memory: int, hardware: crashkernel.Hardware) -> _Answer:
    advice = crashkernel.for_host(platform, memory, hardware)
    problems = [] if advice.value else [f"No value would do on a host with {human(memory)} of memory."]
    return _Answer(advice.value, advice.reserved_bytes, list(advice.explanation), problems)


def _judged(value: str, platform: Platform, memory: int, hardware: crashkernel.Hardware) -> _Answer:
    problems = [str(refusal) for refusal in crashkernel.check(value, platform, memory, hardware)]
    try:
        crashkernel.read(value)
    except Refusal:
        return _Answer(value, None, [], problems)
    return _Answer(value, crashkernel.reserved_on(value, platform, memory), [], problems)


def _print(answer: _Answer, platform: Platform, memory: int, is_working: bool) -> None:
    if not is_working:
        guest = "" if platform.virtualisation == "none" else f" ({platform.virtualisation})"
        say(f"kdump does not work on {platform}{guest}")
    elif answer.reserved is None:
        say(f"{shown(answer.value)} is no crashkernel value")
    else:
        say(" ".join(f"crashkernel={word}" for word in answer.value.split()) or "no crashkernel")
        say(f"sets {human(answer.reserved)} aside of {human(memory)} on {platform}")
    for line in [*answer.explanation, *answer.problems]:
        say(f"  {line}")
