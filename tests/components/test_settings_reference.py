"""docs/settings.md says what the models say."""

from components.settings.fleet import FleetSettings
from components.settings.reference import PAGE, page
from components.settings.shape import Place, settings_of


def test_the_page_is_current() -> None:
    assert PAGE.read_text(encoding="utf-8") == page(), "run python -m components.settings.reference"


def test_every_setting_is_described_and_on_the_page() -> None:
    def all_settings(place: Place) -> list[tuple[str, Place]]:
        below = settings_of(place.model) if place.model else {}
        inner = place.below("name") if not place.model else None
        found = [*below.items()]
        for each in [*below.values(), *([inner] if inner else [])]:
            found += all_settings(each)
        return found

    settings = all_settings(Place(FleetSettings))
    assert len(settings) > 50
    text = page()
    for name, place in settings:
        assert place.meaning, name
        assert f"| `{name}` |" in text
