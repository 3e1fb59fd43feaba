"""known_hosts: pinned keys of the collector, found again by their mark. asyncssh is the other reader."""

import asyncssh
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kdump.dialects.known_hosts import keys_of, with_keys, without_keys
from kdump.errors import Refusal


def public_key(kind: str = "ssh-ed25519") -> str:
    return asyncssh.generate_private_key(kind).export_public_key().decode().strip()


KEYS = [public_key(), public_key("ecdsa-sha2-nistp256")]
NEW = public_key()
FOREIGN = [
    f"collector {NEW}",
    f"collector,192.0.2.1 {NEW} a comment",
    f"|1|abc=|def= {NEW}",
    f"@revoked collector {NEW} pulumi-kdump",
    f"# collector {NEW} pulumi-kdump",
    f"other {NEW} pulumi-kdump",
    f"collector {NEW} pulumi-kdump2",
    f"collector {NEW} not pulumi-kdump",
    "",
    "crlf\r",
]


def test_every_key_is_pinned_under_the_exact_name() -> None:
    text = with_keys("", "collector", [f"{KEYS[0]} root@collector", KEYS[1]])
    assert text == "".join(f"collector {key} pulumi-kdump\n" for key in KEYS)
    trusted = asyncssh.import_known_hosts(text).match("collector", "", None)[0]
    assert [" ".join(key.export_public_key().decode().split()[:2]) for key in trusted] == KEYS


def test_an_ipv6_address_is_written_bare_and_found_either_way() -> None:
    text = with_keys("", "[2001:db8::7]", KEYS)
    assert text.startswith("2001:db8::7 ")
    assert keys_of(text, "2001:db8::7") == keys_of(text, "[2001:DB8::7]") == KEYS


@given(st.lists(st.sampled_from(FOREIGN), max_size=8), st.booleans())
def test_other_lines_stay_as_they_are(lines: list[str], ends: bool) -> None:
    text = "\n".join(lines) + ("\n" if ends and lines else "")
    assert keys_of(text, "collector") == []
    assert without_keys(text, "collector") == text
    assert with_keys(text, "collector", []) == text
    added = with_keys(text, "collector", KEYS)
    assert added.startswith(text)
    assert keys_of(added, "collector") == KEYS
    assert with_keys(added, "collector", KEYS) == added
    assert without_keys(added, "collector") == (text if text.endswith("\n") or not text else text + "\n")


def test_changed_keys_replace_the_old_ones() -> None:
    text = with_keys("first\n", "collector", KEYS) + "last\n"
    changed = with_keys(text, "collector", [NEW, NEW])
    assert changed == f"first\ncollector {NEW} pulumi-kdump\nlast\n"
    assert with_keys(changed, "collector", []) == "first\nlast\n"


@pytest.mark.parametrize("name", ["", "a b", "*", "a,b", "!a", "@revoked", "|1|x", "a\n"])
def test_a_name_that_is_no_host_is_refused(name: str) -> None:
    for act in (lambda: with_keys("", name, KEYS), lambda: keys_of("", name), lambda: without_keys("", name)):
        with pytest.raises(Refusal) as caught:
            act()
        assert caught.value.setting == "knownHosts"


def test_a_key_that_is_none_is_refused() -> None:
    with pytest.raises(Refusal) as caught:
        with_keys("", "collector", ["ssh-rsa nonsense"])
    assert caught.value.setting == "knownHosts.collector"
