"""The drop-in is sourced by a real dash, as grub-mkconfig does (under set -e), over awkward existing values."""

import subprocess
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kdump.cmdline import split
from kdump.dialects.grub import BootEntry, entries, parse_dropin, render_dropin
from kdump.errors import Refusal

AWKWARD = [
    "quiet  splash\tcrashkernel=384M-:128M",
    'dyndbg="file  * +p; crashkernel=1M x" crashkernel=auto quiet',
    '"crashkernel=256M" * ? [a-z] ~ -n \\n \\',
    "$(touch pwned) `touch pwned` $HOME ; touch pwned & | > pwned",
    "crashkernel=1G-4G:192M,4G-:256M crashkernelx=1 xcrashkernel=1 crashkernel",
    "nmi_watchdog=0 nmi_watchdog nmi_watchdogs=1 nmi.watchdog=1",
    "line one\ncrashkernel=1M\nline three",
    "",
    "   ",
    "ends=with crashkernel=5M   ",
    "%s %d 'single quotes' crashkernel=7M,high",
]
DROPIN = render_dropin("512M,high 128M,low", {"nmi_watchdog": "1", "panic_on_oops": ""}, ["nokaslr"])
APPENDED = ["crashkernel=512M,high", "crashkernel=128M,low", "nmi_watchdog=1", "panic_on_oops"]
OURS = ("crashkernel", "nmi_watchdog", "panic_on_oops", "nokaslr")


def stays(word: str) -> bool:
    return word.lstrip('"').partition("=")[0] not in OURS


def sourced(folder: Path, dropin: str, values: list[str], shell: str = "dash") -> list[tuple[str, str]]:
    """What both variables hold after sourcing *dropin* over each of *values*, and proof that nothing else came."""
    (folder / "dropin.cfg").write_text(dropin)
    script = """
        set -eu
        for value; do (
            GRUB_CMDLINE_LINUX=$value
            GRUB_CMDLINE_LINUX_DEFAULT="$value crashkernel=384M-:128M"
            set -- one two
            . ./dropin.cfg
            [ "$# $1 $2" = "2 one two" ]
            [ -z "${pulumi_kdump_append+set}" ]
            ! command -v pulumi_kdump_strip || exit 3
            ! command -v pulumi_kdump_open || exit 3
            printf '%s\\001%s\\000' "$GRUB_CMDLINE_LINUX" "$GRUB_CMDLINE_LINUX_DEFAULT"
        ) done
    """
    ran = subprocess.run(
        [f"/bin/{shell}", "-c", script, shell, *values], cwd=folder, capture_output=True, check=True, text=True
    )
    assert ran.stderr == ""
    assert [file.name for file in folder.iterdir()] == ["dropin.cfg"]
    blocks = ran.stdout.split("\0")[:-1]
    assert len(blocks) == len(values)
    return [tuple(block.split("\1")) for block in blocks]  # type: ignore[misc]


@pytest.mark.parametrize("shell", ["dash", "bash"])
def test_ours_replace_what_was_there_and_nothing_else_changes(tmp_path: Path, shell: str) -> None:
    for value, (linux, default) in zip(AWKWARD, sourced(tmp_path, DROPIN, AWKWARD, shell), strict=True):
        kept = [word for word in split(value) if stays(word)]
        assert split(linux) == kept + APPENDED
        assert split(default) == kept


@settings(max_examples=15)
@given(
    st.lists(
        st.lists(
            st.one_of(
                st.sampled_from(["crashkernel=1M", '"crashkernel=1M x"', 'a="b  c"', "nmi_watchdog", "nokaslr=1"]),
                st.text(st.characters(min_codepoint=33, max_codepoint=126, exclude_characters='"'), max_size=6),
            ),
            max_size=6,
        ).map("  ".join),
        min_size=20,
        max_size=40,
    )
)
def test_any_existing_value_is_carried_over(tmp_path_factory: pytest.TempPathFactory, values: list[str]) -> None:
    folder = tmp_path_factory.mktemp("grub")
    for value, (linux, default) in zip(values, sourced(folder, DROPIN, values), strict=True):
        kept = [word for word in split(value) if stays(word)]
        assert split(linux) == kept + APPENDED
        assert split(default) == kept


def test_sourcing_twice_is_the_same_as_once(tmp_path: Path) -> None:
    once = sourced(tmp_path, DROPIN, ["quiet"])
    assert sourced(tmp_path, DROPIN + DROPIN, ["quiet"]) == once


def test_variables_that_are_not_set_do_no_harm(tmp_path: Path) -> None:
    (tmp_path / "dropin.cfg").write_text(DROPIN)
    script = 'set -eu; . ./dropin.cfg; printf "%s|%s" "$GRUB_CMDLINE_LINUX" "$GRUB_CMDLINE_LINUX_DEFAULT"'
    ran = subprocess.run(["/bin/dash", "-c", script], cwd=tmp_path, capture_output=True, check=True, text=True)
    assert ran.stdout == " ".join(APPENDED) + "|"


def test_without_a_reservation_every_crashkernel_goes(tmp_path: Path) -> None:
    assert sourced(tmp_path, render_dropin("", {}), ["a crashkernel=1M b"]) == [("a b", "a b")]


@pytest.mark.parametrize(
    ("crashkernel", "arguments"),
    [("256M", {}), ("512M,high 128M,low", {"a.b": "1", "quiet": ""}), ("", {}), ("", {"x": "1=2,3"})],
)
def test_what_is_written_is_read_back_the_same(crashkernel: str, arguments: dict[str, str]) -> None:
    assert parse_dropin(render_dropin(crashkernel, arguments, ["removed"])) == (crashkernel, arguments)


@pytest.mark.parametrize(
    "text",
    [
        "",
        'GRUB_CMDLINE_LINUX_DEFAULT="$GRUB_CMDLINE_LINUX_DEFAULT crashkernel=384M-:128M"\n',
        DROPIN.replace("# Written by pulumi-kdump.", "# Written by hand."),
        DROPIN.replace("pulumi_kdump_append='", "other='"),
        DROPIN.replace("128M,low", "128M,lo"),
        DROPIN.replace("nmi_watchdog=1 ", "nmi_watchdog=$(id) "),
    ],
)
def test_a_file_that_is_not_ours_is_not_taken_for_ours(text: str) -> None:
    assert parse_dropin(text) is None


@pytest.mark.parametrize(
    ("crashkernel", "arguments", "remove"),
    [
        ("auto", {}, []),
        ("256M'; touch pwned; '", {}, []),
        ("256M", {"a": "$(id)"}, []),
        ("256M", {"a'b": "1"}, []),
        ("256M", {"crashkernel": "1M"}, []),
        ("256M", {}, ["a*"]),
        ("256M", {"a": "1"}, ["a"]),
    ],
)
def test_what_cannot_be_carried_is_refused(crashkernel: str, arguments: dict[str, str], remove: list[str]) -> None:
    with pytest.raises(Refusal):
        render_dropin(crashkernel, arguments, remove)


GRUB_CFG = """\
### BEGIN /etc/grub.d/00_header ###
function load_video {
  if [ x$feature_all_video_module = xy ]; then
    insmod all_video
  fi
}
### END /etc/grub.d/00_header ###

### BEGIN /etc/grub.d/10_linux ###
menuentry 'Debian GNU/Linux' --class debian --class gnu $menuentry_id_option 'gnulinux-simple-1' {
\tload_video
\tlinux\t/boot/vmlinuz-6.1 root=UUID=1 ro crashkernel=256M quiet $vt_handoff \n\
\tinitrd\t/boot/initrd.img-6.1
}
submenu 'Advanced options for Debian\\'s "GNU/Linux"' $menuentry_id_option 'gnulinux-advanced-1' {
\tmenuentry "Debian, with Linux 6.1 \\"x\\"" --class debian {
\t\tlinux16\t/boot/vmlinuz-6.1 root=UUID=1 ro
\t}
\tmenuentry 'Debian, with Linux 6.1 (recovery mode)' {
#\t\tlinux /boot/commented
\t\tlinuxefi /boot/vmlinuz-6.1
\t}
}
### END /etc/grub.d/10_linux ###
### BEGIN /etc/grub.d/20_memtest86+ ###
menuentry 'Memory test' {
\tlinux /boot/memtest86+x64.bin
}
### END /etc/grub.d/20_memtest86+ ###
### BEGIN /etc/grub.d/30_os-prober ###
menuentry 'Another Linux (on /dev/sdb1)' {
\tlinux /boot/vmlinuz root=/dev/sdb1
}
### END /etc/grub.d/30_os-prober ###
### BEGIN /etc/grub.d/40_custom ###
menuentry 'Custom' {
\tlinux /boot/custom a=1
}
### END /etc/grub.d/40_custom ###
"""


def test_every_entry_that_our_arguments_reach_is_found() -> None:
    advanced = 'Advanced options for Debian\'s "GNU/Linux"'
    found = entries(GRUB_CFG.replace("Debian\\'s", "Debian'\\''s"))
    assert found == [
        BootEntry(
            title="Debian GNU/Linux",
            kernel="/boot/vmlinuz-6.1",
            cmdline="root=UUID=1 ro crashkernel=256M quiet $vt_handoff",
        ),
        BootEntry(title=f'{advanced}>Debian, with Linux 6.1 "x"', kernel="/boot/vmlinuz-6.1", cmdline="root=UUID=1 ro"),
        BootEntry(title=f"{advanced}>Debian, with Linux 6.1 (recovery mode)", kernel="/boot/vmlinuz-6.1", cmdline=""),
        BootEntry(title="Custom", kernel="/boot/custom", cmdline="a=1"),
    ]


def test_a_file_without_entries_has_none() -> None:
    assert entries("") == []
    assert entries("}\n}\nset x=1\n") == []
