"""Files written by hand, one for each thing somebody wondered about; handmade.json has them under what they ask."""

import json
from pathlib import Path

from tools.agreement.judge import Case

TEXTS: dict[str, list[str]] = json.loads(Path(__file__).with_suffix(".json").read_text())

WITHOUT_ADDRESS = ("a", ".", " ", "192.0.2.10")
"""Values of fence_kdump_nodes that are tried on a machine without an address too."""

HANDMADE = (
    *(Case(text, kind="handmade") for texts in TEXTS.values() for text in texts),
    *(Case(f"fence_kdump_nodes {nodes}\n", addresses="", kind="handmade") for nodes in WITHOUT_ADDRESS),
)
"""All of them, in the order of the file."""
