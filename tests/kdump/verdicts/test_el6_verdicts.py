"""What RHEL 5's and RHEL 6's mkdumprd say of /etc/kdump.conf: lines, messages and what to write instead."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kdump.generations import Generation
from kdump.verdicts import el6
from kdump.verdicts.el6_directives import DIRECTIVES, actions, adds_up, filesystems, known, looks_like_a_filesystem
from kdump.verdicts.el6_shell import evaluated, is_run_by_the_shell
from kdump.verdicts.lines import Line

EL5, EL6_0, EL6_3 = Generation.EL5, Generation.EL6_0, Generation.EL6_3
ALL = (EL5, EL6_0, EL6_3)
SHIPPED = "path /var/crash\ncore_collector makedumpfile -c --message-level 1 -d 31\n"


def instead(text: str, generation: Generation) -> list[str]:
    """What to write instead of each refused line of *text*."""
    return [finding.instead for finding in el6.refused(text, generation)]


def advice(text: str, generation: Generation) -> list[str]:
    """What to write instead of each line of *text* that is accepted with a warning; none may be refused."""
    assert el6.refused(text, generation) == []
    return [finding.instead for finding in el6.warned(text, generation)]


# How a file is taken apart.


def test_blanks_tabs_and_comment_lines_are_passed_over() -> None:
    text = "# a\n\n \t\n  # b\n \tpath \t /var/crash \t\n\\# c\nraw\n"
    for generation in ALL:
        assert el6.lines(text, generation) == [Line(5, "path", "/var/crash"), Line(7, "raw", "")]


def test_a_last_line_without_a_line_end_is_never_read() -> None:
    for generation in ALL:
        text = "path /var/crash\nraw /dev/sda5"
        assert el6.lines(text, generation) == [Line(1, "path", "/var/crash")]
        (finding,) = el6.warned(text, generation)
        assert (finding.line, finding.option, finding.found) == (2, "raw", "raw /dev/sda5")
        assert finding.message.endswith("never reads a last line that has no line end")
    assert el6.warned("path /a\n# the end", EL6_3) == []


def test_what_a_backslash_joins_to_an_unfinished_line_is_not_read_either() -> None:
    assert el6.lines("path /a\nextra_bins /b \\\n/c", EL6_0) == [Line(1, "path", "/a")]
    assert el6.lines("path /a\nextra_bins /b \\\n", EL6_0) == [Line(1, "path", "/a")]


def test_a_backslash_joins_lines_and_comments_too() -> None:
    assert el6.lines("extra_bins /a \\\n  /b\npath /c\n", EL6_0) == [
        Line(1, "extra_bins", "/a   /b"),
        Line(3, "path", "/c"),
    ]
    text = "# comment \\\nraw /dev/sda5\npath /var/crash\n"
    assert el6.lines(text, EL6_0) == [Line(3, "path", "/var/crash")]
    (finding,) = el6.warned(text, EL6_0)
    assert (finding.line, finding.option, finding.instead) == (
        2,
        "raw",
        "Remove the backslash at the end of line 1",
    )


@pytest.mark.parametrize(
    ("value", "seen"),
    [
        ("/a # b", "/a "),
        ("/a#b", "/a"),
        ("/a # b # c", "/a # b "),
        ("# b", ""),
        ("a  \t b", "a b"),
        ("-n a", "a"),
        ("-x -n a", "-x -n a"),
    ],
)
def test_only_6_3_and_newer_take_comments_away(value: str, seen: str) -> None:
    assert el6.lines(f"path {value}\n", EL6_3) == [Line(1, "path", seen)]
    assert el6.lines(f"path {value}\n", EL6_0) == [Line(1, "path", value)]
    assert el6.lines(f"path {value}\n", EL5) == [Line(1, "path", value)]


# What is accepted.


@pytest.mark.parametrize("generation", ALL)
def test_an_empty_file_and_the_usual_settings_are_accepted(generation: Generation) -> None:
    for text in ("", "\n", SHIPPED, f"net server.example.com:/export\n{SHIPPED}" if generation is not EL6_3 else ""):
        assert el6.refused(text, generation) == []
        # Release 5 copies all memory where no target is named.
        without_effect = ["core_collector"] if generation is EL5 and text == SHIPPED else []
        assert [finding.option for finding in el6.warned(text, generation)] == without_effect


@pytest.mark.parametrize(
    "target",
    ["nfs server.example.com:/export", "nfs4 192.0.2.7:/export", "ssh kdump@server.example.com", "raw /dev/sda5"],
)
def test_the_targets_of_6_3_are_accepted(target: str) -> None:
    assert advice(f"{target}\n{SHIPPED}", EL6_3) == []


@pytest.mark.parametrize(
    "target", ["ext4 /dev/sda3", "ext3 LABEL=/boot", "xfs UUID=03138356-5e61-4ab3-b58e-27507ac41937", "btrfs /dev/sdb"]
)
def test_filesystems_of_release_6_are_accepted(target: str) -> None:
    for generation in (EL6_0, EL6_3):
        assert advice(f"{target}\n", generation) == []


# What is refused, and what to write instead.


def test_a_finding_says_where_what_who_and_what_instead() -> None:
    (finding,) = el6.refused("path /a\n nfs server.example.com:/export\n", EL6_0)
    assert finding.line == 2
    assert finding.option == "nfs"
    assert finding.found == "nfs server.example.com:/export"
    assert finding.message == "mkdumprd of RHEL 6.0 does not know the option 'nfs', and builds no image"
    assert finding.instead == "Write 'net server.example.com:/export'"


def test_each_release_names_its_own_tool() -> None:
    messages = [el6.refused("no_such_option x\n", generation)[0].message for generation in ALL]
    assert [message[:20] for message in messages] == [
        "mkdumprd of RHEL 5 t",
        "mkdumprd of RHEL 6.0",
        "mkdumprd of RHEL 6 d",
    ]


@pytest.mark.parametrize(
    ("line", "generation", "expected"),
    [
        ("ssh kdump@server.example.com", EL6_0, "Write 'net kdump@server.example.com'"),
        ("ssh kdump@server.example.com # now", EL5, "Write 'net kdump@server.example.com'"),
        ("nfs4 server.example.com:/x", EL5, "Write 'net server.example.com:/x'"),
        ("failure_action poweroff", EL6_3, "Write 'default poweroff'"),
        ("failure_action poweroff", EL6_0, "Write 'default poweroff'"),
        ("failure_action poweroff", EL5, "Write 'default halt'"),
        ("failure_action dump_to_rootfs", EL6_3, "Write 'default mount_root_run_init'"),
        ("Path /var/crash", EL6_3, "Write 'path /var/crash'"),
        ("path=/var/crash", EL6_3, "Write 'path /var/crash'"),
        ("core-collector makedumpfile -c", EL6_0, "Write 'core_collector makedumpfile -c'"),
        ("minix /dev/sda3", EL6_3, "Use a filesystem of another type, such as 'ext4 /dev/sda3'"),
        ("xfs /dev/sda3", EL5, "Use a filesystem of another type, such as 'ext3 /dev/sda3'"),
        ("zzz 1", EL6_3, "Remove the line, or correct its spelling"),
        ("path\r", EL6_3, "Save the file with Unix line ends, without carriage returns"),
    ],
)
def test_an_unknown_option_has_a_replacement(line: str, generation: Generation, expected: str) -> None:
    assert instead(f"{line}\n", generation) == [expected]


@pytest.mark.parametrize(
    "line",
    ["dracut_args --add nfs", "final_action reboot", "auto_reset_crashkernel no", "force_no_rebuild 1", "virtiofs tag"],
)
@pytest.mark.parametrize("generation", ALL)
def test_what_later_releases_brought_is_refused_with_advice(line: str, generation: Generation) -> None:
    (sentence,) = instead(f"{line}\n", generation)
    assert sentence.startswith(("Remove the line: ", "Name another target"))


def test_final_action_becomes_the_default_action() -> None:
    assert instead("final_action poweroff\n", EL6_3)[0].startswith("Write 'default poweroff'")


@pytest.mark.parametrize(
    "line", ["sshkey /root/.ssh/id", "debug_mem_level 1", "force_rebuild 1", "fence_kdump_nodes a b"]
)
def test_what_came_after_6_0_is_refused_there(line: str) -> None:
    assert [sentence[:15] for sentence in instead(f"{line}\n", EL6_0)] == ["Remove the line"]
    assert el6.refused(f"{line}\n", EL6_3) == []


def test_the_default_action_is_checked_since_6_3() -> None:
    assert instead("default poweroff\n", EL6_3) == []
    assert instead("default Halt\n", EL6_3)[0].startswith("Write 'default halt', or another of reboot, ")
    assert instead("default dump_to_rootfs\n", EL6_3)[0].startswith("Write 'default mount_root_run_init'")
    assert instead("default\n", EL6_3)[0].startswith("Write 'default reboot'")
    assert instead("default nonsense\n", EL6_0) == []


def test_a_comment_behind_a_checked_value_leaves_a_blank_that_is_refused() -> None:
    alone = "Put the comment on a line of its own, and write "
    assert instead("default halt # quiet\n", EL6_3) == [f"{alone}'default halt'"]
    assert instead("debug_mem_level 2 # much\n", EL6_3) == [f"{alone}'debug_mem_level 2'"]
    assert instead("kdump_post /usr/bin/x # why\n", EL6_3) == [f"{alone}'kdump_post /usr/bin/x'"]
    assert instead("default halt#quiet\n", EL6_3) == []
    assert instead("path /var/crash # here\n", EL6_3) == []


def test_programs_take_no_arguments_and_no_quotes() -> None:
    for generation in ALL:
        assert instead("kdump_pre /usr/bin/x --now\n", generation) == [
            "Write 'kdump_pre /usr/bin/x', and put the arguments into the program"
        ]
        assert instead('kdump_pre "/usr/bin/x"\n', generation) == ["Write 'kdump_pre /usr/bin/x'"]


def test_blacklist_takes_no_folders_since_6_3() -> None:
    assert instead("blacklist radeon drivers/net\n", EL6_3) == ["Write 'blacklist radeon'"]
    assert instead("blacklist drivers/net\n", EL6_0) == []


def test_modules_are_named_without_their_ending() -> None:
    for generation in ALL:
        assert instead("extra_modules gfs2.ko dlm\n", generation) == ["Write 'extra_modules gfs2 dlm'"]


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("nfs", "Name the server, as in 'nfs server.example.com:/export/crash'"),
        ("nfs [2001:db8::1]:/x", "Write the server's name, or its IPv4 address"),
        ("ssh kdump@192.0.2.300", "Correct the server's name, as in 'ssh kdump@server.example.com'"),
        ("nfs server.example.com", "Write one server and its export, as in 'nfs server.example.com:/export/crash'"),
        ("ssh server.example.com", "Write 'ssh kdump@server.example.com', with the user's name"),
        ("ssh @server.example.com", "Write 'ssh kdump@server.example.com'"),
        ("raw", "Name one partition by its device, as in 'raw /dev/sda5'"),
        (
            "raw LABEL=dump",
            "Name one partition by its device, as in 'raw /dev/sda5': labels and UUIDs work for filesystems only",
        ),
        ("ext4", "Name one device, LABEL or UUID, as in 'ext4 /dev/sda3'"),
        ("ext4 sda3", "Name one device, LABEL or UUID, as in 'ext4 /dev/sda3'"),
        ("myext4 /dev/sda3", "Write 'ext4 /dev/sda3'"),
    ],
)
def test_targets_that_cannot_work_are_refused(line: str, expected: str) -> None:
    assert instead(f"{line}\n", EL6_3) == [expected]


def test_labels_are_given_to_the_shell_once_more() -> None:
    assert instead('ext4 LABEL="dump"\n', EL6_3) == []
    assert instead('ext4 LABEL="dump\n', EL6_3) == ["Write 'ext4 LABEL=dump', or name the device"]
    assert "ends without a word" in el6.refused('ext4 LABEL="dump\n', EL6_3)[0].message
    assert instead('ext4 LABEL="my dump"\n', EL6_3)[0].endswith("a label with a blank cannot be given")
    assert advice("ext4 LABEL=$HOST\n", EL6_3) == ["Write 'ext4 UUID=' and the filesystem's UUID"]


def test_a_path_of_several_words_is_no_directory() -> None:
    assert instead("ext4 /dev/sda3\npath /a b\n", EL6_0) == ["Write 'path /a_b'"]
    assert instead("path /a # here\n", EL6_0) == ["Write 'path /a', and the comment on a line of its own"]
    assert instead("raw /dev/sda5\npath /a b\n", EL6_3) == []


def test_a_server_needs_the_name_of_a_directory() -> None:
    assert instead("ssh kdump@server.example.com\npath\n", EL6_3) == ["Write 'path /var/crash'"]
    assert advice("nfs server.example.com:/x\npath\n", EL6_3) == ["Write 'path /var/crash'"]


def test_only_the_last_target_is_tried_on_release_6() -> None:
    text = "ext4 nonsense\nnfs server.example.com:/x\n"
    assert el6.refused(text, EL6_3) == []
    (finding,) = el6.warned(text, EL6_3)
    assert (finding.line, finding.message[-9:]) == (1, "in line 2")
    assert [finding.line for finding in el6.refused("raw\next4 nonsense\n", EL6_3)] == [2]


def test_findings_come_in_the_order_in_which_the_tool_would_make_them() -> None:
    # First line by line; then modules; then the target that counts.
    text = "ext4 nonsense\nextra_modules gfs2.ko\nzzz\ndefault nothing\n"
    assert [finding.line for finding in el6.refused(text, EL6_3)] == [3, 4, 2, 1]


def test_release_5_reads_twice_and_tries_every_target() -> None:
    text = "zzz 1\next3 nonsense\nextra_modules gfs2.ko\nkdump_pre\nraw\n"
    assert [finding.line for finding in el6.refused(text, EL5)] == [4, 3, 1, 2, 5]
    text = "ext3 /dev/sda3\nraw /dev/sda5\n"
    assert [(finding.line, finding.instead) for finding in el6.warned(text, EL5)] == [
        (2, "Keep one target: more were never supported")
    ]


def test_release_5_refuses_options_without_a_value_and_quotes_that_end_its_own() -> None:
    assert instead("link_delay\n", EL5) == ["Write a value behind 'link_delay', or remove the line"]
    assert instead('path "/a\n', EL5) == ["Write 'path /a', without quotes"]
    assert instead('core_collector makedumpfile "-c -d 31"\n', EL5) == [
        "Write 'core_collector makedumpfile -c -d 31', without quotes"
    ]
    assert instead("link_delay\n", EL6_3) == []


# The tables, and the shell.


def test_every_directive_names_its_source_and_is_in_order_of_time() -> None:
    assert len({row.name for row in DIRECTIVES}) == len(DIRECTIVES)
    assert all(row.source and row.generations for row in DIRECTIVES)
    assert known(EL5) < known(EL6_0) < known(EL6_3)
    assert set(actions(EL5)) < set(actions(EL6_0)) < set(actions(EL6_3))
    assert adds_up("extra_bins")
    assert not adds_up("path")


@pytest.mark.parametrize("generation", ALL)
def test_every_filesystem_looks_like_one(generation: Generation) -> None:
    assert all(looks_like_a_filesystem(name, generation) for name in filesystems(generation))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", []),
        (" a  b ", ["a", "b"]),
        ("'a b'c", ["a bc"]),
        (r'"a \" \x"', [r'a " \x']),
        (r"a\ b", ["a b"]),
        ('""', [""]),
        ("a #b c", ["a"]),
        ("a#b", ["a#b"]),
        ("'a", None),
        ('a"b', None),
        ("a|b", None),
        ("a\\", None),
    ],
)
def test_values_are_read_as_the_shell_reads_them(text: str, expected: list[str] | None) -> None:
    assert evaluated(text) == expected


def test_expansions_are_seen_outside_of_single_quotes() -> None:
    assert is_run_by_the_shell("a$b")
    assert is_run_by_the_shell('"`id`"')
    assert not is_run_by_the_shell("'$b'")


@given(st.text(st.sampled_from("ab #\\\"'\n\t\r@:/-=|$\0\u00e9")), st.sampled_from(ALL))
def test_no_text_breaks_a_verdict(text: str, generation: Generation) -> None:
    numbers = range(1, text.count("\n") + 2)
    for finding in [*el6.refused(text, generation), *el6.warned(text, generation)]:
        assert finding.line in numbers
        assert finding.instead
