"""Boot Loader Specification entries, grubenv and /etc/kernel/cmdline. "grubby-bls" in a comment names what the
script of that name does in EL8 or EL9; it has no tests of its own, and the files here are ours.
"""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kdump.cmdline import arguments_of, crashkernel_of
from kdump.dialects.bls import entries, environment, uses_kernelopts, with_arguments, with_cmdline, with_kernelopts
from kdump.errors import Refusal

EL9 = """\
title Red Hat Enterprise Linux (5.14.0-362.el9.x86_64) 9.3 (Plow)
version 5.14.0-362.el9.x86_64
linux /vmlinuz-5.14.0-362.el9.x86_64
initrd /initramfs-5.14.0-362.el9.x86_64.img $tuned_initrd
# options crashkernel=commented-out
options root=/dev/mapper/rhel-root ro crashkernel=1G-4G:192M,4G-:512M  rd.lvm.lv=rhel/root\trhgb $tuned_params
grub_users $grub_users
grub_arg --unrestricted
grub_class rhel
"""
EL8 = EL9.replace(EL9[EL9.index("options root") : EL9.index("grub_users")], "options $kernelopts $tuned_params\n")
KERNELOPTS = "root=/dev/mapper/rhel-root ro crashkernel=auto rhgb quiet "


def options(value: str, key: str = "options ") -> str:
    return f"title one\nlinux /vmlinuz-1\n{key}{value}\ninitrd /initrd-1\n"


def block(**variables: str) -> str:
    body = "# GRUB Environment Block\n" + "".join(f"{name}={value}\n" for name, value in variables.items())
    return body + "#" * (1024 - len(body.encode()))


def test_new_values_come_to_the_end_and_nothing_else_changes() -> None:
    # grubby-bls update_args: old words off, new ones to the end, in the order given.
    changed = with_arguments(EL9, "512M", {"nmi_watchdog": "1"}, ["rhgb"])
    assert changed == EL9.replace(
        "ro crashkernel=1G-4G:192M,4G-:512M  rd.lvm.lv=rhel/root\trhgb $tuned_params",
        "ro  rd.lvm.lv=rhel/root $tuned_params crashkernel=512M nmi_watchdog=1",
    )
    assert with_arguments(changed, "512M", {"nmi_watchdog": "1"}, ["rhgb"]) == changed
    assert [crashkernel_of(entry.cmdline) for entry in entries(changed)] == ["512M"]


def test_an_argument_that_is_right_stays_where_it_is() -> None:
    # grubby-bls would put it to the end all the same; the kernel makes no difference.
    text = options("crashkernel=512M,high ro crashkernel=128M,low quiet")
    assert with_arguments(text, "512M,high 128M,low", {"quiet": ""}, ["rhgb"]) == text
    assert with_arguments(text, "512M,high 128M,low", {"ro": "1"}) == text.replace(" ro", "").replace(
        "quiet", "quiet ro=1"
    )


def test_an_entry_is_read_as_it_is_written() -> None:
    (entry,) = entries(EL9)
    assert entry.title == "Red Hat Enterprise Linux (5.14.0-362.el9.x86_64) 9.3 (Plow)"
    assert entry.kernel == "/vmlinuz-5.14.0-362.el9.x86_64"
    assert entry.cmdline.startswith("root=/dev/mapper/rhel-root ro crashkernel=1G-4G")
    assert entry.cmdline.endswith("\trhgb $tuned_params")
    assert not uses_kernelopts(EL9)


def test_kernelopts_stays_and_keeps_our_words_to_itself() -> None:
    # grubby-bls of EL8 with --update-kernel=ALL: such an entry stays as it is, grubenv changes.
    assert uses_kernelopts(EL8)
    assert with_arguments(EL8, "512M", {"nmi_watchdog": "1"}, ["rhgb"]) == EL8
    contradicting = EL8.replace("$tuned_params", "crashkernel=auto $tuned_params nmi_watchdog=0")
    assert with_arguments(contradicting, "512M", {"nmi_watchdog": "1"}) == EL8


def test_variables_of_grubenv_are_put_in_where_it_is_given() -> None:
    environment_block = block(saved_entry="x", kernelopts=KERNELOPTS, tuned_params="isolcpus=1")
    assert entries(EL8)[0].cmdline == "$kernelopts $tuned_params"
    assert entries(EL8, environment_block)[0].cmdline.split() == [*KERNELOPTS.split(), "isolcpus=1"]
    assert entries(EL8, block())[0].cmdline.split() == []


@pytest.mark.parametrize("name", ["$kernelopts_old", "x$kernelopts", "${kernelopts}"])
def test_what_only_looks_like_kernelopts(name: str) -> None:
    assert not uses_kernelopts(options(f"ro {name}"))
    assert with_arguments(options(f"ro {name}"), "1M", {}) == options(f"ro {name} crashkernel=1M")


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("ro", "ro crashkernel=1M"),
        ("ro  ", "ro crashkernel=1M  "),
        ("ro\r", "ro crashkernel=1M\r"),
        ("crashkernel=2M  ro\tquiet", "ro\tquiet crashkernel=1M"),
        ("crashkernel=2M", "crashkernel=1M"),
        ("ro crashkernel crashkernel=2M crashkernel=3M", "ro crashkernel=1M"),
        ('ro "crashkernel=2M" x="crashkernel=2M ro"', 'ro x="crashkernel=2M ro" crashkernel=1M'),
        ("ro -- crashkernel=1M single", "ro crashkernel=1M -- single"),
    ],
)
def test_one_options_line(before: str, after: str) -> None:
    assert with_arguments(options(before), "1M", {}) == options(after)


def test_of_several_options_lines_grub_reads_the_first() -> None:
    text = options("root=/dev/sda1") + "options quiet crashkernel=2M\noptions crashkernel=3M\n"
    assert entries(text)[0].cmdline == "root=/dev/sda1 quiet crashkernel=2M crashkernel=3M"
    # A line left without a value would end GRUB's reading, so it goes as a whole.
    assert with_arguments(text, "1M", {}) == options("root=/dev/sda1 crashkernel=1M") + "options quiet\n"


@pytest.mark.parametrize(
    "text",
    [
        "title Firmware\nefi /EFI/tools/shell.efi\noptions crashkernel=1M\n",
        "title Memory test\nlinux /memtest86+x64.bin\noptions crashkernel=1M\n",
    ],
)
def test_what_boots_no_linux_stays(text: str) -> None:
    assert entries(text) == []
    assert with_arguments(text, "256M", {"nmi_watchdog": "1"}) == text


def test_an_entry_without_options_stays_if_there_is_nothing_to_put_on() -> None:
    text = "title one\nlinux /vmlinuz-1\n\n"
    assert with_arguments(text, "", {}, ["quiet"]) == text
    assert entries(text)[0].cmdline == ""


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("", "an entry with a linux line"),
        ("title one\noptions ro\n", "an entry with a linux line"),
        ("#linux /vmlinuz\n", "an entry with a linux line"),
        ("title one\nlinux /vmlinuz\n", "default_kernelopts"),
        ("title one\nlinux /vmlinuz\noptions\n", "default_kernelopts"),
        ("title one\nuki /EFI/Linux/one.efi\n", "a part of the signed image"),
        ("title one\nlinux /vmlinuz-1\nlinux /vmlinuz-2\noptions ro\n", "one linux line"),
        ("title one\nlinux /vmlinuz-1\n\noptions ro\n", "a key with a value in line 3"),
        ("title\nlinux /vmlinuz-1\noptions ro\n", "a key with a value in line 1"),
        ("title one\nlinux /vmlinuz-1\noptions\tro quiet\n", "a blank behind 'options'"),
        (options('ro x="a b'), "double quotes that come in pairs"),
        (options("ro\x0cquiet"), "separates arguments for some programs"),
        (options("ro\rquiet"), "separates arguments for some programs"),
        (options("ro") + "\0", "needed text in UTF-8"),
        (options("ro \udcff"), "needed text in UTF-8"),
        ("default=0\ntitle a\n\troot (hd0,0)\n\tkernel /vmlinuz ro\n", "'root' is for other boot loaders"),
        ("menuentry 'a' {\n\tlinux /vmlinuz ro\n}\n", "'menuentry' is for other boot loaders"),
        ("GRUB_CMDLINE_LINUX=quiet\n", "an entry with a linux line"),
        (block(kernelopts="ro"), "an entry with a linux line"),
    ],
)
def test_what_would_not_do_what_it_seems_to_is_refused(text: str, says: str) -> None:
    with pytest.raises(Refusal) as refused:
        with_arguments(text, "256M", {})
    assert says in str(refused.value)
    assert refused.value.setting.startswith("/boot/loader/entries")


def test_an_entry_is_never_left_without_arguments() -> None:
    with pytest.raises(Refusal, match="an argument that stays"):
        with_arguments(options("crashkernel=1M"), "", {})


def test_kernelopts_changes_and_the_block_keeps_its_size() -> None:
    before = block(saved_entry="Fedora (Schr\u00f6dinger)", kernelopts=KERNELOPTS, boot_success="0")
    after = block(
        saved_entry="Fedora (Schr\u00f6dinger)",
        kernelopts="root=/dev/mapper/rhel-root ro rhgb crashkernel=512M,high crashkernel=128M,low panic=1 ",
        boot_success="0",
    )
    changed = with_kernelopts(before, "512M,high 128M,low", {"panic": "1"}, ["quiet"])
    assert changed == after
    assert len(changed.encode()) == 1024
    assert with_kernelopts(changed, "512M,high 128M,low", {"panic": "1"}, ["quiet"]) == changed
    assert crashkernel_of(environment(changed)["kernelopts"]) == "512M,high 128M,low"
    assert with_kernelopts(before, "auto", {}, ["nokaslr"]) == before


def test_comments_and_escapes_of_the_block_stay() -> None:
    before = block(kernelopts="ro a=\\\\b", other="one\\\ntwo")
    before = before.replace("Block\n", "Block\n# do not edit\n")[:1024]
    assert environment(before) == {"kernelopts": "ro a=\\b", "other": "one\ntwo"}
    changed = with_kernelopts(before, "1M", {})
    assert changed == before.replace("\\\\b", "\\\\b crashkernel=1M")[:1024]


@pytest.mark.parametrize(
    ("text", "says"),
    [
        (block(saved_entry="x"), "one variable kernelopts"),
        (block(kernelopts="ro").replace("####", "#x##", 1), "garbles any other environment block"),
        (block(kernelopts="ro").replace("=ro\n", "=ro\nkernelopts=a\n")[:1024], "one variable kernelopts"),
        (block(kernelopts="r\\o"), "one variable kernelopts"),
        (block(kernelopts="ro " + "x" * 979), "needed 12 bytes less in it"),
        (block(kernelopts="ro")[:-1], "1023 bytes"),
        (block(kernelopts="ro") + "#", "1025 bytes"),
        (block(kernelopts="ro")[:-1] + "\n", "needed 17 bytes less in it"),
        (block(kernelopts="ro").replace("# GRUB", "# grub"), "# GRUB Environment Block"),
        (block(kernelopts="ro").replace("=ro\n", "=ro\nword\n")[:1024], "lines name=value"),
        (block(kernelopts='x="a'), "double quotes that come in pairs"),
        (block(kernelopts="ro").replace("#", "\0"), "needed text in UTF-8"),
        ("", "0 bytes"),
    ],
)
def test_a_block_that_grub_would_not_read_is_refused(text: str, says: str) -> None:
    with pytest.raises(Refusal) as refused:
        with_kernelopts(text, "256M", {})
    assert says in str(refused.value)
    assert refused.value.setting.startswith("/boot/grub2/grubenv")


def test_a_block_may_be_filled_to_the_last_byte() -> None:
    full = with_kernelopts(block(kernelopts="ro " + "x" * 967), "256M", {})
    assert full.endswith(" crashkernel=256M\n")
    assert len(full) == 1024
    assert with_kernelopts(full, "256M", {}) == full


def test_kernelopts_is_never_left_empty_nor_made_up() -> None:
    with pytest.raises(Refusal, match="an argument that stays"):
        with_kernelopts(block(kernelopts="quiet"), "", {}, ["quiet"])
    assert with_kernelopts(block(saved_entry="x"), "", {}, ["quiet"]) == block(saved_entry="x")


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("root=/dev/sda1 ro\n", "root=/dev/sda1 ro crashkernel=256M\n"),
        ("root=/dev/sda1  ro ", "root=/dev/sda1  ro crashkernel=256M "),
        ("\nroot=/dev/sda1\nquiet crashkernel=auto\n", "\nroot=/dev/sda1 crashkernel=256M\nquiet\n"),
        ("root=/dev/sda1\ncrashkernel=auto\n", "root=/dev/sda1 crashkernel=256M\n\n"),
    ],
)
def test_the_command_line_of_new_kernels(before: str, after: str) -> None:
    assert with_cmdline(before, "256M", {}) == after
    assert with_cmdline(after, "256M", {}) == after
    assert crashkernel_of(after) == "256M"


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("", "a whole command line"),
        (" \n", "a whole command line"),
        ("# comment\nro\n", "arguments only"),
        ("ro\r\n", "separates arguments for some programs"),
        ('x="a\nb"\n', "double quotes that come in pairs"),
        ("ro\0", "needed text in UTF-8"),
    ],
)
def test_a_command_line_that_is_none_is_refused(text: str, says: str) -> None:
    with pytest.raises(Refusal) as refused:
        with_cmdline(text, "256M", {})
    assert says in str(refused.value)
    assert refused.value.setting.startswith("/etc/kernel/cmdline")


def test_the_command_line_of_new_kernels_is_never_emptied() -> None:
    with pytest.raises(Refusal, match="a whole command line"):
        with_cmdline("quiet\n", "", {}, ["quiet"])


words = st.sampled_from(
    ["ro", "quiet", "root=/dev/sda1", 'x="a  b"', "a=b=c", "$tuned_params", "--foo", "console=tty0"]
)
gaps = st.sampled_from([" ", "  ", "\t"])
crashkernels = st.sampled_from(["", "256M", "512M,high 128M,low", "1G-4G:192M,4G-:256M"])
argument_sets = st.dictionaries(
    st.sampled_from(["console", "nmi_watchdog", "panic"]), st.sampled_from(["", "1", "ttyS0,1"])
)
removals = st.lists(st.sampled_from(["quiet", "x"]), max_size=2, unique=True)


@st.composite
def command_lines(draw: st.DrawFn) -> str:
    return "root=UUID=1" + "".join(draw(gaps) + word for word in draw(st.lists(words, max_size=6)))


@st.composite
def files(draw: st.DrawFn) -> str:
    optional = [
        "version 1",
        "# options crashkernel=1",
        "\t# linux /x",
        "initrd /i $tuned_initrd",
        "grub_class\tfedora",
        " sort-key a",
    ]
    lines = draw(st.lists(st.sampled_from(optional), unique=True))
    lines += [draw(st.sampled_from(["linux /vmlinuz", "linux\t/vmlinuz"])), "title One  two"]
    lines.append(draw(st.sampled_from(["options ", "  options  "])) + draw(command_lines()))
    text = "".join(line + draw(st.sampled_from(["\n", " \n", "\r\n"])) for line in draw(st.permutations(lines)))
    return draw(st.sampled_from([text, text.rstrip("\r\n"), text + "\n"]))  # fmt: skip


@given(files(), crashkernels, argument_sets, removals)
def test_any_entry_gets_what_is_asked_for_and_keeps_the_rest(
    text: str, crashkernel: str, arguments: dict[str, str], remove: list[str]
) -> None:
    changed = with_arguments(text, crashkernel, arguments, remove)
    assert with_arguments(changed, crashkernel, arguments, remove) == changed
    (entry,) = entries(changed)
    assert crashkernel_of(entry.cmdline) == crashkernel
    assert arguments_of(entry.cmdline, [*arguments, *remove]) == {**dict.fromkeys(remove), **arguments}
    for old, new in zip(text.split("\n"), changed.split("\n"), strict=True):
        assert new == old or old.strip().startswith("options")


@given(files())
def test_what_was_added_can_be_taken_off_without_a_trace(text: str) -> None:
    added = with_arguments(text, "512M,high 128M,low", {"nmi_watchdog": "1"})
    assert added != text
    assert with_arguments(added, "", {}, ["nmi_watchdog"]) == text


@given(command_lines(), crashkernels, argument_sets, removals)
def test_any_block_and_any_seed_of_new_entries_get_the_same(
    cmdline: str, crashkernel: str, arguments: dict[str, str], remove: list[str]
) -> None:
    seed = with_cmdline(cmdline + "\n", crashkernel, arguments, remove)
    changed = with_kernelopts(block(a="1", kernelopts=cmdline, b="2"), crashkernel, arguments, remove)
    assert environment(changed) == {"a": "1", "kernelopts": seed.removesuffix("\n"), "b": "2"}
    assert len(changed) == 1024
