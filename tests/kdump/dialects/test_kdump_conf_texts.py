"""/etc/kdump.conf as each release has it, word by word, and what a release cannot say."""

import pytest
from dump_models import PLATFORMS

from kdump.configuration import configuration_from
from kdump.dialects.kdump_conf import parse, render
from kdump.errors import Refusal
from kdump.generations import Generation

LOCAL = {"kind": "local", "path": "/var/crash"}
NFS = {"kind": "nfs", "server": "nas.example.org", "export": "/srv/kdump", "path": "/web1"}
SSH = {"kind": "ssh", "server": "nas.example.org", "user": "kdump", "path": "/srv/web1"}
DISK = {"kind": "filesystem", "device": "LABEL=/boot", "filesystem": "ext3", "path": "/crash"}
RAW = {"kind": "raw", "device": "/dev/sdb1"}

EL5, EL6_0, EL6_3, EL7 = Generation.EL5, Generation.EL6_0, Generation.EL6_3, Generation.EL7
EL8_0, EL8_1, EL9_2 = Generation.EL8_0, Generation.EL8_1, Generation.EL9_2
# How these releases make a local dump, whatever the file says.
AS_IT_IS: dict[Generation, dict[str, object]] = {
    EL5: {"dump_level": 0, "compression": "none"},
    EL6_0: {"dump_level": 31, "compression": "zlib"},
}
OLD = (EL5, EL6_0, EL6_3)
NEW = tuple(generation for generation in PLATFORMS if generation not in OLD)


def written(generation: Generation, target: dict[str, str], **more: object) -> list[str]:
    text = render(configuration_from({"target": target, **more}), generation)
    return [line for line in text.splitlines() if not line.startswith("#")]


def refused(generation: Generation, target: dict[str, str], **more: object) -> Refusal:
    with pytest.raises(Refusal) as caught:
        render(configuration_from({"target": target, **more}), generation)
    return caught.value


def test_the_head_of_the_file_says_who_wrote_it_and_for_which_release() -> None:
    head = render(configuration_from({"target": LOCAL}), EL8_0).split("path")[0]
    assert "pulumi-kdump" in head
    assert "Red Hat Enterprise Linux 8.0" in head
    assert all(line.startswith("#") for line in head.splitlines())


def test_release_5_names_servers_by_net_and_its_makedumpfile_knows_no_message_level() -> None:
    assert written(EL5, NFS) == [
        "path /web1",
        "net nas.example.org:/srv/kdump",
        "core_collector makedumpfile -c -d 31",
    ]
    assert written(EL5, SSH, dump_level=17, compression="none") == [
        "path /srv/web1",
        "net kdump@nas.example.org",
        "core_collector makedumpfile -d 17",
    ]


def test_release_6_2_still_says_net() -> None:
    assert written(EL6_0, NFS)[1:] == [
        "net nas.example.org:/srv/kdump",
        "core_collector makedumpfile -c --message-level 1 -d 31",
    ]
    assert written(EL6_0, SSH)[1] == "net kdump@nas.example.org"


def test_release_6_3_says_nfs_nfs4_and_ssh_with_a_key() -> None:
    assert written(EL6_3, NFS)[1] == "nfs nas.example.org:/srv/kdump"
    assert written(EL6_3, {**NFS, "version": "4"})[1] == "nfs4 nas.example.org:/srv/kdump"
    assert written(EL6_3, {**SSH, "identity": "/root/.ssh/dump"}) == [
        "path /srv/web1",
        "sshkey /root/.ssh/dump",
        "ssh kdump@nas.example.org",
        "core_collector makedumpfile -c --message-level 1 -d 31",
    ]


def test_release_6_3_calls_dumping_to_the_root_filesystem_mount_root_run_init() -> None:
    assert written(EL6_3, DISK, failure_action="dump_to_rootfs") == [
        "path /crash",
        "ext3 LABEL=/boot",
        "core_collector makedumpfile -c --message-level 1 -d 31",
        "default mount_root_run_init",
    ]


@pytest.mark.parametrize("generation", [EL7, EL8_0])
def test_releases_7_and_8_0_call_the_action_default(generation: Generation) -> None:
    assert written(generation, DISK, failure_action="dump_to_rootfs")[-1] == "default dump_to_rootfs"


@pytest.mark.parametrize("generation", [generation for generation in NEW if generation not in (EL7, EL8_0)])
def test_release_8_1_and_newer_have_an_action_for_a_failed_and_one_for_a_good_dump(generation: Generation) -> None:
    lines = written(generation, LOCAL, failure_action="shell", final_action="poweroff")
    assert lines[-2:] == ["failure_action shell", "final_action poweroff"]
    assert not [line for line in lines if line.startswith("default")]


@pytest.mark.parametrize("generation", NEW)
def test_an_nfs_version_becomes_a_mount_of_dracut_from_7_on(generation: Generation) -> None:
    assert written(generation, NFS)[1] == "nfs nas.example.org:/srv/kdump"
    lines = written(generation, {**NFS, "server": "2001:db8::7", "version": "4.1"})
    assert lines[1] == 'dracut_args --mount "[2001:db8::7]:/srv/kdump /kdumproot nfs vers=4.1"'
    lines = written(generation, {**NFS, "version": "3"}, options={"dracut_args": "--add earlykdump"})
    assert lines[1] == 'dracut_args --mount "nas.example.org:/srv/kdump /kdumproot nfs vers=3" --add earlykdump'


@pytest.mark.parametrize("generation", NEW)
def test_targets_that_are_no_file_get_a_flattened_dump_from_7_on(generation: Generation) -> None:
    level = "1" if generation is EL7 else "7"
    plain = f"core_collector makedumpfile -l --message-level {level} -d 31"
    assert written(generation, SSH, compression="lzo")[-1] == f"{plain} -F"
    assert written(generation, RAW, compression="lzo") == ["raw /dev/sdb1", f"{plain} -F"]
    for target in (LOCAL, NFS, DISK):
        assert written(generation, target, compression="lzo")[-1] == plain


@pytest.mark.parametrize("generation", OLD)
def test_release_6_and_older_flatten_by_themselves(generation: Generation) -> None:
    for target in (SSH, RAW):
        assert "-F" not in written(generation, target)[-1]


def test_an_ssh_server_by_its_ipv6_address_stands_without_brackets() -> None:
    assert "ssh kdump@2001:db8::7" in written(EL9_2, {**SSH, "server": "2001:db8::7"})


def test_virtiofs_is_named_by_its_tag() -> None:
    assert written(EL9_2, {"kind": "virtiofs", "tag": "dumps", "path": "/"})[:2] == ["path /", "virtiofs dumps"]


def test_options_come_in_an_order_of_their_own_and_those_in_capital_letters_are_not_for_this_file() -> None:
    options = {"force_rebuild": "1", "KDUMP_KERNELVER": "5.14.0-1", "kdump_post": "/usr/local/sbin/x"}
    lines = written(EL9_2, LOCAL, options=options)
    assert lines[2:] == ["kdump_post /usr/local/sbin/x", "force_rebuild 1"]
    assert written(EL9_2, LOCAL, options=dict(reversed(options.items()))) == lines


def test_a_collector_of_ones_own_is_written_as_it_is() -> None:
    options = {"core_collector": "cp --sparse=always"}
    assert written(EL9_2, LOCAL, options=options)[-1] == "core_collector cp --sparse=always"


@pytest.mark.parametrize(
    ("more", "said"),
    [
        ({}, "write dumpLevel and compression"),
        ({"dump_level": 1}, "would be ignored"),
        ({"compression": "lzo"}, "would be ignored"),
    ],
)
def test_a_collector_of_ones_own_and_the_settings_never_say_the_same_thing(more: dict[str, object], said: str) -> None:
    own = "makedumpfile -d31 -c --message-level 7" if not more else "cp"
    refusal = refused(EL9_2, LOCAL, options={"core_collector": own}, **more)
    assert refusal.setting == "options.core_collector"
    assert said in str(refusal)


@pytest.mark.parametrize(
    ("generation", "compression", "instead"),
    [
        (EL5, "lzo", "zlib"),
        (EL6_0, "snappy", "zlib"),
        (EL6_3, "zstd", "zlib"),
        (EL7, "zstd", "lzo"),
        (EL8_0, "zstd", "lzo"),
    ],
)
def test_a_compression_that_a_release_lacks_is_refused(generation: Generation, compression: str, instead: str) -> None:
    refusal = refused(generation, NFS, compression=compression)
    assert refusal.setting == "compression"
    assert refusal.instead == f"Write {instead!r}"


def test_zstd_is_taken_where_it_is_built_in() -> None:
    assert written(EL9_2, LOCAL, compression="zstd")[-1] == "core_collector makedumpfile -z --message-level 7 -d 31"


@pytest.mark.parametrize(
    ("generation", "change", "setting"),
    [
        (EL5, {"server": "2001:db8::7"}, "target.server"),
        (EL6_3, {"server": "2001:db8::7"}, "target.server"),
        (EL5, {"version": "3"}, "target.version"),
        (EL6_0, {"version": "4"}, "target.version"),
        (EL6_3, {"version": "4.1"}, "target.version"),
        (EL6_3, {"version": "3"}, "target.version"),
        (EL5, {"export": "/a@b"}, "target.export"),
        (EL6_3, {"export": "/a@b"}, "target.export"),
    ],
)
def test_exports_that_an_old_release_cannot_mount_are_refused(
    generation: Generation, change: dict[str, str], setting: str
) -> None:
    assert refused(generation, {**NFS, **change}).setting == setting


@pytest.mark.parametrize("generation", [EL5, EL6_0])
def test_a_key_elsewhere_needs_release_6_3(generation: Generation) -> None:
    refusal = refused(generation, {**SSH, "identity": "/root/.ssh/dump"})
    assert refusal.setting == "target.identity"
    assert "/root/.ssh/kdump_id_rsa" in refusal.instead


def test_an_ssh_server_by_its_ipv6_address_needs_release_7() -> None:
    assert refused(EL6_3, {**SSH, "server": "2001:db8::7"}).setting == "target.server"


@pytest.mark.parametrize("generation", [EL5, EL6_0])
def test_an_action_that_mkdumprd_would_pass_over_is_refused(generation: Generation) -> None:
    refusal = refused(generation, LOCAL, failure_action="reboot", **AS_IT_IS[generation])
    assert refusal.setting == "failureAction"
    assert "local target" in refusal.needed
    assert written(generation, DISK, failure_action="reboot")[-1] == "default reboot"
    assert "where nothing else is said" in str(refused(generation, DISK, failure_action="dump_to_rootfs"))


def test_release_5_cannot_power_off() -> None:
    refusal = refused(EL5, DISK, failure_action="poweroff", final_action="poweroff")
    assert (refusal.setting, refusal.found) == ("failureAction", "poweroff")
    assert "halt" in refusal.instead


@pytest.mark.parametrize("generation", [EL6_0, EL6_3])
def test_up_to_release_6_one_action_is_for_good_dumps_too(generation: Generation) -> None:
    assert written(generation, DISK, failure_action="halt", final_action="halt")[-1] == "default halt"
    assert written(generation, DISK, failure_action="poweroff", final_action="poweroff")[-1] == "default poweroff"
    for final in (None, "reboot", "poweroff"):
        refusal = refused(generation, DISK, failure_action="halt", final_action=final)
        assert refusal.setting == "finalAction"
        assert "after a good dump, too" in refusal.why
    assert refused(generation, DISK, failure_action="shell", final_action="halt").setting == "finalAction"


@pytest.mark.parametrize("generation", [EL7, EL8_0])
def test_a_final_action_needs_release_8_1(generation: Generation) -> None:
    refusal = refused(generation, LOCAL, final_action="poweroff")
    assert refusal.setting == "finalAction"
    assert "from 8.1 on" in refusal.why


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("core_collector", "sh -c x"),
        ("core_collector", "makedumpfile -d 31; id"),
        ("core_collector", "makedumpfile $(id)"),
        ("kdump_pre", "relative"),
        ("kdump_pre", "/bin/sh -c x"),
        ("extra_bins", "/bin/a  /bin/b"),
        ("extra_modules", "-n nfs"),
        ("extra_modules", "nfs.ko"),
        ("blacklist", "/lib/modules"),
        ("options", "bonding"),
        ("options", "-e mode=1"),
        ("force_rebuild", "yes"),
        ("auto_reset_crashkernel", "false"),
        ("dracut_args", '--mount "a:/b /c nfs x"'),
        ("dracut_args", "--add=x--mount"),
        ("dracut_args", "--add 'a b'"),
        ("fence_kdump_args", "-n 5"),
        ("fence_kdump_args", "node2"),
        ("fence_kdump_nodes", "-x"),
        ("fence_kdump_nodes", "a,b"),
        ("link_delay", "0"),
        ("link_delay", "60 # slow switch"),
        ("debug_mem_level", "4"),
        ("default", "halt"),
        ("path", "/x"),
        ("ext4", "/dev/sda1"),
        ("nfs", "a:/b"),
        ("override_resettable", "1"),
        ("Kdump_pre", "/bin/x"),
        ("", "x"),
    ],
)
@pytest.mark.parametrize("generation", [EL5, EL6_3, EL7, Generation.KDUMP_UTILS])
def test_options_that_no_release_may_get_are_refused_by_name(generation: Generation, name: str, value: str) -> None:
    refusal = refused(generation, DISK, options={name: value})
    assert refusal.setting == (f"options.{name}" if name else "options")
    assert refusal.found == (value if name else name)


def test_an_empty_or_long_value_of_an_option_is_no_way_around_its_rule() -> None:
    for value in ("", " ", "1 ", " 1", "1 1", "1" * 500):
        assert refused(EL9_2, LOCAL, options={"force_rebuild": value}).setting == "options.force_rebuild"


@pytest.mark.parametrize("generation", PLATFORMS)
def test_what_every_generation_writes_without_any_wish_is_read_back(generation: Generation) -> None:
    configuration = configuration_from({"target": LOCAL, **AS_IT_IS.get(generation, {})})
    assert parse(render(configuration, generation), generation) == (configuration, {}, [])


def test_old_releases_get_for_a_local_target_only_what_they_do_anyway() -> None:
    assert written(EL5, LOCAL, **AS_IT_IS[EL5]) == ["path /var/crash"]
    assert written(EL6_0, LOCAL) == ["path /var/crash", "core_collector makedumpfile -c --message-level 1 -d 31"]


@pytest.mark.parametrize(
    ("generation", "change", "setting"),
    [
        (EL5, {}, "dumpLevel"),
        (EL5, {"dump_level": 0}, "compression"),
        (EL5, {"dump_level": 31, "compression": "none"}, "dumpLevel"),
        (EL5, {"options": {"core_collector": "cp --sparse=always"}}, "options.core_collector"),
        (EL6_0, {"dump_level": 17}, "dumpLevel"),
        (EL6_0, {"compression": "none"}, "compression"),
        (EL6_0, {"compression": "lzo"}, "compression"),
        (EL6_0, {"options": {"core_collector": "makedumpfile -E -d 31"}}, "options.core_collector"),
    ],
)
def test_old_releases_are_not_told_how_to_make_a_local_dump_as_they_would_not_listen(
    generation: Generation, change: dict[str, object], setting: str
) -> None:
    refusal = refused(generation, LOCAL, **change)
    assert refusal.setting == setting
    for way_out in ("dumpLevel: 0 and compression: none" if generation is EL5 else "dumpLevel: 31", "as the target"):
        assert way_out in refusal.instead
    assert "whatever the file says" in refusal.why


@pytest.mark.parametrize("generation", [EL5, EL6_0])
def test_old_releases_put_a_local_dump_into_var_crash_only(generation: Generation) -> None:
    refusal = refused(generation, {**LOCAL, "path": "/srv"}, **AS_IT_IS[generation])
    assert (refusal.setting, refusal.found) == ("target.path", "/srv")
    assert "as the target" in refusal.instead
    assert "path /crash" in written(generation, DISK)


@pytest.mark.parametrize("generation", OLD)
def test_the_options_of_several_modules_have_a_line_each(generation: Generation) -> None:
    lines = written(generation, NFS, options={"options": "bonding mode=1 miimon=100; e1000 debug=1"})
    assert lines[-2:] == ["options bonding mode=1 miimon=100", "options e1000 debug=1"]
    for value in ("bonding mode=1;e1000 debug=1", "bonding mode=1; ", "bonding mode=1; e1000", "; e1000 debug=1"):
        assert refused(generation, NFS, options={"options": value}).setting == "options.options"
