"""docs/policies.md is what the rules say of themselves."""

from policies.pack import RULES
from policies.reference import PAGE, page


def test_the_page_is_current() -> None:
    assert PAGE.read_text(encoding="utf-8") == page(), "run python -m policies.reference"


def test_every_rule_and_setting_is_on_the_page() -> None:
    text = page()
    for rule in RULES:
        assert f"| `{rule.name}` |" in text
        assert all(f"`{name}` (default" in text for name in rule.settings)
