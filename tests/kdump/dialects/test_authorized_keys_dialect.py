"""authorized_keys: our one line per host, and not one byte of anybody else's. asyncssh is the other reader."""

import asyncssh
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kdump import receiver
from kdump.dialects.authorized_keys import Entry, entry, find, with_entry, without_entry
from kdump.errors import Refusal
from kdump.labels import checked_label
from kdump.public_keys import checked_public_key

KEY = asyncssh.generate_private_key("ssh-ed25519").export_public_key().decode().strip()
OTHER = asyncssh.generate_private_key("ecdsa-sha2-nistp256", "their comment").export_public_key().decode().strip()
COMMAND = receiver.command("/srv/kdump/web1")
LINE = entry(KEY, "web1", COMMAND)


def test_the_line_allows_one_command_and_nothing_else() -> None:
    line = entry(KEY, "web1", "receive /srv/kdump/web1")
    assert line == f'restrict,command="receive /srv/kdump/web1" {KEY} pulumi-kdump:web1'
    accepted = asyncssh.import_authorized_keys(LINE)
    options = accepted.validate(asyncssh.import_public_key(KEY), "web1", "192.0.2.1")
    assert options is not None
    assert options["command"] == COMMAND
    assert options["restrict"]


def test_a_comment_of_the_key_does_not_come_along() -> None:
    assert "their comment" not in entry(OTHER, "web1", COMMAND)


@given(st.text(st.characters(min_codepoint=32, max_codepoint=126, exclude_characters="\\"), min_size=1))
def test_any_command_is_read_back_the_same(command: str) -> None:
    line = entry(KEY, "web1", command)
    assert find(line, "web1") == Entry(
        line=line,
        label="web1",
        public_key=KEY,
        options=line.split(" ssh-ed25519 ")[0],
        command=command,
    )


@pytest.mark.parametrize("command", ["", "a\nb", "a\\b", "é", "a\x00b"])
def test_a_command_that_cannot_be_quoted_is_refused(command: str) -> None:
    with pytest.raises(Refusal):
        entry(KEY, "web1", command)


@pytest.mark.parametrize("label", ["", "a b", "a\nb", "-a", "a:b", "é", "a/b", "a" * 201])
def test_a_label_that_could_not_be_found_again_is_refused(label: str) -> None:
    with pytest.raises(Refusal):
        entry(KEY, label, COMMAND)
    with pytest.raises(Refusal):
        checked_label(label)


FOREIGN = [
    "# a comment",
    "",
    "  ",
    OTHER,
    f'from="10.0.0.0/8",command="x y \\" ssh-rsa" {OTHER}',
    f"# {LINE}",
    entry(OTHER, "web10", COMMAND),
    f"{KEY} pulumi-kdump:web1 and more",
    f"{KEY} not pulumi-kdump:web1",
    "nonsense pulumi-kdump:web1",
    "\x85\x0b\x1c odd separators",
    "crlf\r",
]


@given(st.lists(st.sampled_from(FOREIGN), max_size=8), st.booleans())
def test_other_lines_stay_as_they_are(lines: list[str], ends: bool) -> None:
    text = "\n".join(lines) + ("\n" if ends and lines else "")
    assert find(text, "web1") is None
    assert without_entry(text, "web1") == text
    added = with_entry(text, "web1", LINE)
    assert added.startswith(text)
    assert added.endswith(LINE + "\n")
    assert with_entry(added, "web1", LINE) == added
    taken_off = without_entry(added, "web1")
    assert taken_off == (text if text.endswith("\n") or not text else text + "\n")


def test_a_changed_line_stands_where_the_old_one_stood() -> None:
    old = entry(OTHER, "web1", COMMAND)
    text = f"# first\n{old}\n# middle\n{old}\nlast"
    assert with_entry(text, "web1", LINE) == f"# first\n{LINE}\n# middle\nlast"
    assert without_entry(text, "web1") == "# first\n# middle\nlast"


def test_a_line_that_was_given_more_rights_by_hand_is_found_and_shows_it() -> None:
    found = find(f"{KEY}\tpulumi-kdump:web1 \r\n", "web1")
    assert found is not None
    assert (found.options, found.command, found.public_key) == ("", "", KEY)


@pytest.mark.parametrize(
    "key",
    [
        "",
        "ssh-rsa",
        "ssh-ed25519 AAAA",
        KEY.replace("ssh-ed25519", "ssh-rsa"),
        KEY + "\n" + KEY,
        'command="x" ' + KEY,
        KEY.replace("ssh-ed25519", "ssh-dss"),
        KEY + " é",
        KEY[:-1] + "!",
        "ssh-rsa " + KEY,
    ],
    # The key is another one in each process that collects the tests.
    ids=lambda key: key.replace(KEY[-20:-1], "…").partition("AAAA")[0],
)
def test_what_is_no_public_key_is_refused(key: str) -> None:
    with pytest.raises(Refusal, match="public key"):
        checked_public_key(key)


def test_keys_of_every_usual_type_pass() -> None:
    for kind in ("ssh-rsa", "ssh-ed25519", "ecdsa-sha2-nistp256", "ecdsa-sha2-nistp384", "ecdsa-sha2-nistp521"):
        parameters = {"key_size": 2048} if kind == "ssh-rsa" else {}
        key = asyncssh.generate_private_key(kind, "a comment", **parameters).export_public_key().decode()
        assert checked_public_key(key.strip()) == " ".join(key.split()[:2])
