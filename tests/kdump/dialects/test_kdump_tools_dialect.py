"""/etc/default/kdump-tools: what is written is read back the same, by us, by dash and by systemd."""

from collections.abc import Callable

import pytest
from environment_file import read_environment_file
from hypothesis import given, settings
from hypothesis import strategies as st

from kdump.configuration import COMPRESSIONS, DumpConfiguration, configuration_from
from kdump.dialects.kdump_tools import check, parse, render
from kdump.dialects.kdump_tools_options import RULES
from kdump.errors import Refusal
from kdump.platforms import Platform
from kdump.targets import LocalTarget, NfsTarget, SshTarget

names = st.from_regex(r"[A-Za-z0-9._+@-]{1,12}", fullmatch=True).filter(lambda name: name not in (".", ".."))
directories = st.lists(names, min_size=1, max_size=4).map(lambda parts: "/" + "/".join(parts))
local_directories = directories.filter(lambda path: path.split("/")[1] not in ("dev", "proc", "run", "sys", "tmp"))
hosts = st.one_of(
    st.from_regex(r"[a-z]([a-z0-9-]{0,8}[a-z0-9])?(\.[a-z]([a-z0-9-]{0,8}[a-z0-9])?){0,2}", fullmatch=True),
    st.ip_addresses().map(str).filter(lambda address: "%" not in address),
)
users = st.from_regex(r"[A-Za-z_][A-Za-z0-9_.-]{0,12}", fullmatch=True)
targets = st.one_of(
    st.builds(LocalTarget, path=local_directories),
    st.builds(NfsTarget, server=hosts, export=st.one_of(st.just("/"), directories)),
    st.builds(SshTarget, server=hosts, user=users, path=directories, identity=directories),
)
options = st.fixed_dictionaries(
    {}, optional={key: st.from_regex(rule.accepted, fullmatch=True) for key, rule in RULES.items()}
).filter(lambda chosen: not any(value.startswith("/var/lib/kdump") for value in chosen.values()))
configurations = st.builds(
    DumpConfiguration,
    target=targets,
    dump_level=st.integers(0, 31),
    compression=st.sampled_from(COMPRESSIONS),
    options=options,
)
LOCAL = {"kind": "local", "path": "/var/crash"}
DEBIAN = Platform(family="debian", distribution="debian", release="12", architecture="x86_64")
UBUNTU = Platform(family="debian", distribution="ubuntu", release="24.04", architecture="x86_64")

# The file as the package installs it (kdump-tools 1:1.8.1), without its comments.
PACKAGED = """USE_KDUMP=1
KDUMP_KERNEL=/var/lib/kdump/vmlinuz
KDUMP_INITRD=/var/lib/kdump/initrd.img
KDUMP_COREDIR="/var/crash"
#KDUMP_FAIL_CMD="reboot -f"
#HOSTTAG="hostname|[ip]"
"""


@settings(max_examples=100)
@given(configurations)
def test_what_is_written_is_read_back_the_same(configuration: DumpConfiguration) -> None:
    parsed = parse(render(configuration))
    assert parsed.lost == []
    assert parsed.configuration == configuration
    assert parsed.options == configuration.options


@settings(max_examples=5)
@given(st.lists(configurations, min_size=5, max_size=15))
def test_dash_and_systemd_read_the_same_values(sourced: Callable[..., list], batch: list[DumpConfiguration]) -> None:
    keys = ["USE_KDUMP", "KDUMP_COREDIR", "MAKEDUMP_ARGS", "HOSTTAG", "NFS", "SSH", "SSH_KEY", *RULES]
    texts = [render(configuration) for configuration in batch]
    for configuration, text, by_dash in zip(batch, texts, sourced(texts, keys), strict=True):
        by_systemd = read_environment_file(text)
        assert by_dash == {key: by_systemd.get(key) for key in keys}
        assert by_systemd.keys() <= set(keys)
        assert configuration.options.items() <= by_systemd.items()


def test_a_local_target() -> None:
    text = render(configuration_from({"target": LOCAL}))
    assert [line for line in text.splitlines() if not line.startswith("#")] == [
        'USE_KDUMP="1"',
        'KDUMP_KERNEL="/var/lib/kdump/vmlinuz"',
        'KDUMP_INITRD="/var/lib/kdump/initrd.img"',
        'KDUMP_COREDIR="/var/crash"',
        'MAKEDUMP_ARGS="-c -d 31"',
    ]


@pytest.mark.parametrize(
    ("target", "expected"),
    [
        (
            NfsTarget(server="2001:db8::7", export="/srv/kdump/web1"),
            {"NFS": "[2001:db8::7]:/srv/kdump/web1", "KDUMP_COREDIR": "/var/crash", "HOSTTAG": "hostname"},
        ),
        (
            SshTarget(server="2001:db8::7", user="kdump", path="/srv/kdump/web1"),
            {
                "SSH": "kdump@2001:db8::7",
                "SSH_KEY": "/root/.ssh/kdump_id_rsa",
                "KDUMP_COREDIR": "/srv/kdump/web1",
                "HOSTTAG": "hostname",
            },
        ),
    ],
)
def test_remote_targets(target: NfsTarget | SshTarget, expected: dict[str, str]) -> None:
    values = read_environment_file(render(DumpConfiguration(target=target)))
    assert expected.items() <= values.items()


@pytest.mark.parametrize(
    ("compression", "arguments"),
    [("zlib", "-c -d 17"), ("lzo", "-l -d 17"), ("snappy", "-p -d 17"), ("zstd", "-z -d 17"), ("none", "-d 17")],
)
def test_level_and_compression_become_arguments_of_makedumpfile(compression: str, arguments: str) -> None:
    """Without -F: kdump-config puts it where its release wants it."""
    text = render(configuration_from({"target": LOCAL, "dump_level": 17, "compression": compression}))
    assert read_environment_file(text)["MAKEDUMP_ARGS"] == arguments


@pytest.mark.parametrize("key", ["USE_KDUMP", "KDUMP_COREDIR", "MAKEDUMP_ARGS", "HOSTTAG", "NFS", "SSH", "SSH_KEY"])
def test_options_may_not_repeat_what_settings_say(key: str) -> None:
    with pytest.raises(Refusal, match="written from it") as caught:
        render(configuration_from({"target": LOCAL, "options": {key: "1"}}))
    assert caught.value.setting == f"options.{key}"


@pytest.mark.parametrize("key", ["FTP", "FTP_PASSWORD", "PATH", "LD_PRELOAD", "IFS", "DEBUG_KERNEL", "kdump_kernel"])
def test_only_known_keys_are_written(key: str) -> None:
    with pytest.raises(Refusal):
        render(configuration_from({"target": LOCAL, "options": {key: "x"}}))


@pytest.mark.parametrize("key", RULES)
@pytest.mark.parametrize(
    "value",
    [
        "$(touch pwned)",
        "`touch pwned`",
        "a; touch pwned",
        'a" b',
        "a' b",
        "a\\",
        "a\nX=1",
        "* ?",
        "é",
        "a && b",
        "a>b",
        "",
    ],
)
def test_no_option_can_carry_a_command(key: str, value: str) -> None:
    with pytest.raises(Refusal):
        render(configuration_from({"target": LOCAL, "options": {key: value}}))


def test_a_failing_dump_may_only_be_followed_by_one_of_three_commands() -> None:
    for value in ("reboot -f", "poweroff -f", "halt -f"):
        assert parse(render(configuration_from({"target": LOCAL, "options": {"KDUMP_FAIL_CMD": value}}))).lost == []
    with pytest.raises(Refusal, match="must not carry commands"):
        render(configuration_from({"target": LOCAL, "options": {"KDUMP_FAIL_CMD": "/bin/bash"}}))


def test_repeating_the_usual_value_is_refused_as_it_could_not_be_read_back() -> None:
    with pytest.raises(Refusal, match="says so anyway"):
        render(configuration_from({"target": LOCAL, "options": {"KDUMP_KERNEL": "/var/lib/kdump/vmlinuz"}}))


@pytest.mark.parametrize(
    ("platform", "compression", "accepted"),
    [
        (None, "zstd", True),
        (DEBIAN, "lzo", True),
        (DEBIAN, "zstd", False),
        (DEBIAN, "snappy", False),
        (UBUNTU, "zstd", True),
        (UBUNTU, "snappy", False),
    ],
)
def test_compressions_that_a_distribution_leaves_out(
    platform: Platform | None, compression: str, accepted: bool
) -> None:
    configuration = configuration_from({"target": LOCAL, "compression": compression})
    if accepted:
        check(configuration, platform)
    else:
        with pytest.raises(Refusal, match="leaves the dump uncompressed"):
            check(configuration, platform)


def test_the_file_of_the_package_is_a_configuration() -> None:
    assert parse(PACKAGED) == (configuration_from({"target": LOCAL}), {}, [])


@pytest.mark.parametrize(
    ("lines", "change"),
    [
        ("export KDUMP_COREDIR=/data/  # a disk", {"target": {"kind": "local", "path": "/data"}}),
        ("MAKEDUMP_ARGS='-F -l -d 1'", {"compression": "lzo", "dump_level": 1}),
        ("MAKEDUMP_ARGS='-Fcd31'", {}),
        ("MAKEDUMP_ARGS='-c'", {"dump_level": 0}),
        ("MAKEDUMP_ARGS=", {}),
        ("KDUMP_NUM_DUMPS=3\nKDUMP_NUM_DUMPS=5\nKDUMP_COMPRESSION=''", {"options": {"KDUMP_NUM_DUMPS": "5"}}),
        (
            "NFS=[2001:DB8::1]:/srv/x/\nHOSTTAG=hostname",
            {"target": {"kind": "nfs", "server": "2001:db8::1", "export": "/srv/x"}},
        ),
        (
            'SSH="u@c"\nHOSTTAG=hostname\nKDUMP_COREDIR=/srv/x',
            {"target": {"kind": "ssh", "server": "c", "user": "u", "path": "/srv/x"}},
        ),
    ],
)
def test_hand_edited_files_are_understood(lines: str, change: dict[str, object]) -> None:
    parsed = parse(f"{PACKAGED}{lines}\n")
    assert parsed == (configuration_from({"target": LOCAL, **change}), change.get("options", {}), [])


@pytest.mark.parametrize(
    ("lines", "said"),
    [
        ("NFS=a:/x\nSSH=u@c", "one place"),
        ("FTP=server:/x", "one place, and never over FTP"),
        ("SSH=collector", "names no user"),
        ("SSH=u@c;HOSTTAG=hostname; KDUMP_COREDIR='/a b'", "absolute path"),
        ("NFS=nowhere", "not server:/export"),
        ("NFS=$SERVER:/x", "more than a plain assignment"),
        ("if true; then\nSSH=a@b\nfi", "more than a plain assignment"),
        ("MAKEDUMP_ARGS='-c -d 1,31'", "dump level '1,31'"),
        ("MAKEDUMP_ARGS='-c -d'", "dump level ''"),
    ],
)
def test_what_is_no_configuration_gives_none_and_says_why(lines: str, said: str) -> None:
    parsed = parse(f"{PACKAGED}{lines}\n")
    assert parsed.configuration is None
    assert said in " ".join(parsed.lost)


@pytest.mark.parametrize(
    ("lines", "said"),
    [
        ("USE_KDUMP=0", "switches kdump off"),
        ("KDUMP_KERNEL=", "KDUMP_KERNEL is not set"),
        ("NFS=c:/x", "HOSTTAG is 'ip'"),
        ("NFS=c:/x\nHOSTTAG=hostname\nKDUMP_COREDIR=/mnt", "the mount point"),
        ("MAKEDUMP_ARGS='-c -d 31 --message-level 1'", "'--message-level' in MAKEDUMP_ARGS"),
        ("KDUMP_FAIL_CMD='/bin/bash; reboot -f'", "must not carry commands"),
        ("SSH_KEY=/root/.ssh/id", "means nothing"),
        ("PATH=/evil", "means nothing"),
        ("echo hello", "more than a plain assignment"),
    ],
)
def test_what_writing_anew_would_change_is_told(lines: str, said: str) -> None:
    parsed = parse(f"{PACKAGED}{lines}\n")
    assert parsed.configuration is not None
    assert said in " ".join(parsed.lost)
    # What is left can be written, and is then all there is.
    assert parse(render(parsed.configuration)) == (parsed.configuration, parsed.options, [])


@given(st.text(max_size=60))
def test_no_text_at_all_breaks_the_reader(text: str) -> None:
    parsed = parse(text)
    assert parsed.configuration is None or render(parsed.configuration)
