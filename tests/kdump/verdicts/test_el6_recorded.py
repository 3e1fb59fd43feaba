"""The verdicts for RHEL 5 and 6 against what the releases' own mkdumprd said of the same files.

Recorded from mkdumprd of 2008-06 (RHEL 5), kexec-tools 2.0.0-145.el6 and 2.0.0-310.el6: the parts that read the
file and try the target, with programs in place of the machine for which every host has an address and a route,
every file and device is there, and mounts and logins work where their arguments are sound. ``true`` is accepted,
``null`` not asked: ``options`` and ``disk_timeout`` came to RHEL 5 later than that mkdumprd. Settings are ``null``
where they end in an escaped blank, which bash keeps behind one word and takes away behind several: before 6.3
mkdumprd then sees a blank less than is said here, and decides the same.
"""

from __future__ import annotations

import gzip
import json
from pathlib import Path

import pytest

from kdump.generations import Generation
from kdump.verdicts import el6

RECORDED = Path(__file__).parent / "recorded" / "el6.jsonl.gz"
GENERATIONS = {"el5": Generation.EL5, "el6_0": Generation.EL6_0, "el6_3": Generation.EL6_3}


def cases(name: str) -> list[tuple[str, bool]]:
    """The recorded files that *name*'s tools were asked about, each with whether they accepted it."""
    rows = [json.loads(line) for line in gzip.decompress(RECORDED.read_bytes()).splitlines()]
    return [(row["text"], row[name]) for row in rows if row[name] is not None]


@pytest.mark.parametrize("name", GENERATIONS)
def test_every_recorded_verdict_is_predicted(name: str) -> None:
    generation = GENERATIONS[name]
    wrong = [
        (text, accepted, [str(finding) for finding in el6.refused(text, generation)])
        for text, accepted in cases(name)
        if (el6.refused(text, generation) == []) is not accepted
    ]
    assert wrong == []


@pytest.mark.parametrize("name", GENERATIONS)
def test_the_record_holds_enough_of_both_kinds(name: str) -> None:
    verdicts = [accepted for _, accepted in cases(name)]
    assert len(verdicts) >= 450
    assert 0.2 < sum(verdicts) / len(verdicts) < 0.8


@pytest.mark.parametrize("name", ["el6_0", "el6_3"])
def test_the_settings_are_read_as_the_shell_read_them(name: str) -> None:
    rows = [json.loads(line) for line in gzip.decompress(RECORDED.read_bytes()).splitlines()]
    for row in rows:
        seen = [[line.name, line.value] for line in el6.lines(row["text"], GENERATIONS[name])]
        assert row[f"lines_{name}"] in (seen, None), row["text"]
