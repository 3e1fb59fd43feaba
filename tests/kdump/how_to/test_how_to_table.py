"""The how-to's table: every row has exactly one test named after it, and docs/how-to.md says what the table says."""

import importlib.util

import pytest

from kdump.generations import generation_of
from kdump.how_to import ROWS, document, name_of_test, proofs_in
from kdump.how_to.__main__ import PAGE, sources_of_tests
from kdump.platforms import platform_named


def test_every_row_has_exactly_one_test_and_no_test_is_without_its_row() -> None:
    proofs = proofs_in(sources_of_tests())
    names = [name_of_test(row) for row in ROWS]
    assert sorted(set(names) - set(proofs)) == [], "rows without a test"
    assert sorted(set(proofs) - set(names)) == [], "tests without a row"
    assert {name: files for name, files in proofs.items() if len(files) > 1} == {}, "rows with several tests"


def test_the_page_is_current() -> None:
    page = PAGE.read_text(encoding="utf-8")
    assert page == document(proofs_in(sources_of_tests())), "run python -m kdump.how_to"


@pytest.mark.parametrize("module", sorted({row.module for row in ROWS}))
def test_every_module_that_a_row_names_is_there(module: str) -> None:
    assert importlib.util.find_spec(module) is not None


def test_every_row_is_one_sentence_about_a_known_release_and_stands_once() -> None:
    assert len({(row.item, row.release) for row in ROWS}) == len({name_of_test(row) for row in ROWS}) == len(ROWS)
    for row in ROWS:
        assert generation_of(platform_named(row.release))
        assert row.holds.endswith("."), row
        assert row.holds.count(". ") == 0, row


def test_tests_are_found_by_their_names_on_the_outermost_level_alone() -> None:
    found = proofs_in(
        {
            "test_b.py": "def test_how_to__nfs__rhel_5():\n    pass\n\n\ndef test_how_to__nfs__rhel_5():\n    pass\n",
            "test_a.py": "import x\n\n\ndef test_how_to__ssh__rhel_7():\n    def test_how_to__inner__rhel_7(): ...\n",
            "test_c.py": "def test_other():\n    'test_how_to__text__rhel_5'\n",
        }
    )
    assert found == {
        "test_how_to__nfs__rhel_5": ["test_b.py", "test_b.py"],
        "test_how_to__ssh__rhel_7": ["test_a.py"],
    }


def test_the_page_links_each_row_to_its_test_and_shows_what_has_none() -> None:
    first, second = ROWS[0], ROWS[1]
    lines = document({name_of_test(first): ["test_x.py"]}).splitlines()
    (line,) = [line for line in lines if line.startswith(f"| {first.item} | {first.release} |")]
    assert line.endswith("| [test_x.py](../tests/kdump/how_to/test_x.py) |")
    (line,) = [line for line in lines if line.startswith(f"| {second.item} | {second.release} |")]
    assert line.endswith("| none |")
    assert sum(line.startswith("| ") and not line.startswith("| item") for line in lines) == len(ROWS)
