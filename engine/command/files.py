"""The files a local command leaves: `assetPaths` and `archivePaths`."""

import hashlib
import os
import re
from collections.abc import Sequence
from pathlib import Path

from engine.command.values import ARCHIVE, ASSET, SIGNATURE, Properties, Value


def collect(inputs: Properties) -> Properties:
    """The outputs `assets` and `archive` for what the globs find now."""
    folder = Path(inputs.get("dir") or ".")
    outputs: Properties = {}
    if patterns := inputs.get("assetPaths"):
        outputs["assets"] = _assets(folder, patterns)
    if patterns := inputs.get("archivePaths"):
        outputs["archive"] = {SIGNATURE: ARCHIVE, "assets": _assets(folder, patterns)}
    return outputs


def _assets(folder: Path, patterns: Sequence[str]) -> dict[str, Value]:
    return {name: _asset(folder / name) for name in matching(folder, patterns)}


def _asset(path: Path) -> Value:
    digest = hashlib.sha256(path.read_bytes()).hexdigest()
    return {SIGNATURE: ASSET, "path": str(path), "hash": digest}


def matching(folder: Path, patterns: Sequence[str]) -> list[str]:
    """Files below `folder`, as relative paths, that the last fitting pattern does not exclude by a !."""
    rules = [(not pattern.startswith("!"), _compiled(pattern.removeprefix("!"))) for pattern in patterns]
    found = []
    for base, _, names in os.walk(folder):
        for name in names:
            path = (Path(base) / name).relative_to(folder).as_posix()
            wanted = False
            for includes, pattern in rules:
                if pattern.fullmatch(path):
                    wanted = includes
            if wanted:
                found.append(path)
    return sorted(found)


def _compiled(glob: str) -> re.Pattern[str]:
    """`*` and `?` stop at a slash, `**` does not; [abc], [!abc] and {a,b} as in a shell."""
    pieces = re.findall(r"\*\*|\*|\?|\[!?[^\]]*\]|\\.|[{},]|[^*?\[\\{},]+|.", glob, re.DOTALL)
    expression, depth = "", 0
    for piece in pieces:
        if piece == "**":
            expression += ".*"
        elif piece == "*":
            expression += "[^/]*"
        elif piece == "?":
            expression += "[^/]"
        elif len(piece) > 2 and piece.startswith("["):
            expression += "[" + piece[1:-1].replace("!", "^", 1 if piece[1] == "!" else 0) + "]"
        elif piece == "{":
            expression, depth = expression + "(?:", depth + 1
        elif piece == "}" and depth:
            expression, depth = expression + ")", depth - 1
        elif piece == "," and depth:
            expression += "|"
        else:
            expression += re.escape(piece[1:] if len(piece) == 2 and piece[0] == "\\" else piece)
    return re.compile(expression, re.DOTALL)
