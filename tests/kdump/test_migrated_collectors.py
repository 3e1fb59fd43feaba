"""How an old host made its dump, on the new platform: the line of its own, or level and compression instead of it."""

import pytest
from migrated_files import moved, settings_lines

SCRUBBED = "makedumpfile -c -d 31 -x /usr/lib/debug/vmlinux --config /etc/scrub.conf"


@pytest.mark.parametrize("target", ["ssh kdump@nas", "raw /dev/sdb1"])
@pytest.mark.parametrize("new", ["rhel-7.9", "rhel-8.6", "rhel-10.0"])
def test_a_line_with_further_options_is_kept_for_targets_that_are_no_file(target: str, new: str) -> None:
    migration = moved(f"{target}\ncore_collector {SCRUBBED}\n", "rhel-6.9", new)
    assert f"core_collector {SCRUBBED} -F" in settings_lines(migration)
    assert any("it has -F now" in sentence for sentence in migration.lost)


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ("rhel-6.9", "rhel-9.4", "makedumpfile -c -d 17 -x /v --config /etc/scrub.conf --split"),
        ("rhel-9.4", "debian-12", "makedumpfile -F -c -d 17 -x /v --config /etc/scrub.conf"),
        ("rhel-9.4", "sles-15-sp6", "makedumpfile -F -c -d 17 -x /v --eppic /etc/scrub.c"),
    ],
)
def test_words_that_are_lost_are_named_and_that_secrets_come_back(old: str, new: str, words: str) -> None:
    migration = moved(f"ssh kdump@nas\ncore_collector {words}\n", old, new)
    assert migration.configuration is not None
    assert (migration.configuration.dump_level, migration.configuration.compression) == (17, "zlib")
    lost = words.partition(" 17 ")[2]
    assert f"So dumpLevel is 17 and compression 'zlib', and nothing says '{lost}' any more" in migration.lost
    assert "What that erased from the dump, such as keys and passwords, will be in it" in migration.lost


def test_of_several_levels_the_one_that_makedumpfile_takes_is_moved() -> None:
    migration = moved("nfs nas:/x\ncore_collector makedumpfile -d 31 -c -d 1\n", "rhel-6.9", "rhel-9.4")
    assert "core_collector makedumpfile -c --message-level 7 -d 1" in settings_lines(migration)
    migration = moved("nfs nas:/x\ncore_collector makedumpfile -c -d 17,31\n", "rhel-6.9", "debian-12")
    assert 'MAKEDUMP_ARGS="-c -d 17"' in settings_lines(migration)
    assert any("nothing says '-d 17,31' any more" in sentence for sentence in migration.lost)


def test_a_command_that_may_not_be_carried_copied_everything_and_so_does_what_is_written() -> None:
    migration = moved("nfs nas:/x\ncore_collector dd bs=1M\n", "rhel-7.9", "rhel-9.4")
    assert settings_lines(migration)[-1] == "core_collector makedumpfile --message-level 7 -d 0"
    (sentence,) = migration.lost
    assert "'dd bs=1M'" in sentence
    assert "level 0 and compression 'none'" in sentence
