"""/etc/default/grub. What is written is also sourced by a real bash, as grub2-mkconfig does it."""

from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kdump.cmdline import arguments_of, crashkernel_of
from kdump.dialects.grub_defaults import command_line, values, with_arguments
from kdump.errors import Refusal

LINUX = "GRUB_CMDLINE_LINUX"
DEFAULT = "GRUB_CMDLINE_LINUX_DEFAULT"
RHEL7 = """\
GRUB_TIMEOUT=5
GRUB_DISTRIBUTOR="$(sed 's, release .*$,,g' /etc/system-release)"
GRUB_DEFAULT=saved
GRUB_DISABLE_SUBMENU=true
#GRUB_CMDLINE_LINUX="commented out"
GRUB_CMDLINE_LINUX="crashkernel=auto rd.lvm.lv=rhel/root rhgb quiet"
GRUB_DISABLE_RECOVERY="true"
"""
SUSE = """\
# If you change this file, run 'grub2-mkconfig -o /boot/grub2/grub.cfg' afterwards
GRUB_DISTRIBUTOR=
GRUB_CMDLINE_LINUX_DEFAULT="splash=silent resume=/dev/sda2 quiet mitigations=auto"
GRUB_CMDLINE_LINUX=""
GRUB_TERMINAL='gfxterm'
"""


def one(value: str) -> str:
    return f"GRUB_TIMEOUT=5\nGRUB_CMDLINE_LINUX={value}\nGRUB_DEFAULT=saved\n"


def test_only_the_one_value_changes() -> None:
    changed = with_arguments(RHEL7, LINUX, "256M", {"nmi_watchdog": "1"}, ["rhgb"])
    assert changed == RHEL7.replace(
        '"crashkernel=auto rd.lvm.lv=rhel/root rhgb quiet"',
        '"rd.lvm.lv=rhel/root quiet crashkernel=256M nmi_watchdog=1"',
    )
    assert with_arguments(changed, LINUX, "256M", {"nmi_watchdog": "1"}, ["rhgb"]) == changed
    assert crashkernel_of(command_line(changed, LINUX)) == "256M"


def test_suse_keeps_it_in_the_other_variable() -> None:
    changed = with_arguments(SUSE, DEFAULT, "512M,high 128M,low", {})
    assert changed == SUSE.replace("=auto", "=auto crashkernel=512M,high crashkernel=128M,low")
    assert command_line(changed, LINUX) == ""
    assert with_arguments(changed, DEFAULT, "", {}) == SUSE


def test_what_the_file_sets_is_read_as_far_as_it_is_certain() -> None:
    assert values(RHEL7)[LINUX] == "crashkernel=auto rd.lvm.lv=rhel/root rhgb quiet"
    assert "GRUB_DISTRIBUTOR" not in values(RHEL7)
    assert command_line(RHEL7, DEFAULT) == ""


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ('"quiet"', '"quiet crashkernel=256M"'),
        ("'quiet'", "'quiet crashkernel=256M'"),
        ("quiet", '"quiet crashkernel=256M"'),
        ("crashkernel=auto", "crashkernel=256M"),
        ("", "crashkernel=256M"),
        ('""', '"crashkernel=256M"'),
        ("''", "'crashkernel=256M'"),
        ('"a"   # why', '"a crashkernel=256M"   # why'),
        (r'"dyndbg=\"file x +p\" \$y \\z"', r'"dyndbg=\"file x +p\" \$y \\z crashkernel=256M"'),
        ("""'dyndbg="file x +p" $y'""", """'dyndbg="file x +p" $y crashkernel=256M'"""),
        ('" a  b "', '" a  b crashkernel=256M "'),
        ('"a -- b"', '"a crashkernel=256M -- b"'),
    ],
)
def test_the_way_of_quoting_stays(before: str, after: str) -> None:
    assert with_arguments(one(before), LINUX, "256M", {}) == one(after)


def test_quotes_come_where_the_shell_needs_them() -> None:
    assert with_arguments(one("a"), LINUX, "", {"a": "~x"}) == one('"a=~x"')


@pytest.mark.parametrize(
    "text", ["  export GRUB_CMDLINE_LINUX=quiet\n", "GRUB_CMDLINE_LINUX=quiet", "\n#\nGRUB_CMDLINE_LINUX=quiet \n"]
)
def test_indented_exported_and_without_line_end(text: str) -> None:
    assert with_arguments(text, LINUX, "1M", {}) == text.replace("quiet", '"quiet crashkernel=1M"')


def test_a_variable_that_is_missing_is_added_if_there_is_something_to_add() -> None:
    text = "GRUB_TIMEOUT=5\nGRUB_CMDLINE_LINUX=quiet"
    assert with_arguments(text, DEFAULT, "", {}, ["quiet"]) == text
    assert with_arguments(text, DEFAULT, "1M", {}) == text + '\nGRUB_CMDLINE_LINUX_DEFAULT="crashkernel=1M"\n'


@pytest.mark.parametrize(
    ("text", "says"),
    [
        (one('"$(cat /proc/cmdline)"'), 'one line GRUB_CMDLINE_LINUX="..."'),
        (one("`cat /proc/cmdline`"), 'one line GRUB_CMDLINE_LINUX="..."'),
        (one('"$OTHER quiet"'), 'one line GRUB_CMDLINE_LINUX="..."'),
        (one("~"), 'one line GRUB_CMDLINE_LINUX="..."'),
        (one(r'"a\.b"'), 'one line GRUB_CMDLINE_LINUX="..."'),
        (one("\"a\"' b'"), 'one line GRUB_CMDLINE_LINUX="..."'),
        (one('"a" b'), 'one line GRUB_CMDLINE_LINUX="..."'),
        (one('"a"; GRUB_DEFAULT=1'), 'one line GRUB_CMDLINE_LINUX="..."'),
        (one('"a \\\nb"'), 'one line GRUB_CMDLINE_LINUX="..."'),
        (one('"a\nb"'), 'one line GRUB_CMDLINE_LINUX="..."'),
        (one('"a'), "a statement of the shell"),
        (one("'a"), "a statement of the shell"),
        (one('"a"\r'), 'one line GRUB_CMDLINE_LINUX="..."'),
        (one("(a b)"), 'one line GRUB_CMDLINE_LINUX="..."'),
        (one('"\u00e9"'), 'one line GRUB_CMDLINE_LINUX="..."'),
        (one(r'"x=\"a b"'), "double quotes that come in pairs"),
        (one('"a"') + 'GRUB_CMDLINE_LINUX+=" b"\n', "Line 2 sets it as well"),
        (one('"a"') + 'GRUB_CMDLINE_LINUX="$GRUB_CMDLINE_LINUX b"\n', "Line 2 sets it as well"),
        (one('"a"') + "[ -e /x ] && GRUB_CMDLINE_LINUX=b\n", "Line 2 sets it as well"),
        ('GRUB_DEFAULT=0\nGRUB_CMDLINE_LINUX+="b"\n', 'one line GRUB_CMDLINE_LINUX="..."'),
        ("if true; then\n" + one('"a"') + "fi\n", "above any condition"),
        ("GRUB_X='\n" + one('"a"') + "'\n", 'one line GRUB_CMDLINE_LINUX="..."'),
        (one('"a"') + "unset GRUB_CMDLINE_LINUX\n", 'one line GRUB_CMDLINE_LINUX="..."'),
        (one('"a"') + "read -r GRUB_CMDLINE_LINUX < /etc/x\n", "the name GRUB_CMDLINE_LINUX nowhere else"),
        (one('"a"') + "printf -v GRUB_CMDLINE_LINUX %s b\n", "line 4: found 'printf -v"),
        (one('"a"') + "printf -v 'GRUB_CMDLINE_LINUX' %s b\n", "the name GRUB_CMDLINE_LINUX nowhere else"),
        (one('"a"') + "unset -v GRUB_CMDLINE_LINUX\n", "the name GRUB_CMDLINE_LINUX nowhere else"),
        (one('"a"') + ": ${GRUB_CMDLINE_LINUX:=b}\n", "the name GRUB_CMDLINE_LINUX nowhere else"),
        (one('"a"') + "X='\n# '; unset -v GRUB_CMDLINE_LINUX\n", "the name GRUB_CMDLINE_LINUX nowhere else"),
        ("readonly GRUB_CMDLINE_LINUX\n" + one('"a"'), "line 1: found 'readonly"),
        ("GRUB_DEFAULT=0\nreadonly GRUB_CMDLINE_LINUX\n", "line 2: found 'readonly"),
        (one('"a"') + ". /etc/default/grub.local\n", "line 4: found '. /etc/default/grub.local'"),
        (one('"a"') + "source /x\n", "nothing sourced or computed"),
        (one('"a"') + "[ -e /x ] && . /x\n", "nothing sourced or computed"),
        (one('"a"') + "if [ -e /x ]; then . /x; fi\n", "nothing sourced or computed"),
        (one('"a"') + 'X=1 eval "$Y"\n', "nothing sourced or computed"),
        (one('"a"') + "()\n", "line 4: found '()', needed a statement of the shell"),
        (one('"a"') + ")\n", "a statement of the shell"),
        (one('"a"') + " & x\n", "a statement of the shell"),
        (one('"a"') + "| x\n", "a statement of the shell"),
        (one('"a"') + "; x\n", "a statement of the shell"),
        (one('"a"') + "GRUB_X='b\n", "a statement of the shell"),
        (one('"a"') + 'GRUB_X="b\n', "line 4: found 'GRUB_X=\"b'"),
        (one('"a"') + "time . /x\n", "nothing sourced or computed"),
        (")\nGRUB_DEFAULT=0\n", "a statement of the shell"),
        ("GRUB_DEFAULT=0\nif true; then\n", "a plain assignment of GRUB_CMDLINE_LINUX"),
        ("GRUB_DEFAULT=0\ncat <<X\n", "a plain assignment of GRUB_CMDLINE_LINUX"),
        ("GRUB_DEFAULT=0\\", "a plain assignment of GRUB_CMDLINE_LINUX"),
        ("", "a file with GRUB's settings"),
        ("title a\nlinux /vmlinuz\noptions ro\n", "a file with GRUB's settings"),
        ("title a\n\tkernel /vmlinuz\n", "a file with GRUB's settings"),
        ("menuentry 'a' {\n\tlinux /vmlinuz ro\n}\n", "a file with GRUB's settings"),
        (one("a") + "\0", "line 4: found '\\x00', needed text in UTF-8"),
        (one("a") + "#\udcff", "needed text in UTF-8"),
    ],
)
def test_what_is_not_certain_is_refused(text: str, says: str) -> None:
    with pytest.raises(Refusal) as refused:
        with_arguments(text, LINUX, "256M", {})
    assert says in str(refused.value)
    assert refused.value.setting.startswith("/etc/default/grub")


@pytest.mark.parametrize(
    "more",
    [
        "# unset GRUB_CMDLINE_LINUX, . /x and ()\n",
        "#)\n",
        "GRUB_X=1 # don't touch GRUB_CMDLINE_LINUX\n",
        'GRUB_CMDLINE_LINUX_RECOVERY="$GRUB_CMDLINE_LINUX ${GRUB_CMDLINE_LINUX} single"\n',
        'GRUB_X="\n(a)\n. b\n"\n',
        "GRUB_X=$(a \\\n  | b)\n",
        "GRUB_X=./source\n",
        "GRUB_DISTRIBUTOR=\"$(sed 's, release .*$,,g' /etc/system-release)\"\n",
    ],
)
def test_what_leaves_the_variable_alone_is_no_hindrance(
    more: str, sourced: Callable[..., list[dict[str, str | None] | None]]
) -> None:
    changed = with_arguments(one('"a"') + more, LINUX, "256M", {})
    assert changed == one('"a crashkernel=256M"') + more
    assert sourced([changed], [LINUX], shell="bash") == [{LINUX: "a crashkernel=256M"}]


def test_what_is_sourced_above_the_line_does_not_matter() -> None:
    above = ". /etc/default/grub.local\n"
    assert with_arguments(above + one("a"), LINUX, "1M", {}) == above + one('"a crashkernel=1M"')


def test_xens_limit_goes_where_it_needs_no_escaping() -> None:
    text = "GRUB_CMDLINE_XEN_DEFAULT='dom0_mem=2G'\n"
    changed = with_arguments(text, "GRUB_CMDLINE_XEN_DEFAULT", "372M,below=4G", {})
    assert changed == "GRUB_CMDLINE_XEN_DEFAULT='dom0_mem=2G crashkernel=372M,below=4G'\n"
    with pytest.raises(Refusal, match="GRUB 2 wants '<' escaped"):
        with_arguments(text, "GRUB_CMDLINE_XEN_DEFAULT", "372M<4G", {})


def test_only_command_lines_can_be_changed() -> None:
    with pytest.raises(ValueError, match="GRUB_TIMEOUT holds no command line"):
        with_arguments(RHEL7, "GRUB_TIMEOUT", "256M", {})


words = st.sampled_from(
    ["quiet", "ro", "a=b=c", "console=tty0", "resume=/dev/sda2", "x", "nmi_watchdog=0", "--foo", "crashkernel=auto"]
)
other_lines = st.sampled_from(
    ["", "# GRUB_CMDLINE_LINUX=x", 'GRUB_X="$(date)"', "GRUB_TIMEOUT=5", "GRUB_CMDLINE_LINUX_DEFAULT='crashkernel=1M'"]
)


@st.composite
def files(draw: st.DrawFn, words: st.SearchStrategy[str] = words) -> str:
    value = "".join(draw(st.sampled_from([" ", "  "])) + word for word in draw(st.lists(words, min_size=1, max_size=5)))
    quote = draw(st.sampled_from(["'", '"']))
    line = draw(st.sampled_from(["", "export ", " "])) + f"{LINUX}={quote}{value[draw(st.integers(0, 1)) :]}{quote}"
    lines = [*draw(st.lists(other_lines, max_size=3)), line + draw(st.sampled_from(["", " ", "  # note"]))]
    return "\n".join([*lines, *draw(st.lists(other_lines, max_size=3))])


@given(
    files(),
    st.sampled_from(["", "256M", "512M,high 128M,low", "1G-4G:192M,4G-:256M"]),
    st.dictionaries(st.sampled_from(["console", "nmi_watchdog", "panic"]), st.sampled_from(["", "1", "ttyS0,1"])),
    st.lists(st.sampled_from(["quiet", "x"]), max_size=2, unique=True),
)
def test_any_file_gets_what_is_asked_for_and_keeps_the_rest(
    text: str, crashkernel: str, arguments: dict[str, str], remove: list[str]
) -> None:
    changed = with_arguments(text, LINUX, crashkernel, arguments, remove)
    assert with_arguments(changed, LINUX, crashkernel, arguments, remove) == changed
    found = command_line(changed, LINUX)
    assert crashkernel_of(found) == crashkernel
    assert arguments_of(found, [*arguments, *remove]) == {**dict.fromkeys(remove), **arguments}
    for old, new in zip(text.split("\n"), changed.split("\n"), strict=True):
        assert new == old or f"{LINUX}=" in old


@given(files(words.filter(lambda word: not word.startswith(("nmi", "crash")))))
def test_what_was_added_can_be_taken_off_without_a_trace(text: str) -> None:
    added = with_arguments(text, LINUX, "512M,high 128M,low", {"nmi_watchdog": "1"})
    assert added != text
    assert with_arguments(added, LINUX, "", {}, ["nmi_watchdog"]) == text


def test_bash_reads_what_was_written(sourced: Callable[..., list[dict[str, str | None] | None]]) -> None:
    before = ['"a b"', "'a $b'", "a", "", r'"x=\"a b\" \$c"', '"a" # b', '"crashkernel=1M ~ *"']
    texts = [with_arguments(one(value), LINUX, "512M,high 128M,low", {"a": "~x%^@+"}) for value in before]
    found = sourced(texts, [LINUX, "GRUB_DEFAULT"], shell="bash")
    assert found == [{LINUX: command_line(text, LINUX), "GRUB_DEFAULT": "saved"} for text in texts]
    assert [crashkernel_of((values or {})[LINUX] or "") for values in found] == ["512M,high 128M,low"] * len(texts)
