"""What RHEL 5's and RHEL 6's mkdumprd accept in /etc/kdump.conf, though not as it was meant."""

from __future__ import annotations

import pytest

from kdump.generations import Generation
from kdump.verdicts import el6

EL5, EL6_0, EL6_3 = Generation.EL5, Generation.EL6_0, Generation.EL6_3


def advice(text: str, generation: Generation) -> list[str]:
    """What to write instead of each line of *text* that is accepted with a warning; none may be refused."""
    assert el6.refused(text, generation) == []
    return [finding.instead for finding in el6.warned(text, generation)]


@pytest.mark.parametrize(
    ("text", "generation", "expected"),
    [
        ("net server.example.com:/x", EL6_3, "Write 'nfs server.example.com:/x'"),
        ("net kdump@server.example.com", EL6_3, "Write 'ssh kdump@server.example.com'"),
        ("nfs kdump@server.example.com", EL6_3, "Write 'ssh kdump@server.example.com'"),
        (
            "ssh kdump@server.example.com:/dumps",
            EL6_3,
            "Write 'ssh kdump@server.example.com', and 'path /dumps' on a line of its own",
        ),
        (
            "net kdump@server.example.com:/dumps",
            EL6_0,
            "Write 'net kdump@server.example.com', and 'path /dumps' on a line of its own",
        ),
        ("ext4 LABEL=a#b", EL6_3, "Write a value without '#', or put the comment on a line of its own"),
        ("link_delay 60 # s", EL6_0, "Put the comment on a line of its own, and write 'link_delay 60'"),
        ("extra_bins /a # b # c", EL6_3, "Put the comment on a line of its own, and write 'extra_bins /a'"),
        ("path /a\r", EL6_3, "Save the file with Unix line ends, without carriage returns"),
        ("path /a\npath /b", EL6_3, "Keep one of the two lines"),
        ("disk_timeout long", EL6_3, "Write 'disk_timeout 180'"),
        ("kdump_post x.sh", EL6_3, "Write the whole path, as in 'kdump_post /usr/local/bin/x.sh'"),
        ("default halt", EL6_0, "Name a target, such as 'ext4 /dev/sda3', or remove the line"),
        (
            "ext3 /dev/sda3\ndefault poweroff",
            EL5,
            "Write 'default reboot', or another of reboot, halt, shell",
        ),
        ("sshkey /k # key", EL6_3, "Write 'sshkey /k', with nothing behind it"),
        ("Kdump_not_supported_on_Xen_domU_guest", EL6_3, "Remove the line"),
        ("blacklist radeon.ko", EL6_3, "Write 'blacklist radeon'"),
        (" options bonding mode=1", EL6_3, "Write 'options bonding mode=1'"),
        ("options\tbonding mode=1", EL6_0, "Write 'options bonding mode=1'"),
        ("force_rebuild  1", EL6_3, "Write 'force_rebuild 1'"),
        ("force_rebuild yes", EL6_3, "Write 'force_rebuild 1'"),
        ("fence_kdump_nodes\tn1 n2", EL6_3, "Write 'fence_kdump_nodes n1 n2'"),
        (
            "fence_kdump_args -p 7410",
            EL6_3,
            "Add a line such as 'fence_kdump_nodes node1 node2', or remove this one",
        ),
        ("fence_kdump_nodes fd00::1", EL6_3, "Write the names of the nodes, or their IPv4 addresses"),
        ("options bonding mode=1", EL5, "Update kexec-tools first, or remove the line"),
        ("ext4 /dev/sda3", EL5, "Use ext3, or update first"),
        ("minix /dev/sda3", EL6_0, "Use ext4"),
    ],
)
def test_a_warning_says_what_to_write(text: str, generation: Generation, expected: str) -> None:
    assert expected in advice(f"{text}\n", generation)


@pytest.mark.parametrize(
    ("text", "generation", "expected"),
    [
        ("core_collector", EL6_3, "Write 'core_collector makedumpfile -c --message-level 1 -d 31'"),
        ("core_collector makedumpfile -F -d 31", EL6_3, "Write 'core_collector makedumpfile -d 31'"),
        ("core_collector /usr/sbin/makedumpfile -d 31", EL6_3, "Write 'core_collector makedumpfile -d 31'"),
        ("core_collector makedumpfle -d 31", EL6_3, "Write 'core_collector makedumpfile -d 31'"),
        ("core_collector cp --sparse=always", EL6_3, "Add 'extra_bins /bin/cp'"),
        (
            "ssh kdump@server.example.com\ncore_collector cat",
            EL6_3,
            "Write 'core_collector makedumpfile -c --message-level 1 -d 31', or 'core_collector scp'",
        ),
        (
            "net kdump@server.example.com\ncore_collector scp",
            EL6_0,
            "Write 'core_collector makedumpfile -c --message-level 1 -d 31'",
        ),
        (
            "net kdump@server.example.com\ncore_collector scp",
            EL5,
            "Write 'core_collector makedumpfile -c --message-level 1 -d 31'",
        ),
        (
            "raw /dev/sda5\ncore_collector cat",
            EL6_3,
            "Write 'core_collector makedumpfile -c --message-level 1 -d 31'",
        ),
    ],
)
def test_a_collector_that_does_not_fit_the_target_is_warned_of(
    text: str, generation: Generation, expected: str
) -> None:
    assert advice(f"{text}\n", generation) == [expected]


@pytest.mark.parametrize(
    "text",
    [
        "raw /dev/sda5\ncore_collector makedumpfile -F -c -d 31",
        "ssh kdump@server.example.com\ncore_collector scp",
        "core_collector cp",
        "core_collector cp --sparse=always\nextra_bins /bin/cp",
    ],
)
def test_a_collector_that_fits_is_left_alone(text: str) -> None:
    assert advice(f"{text}\n", EL6_3) == []


def test_refused_lines_are_not_warned_of_too() -> None:
    assert el6.warned("kdump_post x.sh --now\n", EL6_3) == []


def test_a_backslash_at_the_end_of_a_hidden_line_is_no_riddle() -> None:
    findings = el6.warned("# a \\\npath /dumps \\\n# c\n", Generation.EL6_3)
    assert [(finding.line, finding.option) for finding in findings] == [(2, "path")]


@pytest.mark.parametrize(
    ("line", "generation"),
    [
        ("path /srv", EL5),
        ("path /srv", EL6_0),
        ("core_collector makedumpfile -c --message-level 1 -d 31", EL5),
        ("core_collector makedumpfile -c --message-level 1 -d 17", EL6_0),
        ("core_collector cp", EL6_0),
    ],
)
def test_lines_without_effect_for_want_of_a_target_are_warned_of(line: str, generation: Generation) -> None:
    (finding,) = el6.warned(f"{line}\n", generation)
    assert "without a target the line has no effect" in finding.message
    assert finding.instead.startswith("Name the filesystem as a target, such as 'ext")
    target = "ext3 /dev/sda3\nextra_bins /bin/cp\n"
    assert el6.warned(f"{target}{line}\n", generation) == []


@pytest.mark.parametrize(
    ("line", "generation"),
    [
        ("path /var/crash", EL5),
        ("path /var/crash/", EL6_0),
        ("core_collector cp --sparse=always", EL5),
        ("core_collector makedumpfile -d 31 -c --message-level 1", EL6_0),
        ("path /srv", EL6_3),
        ("core_collector makedumpfile -d 17", EL6_3),
    ],
)
def test_lines_that_say_what_is_done_anyway_are_left_alone(line: str, generation: Generation) -> None:
    assert el6.warned(f"{line}\n", generation) == []
