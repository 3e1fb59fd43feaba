"""Writes docs/how-to.md from the table and the tests: `python -m kdump.how_to`. Nothing else here touches files."""

from pathlib import Path

from kdump.how_to.page import TESTS, document, proofs_in

ROOT = Path(__file__).resolve().parents[2]
PAGE = ROOT / "docs" / "how-to.md"


def sources_of_tests(root: Path = ROOT) -> dict[str, str]:
    """The texts of the test files that prove rows, by the files' names."""
    return {file.name: file.read_text(encoding="utf-8") for file in sorted((root / TESTS).glob("test_*.py"))}


if __name__ == "__main__":
    PAGE.write_text(document(proofs_in(sources_of_tests())), encoding="utf-8")
