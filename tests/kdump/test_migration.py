"""An old host's dump configuration on a newer platform: what is written, what is lost, and where to say it now."""

import pytest
from dump_models import PLATFORMS, configurations
from hypothesis import given, settings
from hypothesis import strategies as st
from migrated_files import moved, settings_lines

from kdump.configuration import DumpConfiguration, configuration_from
from kdump.dialects import kdump_tools, suse_sysconfig
from kdump.errors import Refusal
from kdump.generations import Generation, generation_of
from kdump.migration import migrate
from kdump.platforms import platform_named
from kdump.rendering import rendered
from kdump.verdicts.judge import verdict

FROM_5 = """\
# the web servers
net nas.example.org:/export
path /web1
core_collector makedumpfile -c --message-level 1 -d 31
options bonding mode=1 miimon=100
link_delay 60
kdump_post /usr/local/sbin/tell
default reboot
"""


def test_a_host_with_release_5_11_moves_to_9_4() -> None:
    migration = moved(FROM_5, "rhel-5.11", "rhel-9.4")
    assert settings_lines(migration) == [
        "path /web1",
        "nfs nas.example.org:/export",
        "core_collector makedumpfile -c --message-level 7 -d 31",
        "failure_action reboot",
        "kdump_post /usr/local/sbin/tell",
    ]
    assert len(migration.lost) == 3
    told = " ".join(migration.lost)
    assert "the bond is made as on the running host" in told
    assert "'link_delay 60': it is not needed any more" in told


def test_a_host_with_release_5_11_and_nothing_but_a_label_keeps_all_its_memory_in_the_dump() -> None:
    migration = moved("ext3 LABEL=/boot\n", "rhel-5.11", "rhel-9.4")
    assert settings_lines(migration) == [
        "path /var/crash",
        "ext3 LABEL=/boot",
        "core_collector makedumpfile --message-level 7 -d 0",
    ]
    assert "no core_collector" in migration.lost[0]


def test_a_host_with_release_6_2_moves_to_8_6() -> None:
    text = "net kdump@nas\npath /srv/web1\ncore_collector makedumpfile -c --message-level 1 -d 31\ndefault halt\n"
    migration = moved(text, "rhel-6.2", "rhel-8.6")
    assert settings_lines(migration) == [
        "path /srv/web1",
        "sshkey /root/.ssh/kdump_id_rsa",
        "ssh kdump@nas",
        "core_collector makedumpfile -c --message-level 7 -d 31 -F",
        "failure_action halt",
        "final_action halt",
    ]
    assert migration.lost == ()


def test_a_host_with_release_6_9_moves_to_10() -> None:
    text = "nfs4 nas:/srv\ndefault mount_root_run_init\nfence_kdump_nodes web2\nforce_rebuild 0\n"
    migration = moved(text, "rhel-6.9", "rhel-10")
    assert settings_lines(migration) == [
        "path /var/crash",
        'dracut_args --mount "nas:/srv /kdumproot nfs vers=4"',
        "core_collector makedumpfile -c --message-level 7 -d 31",
        "failure_action dump_to_rootfs",
        "force_rebuild 0",
        "fence_kdump_nodes web2",
    ]
    assert migration.lost == ()


def test_a_host_with_release_7_9_and_an_nfs_target_moves_to_9_4() -> None:
    migration = moved("nfs nas:/srv\ndefault dump_to_rootfs\n", "rhel-7.9", "rhel-9.4")
    assert settings_lines(migration) == [
        "path /var/crash",
        "nfs nas:/srv",
        "core_collector makedumpfile -l --message-level 7 -d 31",
        "failure_action dump_to_rootfs",
    ]
    assert migration.lost == ()


def test_a_host_with_release_7_9_and_an_ssh_target_moves_to_9_4() -> None:
    text = "ssh kdump@nas\nsshkey /root/.ssh/dump\ncore_collector makedumpfile -F -l --message-level 1 -d 17\n"
    migration = moved(text, "rhel-7.9", "rhel-9.4")
    assert settings_lines(migration) == [
        "path /var/crash",
        "sshkey /root/.ssh/dump",
        "ssh kdump@nas",
        "core_collector makedumpfile -l --message-level 7 -d 17 -F",
    ]
    assert migration.lost == ()


def test_red_hat_to_debian() -> None:
    text = (
        "ssh kdump@nas\npath /srv/web1\nfailure_action shell\nkdump_post /sbin/x\n"
        "core_collector makedumpfile -F -z --message-level 7 -d 17\n"
    )
    migration = moved(text, "rhel-9.4", "debian-12")
    assert 'SSH="kdump@nas"' in settings_lines(migration)
    assert 'MAKEDUMP_ARGS="-c -d 17"' in settings_lines(migration)
    told = "\n".join(migration.lost)
    assert "'kdump_post /sbin/x': nothing in /etc/default/kdump-tools does the same" in told
    assert "failureAction" in told
    assert "compression: found 'zstd'" in told


def test_red_hat_to_suse() -> None:
    text = "path /srv\nkdump_pre /sbin/x\ncore_collector cp --sparse=always\n"
    migration = moved(text, "rhel-7.9", "sles-15-sp6")
    assert settings_lines(migration) == [
        'KDUMP_SAVEDIR="file:///srv"',
        'KDUMP_DUMPLEVEL="0"',
        'KDUMP_DUMPFORMAT="ELF"',
    ]
    told = "\n".join(migration.lost)
    assert "what does the same is KDUMP_PRESCRIPT in /etc/sysconfig/kdump" in told
    assert "'core_collector cp --sparse=always': dumpLevel and compression come nearest" in told


@pytest.mark.parametrize("new", ["debian-12", "sles-15-sp6"])
def test_a_path_inside_an_export_becomes_an_export_where_there_is_no_such_thing(new: str) -> None:
    migration = moved("nfs nas:/srv\npath /web1\n", "rhel-9.4", new)
    assert migration.configuration is not None
    assert migration.configuration.target.model_dump() == {"kind": "nfs", "server": "nas", "export": "/srv/web1"}
    assert "So the server must export /srv/web1 itself" in migration.lost


def test_a_version_of_nfs_is_left_to_the_server_where_it_cannot_be_said() -> None:
    migration = moved('dracut_args --mount "nas:/srv /kdumproot nfs vers=4.2"\npath /\n', "rhel-9.4", "debian-12")
    assert 'NFS="nas:/srv"' in settings_lines(migration)
    assert any(sentence.startswith("target.version: ") for sentence in migration.lost)


def test_debian_and_suse_to_red_hat() -> None:
    text = rendered(
        configuration_from(
            {
                "target": {"kind": "nfs", "server": "nas", "export": "/srv"},
                "options": {"KDUMP_CMDLINE_APPEND": "irqpoll nr_cpus=1"},
            }
        ),
        platform_named("debian-12"),
    )[0].text
    migration = moved(text, "debian-12", "rhel-9.4")
    assert settings_lines(migration)[:2] == ["path /", "nfs nas:/srv"]
    (sentence,) = migration.lost
    assert "KDUMP_COMMANDLINE_APPEND in /etc/sysconfig/kdump, behind what is there" in sentence
    migration = moved("KDUMP_SAVEDIR=file:///srv\nKDUMP_POSTSCRIPT=/sbin/x\n", "sles-15-sp6", "rhel-9.4")
    assert settings_lines(migration)[0] == "path /srv"
    assert "kdump_post" in " ".join(migration.lost)


@pytest.mark.parametrize(
    ("text", "old", "new", "setting"),
    [
        ("raw /dev/sdb1\n", "rhel-6.9", "debian-12", "target.kind"),
        ("ext4 LABEL=dump\n", "rhel-9.4", "sles-15-sp6", "target.kind"),
        ("virtiofs dumps\n", "rhel-9.4", "rhel-8.6", "target"),
        ("nfs [2001:db8::7]:/srv\n", "rhel-9.4", "rhel-6.9", "target.server"),
        ("path /srv\n", "rhel-9.4", "rhel-4", "platform"),
    ],
)
def test_a_target_that_the_new_platform_does_not_have_leaves_nothing_to_write(
    text: str, old: str, new: str, setting: str
) -> None:
    migration = moved(text, old, new)
    assert migration.files == ()
    assert migration.configuration is None
    assert any(sentence.startswith(f"{setting}: ") for sentence in migration.lost)


def test_several_targets_leave_nothing_to_write() -> None:
    migration = moved("raw /dev/sdb1\nnet nas:/srv\n", "rhel-5.11", "rhel-9.4")
    assert migration.files == ()
    assert "line 1 names a target already" in migration.lost[0]


def test_a_guest_without_kdump_gets_nothing() -> None:
    migration = migrate("path /srv\n", platform_named("rhel-7.9"), platform_named("rhel-6.9", virtualisation="xen-pv"))
    assert migration.files == ()
    assert "xendump" in migration.lost[-1]


@pytest.mark.parametrize(("old", "new"), [("rhel-4", "rhel-9.4"), ("debian-10", "rhel-9.4"), ("rhel-9.4", "sles-11")])
def test_a_platform_without_kdump_or_unknown_is_refused(old: str, new: str) -> None:
    with pytest.raises(Refusal) as caught:
        moved("", old, new)
    assert caught.value.setting == "platform"


def test_back_to_an_older_release_too() -> None:
    text = "nfs nas:/srv\nfailure_action halt\nauto_reset_crashkernel no\ncore_collector makedumpfile -z -d 31\n"
    migration = moved(text, "rhel-9.4", "rhel-6.9")
    assert settings_lines(migration) == [
        "path /var/crash",
        "nfs nas:/srv",
        "core_collector makedumpfile -c --message-level 1 -d 31",
        "default halt",
    ]
    told = "\n".join(migration.lost)
    for setting in ("compression", "finalAction", "options.auto_reset_crashkernel"):
        assert f"{setting}: " in told


def test_where_one_action_counts_for_both_that_of_a_failed_dump_is_kept_and_the_change_told() -> None:
    text = "nfs nas:/srv\ncore_collector makedumpfile -c -d 31\nfailure_action halt\nfinal_action poweroff\n"
    migration = moved(text, "rhel-9.4", "rhel-6.9")
    assert settings_lines(migration)[-1] == "default halt"
    assert any(sentence.startswith("finalAction: found 'poweroff', needed 'halt'") for sentence in migration.lost)
    assert "So finalAction is 'halt': that is done after a good dump, too" in migration.lost
    assert not any("failureAction: " in sentence for sentence in migration.lost)
    migration = moved(text.replace("halt", "shell"), "rhel-9.4", "rhel-6.9")
    assert settings_lines(migration)[-1] == "default shell"
    assert any(sentence.startswith("finalAction: found 'poweroff'") for sentence in migration.lost)


@pytest.mark.parametrize(
    ("text", "old"),
    [
        ("nsf nas:/srv\n", "rhel-7.9"),
        ("root:x:0:0:root:/root:/bin/bash\n", "rhel-6.9"),
        ("KDUMP_SAVEDIR=file:///var/crash\n", "rhel-9.4"),
        ("ext4 /dev/sda1\nnsf nas:/srv\n", "rhel-8.6"),
        ("path /srv\ndefault nothing\n", "rhel-6.9"),
    ],
)
def test_a_file_that_the_old_host_refuses_and_that_may_hide_its_target_leaves_nothing_to_write(
    text: str, old: str
) -> None:
    migration = moved(text, old, "rhel-10.0")
    assert migration.files == ()
    assert migration.configuration is None
    assert migration.lost[0].startswith("The old host's own tools refuse this file: line ")
    assert migration.lost[-1].endswith("correct the file first")


def test_a_target_by_its_old_name_is_no_riddle() -> None:
    migration = moved("net nas:/srv\n", "rhel-7.9", "rhel-9.4")
    assert "nfs nas:/srv" in settings_lines(migration)
    assert "kdumpctl of release 7 calls the option deprecated" in migration.lost[0]


def test_a_refused_file_whose_target_is_clear_is_moved_and_every_reason_told() -> None:
    migration = moved("nfs nas:/srv\nlink_delay 60\nfinal_action off\n", "rhel-8.6", "rhel-9.4")
    assert settings_lines(migration)[1] == "nfs nas:/srv"
    refused = [sentence for sentence in migration.lost if sentence.startswith("The old host's own tools refuse")]
    assert ["line 2" in refused[0], "line 3" in refused[1], len(refused)] == [True, True, 2]


def test_a_local_dump_of_release_5_is_moved_as_it_really_was() -> None:
    migration = moved("path /srv\ncore_collector makedumpfile -c -d 31\n", "rhel-5.11", "rhel-9.4")
    assert settings_lines(migration) == ["path /var/crash", "core_collector makedumpfile --message-level 7 -d 0"]
    told = "\n".join(migration.lost)
    assert "line 1: 'path /srv': it has no effect without a line that names the target" in told
    assert "release 5 copies all memory" in told


@pytest.mark.parametrize(
    ("new", "collector"),
    [("rhel-5.11", []), ("rhel-6.2", ["core_collector makedumpfile -c --message-level 1 -d 31"])],
)
def test_a_local_dump_becomes_what_an_old_release_does_anyway(new: str, collector: list[str]) -> None:
    text = "path /var/crash\ncore_collector makedumpfile -l --message-level 7 -d 17\n"
    migration = moved(text, "rhel-9.4", new)
    assert settings_lines(migration) == ["path /var/crash", *collector]
    assert any(sentence.startswith("So dumpLevel is ") for sentence in migration.lost)
    migration = moved(text.replace("/var/crash", "/srv"), "rhel-9.4", new)
    assert migration.files == ()
    assert migration.lost[-1].startswith("target.path: found '/srv', needed '/var/crash'")


_EVERYWHERE = [*PLATFORMS.values(), "debian-12", "ubuntu-24.04", "sles-12.5", "sles-15-sp7", "opensuse-tumbleweed"]


@pytest.mark.parametrize("old", PLATFORMS, ids=lambda generation: generation.name)
def test_whatever_is_written_the_new_platform_accepts_and_nothing_is_lost_unsaid(old: Generation) -> None:
    before = platform_named(PLATFORMS[old])
    outcomes = {"written": 0, "nothing": 0}

    @settings(max_examples=100, derandomize=True)
    @given(configurations(old), st.sampled_from(_EVERYWHERE))
    def check(configuration: DumpConfiguration, new: str) -> None:
        after = platform_named(new)
        try:
            text = rendered(configuration, before)[0].text
        except Refusal:
            return
        migration = migrate(text, before, after)
        outcomes["written" if migration.files else "nothing"] += 1
        if not migration.files:
            assert migration.lost
            return
        assert migration.configuration is not None
        assert migration.files == rendered(migration.configuration, after)
        generation = generation_of(after)
        written = migration.files[0].text
        if generation.has_kdump_conf:
            said = verdict(written, after)
            assert said.accepted
        elif generation is Generation.KDUMP_TOOLS:
            assert kdump_tools.parse(written) == (migration.configuration, migration.configuration.options, [])
        else:
            assert suse_sysconfig.parse(written).configuration == migration.configuration
        directives = {name: value for name, value in configuration.options.items() if name.islower()}
        if configuration.model_copy(update={"options": directives}) != migration.configuration:
            assert migration.lost

    check()
    # What is drawn also depends on which modules are loaded beside this one.
    assert outcomes["written"] >= 10


def test_a_raw_device_whose_name_may_pass_to_another_disk_is_told() -> None:
    old, new = platform_named("rhel-6.9"), platform_named("rhel-9.4")
    told = migrate("raw /dev/sda5\n", old, new)
    assert any("another disk would be overwritten" in sentence for sentence in told.lost)
    kept = migrate("raw /dev/mapper/vg-dump\n", old, new)
    assert not any("another disk" in sentence for sentence in kept.lost)
