"""What hand-written files of any release say of how the dump is made: ``core_collector``, and its absence."""

import pytest

from kdump.configuration import configuration_from
from kdump.dialects.kdump_conf import parse
from kdump.generations import Generation

EL5, EL6_0, EL6_3, EL7 = Generation.EL5, Generation.EL6_0, Generation.EL6_3, Generation.EL7
KDUMP_UTILS = Generation.KDUMP_UTILS
LOCAL = {"kind": "local", "path": "/var/crash"}


@pytest.mark.parametrize(
    ("line", "level", "compression"),
    [("dd bs=1M", 0, "none"), ("sh -c id", 0, "none"), ("makedumpfile -l -d 17 -x '/v'", 17, "lzo")],
)
def test_a_collector_that_must_not_be_carried_is_told_with_what_comes_nearest(
    line: str, level: int, compression: str
) -> None:
    parsed = parse(f"nfs nas:/export\ncore_collector {line}\n", EL7)
    assert parsed.configuration is not None
    assert (parsed.configuration.dump_level, parsed.configuration.compression) == (level, compression)
    (sentence,) = parsed.lost
    assert sentence.startswith("line 2: options.core_collector: ")
    assert sentence.endswith(f"makedumpfile with level {level} and compression {compression!r}")


@pytest.mark.parametrize(
    ("generation", "level", "compression"),
    [(EL5, 0, "none"), (EL6_0, 31, "zlib"), (EL6_3, 31, "zlib"), (EL7, 31, "lzo"), (KDUMP_UTILS, 31, "lzo")],
)
def test_without_a_collector_each_release_does_its_own(generation: Generation, level: int, compression: str) -> None:
    for text in ("", "core_collector\n"):
        configuration = parse(text, generation).configuration
        assert configuration == configuration_from({"target": LOCAL, "dump_level": level, "compression": compression})


@pytest.mark.parametrize(
    ("target", "level", "compression"),
    [
        ("net nas:/export", 31, "zlib"),
        ("ext4 /dev/sda3", 31, "zlib"),
        ("raw /dev/sda3", 0, "none"),
        ("net kdump@nas", 0, "none"),
    ],
)
def test_without_a_collector_6_0_leaves_out_pages_where_the_dump_becomes_a_file(
    target: str, level: int, compression: str
) -> None:
    parsed = parse(f"{target}\n", EL6_0)
    assert parsed.configuration is not None
    assert (parsed.configuration.dump_level, parsed.configuration.compression) == (level, compression)
    assert bool(parsed.lost) is (level == 0)


@pytest.mark.parametrize(("generation", "level", "compression"), [(EL5, 0, "none"), (EL6_0, 31, "zlib")])
def test_without_a_target_old_releases_have_a_way_of_their_own_and_other_lines_are_told(
    generation: Generation, level: int, compression: str
) -> None:
    parsed = parse("path /srv\ncore_collector makedumpfile -d 17\n", generation)
    assert parsed.configuration == configuration_from(
        {"target": LOCAL, "dump_level": level, "compression": compression}
    )
    assert sorted(sentence.partition(": ")[0] for sentence in parsed.lost) == ["line 1", "line 2"]
    assert all("no effect without a line that names the target" in sentence for sentence in parsed.lost)


def test_what_6_0_does_anyway_may_stand_in_the_file() -> None:
    assert parse("path /var/crash\ncore_collector makedumpfile -c --message-level 1 -d 31\n", EL6_0).lost == []


@pytest.mark.parametrize(
    ("generation", "target", "line", "level", "compression"),
    [
        (EL5, "net nas:/x", "makedumpfile -d 17", 17, "none"),
        (EL6_0, "net nas:/x", "makedumpfile -d31 -c --message-level 1", 31, "zlib"),
        (EL6_3, "", "makedumpfile -d 1 -c --message-level 1 -d 31", 31, "zlib"),
        (EL7, "", "makedumpfile -l -c --message-level 1 -d 031", 31, "zlib"),
        (EL7, "ssh kdump@nas", "makedumpfile -F -p -d 1 --message-level 1", 1, "snappy"),
        (KDUMP_UTILS, "raw /dev/sdb", "makedumpfile --message-level 7 -z -F -d 0", 0, "zstd"),
    ],
)
def test_a_collector_in_another_order_says_the_same(
    generation: Generation, target: str, line: str, level: int, compression: str
) -> None:
    parsed = parse(f"{target}\ncore_collector {line}\n", generation)
    assert parsed.configuration is not None
    assert (parsed.configuration.dump_level, parsed.configuration.compression) == (level, compression)
    assert "core_collector" not in parsed.options


@pytest.mark.parametrize(
    "line",
    [
        "cp --sparse=always",
        "makedumpfile -c",
        "makedumpfile -l --message-level 31 -d 31",
        "makedumpfile -l --message-level 1 -d 17,31",
        "makedumpfile -l --message-level 1 -d",
        "makedumpfile -l --message-level 1 -d 99999999999999999999",
        "makedumpfile -z --message-level 1 -d 31",
        "makedumpfile -l --message-level 1 -d 99",
        "makedumpfile -F -l --message-level 1 -d 31",
    ],
)
def test_any_other_collector_stays_as_it_is(line: str) -> None:
    parsed = parse(f"core_collector {line}\n", EL7)
    assert parsed.options == {"core_collector": line}
    assert parsed.lost == []


@pytest.mark.parametrize("line", ["makedumpfile -cd 31 --message-level=1", "makedumpfile -cd31 --message-level 1"])
def test_bundled_options_are_read_as_getopt_reads_them(line: str) -> None:
    said = parse(f"nfs vault:/dumps\ncore_collector {line}\n", Generation.EL6_3)
    assert said.configuration is not None
    assert (said.configuration.dump_level, said.configuration.compression) == (31, "zlib")
    assert "core_collector" not in said.options
