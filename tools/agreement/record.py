"""Record what the real scripts of all four releases say about the corpus.

python tools/agreement/record.py --sources FOLDER --programs FOLDER --seed 1 --count 5000 --out FILE
"""

import argparse
import gzip
import json
import sys
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from tools.agreement.corpus import corpus
from tools.agreement.judge import RELEASES, Case, Outcome, judge

RECORDED = Path(__file__).resolve().parents[2] / "tests" / "kdump" / "verdicts" / "recorded" / "corpus.jsonl.gz"

ALWAYS_SAID = ("No kdump initial ramdisk found.", "Rebuilding /boot/", "Force rebuild /boot/", "Starting kdump: ",
               "mkdumprd: failed to make kdump initrd")  # fmt: skip
"""Beginnings of lines that tell nothing about the file."""

MANY_LINES, MANY_LETTERS = 6, 200
"""How many lines of what was said are kept, and how much of each."""


def recorded(case: Case, outcomes: dict[str, Outcome]) -> str:
    """One line of the file: the case, and for each release [accepted, stage, what was said, notes]."""
    verdicts = {name: [one.accepted, one.stage, _telling(one), list(one.notes)] for name, one in outcomes.items()}
    return json.dumps({**case._asdict(), "verdicts": verdicts}, ensure_ascii=False, separators=(",", ":"))


def _telling(outcome: Outcome) -> list[str]:
    said = (line.removeprefix("kdump: ") for line in outcome.said)
    return [line[:MANY_LETTERS] for line in said if not line.startswith(ALWAYS_SAID)][:MANY_LINES]


def write(lines: Sequence[str], file: Path) -> None:
    """The lines into the file; a name ending in .gz has it packed, always to the same bytes for the same lines."""
    content = "".join(f"{line}\n" for line in lines).encode()
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_bytes(gzip.compress(content, mtime=0) if file.suffix == ".gz" else content)


def main(arguments: Sequence[str]) -> None:
    """Judge a corpus on all releases, write the outcomes and print how many files each release accepts."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--sources", type=Path, required=True, help=f"the folder with {', '.join(RELEASES.values())}")
    parser.add_argument("--programs", type=Path, help="what programs.sh made: real gawk and makedumpfile")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--count", type=int, default=5000, help="files in all")
    parser.add_argument("--only-generated", action="store_true", help="leave the hand-made files out")
    parser.add_argument("--out", type=Path, default=RECORDED)
    given = parser.parse_args(arguments)
    cases = corpus(given.seed, given.count, handmade=not given.only_generated)
    outcomes = {name: judge(cases, given.sources / folder, given.programs) for name, folder in RELEASES.items()}
    lines = [recorded(case, {name: all_of[at] for name, all_of in outcomes.items()}) for at, case in enumerate(cases)]
    write(lines, given.out)
    for name, all_of in outcomes.items():
        stages = Counter(f"{'accepted' if one.accepted else 'refused'} {one.stage}" for one in all_of)
        accepted = sum(one.accepted for one in all_of)
        print(f"{name}: {accepted} accepted, {len(all_of) - accepted} refused;", dict(stages.most_common()))


if __name__ == "__main__":
    main(sys.argv[1:])
