import pytest
from hypothesis import given
from hypothesis import strategies as st

from kdump.dialects.sysctl import (
    block_settings,
    file_for,
    parse,
    render,
    with_settings,
    without_settings,
)
from kdump.errors import Refusal
from kdump.platforms import platform_named

TRIGGERS = {"kernel.panic": "30", "vm.panic_on_oom": "1"}
HAND_WRITTEN = """\
# Kernel sysctl configuration file
; another comment

kernel.sysrq=0
kernel.panic = 10   \t
 net/ipv4/ip_forward = 1
-kernel.hung_task_panic = 1
net/ipv4/conf/eth0.100/rp_filter = 1
net.ipv4.conf.eth0/100.proxy_arp = 0
net.ipv4.conf.*.accept_ra = 0
kernel.core_pattern = |/usr/libexec/abrt %p = %s
-net.ipv4.conf.all.log_martians
nonsense
= 5
kernel.sysrq = 1
"""

names = st.from_regex(r"(kernel|vm|net\.ipv4)\.[a-z_]{1,12}", fullmatch=True)
values = st.text(st.characters(min_codepoint=32, max_codepoint=126), min_size=1).filter(lambda v: v == v.strip())
settings_of_all_kinds = st.dictionaries(names, values, max_size=6)
texts = st.lists(
    st.sampled_from(["\n", "#", ";", " ", "=", "-", "/", ".", "a", "kernel.panic = 1\n", "kernel.panic", "\r", "5"])
).map("".join)


def test_a_drop_in_says_who_wrote_it() -> None:
    assert render(TRIGGERS) == (
        "# Written by pulumi-kdump. Changes made here are overwritten.\nkernel.panic = 30\nvm.panic_on_oom = 1\n"
    )


@given(settings_of_all_kinds)
def test_what_is_rendered_is_read_back_the_same(settings: dict[str, str]) -> None:
    assert parse(render(settings)) == settings
    assert list(parse(render(settings))) == list(settings)


def test_a_hand_written_file_is_read_as_sysctl_reads_it() -> None:
    assert parse(HAND_WRITTEN) == {
        "kernel.sysrq": "1",
        "kernel.panic": "10",
        "net.ipv4.ip_forward": "1",
        "kernel.hung_task_panic": "1",
        "net.ipv4.conf.eth0/100.rp_filter": "1",
        "net.ipv4.conf.eth0/100.proxy_arp": "0",
        "net.ipv4.conf.*.accept_ra": "0",
        "kernel.core_pattern": "|/usr/libexec/abrt %p = %s",
    }


@pytest.mark.parametrize(
    ("release", "file"),
    [
        ("rhel-4.8", "/etc/sysctl.conf"),
        ("rhel-5.11", "/etc/sysctl.conf"),
        ("rhel-6.1", "/etc/sysctl.conf"),
        ("rhel-6.2", "/etc/sysctl.d/99-pulumi-kdump.conf"),
        ("rhel-10.0", "/etc/sysctl.d/99-pulumi-kdump.conf"),
        ("sles-15-sp7", "/etc/sysctl.d/99-pulumi-kdump.conf"),
        ("debian-12", "/etc/sysctl.d/99-pulumi-kdump.conf"),
    ],
)
def test_only_old_releases_need_their_own_file_edited(release: str, file: str) -> None:
    assert file_for(platform_named(release)) == file


def test_a_block_goes_to_the_end_and_later_lines_win() -> None:
    text = with_settings(HAND_WRITTEN, TRIGGERS)
    assert text == HAND_WRITTEN + (
        "# Begin of pulumi-kdump. Changes made in this block are overwritten.\n"
        "kernel.panic = 30\nvm.panic_on_oom = 1\n# End of pulumi-kdump.\n"
    )
    assert block_settings(text) == TRIGGERS


def test_a_block_is_changed_where_it_stands() -> None:
    text = with_settings("a.b = 1\n", TRIGGERS) + "# written by somebody later\n"
    changed = with_settings(text, {"kernel.panic": "60"})
    assert changed.splitlines()[2] == "kernel.panic = 60"
    assert changed.endswith("# End of pulumi-kdump.\n# written by somebody later\n")


def test_a_block_that_a_later_line_overrules_moves_behind_it() -> None:
    text = with_settings("", TRIGGERS) + "kernel.panic = 0\n"
    assert parse(text)["kernel.panic"] == "0"
    moved = with_settings(text, TRIGGERS)
    assert moved.startswith("kernel.panic = 0\n# Begin")
    assert parse(moved)["kernel.panic"] == "30"


@given(texts, settings_of_all_kinds)
def test_every_other_byte_stays_and_comes_back(text: str, settings: dict[str, str]) -> None:
    written = with_settings(text, settings)
    assert settings.items() <= parse(written).items()
    assert with_settings(written, settings) == written
    assert without_settings(written) == text
    assert written.startswith(text)


@given(texts, texts, settings_of_all_kinds, settings_of_all_kinds)
def test_lines_on_either_side_of_a_block_survive_a_change(
    before: str, after: str, first: dict[str, str], second: dict[str, str]
) -> None:
    text = with_settings(before + "\n", first) + after
    written = with_settings(text, second)
    assert second.items() <= parse(written).items()
    assert without_settings(written) == without_settings(text)


def test_half_a_block_is_refused_and_told_how_to_mend() -> None:
    text = with_settings("", TRIGGERS)
    for part in (text.replace("# End of pulumi-kdump.\n", ""), text[text.index("kernel") :]):
        for change in (lambda t: with_settings(t, TRIGGERS), without_settings):
            with pytest.raises(Refusal, match="both ends of our block"):
                change(part)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("panic", "1"),
        ("kernel.panic\n", "1"),
        ("-kernel.panic", "1"),
        ("kernel.pa nic", "1"),
        ("kernel/panic", "1"),
        ("#kernel.panic", "1"),
        ("kernel.panic=", "1"),
        ("kernel.panic", ""),
        ("kernel.panic", "1\nkernel.sysrq = 1"),
        ("kernel.panic", " 1"),
        ("kernel.panic", "\u00b2"),
    ],
)
def test_what_sysctl_would_read_otherwise_is_refused(name: str, value: str) -> None:
    with pytest.raises(Refusal) as refused:
        render({name: value})
    assert refused.value.setting.startswith("sysctls")


@given(st.text(max_size=80))
def test_no_text_at_all_breaks_the_reader(text: str) -> None:
    assert all(name for name in parse(text))
