import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from kdump.dialects.fstab import Entry, entry_at, parse, render, with_entry, without_entry
from kdump.errors import Refusal, refusals_in

CRASH = Entry(device="/dev/crashsan1", mount_point="/var/crashsan", fstype="ext3")
HAND_WRITTEN = """\
# /etc/fstab of a host
/dev/VolGroup00/LogVol00 /\text3    defaults        1 1
LABEL=/boot             /boot                   ext3    defaults        1 2
  UUID=0a1b  /mnt/my\\040dumps/  ext4 rw,noatime
tmpfs                   /dev/shm                tmpfs   defaults        0 0
LABEL=SWAP-sda2         swap                    swap    defaults        0 0
/srv/a /srv/b none bind
nonsense
"""

parts = st.text(st.characters(min_codepoint=32, max_codepoint=126, exclude_characters="/"), min_size=1).filter(
    lambda part: part not in (".", "..")
)
entries = st.builds(
    Entry,
    device=st.text(st.characters(min_codepoint=32, max_codepoint=126), min_size=1),
    mount_point=st.lists(parts, max_size=3).map(lambda names: "/" + "/".join(names)),
    fstype=st.sampled_from(["ext3", "ext4", "xfs", "nfs4"]),
    options=st.lists(st.sampled_from(["defaults", "nofail", "ro", "x=1", "#"]), min_size=1).map(tuple),
    dump=st.sampled_from([0, 1]),
    check=st.sampled_from([0, 1, 2]),
)
texts = st.lists(st.sampled_from(["\n", "#", " ", "\t", "/", "a", "\\040", "\r", "/dev/sdb1 /data ext4\n", "0"])).map(
    "".join
)


def test_a_line_has_six_fields() -> None:
    assert render(CRASH) == "/dev/crashsan1 /var/crashsan ext3 defaults 0 0"


@given(entries)
def test_what_is_rendered_is_read_back_the_same(entry: Entry) -> None:
    line = render(entry)
    assert "\n" not in line
    assert parse(line + "\n") == [entry]


def test_a_hand_written_file_is_read_as_mount_reads_it() -> None:
    assert [(e.device, e.mount_point, e.fstype, e.check) for e in parse(HAND_WRITTEN)] == [
        ("/dev/VolGroup00/LogVol00", "/", "ext3", 1),
        ("LABEL=/boot", "/boot", "ext3", 2),
        ("UUID=0a1b", "/mnt/my dumps", "ext4", 0),
        ("tmpfs", "/dev/shm", "tmpfs", 0),
        ("/srv/a", "/srv/b", "none", 0),
    ]
    assert entry_at(HAND_WRITTEN, "/mnt/my dumps/") == parse(HAND_WRITTEN)[2]
    assert entry_at(HAND_WRITTEN, "/var/crashsan") is None


def test_a_new_line_goes_to_the_end() -> None:
    assert with_entry(HAND_WRITTEN, CRASH) == HAND_WRITTEN + render(CRASH) + "\n"


def test_an_old_line_is_replaced_where_it_stands() -> None:
    text = "a\n/dev/sdq1 /var/crashsan/ ext4 ro 0 0\n/dev/b /b ext4\n"
    assert with_entry(text, CRASH) == f"a\n{render(CRASH)}\n/dev/b /b ext4\n"
    assert with_entry(text.rstrip("\n"), CRASH).endswith("/dev/b /b ext4")


def test_a_line_that_says_the_same_in_other_words_stays() -> None:
    text = "/dev/crashsan1\t/var/crashsan \text3"
    assert with_entry(text, CRASH) == text


@given(texts, entries)
def test_every_other_byte_stays_and_comes_back(text: str, entry: Entry) -> None:
    try:
        present = entry_at(text, entry.mount_point)
        written = with_entry(text, entry)
    except Refusal:
        return
    assert entry_at(written, entry.mount_point) == entry
    assert with_entry(written, entry) == written
    if present is None:
        assert without_entry(written, entry.mount_point) == text
        assert without_entry(text, entry.mount_point) == text


def test_a_mount_point_with_two_lines_is_refused() -> None:
    text = "/dev/a /x ext4\n# comment\n/dev/b /x/ ext4\n"
    for change in (lambda: entry_at(text, "/x"), lambda: without_entry(text, "/x")):
        with pytest.raises(Refusal, match="lines 1, 3"):
            change()
    with pytest.raises(Refusal, match="lines 1, 3"):
        with_entry(text, CRASH.model_copy(update={"mount_point": "/x"}))


def test_a_device_that_is_mounted_elsewhere_already_is_refused() -> None:
    with pytest.raises(Refusal, match="'/dumps', where /etc/fstab mounts /dev/crashsan1"):
        with_entry("/dev/crashsan1 /dumps ext3\n", CRASH)
    assert with_entry("/dev/crashsan1 /dumps btrfs subvol=a\n", CRASH).count("\n") == 2


def test_a_line_that_cannot_be_read_is_not_taken_for_none() -> None:
    with pytest.raises(Refusal, match="fstab"):
        entry_at("/dev/a /x\n", "/x")
    with pytest.raises(Refusal, match="fstab"):
        entry_at("/dev/a /x ext4 defaults 7 7\n", "/x")


@pytest.mark.parametrize(
    ("change", "setting"),
    [
        ({"device": ""}, "device"),
        ({"device": "/dev/a\n/dev/b"}, "device"),
        ({"device": "/dev/\u00e9"}, "device"),
        ({"mount_point": "swap"}, "mountPoint"),
        ({"mount_point": "/a/../b"}, "mountPoint"),
        ({"mount_point": "/a/"}, "mountPoint"),
        ({"fstype": "ext 4"}, "fstype"),
        ({"options": ()}, "options"),
        ({"options": ("a b",)}, "options"),
        ({"options": ("a,b",)}, "options"),
        ({"check": 3}, "check"),
    ],
)
def test_what_mount_would_read_otherwise_is_refused(change: dict[str, object], setting: str) -> None:
    with pytest.raises(ValidationError) as error:
        Entry.model_validate({**CRASH.model_dump(), **change})
    assert [refusal.setting for refusal in refusals_in(error.value)] == [setting]


@given(st.text(max_size=60))
def test_no_text_at_all_breaks_the_reader(text: str) -> None:
    assert all(entry.mount_point.startswith("/") for entry in parse(text))
