"""What a finding says: the line, what the tool makes of it, and a replacement that is accepted."""

import re

import pytest

from kdump.errors import Refusal
from kdump.platforms import platform_named
from kdump.verdicts.judge import verdict
from kdump.verdicts.node import Node

RELEASES = (
    "rhel-5.11",
    "rhel-6.2",
    "rhel-6.9",
    "rhel-7.9",
    "rhel-8.0",
    "rhel-8.6",
    "rhel-9.0",
    "rhel-9.4",
    "rhel-10.0",
)


@pytest.mark.parametrize(
    ("platform", "line"),
    [
        ("rhel-6.2", "nfs vault:/dumps"),
        ("rhel-6.2", "ssh kdump@vault"),
        ("rhel-7.9", "net vault:/dumps"),
        ("rhel-7.9", "net kdump@vault"),
        ("rhel-7.9", " path /dumps"),
        ("rhel-7.9", "failure_action poweroff"),
        ("rhel-8.0", "failure_action poweroff"),
        ("rhel-8.6", "Path /dumps"),
        ("rhel-8.6", "force_rebuild yes"),
        ("rhel-9.4", "default rebooot"),
        ("rhel-9.4", "final_action powerof"),
        ("rhel-9.4", "nfs4 vault:/dumps"),
        ("rhel-9.4", "ssh vault"),
        ("rhel-10.0", "ssh kdump@Vault"),
        ("rhel-10.0", "ssh kdump@192.0.2.010"),
    ],
)
def test_the_line_that_it_tells_to_write_is_accepted(platform: str, line: str) -> None:
    said = verdict(f"{line}\n", platform_named(platform))
    assert [finding.line for finding in said.refused[:1]] == [1]
    written = re.search(r"'([a-z_0-9]+(?: [^']+)?)'", said.refused[0].instead)
    assert written, said.refused[0].instead
    value = line.split()[-1]
    replacement = written[1] if " " in written[1] else f"{written[1]} {value}"
    assert verdict(f"{replacement}\n", platform_named(platform)).accepted, replacement


@pytest.mark.parametrize("platform", [release for release in RELEASES if not release.startswith(("rhel-5", "rhel-6"))])
@pytest.mark.parametrize("target", ["ssh kdump@vault", "raw /dev/sdb1"])
def test_a_collector_for_a_stream_is_told_where_its_option_goes(platform: str, target: str) -> None:
    text = f"{target}\ncore_collector makedumpfile -l --message-level 1 -d 31\n"
    (finding,) = verdict(text, platform_named(platform)).refused
    assert (finding.line, finding.option) == (2, "core_collector")
    assert finding.instead == "Write 'core_collector makedumpfile -F -l --message-level 1 -d 31'"


@pytest.mark.parametrize("platform", RELEASES)
def test_a_plain_file_is_accepted_everywhere(platform: str) -> None:
    said = verdict("# nothing but comments\n\n", platform_named(platform))
    assert (said.accepted, said.warned) == (True, ())


def test_a_node_that_only_looks_like_the_host_is_explained() -> None:
    node = Node(host_name="node1", addresses=("10.0.0.12",))
    (finding,) = verdict("fence_kdump_nodes 10.0.0.1\n", platform_named("rhel-7.9"), node).refused
    assert "finds it in 10.0.0.12, and takes it for the host itself" in finding.message
    assert "the name of that node" in finding.instead
    assert verdict("fence_kdump_nodes 10.0.0.1\n", platform_named("rhel-8.6"), node).accepted, "8 looks at the end only"


def test_every_refusal_is_told_not_only_the_first() -> None:
    text = "net vault:/dumps\npath\nspelling mistake\nforce_rebuild 2\n"
    assert [f.line for f in verdict(text, platform_named("rhel-9.4")).refused] == [1, 2, 3, 4]


def test_what_mkdumprd_never_sees_is_a_warning() -> None:
    said = verdict("ssh vault\nforce_no_rebuild 1\n", platform_named("rhel-8.6"))
    assert said.accepted
    assert [finding.line for finding in said.warned] == [1]


def test_a_raw_target_on_power_is_told_of_its_firmware() -> None:
    (warned,) = verdict("raw /dev/sdb1\n", platform_named("rhel-8.6", "ppc64le")).warned
    assert "refuses the file" in warned.message
    (warned,) = verdict("raw /dev/sdb1\n", platform_named("rhel-9.4", "ppc64le")).warned
    assert "leaves opalcore out" in warned.message
    assert verdict("raw /dev/sdb1\n", platform_named("rhel-9.4")).warned == ()


@pytest.mark.parametrize("platform", ["debian-12", "sles-15.7", "rhel-4.9"])
def test_a_platform_without_such_a_file_is_refused(platform: str) -> None:
    with pytest.raises(Refusal, match=r"There is no /etc/kdump\.conf"):
        verdict("path /dumps\n", platform_named(platform))


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("nfs vault", "no export"),
        ("ssh kdump@vault:/dumps", "taken for a part of the host's name"),
        ("path var/crash", "found nowhere"),
        ("core_collector makdumpfile -l -d 31", "no such command"),
    ],
)
@pytest.mark.parametrize("platform", ["rhel-7.9", "rhel-8.6", "rhel-9.4"])
def test_what_is_accepted_and_still_cannot_work_is_a_warning(platform: str, line: str, said: str) -> None:
    verdict_on_it = verdict(f"{line}\n", platform_named(platform))
    assert verdict_on_it.accepted
    (warned,) = verdict_on_it.warned
    assert said in warned.message


@pytest.mark.parametrize(
    "line",
    [
        "nfs [2001:db8::5]:/dumps",
        "ssh kdump@2001:db8::5",
        "ssh kdump@vault",
        "path /",
        "core_collector cp --sparse=always",
    ],
)
def test_what_works_is_no_doubt(line: str) -> None:
    assert verdict(f"{line}\n", platform_named("rhel-8.6")).warned == ()


def test_release_7_asks_nobody_about_parameters_so_the_reader_is_told() -> None:
    said = verdict("core_collector makedumpfile -d 99\n", platform_named("rhel-7.9"))
    assert said.accepted
    assert "not between 0 and 31" in said.warned[0].message
