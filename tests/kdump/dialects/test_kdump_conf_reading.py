"""Hand-written /etc/kdump.conf files of any release: what they say, and what is lost, each thing with its line."""

import re

import pytest
from dump_models import PLATFORMS
from hypothesis import given, settings
from hypothesis import strategies as st

from kdump.configuration import configuration_from
from kdump.dialects.kdump_conf import parse, render
from kdump.dialects.kdump_conf.options import RULES
from kdump.errors import Refusal
from kdump.generations import Generation

EL5, EL6_0, EL6_3, EL7 = Generation.EL5, Generation.EL6_0, Generation.EL6_3, Generation.EL7
EL8_1, KDUMP_UTILS = Generation.EL8_1, Generation.KDUMP_UTILS
OLD = [EL5, EL6_0, EL6_3]
NEW = [generation for generation in PLATFORMS if generation not in OLD]

LOCAL = {"kind": "local", "path": "/var/crash"}
NFS = {"kind": "nfs", "server": "nas", "export": "/export"}
SSH = {"kind": "ssh", "server": "nas", "user": "kdump", "path": "/var/crash"}


def lost_lines(lost: list[str]) -> list[int]:
    """The numbers of the lines that *lost* is about."""
    return [int(match[1]) for sentence in lost if (match := re.match(r"line (\d+): ", sentence))]


def test_a_file_of_release_5_with_comments_and_tabs_is_understood_whole() -> None:
    text = (
        "# the web servers' dumps\n"
        "\t# agreed with storage\n"
        "\n"
        "ext3\tLABEL=/boot\n"
        "  path   /crash/\n"
        "core_collector makedumpfile -c\n"
        "options bonding mode=active-backup miimon=100\n"
        "link_delay 60\n"
        "kdump_post /usr/local/bin/tell.sh\n"
        "default shell\n"
    )
    parsed = parse(text, EL5)
    assert parsed.configuration == configuration_from(
        {
            "target": {"kind": "filesystem", "filesystem": "ext3", "device": "LABEL=/boot", "path": "/crash"},
            "failure_action": "shell",
            "options": {
                "options": "bonding mode=active-backup miimon=100",
                "link_delay": "60",
                "kdump_post": "/usr/local/bin/tell.sh",
                "core_collector": "makedumpfile -c",
            },
        }
    )
    assert parsed.lost == []


@pytest.mark.parametrize("generation", OLD)
def test_net_names_an_export_or_a_login(generation: Generation) -> None:
    collector = "core_collector makedumpfile -c -d 31\n"
    over_nfs = parse(f"net nas:/export\npath /web1\n{collector}", generation)
    assert over_nfs.configuration is not None
    assert over_nfs.configuration.target == configuration_from({"target": {**NFS, "path": "/web1"}}).target
    over_ssh = parse(f"net kdump@nas\n{collector}", generation)
    assert over_ssh.configuration is not None
    assert over_ssh.configuration.target == configuration_from({"target": SSH}).target
    assert over_nfs.lost == over_ssh.lost == []


@pytest.mark.parametrize("generation", [EL5, EL6_0])
def test_a_comment_that_the_tools_take_for_a_value_is_left_out_and_told(generation: Generation) -> None:
    text = "net kdump@nas\npath /srv/web1 # on the big disk\ncore_collector makedumpfile -c\n"
    parsed = parse(text, generation)
    assert parsed.configuration is not None
    assert parsed.configuration.target.model_dump()["path"] == "/srv/web1"
    assert lost_lines(parsed.lost) == [2]
    assert "# on the big disk" in parsed.lost[0]


@pytest.mark.parametrize("generation", [EL6_3, *NEW])
def test_a_comment_behind_a_value_is_no_part_of_it_from_6_3_on(generation: Generation) -> None:
    parsed = parse("nfs nas:/export # the old one\npath /web1\t#/web2\n", generation)
    assert parsed.configuration is not None
    assert parsed.configuration.target == configuration_from({"target": {**NFS, "path": "/web1"}}).target
    assert parsed.lost == []


def test_several_targets_are_no_configuration_and_each_further_one_is_told() -> None:
    text = "raw /dev/sda5\next4 UUID=0818-1212\nlink_delay 5\nssh kdump@nas\n"
    for generation in PLATFORMS:
        parsed = parse(text, generation)
        assert parsed.configuration is None
        assert parsed.options == {"link_delay": "5"}
        assert lost_lines(parsed.lost)[:2] == [2, 4]
        assert "line 1 names a target already" in parsed.lost[0]


def test_a_mount_of_dracut_is_one_of_several_targets() -> None:
    parsed = parse('nfs nas:/export\ndracut_args --mount "nas:/x /kdumproot nfs vers=4"\n', EL8_1)
    assert parsed.configuration is None
    assert lost_lines(parsed.lost) == [2]


def test_directives_that_no_setting_has_are_told_and_the_rest_stays() -> None:
    text = "path /srv\nfoo bar\nKdump_not_supported_on_Xen_domU_guest\noverride_resettable 1\nforce_rebuild 1\n"
    parsed = parse(text, EL6_3)
    assert parsed.configuration == configuration_from(
        {"target": {**LOCAL, "path": "/srv"}, "options": {"force_rebuild": "1"}}
    )
    assert lost_lines(parsed.lost) == [2, 3, 4]
    assert "'foo bar'" in parsed.lost[0]


def test_values_that_must_not_be_carried_to_a_host_are_told() -> None:
    text = "kdump_pre /bin/sh -c 'rm x'\ncore_collector sh -c id\nextra_bins $(id)\n"
    parsed = parse(text, EL7)
    assert parsed.configuration == configuration_from({"target": LOCAL, "dump_level": 0, "compression": "none"})
    assert sorted(lost_lines(parsed.lost)) == [1, 2, 3]
    assert all("options." in sentence for sentence in parsed.lost)


@pytest.mark.parametrize(
    ("text", "setting", "line"),
    [
        ("extra_bins /a\nnfs nas:/a b\n", "target.export", 2),
        ("extra_bins /a\next4 /dev/sda1 rw\n", "target.device", 2),
        ("path var/crash\n", "target.path", 1),
        ("path\n", "target.path", 1),
        ("nfs nas:/x\npath /a$b\n", "target.path", 2),
        ("ssh kdump@a_b\n", "target.server", 1),
        ("ssh kdump@nas\nsshkey /root/key file\n", "target.identity", 2),
        ("path /tmp\n", "target.path", 1),
    ],
)
def test_a_target_that_cannot_be_is_told_by_its_setting_and_its_line(text: str, setting: str, line: int) -> None:
    parsed = parse(text, EL8_1)
    assert parsed.configuration is None
    assert parsed.lost[-1].startswith(f"line {line}: {setting}: ")


@pytest.mark.parametrize("text", ["nfs nas\n", "ssh nas\n", "nfs4 nas\n", 'dracut_args --mount "a b zfs c"\n'])
def test_a_target_that_is_none_is_told_with_its_line(text: str) -> None:
    parsed = parse(f"# head\n{text}", EL7)
    assert parsed.configuration is None
    assert lost_lines(parsed.lost) == [2]


def test_paths_and_exports_with_needless_slashes_get_their_usual_form() -> None:
    parsed = parse("nfs nas:/export/\npath //web1//dumps/\n", EL7)
    assert parsed.configuration == configuration_from(
        {"target": {**NFS, "path": "/web1/dumps"}, "compression": "lzo"},
    )
    assert parsed.lost == []


@pytest.mark.parametrize("generation", OLD)
def test_lines_that_add_up_are_put_on_one(generation: Generation) -> None:
    text = "net nas:/x\nextra_bins /bin/a\nextra_modules x\nblacklist p\nextra_bins /bin/b /bin/c\nblacklist q\n"
    parsed = parse(f"{text}core_collector makedumpfile -c\n", generation)
    assert parsed.options == {
        "extra_bins": "/bin/a /bin/b /bin/c",
        "extra_modules": "x",
        "blacklist": "p q",
        "core_collector": "makedumpfile -c",
    }
    assert parsed.lost == []


def test_of_other_lines_the_last_counts_and_the_first_is_told() -> None:
    parsed = parse("path /a\nkdump_pre /bin/a\npath /b\nkdump_pre /bin/b\n", EL7)
    assert parsed.configuration is not None
    assert parsed.configuration.target.model_dump()["path"] == "/b"
    assert parsed.options == {"kdump_pre": "/bin/b"}
    assert lost_lines(parsed.lost) == [1, 2]
    assert "line 3 says it again" in parsed.lost[0]


@pytest.mark.parametrize("generation", OLD)
def test_the_options_of_several_modules_are_one_setting_and_several_lines(generation: Generation) -> None:
    lines = "options bonding mode=1 miimon=100\noptions e1000 debug=1\n"
    parsed = parse(f"net nas:/x\n{lines}core_collector makedumpfile -c\n", generation)
    assert parsed.options["options"] == "bonding mode=1 miimon=100; e1000 debug=1"
    assert parsed.lost == []
    assert parsed.configuration is not None
    assert lines in render(parsed.configuration, generation)


def test_a_key_or_a_path_that_the_target_has_no_use_for_is_told() -> None:
    assert lost_lines(parse("nfs nas:/x\nsshkey /root/key\n", EL7).lost) == [2]
    assert lost_lines(parse("sshkey /root/key\n", EL7).lost) == [1]
    assert lost_lines(parse("path /x\nraw /dev/sdb1\n", EL7).lost) == [1]


@pytest.mark.parametrize("generation", [EL6_3, EL7])
def test_a_last_line_without_its_end_is_as_each_release_reads_it(generation: Generation) -> None:
    parsed = parse("path /x\nextra_bins /bin/a", generation)
    if generation is EL7:
        assert (parsed.options, parsed.lost) == ({"extra_bins": "/bin/a"}, [])
    else:
        assert parsed.options == {}
        assert parsed.lost == ["line 2: 'extra_bins /bin/a': it has no line end, so the tools never read it"]


@pytest.mark.parametrize(
    ("generation", "line", "failure", "final"),
    [
        (EL5, "default halt", "halt", "halt"),
        (EL6_0, "default reboot", "reboot", None),
        (EL6_3, "default poweroff", "poweroff", "poweroff"),
        (EL6_3, "default mount_root_run_init", "dump_to_rootfs", None),
        (EL7, "default poweroff", "poweroff", None),
        (EL8_1, "default dump_to_rootfs", "dump_to_rootfs", None),
        (KDUMP_UTILS, "default shell\nfinal_action halt", "shell", "halt"),
        (KDUMP_UTILS, "failure_action shell", "shell", None),
    ],
)
def test_actions_by_any_of_their_names(
    generation: Generation, line: str, failure: str | None, final: str | None
) -> None:
    configuration = parse(f"raw /dev/sdb1\n{line}\n", generation).configuration
    assert configuration is not None
    assert (configuration.failure_action, configuration.final_action) == (failure, final)


@pytest.mark.parametrize("generation", [EL5, EL6_0])
def test_an_action_without_a_target_never_had_an_effect(generation: Generation) -> None:
    parsed = parse("path /var/crash\ndefault halt\n", generation)
    assert parsed.configuration is not None
    assert parsed.configuration.failure_action is None
    assert lost_lines(parsed.lost) == [2]


def test_an_action_that_is_none_is_told() -> None:
    parsed = parse("default panic\nfinal_action shell\n", EL8_1)
    assert parsed.configuration is not None
    assert lost_lines(parsed.lost) == [1, 2]


@pytest.mark.parametrize(
    ("mount", "change", "told"),
    [
        ('"nas:/export /kdumproot nfs vers=4.2"', {"version": "4.2"}, False),
        ('"nas:/export /mnt nfs4 defaults"', {"version": "4"}, True),
        ("'nas:/export /mnt nfs rw,nfsvers=3'", {"version": "3"}, True),
        ('"nas:/export /mnt nfs"', {}, True),
    ],
)
def test_a_target_that_dracut_mounts_is_understood(mount: str, change: dict[str, str], told: bool) -> None:
    added = {"dracut_args": "--add x"}
    for args, rest in (
        (f"--mount {mount}", {}),
        (f"--mount {mount} --add x", added),
        (f"--add x --mount {mount}", added),
    ):
        parsed = parse(f"dracut_args {args}\npath /\n", EL8_1)
        assert parsed.configuration is not None
        assert parsed.configuration.target == configuration_from({"target": {**NFS, **change}}).target
        assert parsed.options == rest
        assert lost_lines(parsed.lost) == ([1] if told else [])


def test_a_disk_that_dracut_mounts_is_a_filesystem() -> None:
    parsed = parse('dracut_args --mount "UUID=0818-1212 /mnt xfs rw"\n', KDUMP_UTILS)
    assert parsed.configuration is not None
    assert parsed.configuration.target.model_dump() == {
        "kind": "filesystem",
        "device": "UUID=0818-1212",
        "filesystem": "xfs",
        "path": "/var/crash",
    }
    assert lost_lines(parsed.lost) == [1]


_values = st.one_of(
    st.text(st.sampled_from("/ab@:=\"'#\\$ \t\r-.[]0"), max_size=12),
    st.sampled_from(
        ["/var/crash", "nas:/x", "kdump@nas", "makedumpfile -l -d 31", "1", "halt", '--mount "a:/b /c nfs"']
    ),
)
_names = st.sampled_from(
    [*RULES, "path", "ssh", "nfs", "nfs4", "net", "ext4", "raw", "virtiofs", "sshkey", "default", "failure_action"]
)
_lines = st.one_of(st.tuples(_names, st.sampled_from([" ", "\t", "  ", ""]), _values).map("".join), st.text(max_size=8))


@settings(max_examples=400, derandomize=True)
@given(st.lists(_lines, max_size=6).map("\n".join), st.sampled_from(list(PLATFORMS)), st.sampled_from(["", "\n"]))
def test_no_text_breaks_the_reader_and_what_it_reads_can_be_written(
    text: str, generation: Generation, end: str
) -> None:
    parsed = parse(text + end, generation)
    assert all(sentence.isprintable() for sentence in parsed.lost)
    if parsed.configuration is None:
        assert parsed.lost
        return
    try:
        again = render(parsed.configuration, generation)
    except Refusal:
        return
    assert parse(again, generation) == (parsed.configuration, parsed.options, [])
