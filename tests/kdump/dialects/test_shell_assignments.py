"""What we read of a file, sh really does; what we write, sh and systemd read alike."""

from collections.abc import Callable

import pytest
from environment_file import read_environment_file
from hypothesis import given, settings
from hypothesis import strategies as st

from kdump.dialects.shell_assignments import assignment, read

SHELLS = settings(max_examples=15)
printable = st.text(st.characters(min_codepoint=32, max_codepoint=126), max_size=20)
awkward = st.text(st.sampled_from("\"'\\$` \t#;&|(){}~*!=ab"), max_size=12).map(lambda text: text.replace("\t", ""))

# Pieces of which awkward files are made: everything our reader claims to understand, and what it must not.
PIECES = st.sampled_from(
    [
        *("A=", "B=", "A", "B", "x", "y z", "1"),
        *('"', "'", "\\", "\\\n", "\n", "\n", "\n", ";", "#", " ", " ", "\t"),
        *("export ", "unset ", "$A", "$", "`", "(", ")", "{", "}", "&", "|", "<", ">", "~", "~/", ":", "*", "!", "+="),
        *('A="x y"', "B='$A'", 'B="\\$A"', "A=x\\ y", "A=1 B=2", "export A=1 B", "A=x # B=y", "A=x#y"),
        *("\nif true; then\n", "\nfi\n", "\nexit\n", "\nf() {\n", "\n}\n", "\n. /none\n", "<<E\n", "\nE\n"),
    ]
)


@SHELLS
@given(st.lists(st.one_of(printable, awkward), min_size=1, max_size=60))
def test_sh_and_systemd_read_exactly_what_was_written(sourced: Callable[..., list], values: list[str]) -> None:
    texts = [assignment("KEY", value) + "\n" for value in values]
    expected = [{"KEY": value} for value in values]
    assert sourced(texts, ["KEY"], "dash") == expected
    assert [read_environment_file(text) for text in texts] == expected
    assert [read(text) for text in texts] == [(values, [], set()) for values in expected]


def test_bash_reads_it_too(sourced: Callable[..., list]) -> None:
    value = "".join(map(chr, range(32, 127)))
    assert sourced([assignment("KEY", value)], ["KEY"], "bash") == [{"KEY": value}]


@SHELLS
@given(st.lists(st.lists(PIECES, max_size=9).map("".join), min_size=20, max_size=60))
def test_every_value_that_we_claim_to_know_is_the_one_sh_sets(sourced: Callable[..., list], texts: list[str]) -> None:
    for text, real in zip(texts, sourced(texts, ["A", "B"]), strict=True):
        claimed = read(text)
        if real is None:  # sh gave up half way: nothing can be claimed, but it must have been noticed
            assert claimed.lost, text
            continue
        for name in ("A", "B"):
            if name in claimed.values:
                assert claimed.values[name] == real[name], text
            elif name not in claimed.uncertain and not claimed.lost:
                assert real[name] is None, text


@pytest.mark.parametrize(
    ("text", "values"),
    [
        ("KEY=value", {"KEY": "value"}),
        ("KEY=value   # why", {"KEY": "value"}),
        ("  KEY='a b'\t\n", {"KEY": "a b"}),
        ('KEY="a \\"b\\" \\$c \\x"\n', {"KEY": 'a "b" $c \\x'}),
        ("KEY=a\\ b'c d'\"e\"", {"KEY": "a bc de"}),
        ("KEY=\n", {"KEY": ""}),
        ("KEY=a#b", {"KEY": "a#b"}),
        ("export KEY=a OTHER=b\n", {"KEY": "a", "OTHER": "b"}),
        ("KEY=a; OTHER=b\n", {"KEY": "a", "OTHER": "b"}),
        ("KEY=a\nKEY=b\nexport KEY\n", {"KEY": "b"}),
        ("KEY=a\nunset KEY\n", {}),
        ("KEY=a\\\nb\n", {"KEY": "ab"}),
        ("# KEY=a\n\n#\n", {}),
        ("#KEY=a\\\nKEY=b", {"KEY": "b"}),
    ],
)
def test_plain_assignments_are_understood(text: str, values: dict[str, str]) -> None:
    assert read(text) == (values, [], set())


@pytest.mark.parametrize(
    ("text", "uncertain"),
    [
        ("KEY=$OTHER", {"KEY"}),
        ('KEY=a\nKEY="$(id)"', {"KEY"}),
        ("KEY=`id`", {"KEY"}),
        ("KEY=~/x", {"KEY"}),
        ("KEY=a b", {"KEY"}),  # sets KEY for the command b only; systemd reads "a b"
        ("KEY = a", set()),
        ("KEY+=a", {"KEY"}),
        ("[ -f /x ] && KEY=a", {"KEY"}),
        ("if true; then\nKEY=a\nfi\nOTHER=b", {"KEY", "OTHER"}),
        ("f() {\nKEY=a\n}", {"KEY"}),
        ("cat <<E\nKEY=a\nE", {"KEY"}),
        ("KEY='never closed\nOTHER=b", {"KEY", "OTHER"}),
        ("KEY=a\r\nOTHER=b", {"KEY"}),
        ("KEY='two\nlines'", {"KEY"}),
        ("KEY=é", {"KEY"}),
        ("exit\nKEY=a", {"KEY"}),
        ("KEY=a;;OTHER=b", {"OTHER"}),
        (". /etc/other", set()),
        ("KEY=|\nKEY=a", {"KEY"}),  # a pipe that goes on in the next line: both run in shells of their own
        ("true || # not at all\nKEY=a", {"KEY"}),
    ],
)
def test_what_only_a_shell_could_tell_is_told_and_not_guessed(text: str, uncertain: set[str]) -> None:
    result = read(text)
    assert result.lost
    assert result.uncertain == uncertain
    assert not result.values.keys() & uncertain


def test_what_is_lost_is_told_with_its_line() -> None:
    assert read("A=1\n\n\nB=$A\nC=2\n").lost == ["line 4: 'B=$A' is more than a plain assignment"]


def test_an_uncertain_key_is_certain_again_after_a_plain_assignment() -> None:
    assert read("A=$B\nA=1\n")[::2] == ({"A": "1"}, set())


@pytest.mark.parametrize(("key", "value"), [("K Y", "a"), ("KEY", "a\nb"), ("KEY", "é"), ("KEY", "\x1b"), ("", "a")])
def test_what_cannot_be_one_line_of_ascii_is_a_mistake_of_the_caller(key: str, value: str) -> None:
    with pytest.raises(ValueError, match="one line of ASCII"):
        assignment(key, value)
