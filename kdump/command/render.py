"""`python -m kdump render`: the files that settings become on a platform."""

from __future__ import annotations

import argparse
from typing import Any

from kdump.command.files import ACCEPTED, REFUSED, complain, print_json, say, texts_of
from kdump.command.node import node_of
from kdump.command.settings import configuration_in
from kdump.errors import Refusal
from kdump.generations import generation_of
from kdump.platforms import platform_named
from kdump.rendering import RenderedFile, rendered
from kdump.targets import RawTarget, passing_name_problem


def run(arguments: argparse.Namespace) -> int:
    """Render every settings file; REFUSED where one of them cannot be."""
    platform = platform_named(arguments.platform, arguments.architecture, arguments.virtualisation)
    # A platform that nobody knows is no fault of the settings.
    generation_of(platform)
    node = node_of(arguments)
    answers: list[dict[str, Any]] = []
    for name, text in texts_of(arguments.files):
        try:
            configuration = configuration_in(name, text)
            files = rendered(configuration, platform, node)
        except Refusal as refusal:
            answers.append({"settings": name, "files": [], "refused": str(refusal)})
            if not arguments.json:
                complain(f"{name}: {refusal}")
        else:
            answers.append({"settings": name, "files": [file.model_dump() for file in files], "refused": None})
            passing = isinstance(configuration.target, RawTarget) and passing_name_problem(configuration.target.device)
            if passing:
                complain(f"{name}: mind: {passing.within('target')}")
            if not arguments.json:
                print_files(name if len(arguments.files) > 1 else "", files)
    if arguments.json:
        print_json(answers)
    return REFUSED if any(answer["refused"] for answer in answers) else ACCEPTED


def print_files(name: str, files: tuple[RenderedFile, ...]) -> None:
    """Print each file below its path, as a comment that a shell and the tools pass over; *name*: what it is made from,
    "" where that is clear.
    """
    for file in files:
        what = "the whole file" if file.whole else "set these in the file, the rest of it stays"
        say(f"### {f'{name}: ' if name else ''}{file.path}: {what}")
        print(file.text, end="")
