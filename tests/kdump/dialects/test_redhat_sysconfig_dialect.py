"""Red Hat's /etc/sysconfig/kdump: single keys change, everything else stays byte for byte, and shells agree."""

from collections.abc import Callable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kdump.dialects.redhat_sysconfig import (
    KEYS,
    PATH,
    check,
    ignored,
    memory_debugging,
    parse,
    values,
    with_values,
    with_words,
    without,
)
from kdump.dialects.redhat_sysconfig_keys import BUILT_IN
from kdump.errors import Refusal
from kdump.generations import Generation
from kdump.platforms import platform_named

POWER = platform_named("rhel-10.1", architecture="ppc64le")

# As a package may install it: our own comments, and made-up default words.
PACKAGED = """\
# Which kernel captures the dump. Don't set it without need.
KDUMP_KERNELVER=""

# For example: KDUMP_COMMANDLINE="ro root=/dev/sda1"
KDUMP_COMMANDLINE=""

KDUMP_COMMANDLINE_REMOVE="hugepages quiet a_word_of_the_future"
KDUMP_COMMANDLINE_APPEND="irqpoll nr_cpus=1 reset_devices future.knob=2 panic=10"  # the release's own

KEXEC_ARGS="-s"
#KDUMP_BOOTDIR="/boot"
KDUMP_IMG=vmlinuz
export KDUMP_IMG_EXT=
"""

# As somebody may have left it on Red Hat Enterprise Linux 5 or 6.
OLD = """\
KDUMP_KERNELVER=
KDUMP_COMMANDLINE_APPEND="irqpoll maxcpus=1 \\
reset_devices"
MKDUMPRD_ARGS="--allow-missing"
KEXEC_ARGS=" --args-linux"
KDUMP_BOOTDIR="/boot"
OUR_NOTE="ask the storage team"
KDUMP_IMG="$(basename /boot/vmlinuz)"
"""

keys = st.sampled_from(list(KEYS))
wanted_values = st.from_regex(r"[A-Za-z0-9_.=,-]{1,8}( [A-Za-z0-9_.=\"$'\\#;-]{1,8}){0,3}", fullmatch=True)
lines = st.one_of(
    st.sampled_from(
        [
            "",
            "# a comment",
            "#KDUMP_IMG=x",
            "KDUMP_IMG=a # why",
            "  export KEXEC_ARGS='a b'",
            'OTHER="x y" ;',
            "A=1 B=2",
        ]
    ),
    st.builds(
        "{}={}".format, keys, st.sampled_from(["", "x", '"a b"', "'it''s'", "a\\ b", 'a"b c"d', "x#y", '"a\\\nb"'])
    ),
    st.builds("{}=1; {}=2".format, keys, keys),
    st.builds('NOTE="{}=in a note"'.format, keys),
)
files = st.lists(lines, max_size=8).map("\n".join)


@settings(max_examples=150)
@given(files, keys, wanted_values)
def test_only_the_wanted_key_changes(text: str, key: str, value: str) -> None:
    before = parse(text)
    changed = with_values(text, {key: value})
    assert values(changed) == {**before.values, key: value}
    assert parse(changed).lost == before.lost
    assert with_values(changed, {key: value}) == changed
    if key in before.values:
        assert values(with_values(changed, {key: before.values[key]})) == before.values
    else:
        assert values(without(changed, [key])) == before.values


@settings(max_examples=5)
@given(st.lists(st.tuples(files, keys, wanted_values), min_size=10, max_size=20))
def test_dash_and_bash_agree(sourced: Callable[..., list], batch: list[tuple[str, str, str]]) -> None:
    texts = [with_values(text, {key: value}) for text, key, value in batch]
    for shell in ("dash", "bash"):
        for text, found in zip(texts, sourced(texts, KEYS, shell), strict=True):
            assert {key: value for key, value in found.items() if value is not None} == values(text)


def alike(one: str, other: str) -> int:
    """How many characters the two begin with alike."""
    pairs = enumerate(zip(one, other, strict=False))
    return next((index for index, (a, b) in pairs if a != b), min(len(one), len(other)))


@settings(max_examples=100)
@given(files, keys, wanted_values)
def test_every_other_byte_is_kept(text: str, key: str, value: str) -> None:
    """What is changed is one stretch, and that is the value of one assignment: in front and behind all is as it was."""
    changed = with_values(text, {key: value})
    front = alike(text, changed)
    back = alike(text[front:][::-1], changed[front:][::-1])
    gone = text[front : len(text) - back]
    assert "=" not in gone
    assert gone == "" or key in text[:front].rpartition("=")[0].splitlines()[-1]


def test_a_value_is_changed_where_it_stands() -> None:
    changed = with_values(
        PACKAGED, {"KDUMP_COMMANDLINE_APPEND": "irqpoll", "KDUMP_IMG": "bzImage", "KDUMP_BOOTDIR": "/b"}
    )
    assert (
        changed
        == PACKAGED.replace('"irqpoll nr_cpus=1 reset_devices future.knob=2 panic=10"', '"irqpoll"').replace(
            "KDUMP_IMG=vmlinuz", 'KDUMP_IMG="bzImage"'
        )
        + 'KDUMP_BOOTDIR="/b"\n'
    )


def test_the_last_of_several_assignments_is_the_one_that_counts() -> None:
    text = "KDUMP_IMG=a\nKDUMP_IMG=b\n# end\n"
    assert with_values(text, {"KDUMP_IMG": "c"}) == 'KDUMP_IMG=a\nKDUMP_IMG="c"\n# end\n'
    assert with_values(text, {"KDUMP_IMG": "b"}) == text
    assert without(text, ["KDUMP_IMG"]) == "# end\n"


def test_a_value_over_several_lines_is_changed_as_a_whole() -> None:
    assert values(OLD)["KDUMP_COMMANDLINE_APPEND"] == "irqpoll maxcpus=1 reset_devices"
    text = 'KDUMP_COMMANDLINE_APPEND="irqpoll \\\nreset_devices"  # two lines\nKDUMP_IMG=x\n'
    assert with_values(text, {"KDUMP_COMMANDLINE_APPEND": "irqpoll"}) == (
        'KDUMP_COMMANDLINE_APPEND="irqpoll"  # two lines\nKDUMP_IMG=x\n'
    )


def test_an_assignment_that_shares_its_line_is_overruled_at_the_end() -> None:
    text = "KDUMP_IMG=a\nKEXEC_ARGS=-s; KDUMP_IMG=b\n"
    assert with_values(text, {"KDUMP_IMG": "c"}) == text + 'KDUMP_IMG="c"\n'
    with pytest.raises(Refusal, match="on one line of its own"):
        without(text, ["KDUMP_IMG"])


def test_a_last_line_without_an_end_gets_one_first() -> None:
    assert with_values("KDUMP_IMG=x", {"KEXEC_ARGS": "-s"}) == 'KDUMP_IMG=x\nKEXEC_ARGS="-s"\n'
    assert with_values("", {"KEXEC_ARGS": "-s"}) == 'KEXEC_ARGS="-s"\n'


@pytest.mark.parametrize(
    "text",
    [
        'KDUMP_IMG="$(uname)"\n',
        "if true; then\nKDUMP_IMG=x\nfi\n",
        "KDUMP_IMG=`uname`\n",
        "cat <<END\nKDUMP_IMG=x\nEND\n",
        "KDUMP_IMG=$OTHER\n",
        "return 0\n",
        "KEXEC_ARGS=-s\nexit\n",
        "KDUMP_IMG+=x\n",
        'OTHER="open\nKDUMP_IMG=x\n',
        "OTHER=x\\",
    ],
)
def test_a_file_that_only_a_shell_understands_is_refused_and_not_half_edited(text: str) -> None:
    with pytest.raises(Refusal, match="Only a shell could tell"):
        with_values(text, {"KDUMP_IMG": "y"})


def test_a_line_inside_something_longer_is_not_taken_for_an_assignment() -> None:
    text = 'KDUMP_IMG=x\nNOTE="\nKDUMP_IMG=y\n"\n'
    with pytest.raises(Refusal, match="Only a shell could tell"):
        with_values(text, {"KDUMP_IMG": "z"})


def test_what_is_not_understood_does_not_matter_to_other_keys() -> None:
    text = 'KDUMP_KERNELVER="$(uname -r)"\nKDUMP_IMG=x\n'
    assert with_values(text, {"KDUMP_IMG": "y"}) == text.replace("IMG=x", 'IMG="y"')
    with pytest.raises(Refusal, match="KDUMP_KERNELVER"):
        without(text, ["KDUMP_KERNELVER"])


def test_a_value_is_one_line_of_ascii() -> None:
    for value in ("a\nX=1", "é", "a\tb"):
        with pytest.raises(Refusal, match="one line of ASCII"):
            with_values(PACKAGED, {"KDUMP_IMG": value})


def test_words_change_and_the_release_keeps_its_own() -> None:
    changed = with_words(PACKAGED, "KDUMP_COMMANDLINE_APPEND", ["nr_cpus=4", "rd.memdebug=3"], ["nr_cpus"])
    assert changed == PACKAGED.replace(
        "irqpoll nr_cpus=1 reset_devices future.knob=2 panic=10",
        "irqpoll reset_devices future.knob=2 panic=10 nr_cpus=4 rd.memdebug=3",
    )
    assert with_words(changed, "KDUMP_COMMANDLINE_APPEND", ["nr_cpus=4", "rd.memdebug=3"], ["nr_cpus"]) == changed
    assert with_words(changed, "KDUMP_COMMANDLINE_APPEND", remove=["panic=99", "absent"]) == changed
    assert "panic" not in with_words(changed, "KDUMP_COMMANDLINE_APPEND", remove=["panic=10"])


def test_words_are_added_to_what_the_script_has_built_in() -> None:
    assert with_words("", "KDUMP_COMMANDLINE_REMOVE", ["quiet"]) == (
        'KDUMP_COMMANDLINE_REMOVE="hugepages hugepagesz slub_debug quiet"\n'
    )
    assert with_words("", "KDUMP_COMMANDLINE_REMOVE", BUILT_IN["KDUMP_COMMANDLINE_REMOVE"].split()) == ""
    assert with_words("", "KDUMP_COMMANDLINE_APPEND", ["nr_cpus=2"]) == 'KDUMP_COMMANDLINE_APPEND="nr_cpus=2"\n'


words = st.lists(st.from_regex(r"[a-z]{1,2}(=[0-9])?", fullmatch=True), max_size=4)


@given(words, words, words)
def test_changing_words_twice_is_changing_them_once(held: list[str], add: list[str], remove: list[str]) -> None:
    text = with_values("", {"KEXEC_ARGS": " ".join(held)})
    once = with_words(text, "KEXEC_ARGS", add, remove)
    assert with_words(once, "KEXEC_ARGS", add, remove) == once
    found = values(once)["KEXEC_ARGS"].split()
    assert set(add) <= set(found)
    untouched = [
        word for word in held if word not in add and word not in remove and word.partition("=")[0] not in remove
    ]
    assert [word for word in found if word in untouched] == untouched


@pytest.mark.parametrize(
    ("key", "read_by", "ignored_by"),
    [
        ("KDUMP_COMMANDLINE_APPEND", ["rhel-5.11", "rhel-6.0", "rhel-9.4", "fedora-42"], []),
        ("KDUMP_COMMANDLINE_REMOVE", ["rhel-7.4", "centos-8", "rhel-10.0"], ["rhel-5.11", "rhel-6.10", "rhel-7.3"]),
        ("MKDUMPRD_ARGS", ["rhel-6.1", "rhel-6.10"], ["rhel-5.11", "rhel-6.0", "rhel-7.9", "rhel-9.4"]),
        ("KDUMP_STDLOGLVL", ["rhel-8.4", "rocky-9.0", "fedora-42"], ["rhel-7.9", "rhel-8.0", "rhel-8.3"]),
        ("VMCORE_CREATION_NOTIFICATION", ["rhel-10.0", "fedora-42"], ["rhel-9.6", "rhel-6.10"]),
        ("FADUMP_COMMANDLINE_APPEND", [], ["rhel-10.1", "rhel-9.4"]),
    ],
)
def test_which_release_reads_which_key(key: str, read_by: list[str], ignored_by: list[str]) -> None:
    for name in read_by:
        check({key: KEYS[key].example}, platform_named(name))
    for name in ignored_by:
        with pytest.raises(Refusal, match="would be ignored") as caught:
            check({key: KEYS[key].example}, platform_named(name))
        assert caught.value.setting == f"options.{key}"
        assert key not in caught.value.needed


def test_power_has_its_own_boot_arguments() -> None:
    check({"FADUMP_COMMANDLINE_APPEND": "nr_cpus=16"}, POWER)
    assert ignored("FADUMP_COMMANDLINE_APPEND", POWER) == ""


@pytest.mark.parametrize("key", KEYS)
@pytest.mark.parametrize(
    "value", ["$(id)", "`id`", "a; id", 'a" b', "a' b", "a\\", "* ?", "a && b", "a>b", "é", "a\nb"]
)
def test_no_key_can_carry_a_command(key: str, value: str) -> None:
    platform = POWER if not ignored(key, POWER) else platform_named("rhel-6.10")
    check({key: KEYS[key].example, "KDUMP_COMMANDLINE": ""}, platform)
    with pytest.raises(Refusal, match="A shell reads the value"):
        check({key: value}, platform)


def test_unknown_keys_and_other_families_are_refused() -> None:
    with pytest.raises(Refusal, match="correct its spelling"):
        check({"KDUMP_COMANDLINE": "x"}, platform_named("rhel-9.4"))
    for name in ("sles-15.5", "debian-12", "rhel-4.8"):
        with pytest.raises(Refusal, match="Only Red Hat's kdump"):
            check({"KEXEC_ARGS": "-s"}, platform_named(name))


def test_an_old_file_is_read_and_what_was_lost_is_told() -> None:
    parsed = parse(OLD, platform_named("rhel-6.10"))
    assert parsed.values["MKDUMPRD_ARGS"] == "--allow-missing"
    assert parsed.values["KEXEC_ARGS"] == " --args-linux"
    assert "KDUMP_IMG" not in parsed.values
    assert [said for said in parsed.lost if "OUR_NOTE" in said and "No release's scripts" in said]
    assert [said for said in parsed.lost if "basename" in said]
    newer = parse(OLD, platform_named("rhel-9.4"))
    assert "MKDUMPRD_ARGS" not in newer.values
    assert [said for said in newer.lost if said.startswith("MKDUMPRD_ARGS='--allow-missing' is ignored")]


@given(st.text(alphabet="KDUMP_IG=\"'\\$#; \nx", max_size=60))
def test_no_text_at_all_breaks_the_editor(text: str) -> None:
    parse(text)
    try:
        changed = with_values(text, {"KDUMP_IMG": "y"})
    except Refusal:
        return
    assert values(changed)["KDUMP_IMG"] == "y"


def test_the_successor_of_debug_mem_level() -> None:
    assert memory_debugging(2, Generation.EL6_3) == ("/etc/kdump.conf", "debug_mem_level", "2")
    for generation in (Generation.EL7, Generation.EL9_2, Generation.KDUMP_UTILS):
        assert memory_debugging(3, generation) == (PATH, "KDUMP_COMMANDLINE_APPEND", "rd.memdebug=3")
    for generation in (Generation.EL5, Generation.EL6_0, Generation.SUSE_2, Generation.KDUMP_TOOLS):
        with pytest.raises(Refusal, match="cannot report its use of memory"):
            memory_debugging(1, generation)
    with pytest.raises(Refusal, match="a number from 0 to 3"):
        memory_debugging(4, Generation.EL7)
