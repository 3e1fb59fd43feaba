import pytest
from hypothesis import given
from hypothesis import strategies as st

from kdump.cmdline import argument, arguments_of, check_argument, crashkernel_of, join, split
from kdump.errors import Refusal

REAL = (
    'BOOT_IMAGE=/boot/vmlinuz root=UUID=1-2 ro quiet dyndbg="file a.c +p; file b.c +p" crashkernel=512M,high nr=1 nr=2'
)


def test_quotes_keep_blanks_together() -> None:
    assert split('a "b c"  d="e\tf g" h') == ["a", '"b c"', 'd="e\tf g"', "h"]
    assert split('a b="never closed c d') == ["a", 'b="never closed c d']
    assert split(" \t\n") == []


def test_the_parts_of_a_real_command_line_are_found() -> None:
    assert arguments_of(REAL, ["quiet", "nr", "dyndbg", "absent", "root"]) == {
        "quiet": "",
        "nr": "2",
        "dyndbg": "file a.c +p; file b.c +p",
        "absent": None,
        "root": "UUID=1-2",
    }


@pytest.mark.parametrize(
    ("cmdline", "expected"),
    [
        (REAL, "512M,high"),
        ("crashkernel=512M,high quiet crashkernel=128M,low", "512M,high 128M,low"),
        ('"crashkernel=1M" crashkernel="2M" xcrashkernel=3M crashkernel.x=4M', "1M 2M"),
        ("quiet", ""),
        ("", ""),
    ],
)
def test_all_crashkernel_values_are_found_in_their_order(cmdline: str, expected: str) -> None:
    assert crashkernel_of(cmdline) == expected


@given(st.text(st.sampled_from('ab=" \t\n'), max_size=40))
def test_splitting_loses_nothing_but_blanks_between_arguments(cmdline: str) -> None:
    words = split(cmdline)
    assert "".join(words).replace(" ", "").replace("\t", "").replace("\n", "") == "".join(cmdline.split())
    # Joined again, the same arguments come out: quotes still hold together what they held.
    assert split(join(words)) == words


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("nmi_watchdog", "1"),
        ("quiet", ""),
        ("sysctl.vm.panic_on_oom", "1"),
        ("ip", "10.0.0.2::10.0.0.1:24:h:eth0:off"),
        ("memmap", "64K@0x1000"),
        ("systemd.unit", "x@y.service"),
        ("panic", "-1"),
    ],
)
def test_usual_arguments_pass(name: str, value: str) -> None:
    check_argument(name, value)
    assert argument(name, value) == (f"{name}={value}" if value else name)


@pytest.mark.parametrize(
    "value", ["a b", "a\tb", "a\nb", 'a"b', "a'b", "$x", "a$b", "`id`", "a\\b", "é", "a\x00", "a;b"]
)
@pytest.mark.parametrize("value_is_name", [False, True])
def test_what_a_shell_or_grub_would_change_is_refused(value: str, value_is_name: bool) -> None:
    with pytest.raises(Refusal):
        check_argument(*((value, "1") if value_is_name else ("name", value)))


@given(st.text(max_size=8))
def test_no_value_that_passes_holds_anything_special(value: str) -> None:
    try:
        check_argument("name", value)
    except Refusal:
        return
    assert not set(value) & set(" \t\r\n\"'$`\\;&|<>(){}[]*?!#")
    assert value.isascii()


@pytest.mark.parametrize("name", ["", "-x", "a=b", "a b", "a,b", "a/b"])
def test_names_are_plain(name: str) -> None:
    with pytest.raises(Refusal):
        check_argument(name, "1")


def test_crashkernel_has_a_setting_of_its_own() -> None:
    with pytest.raises(Refusal, match="setting crashkernel"):
        check_argument("crashkernel", "256M")
