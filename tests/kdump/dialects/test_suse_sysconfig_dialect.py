"""SUSE's /etc/sysconfig/kdump: what is written is read back the same, by us, by dash, by bash and by systemd."""

from collections.abc import Callable

import pytest
from environment_file import read_environment_file
from hypothesis import given, settings
from hypothesis import strategies as st

from kdump.configuration import COMPRESSIONS, DumpConfiguration, configuration_from
from kdump.dialects.suse_sysconfig import check, parse, render
from kdump.dialects.suse_sysconfig_options import NEVER, RULES, ignored
from kdump.errors import Refusal
from kdump.platforms import platform_named
from kdump.targets import FilesystemTarget, LocalTarget, NfsTarget, RawTarget, SshTarget, VirtiofsTarget

SLE_12 = platform_named("sles-12.5")
SLE_15_4 = platform_named("sles-15-sp4")
SLE_15_5 = platform_named("sles-15-sp5")
SLE_15_6 = platform_named("sles-15-sp6")
SLE_15_7 = platform_named("sles-15-sp7")
SLE_16 = platform_named("sles-16.0")
POWER = platform_named("sles-15-sp7", architecture="ppc64le")
TUMBLEWEED = platform_named("opensuse-tumbleweed")
PLATFORMS = [SLE_12, SLE_15_4, SLE_15_5, SLE_15_6, SLE_15_7, SLE_16, POWER, TUMBLEWEED]
LOCAL = {"kind": "local", "path": "/var/crash"}
SSH = {"kind": "ssh", "server": "collector", "user": "kdump", "path": "/srv/web1"}
HOST_KEY = "ssh-ed25519 " + "A" * 68

names = st.from_regex(r"[A-Za-z0-9._+@-]{1,12}", fullmatch=True).filter(lambda name: name not in (".", ".."))
directories = st.lists(names, min_size=1, max_size=4).map(lambda parts: "/" + "/".join(parts))
local_directories = directories.filter(lambda path: path.split("/")[1] not in ("dev", "proc", "run", "sys", "tmp"))
hosts = st.from_regex(r"[a-z]([a-z0-9-]{0,8}[a-z0-9])?(\.[a-z]([a-z0-9-]{0,8}[a-z0-9])?){0,2}", fullmatch=True)
users = st.from_regex(r"[A-Za-z_][A-Za-z0-9_.-]{0,12}", fullmatch=True)
targets = st.one_of(
    st.builds(LocalTarget, path=local_directories),
    st.builds(NfsTarget, server=hosts, export=st.one_of(st.just("/"), directories)),
    st.builds(SshTarget, server=hosts, user=users, path=directories, identity=directories),
)


@st.composite
def accepted(draw: st.DrawFn) -> tuple[DumpConfiguration, object]:
    """A configuration, and a platform that takes it."""
    platform = draw(st.sampled_from(PLATFORMS))
    target = draw(targets)
    known = [key for key in RULES if not ignored(key, platform)]
    chosen = draw(st.lists(st.sampled_from(known), unique=True, max_size=6))
    options = {key: draw(st.from_regex(RULES[key].accepted, fullmatch=True)) for key in chosen}
    mail = {"KDUMP_NOTIFICATION_TO", "KDUMP_NOTIFICATION_CC"} & options.keys()
    if mail and isinstance(target, LocalTarget):
        options |= {"KDUMP_NOTIFICATION_TO": "ops@example.org", "KDUMP_SMTP_SERVER": "mail.example.org"}
    else:
        options = {key: value for key, value in options.items() if key not in mail}
    if not isinstance(target, SshTarget):
        options.pop("KDUMP_HOST_KEY", None)
    if options.get("KDUMP_KERNELVER", "").startswith("/"):
        del options["KDUMP_KERNELVER"]
    programs = [options[key].split()[0] for key in ("KDUMP_PRESCRIPT", "KDUMP_POSTSCRIPT") if key in options]
    if programs:
        options["KDUMP_REQUIRED_PROGRAMS"] = " ".join(programs)
    stays = "KDUMP_IMMEDIATE_REBOOT" in options
    configuration = DumpConfiguration(
        target=target,
        dump_level=draw(st.integers(0, 31)),
        compression=draw(st.sampled_from([name for name in COMPRESSIONS if name != "zstd" or platform is TUMBLEWEED])),
        failure_action=draw(st.sampled_from([None, "shell"] if stays else [None, "shell", "reboot"])),
        final_action=None if stays else draw(st.sampled_from([None, "reboot"])),
        options=options,
    )
    return configuration, platform


@settings(max_examples=150)
@given(accepted())
def test_what_is_written_is_read_back_the_same(drawn: tuple) -> None:
    configuration, platform = drawn
    parsed = parse(render(configuration, platform))
    assert parsed.lost == []
    assert parsed.configuration == configuration
    assert parsed.options == configuration.options


@settings(max_examples=5)
@given(st.lists(accepted(), min_size=5, max_size=15))
def test_dash_bash_and_systemd_read_the_same_values(sourced: Callable[..., list], batch: list[tuple]) -> None:
    texts = [render(configuration, platform) for configuration, platform in batch]
    written = [read_environment_file(text) for text in texts]
    keys = sorted({key for values in written for key in values})
    for shell in ("dash", "bash"):
        assert sourced(texts, keys, shell) == [{key: values.get(key) for key in keys} for values in written]
    for (configuration, _), values in zip(batch, written, strict=True):
        assert configuration.options.items() <= values.items()


def test_a_local_target_on_any_release() -> None:
    for platform in PLATFORMS:
        text = render(configuration_from({"target": LOCAL}), platform)
        assert [line for line in text.splitlines() if not line.startswith("#")] == [
            'KDUMP_SAVEDIR="file:///var/crash"',
            'KDUMP_DUMPLEVEL="31"',
            'KDUMP_DUMPFORMAT="compressed"',
        ]


@pytest.mark.parametrize("platform", [SLE_12, SLE_15_5, SLE_15_6, SLE_15_7, SLE_16, TUMBLEWEED])
def test_ssh_and_not_sftp_which_a_collector_cannot_confine(platform: object) -> None:
    values = read_environment_file(render(configuration_from({"target": SSH}), platform))
    assert values["KDUMP_SAVEDIR"] == "ssh://kdump@collector/srv/web1"
    assert values["KDUMP_SSH_IDENTITY"] == "/root/.ssh/kdump_id_rsa"


def test_an_nfs_target_is_the_whole_of_what_is_mounted() -> None:
    target = {"kind": "nfs", "server": "nas", "export": "/srv/kdump/web1"}
    values = read_environment_file(render(configuration_from({"target": target}), SLE_15_7))
    assert values["KDUMP_SAVEDIR"] == "nfs://nas/srv/kdump/web1"
    with pytest.raises(Refusal, match="Write '/srv/kdump/web1' as the export"):
        check(configuration_from({"target": {**target, "export": "/srv/kdump", "path": "/web1"}}), SLE_15_7)
    with pytest.raises(Refusal, match="option nolock and no other"):
        check(configuration_from({"target": {**target, "version": "4.2"}}), SLE_15_7)


@pytest.mark.parametrize(
    ("target", "instead"),
    [
        (FilesystemTarget(device="UUID=12ab", filesystem="xfs"), "Mount the filesystem by /etc/fstab"),
        (RawTarget(device="/dev/sdb1"), "Make a filesystem on the device"),
        (VirtiofsTarget(tag="dumps"), "Use an ssh or an nfs target"),
    ],
)
def test_targets_that_suse_does_not_have_are_told_what_to_use(target: object, instead: str) -> None:
    for platform in PLATFORMS:
        with pytest.raises(Refusal, match=instead) as caught:
            check(DumpConfiguration(target=target), platform)
        assert caught.value.setting == "target.kind"


@pytest.mark.parametrize(
    ("kind", "platform", "fine"),
    [("ssh", SLE_15_5, False), ("ssh", SLE_16, False), ("nfs", SLE_15_5, False), ("nfs", SLE_15_6, True)],
)
def test_an_ipv6_address_only_where_it_is_found(kind: str, platform: object, fine: bool) -> None:
    parts = {"user": "kdump", "path": "/srv"} if kind == "ssh" else {"export": "/srv"}
    configuration = configuration_from({"target": {"kind": kind, "server": "2001:db8::7", **parts}})
    if fine:
        assert 'KDUMP_SAVEDIR="nfs://[2001:db8::7]/srv"' in render(configuration, platform)
        assert parse(render(configuration, platform)).configuration == configuration
    else:
        with pytest.raises(Refusal, match="Write a name for the address"):
            check(configuration, platform)


@pytest.mark.parametrize(
    ("compression", "format_name"),
    [("zlib", "compressed"), ("lzo", "lzo"), ("snappy", "snappy"), ("zstd", "zstd"), ("none", "ELF")],
)
def test_formats(compression: str, format_name: str) -> None:
    """None is never "none": that would make no dump at all."""
    configuration = configuration_from({"target": LOCAL, "compression": compression, "dump_level": 17})
    values = read_environment_file(render(configuration, SLE_15_5))
    assert values["KDUMP_DUMPFORMAT"] == format_name
    assert values["KDUMP_DUMPLEVEL"] == "17"


def test_zstd_before_it_was_known() -> None:
    with pytest.raises(Refusal, match="would leave the dump uncompressed"):
        check(configuration_from({"target": LOCAL, "compression": "zstd"}), SLE_15_4)


@pytest.mark.parametrize(
    ("actions", "lines"),
    [
        ({"failure_action": "reboot"}, {"KDUMP_CONTINUE_ON_ERROR": "true"}),
        ({"failure_action": "shell"}, {"KDUMP_CONTINUE_ON_ERROR": "false"}),
        ({"final_action": "reboot"}, {"KDUMP_IMMEDIATE_REBOOT": "true"}),
        ({"options": {"KDUMP_IMMEDIATE_REBOOT": "false"}}, {"KDUMP_IMMEDIATE_REBOOT": "false"}),
    ],
)
def test_actions_become_switches(actions: dict, lines: dict[str, str]) -> None:
    values = read_environment_file(render(configuration_from({"target": LOCAL, **actions}), SLE_16))
    assert lines.items() <= values.items()
    assert len(values) == 4


@pytest.mark.parametrize(
    ("actions", "said"),
    [
        ({"failure_action": "halt"}, "KDUMP_CONTINUE_ON_ERROR=false"),
        ({"failure_action": "dump_to_rootfs"}, "KDUMP_CONTINUE_ON_ERROR=true"),
        ({"final_action": "poweroff"}, "KDUMP_IMMEDIATE_REBOOT: 'false'"),
        ({"final_action": "reboot", "options": {"KDUMP_IMMEDIATE_REBOOT": "false"}}, "one answer"),
        ({"failure_action": "reboot", "options": {"KDUMP_IMMEDIATE_REBOOT": "false"}}, "one answer"),
    ],
)
def test_actions_that_suse_does_not_have(actions: dict, said: str) -> None:
    with pytest.raises(Refusal) as caught:
        check(configuration_from({"target": LOCAL, **actions}), SLE_15_7)
    assert said in str(caught.value)


@pytest.mark.parametrize(
    ("key", "read_by", "ignored_by"),
    [
        ("KDUMP_CRASHKERNEL", [SLE_16, TUMBLEWEED], [SLE_12, SLE_15_5, SLE_15_7]),
        ("KDUMP_UPDATE_BOOTLOADER", [SLE_16], [SLE_15_7]),
        ("KDUMP_COPY_KERNEL", [SLE_12, SLE_15_5], [SLE_15_6, SLE_16, TUMBLEWEED]),
        ("KDUMPTOOL_FLAGS", [SLE_12, SLE_15_5], [SLE_15_6, SLE_16, TUMBLEWEED]),
        ("KDUMP_AUTO_RESIZE", [SLE_15_4, SLE_16], [SLE_12, platform_named("sles-15-sp3")]),
        ("KDUMP_HOST_KEY", [SLE_15_6, SLE_16], [SLE_12, SLE_15_5]),
        ("FADUMP_COMMANDLINE_APPEND", [POWER], [SLE_15_7, platform_named("sles-15-sp6", architecture="ppc64le")]),
        ("KDUMP_FADUMP", [POWER], [SLE_15_7, TUMBLEWEED]),
        ("KDUMP_NET_TIMEOUT", [SLE_12, SLE_16], [platform_named("sles-12.2")]),
    ],
)
def test_a_key_that_a_release_would_ignore_is_refused(key: str, read_by: list, ignored_by: list) -> None:
    value = HOST_KEY if key == "KDUMP_HOST_KEY" else RULES[key].example
    target = SSH if key == "KDUMP_HOST_KEY" else LOCAL
    configuration = configuration_from({"target": target, "options": {key: value}})
    for platform in read_by:
        assert parse(render(configuration, platform)).options == {key: value}
    for platform in ignored_by:
        with pytest.raises(Refusal, match="would be ignored") as caught:
            check(configuration, platform)
        assert caught.value.setting == f"options.{key}"


def test_a_release_without_a_choice_of_keys_gets_no_ssh_target() -> None:
    with pytest.raises(Refusal, match="the host's own dump key would not be used"):
        check(configuration_from({"target": SSH}), platform_named("sles-12.1"))


def test_other_families_are_refused() -> None:
    with pytest.raises(Refusal, match="Only SUSE's kdump"):
        check(configuration_from({"target": LOCAL}), platform_named("rhel-9.4"))


@pytest.mark.parametrize(
    "key", ["KDUMP_SAVEDIR", "KDUMP_SSH_IDENTITY", "KDUMP_DUMPLEVEL", "KDUMP_DUMPFORMAT", "KDUMP_CONTINUE_ON_ERROR"]
)
def test_options_may_not_repeat_what_settings_say(key: str) -> None:
    with pytest.raises(Refusal, match="written from it"):
        check(configuration_from({"target": LOCAL, "options": {key: "x"}}), SLE_16)


@pytest.mark.parametrize("key", [*NEVER, "PATH", "LD_PRELOAD", "KDUMP_IMG", "kdump_cpus"])
def test_keys_that_are_never_written(key: str) -> None:
    with pytest.raises(Refusal) as caught:
        check(configuration_from({"target": LOCAL, "options": {key: "hunter2"}}), SLE_15_5)
    assert "hunter2" not in str(caught.value) or not key.startswith("KDUMP_SMTP")


@pytest.mark.parametrize("key", RULES)
@pytest.mark.parametrize(
    "value", ["$(id)", "`id`", "a; id", 'a" b', "a' b", "a\\", "* ?", "a && b", "a>b", "(id)", "!id", "a\nX=1", "", "é"]
)
def test_no_option_can_carry_a_command(key: str, value: str) -> None:
    platform = SLE_15_5 if ignored(key, SLE_16) else POWER if ignored(key, SLE_15_7) else SLE_15_7
    with pytest.raises(Refusal) as caught:
        check(configuration_from({"target": LOCAL, "options": {key: value}}), platform)
    assert "would be ignored" not in str(caught.value)


@pytest.mark.parametrize("key", ["KDUMP_PRESCRIPT", "KDUMP_POSTSCRIPT"])
@pytest.mark.parametrize("value", ["/bin/sh -c id", "reboot", "./script", "/usr/lib/fence_kdump_send; id"])
def test_a_script_is_one_program_by_its_full_path(key: str, value: str) -> None:
    with pytest.raises(Refusal, match="must not carry commands"):
        check(configuration_from({"target": LOCAL, "options": {key: value}}), SLE_16)


def test_any_host_key_is_none() -> None:
    with pytest.raises(Refusal, match="would trust anybody"):
        check(configuration_from({"target": SSH, "options": {"KDUMP_HOST_KEY": "*"}}), SLE_16)


def test_a_script_must_be_in_the_capture_kernel() -> None:
    script = {"KDUMP_PRESCRIPT": "/usr/local/sbin/before"}
    with pytest.raises(Refusal, match="Add /usr/local/sbin/before to KDUMP_REQUIRED_PROGRAMS"):
        check(configuration_from({"target": LOCAL, "options": script}), SLE_16)
    programs = {**script, "KDUMP_REQUIRED_PROGRAMS": "/usr/bin/true /usr/local/sbin/before"}
    check(configuration_from({"target": LOCAL, "options": programs}), SLE_16)


def test_the_fencing_sender_may_have_arguments_and_is_copied_by_itself() -> None:
    sender = {"KDUMP_POSTSCRIPT": "/usr/lib/fence_kdump_send -i 10 -c 5 node1 node2"}
    check(configuration_from({"target": LOCAL, "options": sender}), SLE_15_4)
    with pytest.raises(Refusal, match="Add /usr/lib/fence_kdump_send"):
        check(configuration_from({"target": LOCAL, "options": sender}), SLE_12)


@pytest.mark.parametrize(
    ("platform", "target", "options", "said"),
    [
        (SLE_16, SSH, {"KDUMP_NOTIFICATION_TO": "a@b"}, "looks for dumps on the host only"),
        (SLE_15_5, LOCAL, {"KDUMP_NOTIFICATION_TO": "a@b"}, "without KDUMP_SMTP_SERVER"),
        (SLE_16, LOCAL, {"KDUMP_NOTIFICATION_CC": "a@b"}, "without KDUMP_NOTIFICATION_TO"),
        (SLE_16, LOCAL, {"KDUMP_HOST_KEY": HOST_KEY}, "Only an ssh target"),
        (SLE_15_5, LOCAL, {"KDUMP_KERNELVER": "/boot/vmlinuz"}, "path of an image from"),
    ],
)
def test_options_that_need_something_else(platform: object, target: dict, options: dict, said: str) -> None:
    with pytest.raises(Refusal, match=said):
        check(configuration_from({"target": target, "options": options}), platform)


# A file as an administrator of SLE 12 may have written it.
OLD = """\
## Path: System/Kernel/Kdump
KDUMP_KERNELVER=""
KDUMP_CPUS="1"
KDUMP_FADUMP="no"
KDUMP_IMMEDIATE_REBOOT="yes"   # do not wait
KDUMP_SAVEDIR='nfs://nas.example.org/srv/kdump/'
KDUMP_KEEP_OLD_DUMPS="5"
KDUMP_DUMPLEVEL="15"
KDUMP_DUMPFORMAT="LZO"
KDUMP_CONTINUE_ON_ERROR="no"
KDUMP_COPY_KERNEL="yes"
"""


def test_an_old_file_becomes_a_configuration_and_what_was_lost() -> None:
    parsed = parse(OLD)
    assert parsed.configuration == configuration_from(
        {
            "target": {"kind": "nfs", "server": "nas.example.org", "export": "/srv/kdump"},
            "dump_level": 15,
            "compression": "lzo",
            "failure_action": "shell",
            "final_action": "reboot",
            "options": {
                "KDUMP_CPUS": "1",
                "KDUMP_FADUMP": "false",
                "KDUMP_KEEP_OLD_DUMPS": "5",
                "KDUMP_COPY_KERNEL": "true",
            },
        }
    )
    assert parsed.lost == ["KDUMP_DUMPFORMAT is 'LZO'; it would become 'lzo'"]
    with pytest.raises(Refusal, match="has not read this key since SUSE Linux Enterprise 15 SP6"):
        check(configuration_from({"target": LOCAL, "options": {"KDUMP_COPY_KERNEL": "true"}}), SLE_16)


@pytest.mark.parametrize(
    ("url", "target"),
    [
        ("/data/", {"kind": "local", "path": "/data"}),
        ("file:///data", {"kind": "local", "path": "/data"}),
        ("SCP://kdump@c/srv", {"kind": "ssh", "server": "c", "user": "kdump", "path": "/srv"}),
        ("ssh://c:22/srv", {"kind": "ssh", "server": "c", "user": "root", "path": "/srv"}),
        ("nfs://[2001:db8::1]/srv", {"kind": "nfs", "server": "2001:db8::1", "export": "/srv"}),
    ],
)
def test_urls(url: str, target: dict) -> None:
    identity = "KDUMP_SSH_IDENTITY=kdump_id_rsa\n" if target["kind"] == "ssh" else ""
    assert parse(f"KDUMP_SAVEDIR={url}\n{identity}") == (configuration_from({"target": target}), {}, [])


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("KDUMP_SAVEDIR=ftp://u:hunter2@c/srv", "never over FTP"),
        ("KDUMP_SAVEDIR=cifs://u:hunter2@c/share", "never over CIFS"),
        ("KDUMP_SAVEDIR='/a nfs://c/b'", "not one file"),
        ("KDUMP_SAVEDIR=gopher://c/b", "not one file"),
        ("KDUMP_SAVEDIR=nfs://c", "not one file"),
        ("KDUMP_SAVEDIR=sftp://u@c:2222/srv", "the port 2222"),
        ("KDUMP_SAVEDIR=nfs://$SERVER/x", "more than a plain assignment"),
        ('KDUMP_SAVEDIR="ftp://u:hunter2@$SERVER/x"', "more than a plain assignment"),
        ("KDUMP_SAVEDIR=/a%20b", "absolute path"),
        ("KDUMP_SAVEDIR=/x\nKDUMP_DUMPFORMAT=none", "no dump at all"),
        ("KDUMP_SAVEDIR=/x\nKDUMP_DUMPFORMAT=gzip", "no format of kdump"),
        ("KDUMP_SAVEDIR=/x\nKDUMP_DUMPLEVEL=1,31", "not a number from 0 to 31"),
        ("KDUMP_SAVEDIR=/x\nKDUMP_TRANSFER='scp /proc/vmcore c:'", "KDUMP_POSTSCRIPT"),
    ],
)
def test_what_is_no_configuration_gives_none_and_says_why(text: str, said: str) -> None:
    parsed = parse(text)
    assert parsed.configuration is None
    assert said in " ".join(parsed.lost)
    assert "hunter2" not in " ".join(parsed.lost)


@pytest.mark.parametrize(
    ("lines", "said"),
    [
        ("KDUMP_SAVEDIR=", "means /var/log/dump before"),
        ("KDUMP_SAVEDIR=sftp://u:hunter2@c/srv\nKDUMP_SSH_IDENTITY=id_rsa", "holds a password"),
        ("KDUMP_SAVEDIR=sftp://u@c/srv", "all of root's usual keys"),
        ("KDUMP_SAVEDIR=sftp://u@c/srv\nKDUMP_SSH_IDENTITY='id_rsa id_ecdsa'", "several keys"),
        ("KDUMP_SSH_IDENTITY=id_rsa", "means nothing for this target"),
        ("KDUMP_DUMPFORMAT=raw", "'ELF' with KDUMP_DUMPLEVEL 0"),
        ("KDUMP_HOST_KEY='*'", "would trust anybody"),
        ("KDUMP_SMTP_PASSWORD=hunter2", "Settings hold no passwords"),
        ("KDUMP_SMTP_PASSWORD=hunter2$X", "more than a plain assignment"),
        ("KDUMP_PRESCRIPT='/bin/sh -c id'", "must not carry commands"),
        ("KDUMP_NETCONFIG=", "meant no network"),
        ("KDUMP_IMMEDIATE_REBOOT=maybe", "neither true nor false"),
        ("KDUMP_VERBOSE=64", "a bit mask"),
        ("PATH=/evil", "means nothing"),
        ("logger hello", "more than a plain assignment"),
    ],
)
def test_what_writing_anew_would_change_is_told(lines: str, said: str) -> None:
    parsed = parse(f"KDUMP_SAVEDIR=/var/crash\n{lines}\n")
    assert parsed.configuration is not None
    assert said in " ".join(parsed.lost)
    assert "hunter2" not in " ".join(parsed.lost)
    # What is left can be written, and is then all there is.
    assert parse(render(parsed.configuration, TUMBLEWEED)) == (parsed.configuration, parsed.options, [])


@given(st.text(alphabet="KDUMP_SAVEDIR=:/@\"'$\n sftphn0.[]", max_size=60))
def test_no_text_at_all_breaks_the_reader(text: str) -> None:
    parse(text)
    parse(f"KDUMP_SAVEDIR={text}")
