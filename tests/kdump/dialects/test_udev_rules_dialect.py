import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from kdump.dialects.udev_rules import RECONSTRUCTED, NamedDisk, parse, render
from kdump.errors import refusals_in

WWID = "3600508b400105e210000900000490000"


def test_one_rule_names_the_partitions_of_one_disk() -> None:
    rule = render(NamedDisk(wwid=WWID)).splitlines()[-1]
    assert rule == (
        'KERNEL=="sd*[0-9]", BUS=="scsi", PROGRAM=="/sbin/scsi_id -g -u -s /block/%P", '
        f'RESULT=="{WWID}", SYMLINK+="crashsan%n"'
    )
    assert NamedDisk(wwid=WWID).partition(1) == "/dev/crashsan1"


def test_the_rule_says_that_it_is_reconstructed() -> None:
    assert RECONSTRUCTED


@given(
    st.from_regex(r"[A-Za-z0-9][A-Za-z0-9_.:+-]{3,40}", fullmatch=True),
    st.from_regex(r"crash[a-z0-9_-]{0,20}[a-z]", fullmatch=True),
)
def test_what_is_rendered_is_read_back_the_same(wwid: str, name: str) -> None:
    disk = NamedDisk(wwid=wwid, name=name)
    assert parse(render(disk)) == (disk,)


def test_rules_written_by_hand_are_read() -> None:
    text = (
        f'# KERNEL=="sd*", PROGRAM=="/sbin/scsi_id -g", RESULT=="{WWID}", SYMLINK+="no%n"\n'
        'KERNEL=="sd*", BUS=="scsi", SYSFS{vendor}=="X", NAME="x%n"\n'
        'KERNEL=="sd*", \\\n  BUS=="scsi", PROGRAM="/sbin/scsi_id -g -u -s %p", '
        f'RESULT=="{WWID}", SYMLINK+="dumpdisk$number"\n'
        'KERNEL=="sd*1", PROGRAM=="/sbin/scsi_id -g", RESULT=="3600*", SYMLINK+="pattern%n"\n'
        f'KERNEL=="sd*1", PROGRAM=="/sbin/scsi_id -g", RESULT=="{WWID}", SYMLINK+="fixed"\n'
    )
    assert parse(text) == (NamedDisk(wwid=WWID, name="dumpdisk"),)


@pytest.mark.parametrize(
    ("change", "setting"),
    [
        ({"wwid": "3600*"}, "wwid"),
        ({"wwid": '3600"'}, "wwid"),
        ({"name": "crash1"}, "name"),
        ({"name": "sd"}, "name"),
        ({"name": "sda"}, "name"),
        ({"name": "mapper"}, "name"),
        ({"name": "a/b"}, "name"),
        ({"name": 'a"b'}, "name"),
        ({"name": ""}, "name"),
    ],
)
def test_what_udev_would_read_otherwise_is_refused(change: dict[str, object], setting: str) -> None:
    with pytest.raises(ValidationError) as error:
        NamedDisk.model_validate({"wwid": WWID, **change})
    assert [refusal.setting for refusal in refusals_in(error.value)] == [setting]


@given(st.text(max_size=60))
def test_no_text_at_all_breaks_the_reader(text: str) -> None:
    assert parse(text) == ()
