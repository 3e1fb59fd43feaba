import pytest
from hypothesis import given
from hypothesis import strategies as st

from kdump.dialects import multipath_wwids
from kdump.dialects.multipath_conf import devnodes_of, with_blacklisted, without_blacklisted, wwids_of
from kdump.errors import Refusal

WWID = "3600508b400105e210000900000490000"
OTHER = "26353900f02796769"
HAND_WRITTEN = """\
# A file of release 5.
defaults {
        user_friendly_names yes
}
! old comments begin like this {
blacklist {
        devnode "^(ram|raw|loop|fd|md|dm-|sr|scd|st)[0-9]*"
        devnode "^hd[a-z]{1}"   # braces between quotes are no braces
        wwid 26353900f02796769  ! the local disk
        wwid "SWINSYS SF2372 0E13955CC3757802"
        device {
                vendor "HP"     # wwid in-a-comment
                product "*"
        }
}
multipaths {
        multipath {
                wwid 3600508b400105df70000e00000ac0000
                alias data
        }
}
"""

pieces = st.lists(
    st.sampled_from(
        [
            '# comment { "\n',
            "! old {\n",
            "\n",
            "  \n",
            "defaults {\n\tuser_friendly_names yes\n}\n",
            'blacklist {\n\tdevnode "^hd[a-z]{1}"\n}\n',
            f"blacklist{{\n  wwid {OTHER}\n  }}\n",
            "devnode_blacklist {\n\tdevnode sda\n}\n",
            'blacklist {\n\tdevice {\n\t\tvendor "A B"\n\t}\n}\n',
            "multipaths {\n\tmultipath {\n\t\twwid " + WWID + "\n\t}\n}\n",
            "blacklist_exceptions {\n\twwid " + OTHER + "\n}\n",
        ]
    )
).map("".join)
endings = st.sampled_from(["", "# no line end", "defaults {\n}"])


def test_what_is_blacklisted_is_read() -> None:
    assert wwids_of(HAND_WRITTEN) == (OTHER, "SWINSYS SF2372 0E13955CC3757802")
    assert devnodes_of(HAND_WRITTEN) == ("^(ram|raw|loop|fd|md|dm-|sr|scd|st)[0-9]*", "^hd[a-z]{1}")


def test_a_wwid_goes_into_the_blacklist_that_is_there() -> None:
    text = with_blacklisted(HAND_WRITTEN, WWID)
    assert f"        }}\n\t# pulumi-kdump\n\twwid {WWID}\n}}\nmultipaths {{" in text
    assert wwids_of(text) == (*wwids_of(HAND_WRITTEN), WWID)


def test_without_a_blacklist_a_section_is_added_at_the_end() -> None:
    assert with_blacklisted("defaults {\n}\n", WWID) == (
        f"defaults {{\n}}\n# Section added by pulumi-kdump\nblacklist {{\n\t# pulumi-kdump\n\twwid {WWID}\n}}\n"
    )


def test_of_several_blacklists_the_last_counts_on_old_releases() -> None:
    text = "blacklist {\n}\ndevnode_blacklist {\n}\ndefaults {\n}\n"
    assert f"devnode_blacklist {{\n\t# pulumi-kdump\n\twwid {WWID}\n}}\ndefaults" in with_blacklisted(text, WWID)


def test_the_old_name_of_the_section_is_read() -> None:
    assert wwids_of(f"devnode_blacklist {{\nwwid {OTHER}\n}}\n") == (OTHER,)


def test_a_wwid_that_somebody_else_blacklisted_stays_theirs() -> None:
    assert with_blacklisted(HAND_WRITTEN, OTHER) == HAND_WRITTEN
    assert without_blacklisted(HAND_WRITTEN, OTHER) == HAND_WRITTEN


def test_a_section_of_ours_stays_as_long_as_something_is_in_it() -> None:
    both = with_blacklisted(with_blacklisted("", WWID), OTHER)
    assert wwids_of(both) == (WWID, OTHER)
    one = without_blacklisted(both, WWID)
    assert wwids_of(one) == (OTHER,)
    assert without_blacklisted(one, OTHER) == ""


@given(pieces, endings)
def test_every_other_byte_stays_and_comes_back(text: str, ending: str) -> None:
    text += ending
    written = with_blacklisted(text, WWID)
    assert WWID in wwids_of(written)
    assert devnodes_of(written) == devnodes_of(text)
    assert with_blacklisted(written, WWID) == written
    assert without_blacklisted(written, WWID) == text
    assert without_blacklisted(text, WWID) == text


@pytest.mark.parametrize(
    ("text", "line", "needed"),
    [
        ("blacklist {\n", 1, "closes the section blacklist"),
        ("blacklist {\n\tdevice {\n}\n", 1, "closes the section blacklist"),
        ("blacklist {\n}\n}\n", 3, "a section that it closes"),
        ("blacklist { wwid 1234 }\n", 1, "'name {'"),
        ("blacklist\n{\n}\n", 2, "'name {'"),
        ("blacklist {\n} defaults {\n}\n", 2, "'name {'"),
        ("blacklist {\n\tdevnode ^hd[a-z]{1}\n}\n", 2, "'name {'"),
        ('blacklist {\n\tdevnode "^hd\n}\n', 2, "second double quote"),
    ],
)
def test_a_broken_file_is_refused_and_never_edited(text: str, line: int, needed: str) -> None:
    for change in (with_blacklisted, without_blacklisted):
        with pytest.raises(Refusal) as refused:
            change(text, WWID)
        assert refused.value.setting == f"/etc/multipath.conf line {line}"
        assert needed in refused.value.needed


def test_an_exception_would_take_the_wwid_out_again() -> None:
    with pytest.raises(Refusal, match="blacklist_exceptions"):
        with_blacklisted(f"blacklist_exceptions {{\n\twwid {WWID}\n}}\n", WWID)


@pytest.mark.parametrize("wwid", ["", "123", "36005 08b4", '3600"508', "3600\n508b", "36*", "-3600508b", "3" * 128])
def test_what_is_no_wwid_is_refused(wwid: str) -> None:
    for change in (with_blacklisted, without_blacklisted):
        with pytest.raises(Refusal, match="scsi_id"):
            change("", wwid)
    with pytest.raises(Refusal, match="scsi_id"):
        multipath_wwids.with_commented("", wwid)


@given(st.lists(st.sampled_from([*'{}"#! \n\tw', "wwid ", "blacklist "]), max_size=40).map("".join))
def test_no_text_breaks_the_reader_but_by_a_refusal(text: str) -> None:
    try:
        written = with_blacklisted(text, WWID)
    except Refusal:
        return
    assert without_blacklisted(written, WWID) == text


WWIDS = f"# Multipath wwids, Version : 1.0\n#\n# Valid WWIDs:\n/{OTHER}/\n/{WWID}/\n/SWINSYS SF2372 0E13955CC3757802/\n"


def test_a_remembered_wwid_becomes_a_comment_and_comes_back() -> None:
    assert multipath_wwids.wwids_of(WWIDS) == (OTHER, WWID, "SWINSYS SF2372 0E13955CC3757802")
    text = multipath_wwids.with_commented(WWIDS, WWID)
    assert f"# pulumi-kdump: /{WWID}/\n" in text
    assert multipath_wwids.wwids_of(text) == (OTHER, "SWINSYS SF2372 0E13955CC3757802")
    assert multipath_wwids.with_commented(text, WWID) == text
    assert multipath_wwids.without_commented(text, WWID) == WWIDS


def test_a_line_that_somebody_else_commented_stays_a_comment() -> None:
    theirs = f"#/{WWID}/\n"
    assert multipath_wwids.with_commented(theirs, WWID) == theirs
    assert multipath_wwids.without_commented(theirs, WWID) == theirs


@given(st.lists(st.sampled_from([f"/{WWID}/\n", f"/{OTHER}/\n", "# c\n", f"#/{WWID}/\n", f"/{WWID}0/\n", "\n"])))
def test_other_lines_of_the_wwids_file_stay(lines: list[str]) -> None:
    text = "".join(lines)
    written = multipath_wwids.with_commented(text, WWID)
    assert WWID not in multipath_wwids.wwids_of(written)
    assert multipath_wwids.without_commented(written, WWID) == text
