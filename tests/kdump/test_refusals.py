"""Every refusal says setting, found, needed, what to write instead, and why."""

import copy
import pickle

import pytest
from pydantic import BaseModel, ConfigDict, ValidationError

from kdump.configuration import configuration_from
from kdump.errors import Refusal, refusals_in, shown
from kdump.targets import Target, target_from

REFUSAL = Refusal("target.path", "x\ny", "a path", "Write '/var/crash'", "Because")


class Outer(BaseModel):
    model_config = ConfigDict(extra="forbid")
    dump_target: Target
    level_of_dump: int


def test_a_refusal_reads_as_one_group_of_sentences() -> None:
    assert str(REFUSAL) == r"target.path: found 'x\ny', needed a path. Write '/var/crash'. Because."


def test_a_refusal_is_a_value_error_that_survives_pickling_and_copying() -> None:
    assert isinstance(REFUSAL, ValueError)
    for twin in (pickle.loads(pickle.dumps(REFUSAL)), copy.copy(REFUSAL)):
        assert str(twin) == str(REFUSAL)
        assert (twin.setting, twin.found, twin.needed) == (REFUSAL.setting, REFUSAL.found, REFUSAL.needed)


def test_a_refusal_can_be_named_from_further_out() -> None:
    assert REFUSAL.within("hosts.web1").setting == "hosts.web1.target.path"


def test_a_found_value_never_breaks_the_line_nor_fills_the_screen() -> None:
    text = shown("é\x1b[31m" + "a" * 5000)
    assert text.isascii()
    assert text.isprintable()
    assert len(text) < 200


def test_the_findings_of_a_model_come_in_the_words_of_the_settings() -> None:
    with pytest.raises(ValidationError) as caught:
        Outer.model_validate({"dump_target": {"kind": "local", "path": "a b"}, "level_of_dump": "x", "other": 1})
    refusals = refusals_in(caught.value, "hosts.web1")
    assert [refusal.setting for refusal in refusals] == [
        "hosts.web1.dumpTarget.local.path",
        "hosts.web1.levelOfDump",
        "hosts.web1.other",
    ]
    assert refusals[0].found == "a b"
    assert "correct its spelling" in refusals[2].instead


@pytest.mark.parametrize(
    ("value", "setting", "found"),
    [
        ({"kind": "nfs", "server": "vault"}, "target.export", None),
        ({"kind": "filesystem", "device": "UUID=1a2b"}, "target.filesystem", None),
        ({"kind": "raw", "device": "/dev/sdb1", "fstype": "xfs"}, "target.fstype", "xfs"),
        ({"kind": "zfs"}, "target.kind", "zfs"),
        ({"path": "/x"}, "target", {"path": "/x"}),
        ({"kind": "nfs", "server": "a b", "export": "/x"}, "target.server", "a b"),
        ({"kind": "local", "path": "/x", "server": "y"}, "target.server", "y"),
    ],
)
def test_a_target_is_refused_by_the_name_of_its_part(value: dict[str, str], setting: str, found: object) -> None:
    with pytest.raises(Refusal) as caught:
        target_from(value)
    assert caught.value.setting == setting
    if found is not None:
        assert caught.value.found == found


@pytest.mark.parametrize(
    ("change", "setting"),
    [
        ({"dump_level": 32}, "dumpLevel"),
        ({"dump_level": -1}, "dumpLevel"),
        ({"dump_level": "31"}, "dumpLevel"),
        ({"compression": "gzip"}, "compression"),
        ({"options": {"a-b": "1"}}, "options"),
        ({"options": {"KEY": "two\nlines"}}, "options.KEY"),
        ({"options": {"KEY": "schön"}}, "options.KEY"),
        ({"target": {"kind": "local", "path": "/var/crash/"}}, "target.path"),
        ({"extra": 1}, "extra"),
    ],
)
def test_a_configuration_is_refused_by_the_name_of_its_setting(change: dict[str, object], setting: str) -> None:
    with pytest.raises(Refusal) as caught:
        configuration_from({"target": {"kind": "local", "path": "/var/crash"}, **change})
    assert caught.value.setting == setting


def test_models_are_frozen() -> None:
    configuration = configuration_from({"target": {"kind": "local", "path": "/var/crash"}})
    with pytest.raises(ValidationError):
        configuration.dump_level = 1


def test_keys_of_the_platforms_own_file_are_spelt_as_there() -> None:
    with pytest.raises(Refusal) as refused:
        configuration_from({"target": {"kind": "local", "path": "/var/crash"}, "options": {"force_rebuild": ["1"]}})
    assert refused.value.setting == "options.force_rebuild"
