"""`python -m kdump migrate`: an old host's configuration as a newer release has it."""

from __future__ import annotations

import argparse

from kdump.command.files import ACCEPTED, REFUSED, complain, print_json, texts_of
from kdump.command.render import print_files
from kdump.migration import migrate
from kdump.platforms import platform_named


def run(arguments: argparse.Namespace) -> int:
    """Migrate every file; REFUSED where nothing can be written for one of them.

    The new files go to standard output, what was lost or must be said elsewhere to standard error.
    """
    old = platform_named(arguments.old, arguments.architecture, arguments.virtualisation)
    new = platform_named(arguments.new, arguments.architecture, arguments.virtualisation)
    moved = [(name, migrate(text, old, new)) for name, text in texts_of(arguments.files)]
    if arguments.json:
        print_json([{"file": name, **each.model_dump()} for name, each in moved])
    else:
        for name, each in moved:
            if not each.files:
                complain(f"{name}: nothing can be written for {new}, because:")
            for sentence in each.lost:
                complain(f"{name}: mind: {sentence}" if each.files else f"  {sentence}")
            print_files(name if len(moved) > 1 else "", each.files)
    return ACCEPTED if all(each.files for _, each in moved) else REFUSED
