"""What a host is told beside its readiness."""

import pytest

from kdump.advice import HostFacts, advice_for
from kdump.generations import Generation, generation_of
from kdump.platforms import platform_named
from kdump.units import GIB, MIB

EVERY = (
    *("rhel-5.11", "rhel-6.2", "rhel-6.10", "rhel-7.9", "rhel-8.0", "rhel-8.10", "rhel-9.0", "rhel-9.4", "rhel-9.7"),
    *("rhel-10.0", "sles-15.7", "sles-16.0", "debian-12"),
)
EVERYTHING = HostFacts(
    memory_bytes=4096 * GIB,
    storage=("ext4", "lvm-thin", "luks", "multipath", "fcoe-software"),
    drivers=("hpsa",),
    target="ssh",
    graphical_console=True,
    clustered=True,
    dump_failed=True,
    out_of_memory=True,
    early_kdump=True,
    fadump=True,
)


def texts(name: str, facts: HostFacts) -> dict[str, str]:
    return {advice.topic: advice.text for advice in advice_for(platform_named(name), facts)}


@pytest.mark.parametrize("name", EVERY)
def test_of_a_host_nothing_is_known_of_nothing_is_said(name: str) -> None:
    assert advice_for(platform_named(name), HostFacts()) == []


@pytest.mark.parametrize("name", EVERY)
def test_every_advice_is_whole_sentences_with_a_source_and_each_topic_stands_once(name: str) -> None:
    advice = advice_for(platform_named(name), EVERYTHING)
    topics = [each.topic for each in advice]
    assert len(topics) == len(set(topics)) >= 6
    for each in advice:
        assert each.source
        assert each.text.endswith(".")
        assert each.text[0].isupper()
        assert "{" not in each.text


def test_hpsa_by_release() -> None:
    facts = HostFacts(drivers=("hpsa", "ext4"))
    assert "newest kexec-tools" in texts("rhel-5.11", facts)["hpsa"]
    assert "2.0.0-174" in texts("rhel-6.10", facts)["hpsa"]
    assert texts("rhel-7.9", facts) == {}


def test_memory_debugging_by_release() -> None:
    facts = HostFacts(out_of_memory=True)
    assert texts("rhel-6.2", facts) == {}
    assert "debug_mem_level 3" in texts("rhel-6.3", facts)["memory debugging"]
    assert "rd.memdebug=3" in texts("rhel-7.9", facts)["memory debugging"]
    assert texts("debian-12", facts) == {}


def test_much_memory_begins_at_a_terabyte_and_is_told_with_the_number() -> None:
    assert texts("rhel-9.4", HostFacts(memory_bytes=1023 * GIB)) == {}
    assert "With 1 TiB" in texts("rhel-9.4", HostFacts(memory_bytes=1024 * GIB))["much memory"]


def test_the_memory_of_an_encrypted_target_is_told_where_it_is_known() -> None:
    measured = HostFacts(storage=("xfs", "luks"), luks_bytes=1331 * MIB)
    assert "1.3 GiB with argon2" in texts("rhel-10.0", measured)["encrypted target"]
    assert "about a gigabyte" in texts("rhel-10.0", HostFacts(storage=("xfs", "luks")))["encrypted target"]


def test_only_dumps_over_ssh_are_slow_for_one_processor() -> None:
    assert "one processor" in texts("rhel-9.4", HostFacts(target="ssh"))["speed over SSH"]
    assert texts("rhel-9.4", HostFacts(target="nfs")) == {}


def test_there_is_no_advice_where_there_is_no_kdump() -> None:
    assert generation_of(platform_named("rhel-4")) is Generation.NETDUMP
    assert advice_for(platform_named("rhel-4"), EVERYTHING) == []
