"""`python -m report up -s production --yes …`: run pulumi, say now and then how far it is, at the end what came of it.

Everything behind the verb goes to pulumi as it is. Pulumi's own output is kept in a file, which is named at the end.
Exits as pulumi does.

`python -m report comment -s staging` previews, and prints one comment for a pull request; `python -m report post
github` puts it there. See report/pull_request.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence

from report.pull_request import post, preview
from report.running import run_pulumi
from report.summary import summary

VERBS = ("up", "preview", "refresh", "destroy")
USAGE = f"""usage: python -m report {"|".join(VERBS)} [options of pulumi …]
       {preview.USAGE}
       {post.USAGE}"""


def main(arguments: Sequence[str]) -> int:
    """Run and report. Returns pulumi's exit code, 2 for a wrong use."""
    if not arguments or arguments[0] not in (*VERBS, "comment", "post"):
        print(USAGE, file=sys.stderr)
        return 2
    try:
        match arguments[0]:
            case "comment":
                return preview.main(arguments[1:])
            case "post":
                return post.main(arguments[1:])
        return _runs(arguments)
    except FileNotFoundError:
        print("pulumi is not on PATH; source engine/env.sh first", file=sys.stderr)
        return 2


def _runs(arguments: Sequence[str]) -> int:
    code = 0
    for title, words in _parts(arguments):
        if title:
            print(f"-- {title}", flush=True)
        code = _run(words)
        if code != 0:
            break
    return code


def _parts(arguments: Sequence[str]) -> list[tuple[str, list[str]]]:
    """What is run: a verb that changes something has its preview first, and each part has a log of its own."""
    verb, *rest = arguments
    agreed = [word for word in rest if word in ("--yes", "-y")]
    if verb == "preview" or not agreed or "--skip-preview" in rest or "-f" in rest:
        return [("", list(arguments))]
    others = [word for word in rest if word not in agreed]
    before = ["preview", *others] if verb == "up" else [verb, *others, "--preview-only"]
    return [("preview", before), (verb, [verb, *rest, "--skip-preview"])]


def _run(arguments: Sequence[str]) -> int:
    done = run_pulumi(arguments, to=sys.stdout)
    for line in summary(done.progress, done.code, done.output):
        print(line)
    return done.code


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
