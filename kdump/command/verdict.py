"""`python -m kdump verdict`: what a platform's own tools will say of configuration files."""

from __future__ import annotations

import argparse
from collections import Counter

from kdump.command.files import ACCEPTED, REFUSED, print_json, say, texts_of
from kdump.command.node import node_of
from kdump.errors import Refusal
from kdump.platforms import Platform, platform_named
from kdump.support.virtualisation import ways
from kdump.verdicts.finding import Finding, Verdict
from kdump.verdicts.judge import verdict
from kdump.verdicts.node import Node


def run(arguments: argparse.Namespace) -> int:
    """Judge every file; REFUSED where one of them is."""
    platform = platform_named(arguments.platform, arguments.architecture, arguments.virtualisation)
    node = node_of(arguments)
    verdicts = [(name, _verdict(text, platform, node)) for name, text in texts_of(arguments.files)]
    if arguments.json:
        print_json([{"file": name, "accepted": said.accepted, **said.model_dump()} for name, said in verdicts])
    else:
        for name, said in verdicts:
            _print(name, said)
        if len(verdicts) > 1:
            counts = Counter(said.accepted for _, said in verdicts)
            say(f"{len(verdicts)} files: {counts[True]} accepted, {counts[False]} refused")
    return ACCEPTED if all(said.accepted for _, said in verdicts) else REFUSED


def _verdict(text: str, platform: Platform, node: Node) -> Verdict:
    """The verdict; where kdump does not work at all, that is the first of its refusals."""
    refusal = ways(platform).refusal
    if refusal is None:
        return verdict(text, platform, node)
    nowhere = Finding(line=None, option="", found=str(refusal.found), message=refusal.why, instead=refusal.instead)
    try:
        said = verdict(text, platform, node)
    except Refusal:
        # A release without kdump has no rules for its file either.
        said = Verdict(platform=str(platform))
    return said.model_copy(update={"refused": (nowhere, *said.refused)})


def _print(name: str, said: Verdict) -> None:
    say(f"{name}: {'accepted' if said.accepted else 'refused'} on {said.platform}")
    for finding in said.refused:
        say(f"  {finding}")
    for finding in said.warned:
        say(f"  accepted, but: {finding}" if said.accepted else f"  mind also: {finding}")
