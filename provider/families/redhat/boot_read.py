"""Every kernel command line of a Red Hat host, from the files that its boot loader itself reads.

What the next kernel would get is among them. Of /etc/default/grub that is so on every release since 7: grub2-mkconfig
of 7 writes it into grub.cfg, that of 8 into kernelopts, and that of 9 and later, with --update-bls-cmdline, into all
entries; grubby keeps it in step for that reason (grubby-bls of 8.40-47.el8 and 8.40-63.el9, update_bls_fragment).
"""

from __future__ import annotations

import asyncio
import re
from collections.abc import Sequence
from dataclasses import dataclass

from kdump.dialects import bls, grub, grub_conf, grub_defaults
from kdump.errors import Refusal
from kdump.platforms import Platform
from provider.families.redhat.boot_files import (
    CMDLINE,
    DEFAULTS,
    ENTRY,
    GRUB_CFG,
    GRUB_CONF,
    GRUBENV,
    BootFile,
    Form,
    kernelopts,
)
from provider.host import Host

GRUB_CONF_PATHS = (grub_conf.PATH, "/boot/efi/EFI/redhat/grub.conf")
GRUB_CFG_PATH = "/boot/grub2/grub.cfg"
# Vendors' folders on the EFI system partition; whoever rebuilds Red Hat's packages may name another one.
_VENDORS = {"centos": "centos", "fedora": "fedora", "rocky": "rocky", "almalinux": "almalinux", "alma": "almalinux"}


@dataclass(frozen=True)
class Boot:
    """``entries``: the one that boots by default first. ``absent``: files that grubby may make."""

    entries: Sequence[BootFile]
    next_kernel: Sequence[BootFile] = ()
    absent: Sequence[str] = ()

    @property
    def files(self) -> list[BootFile]:
        """All of them."""
        return [*self.entries, *self.next_kernel]


async def read(host: Host, platform: Platform) -> Boot:
    """What the host's boot files say now. Raises HostError where there is no entry, or where a file is unclear."""
    try:
        if platform.base == "rhel" and platform.version < (7, 0):
            return await _legacy(host)
        if platform.base == "rhel" and platform.version < (8, 0):
            return await _grub2(host, platform)
        return await _bls(host, platform)
    except Refusal as unclear:
        raise host.refuse("crashkernel", str(unclear), "") from None


def _nothing(host: Host, where: str, remedy: str) -> Exception:
    return host.refuse("crashkernel", f"there is no boot entry in {where}", remedy)


async def _legacy(host: Host) -> Boot:
    """GRUB 0.97 of RHEL 5 and 6: grub.conf, whose `default` counts titles from 0."""
    seen = await asyncio.gather(*map(host.file, GRUB_CONF_PATHS))
    for path, file in zip(GRUB_CONF_PATHS, seen, strict=True):
        if file.exists:
            lines = GRUB_CONF.lines(file.text)
            first = _default_of_titles(file.text)
            ordered = [lines[first], *lines[:first], *lines[first + 1 :]]
            return Boot([BootFile(path, GRUB_CONF, file.text, tuple(ordered))])
    raise _nothing(host, " or ".join(GRUB_CONF_PATHS), "Only GRUB is supported on this release.")


def _default_of_titles(text: str) -> int:
    """Which of the entries that boot Linux is the default."""
    titles = re.findall(r"^[ \t]*title[ \t=]+(.*?)[ \t\r]*$", text, re.MULTILINE)
    number = re.search(r"^[ \t]*default[ \t=]+(\d+)", text, re.MULTILINE)
    wanted = titles[int(number[1])] if number and int(number[1]) < len(titles) else ""
    linux = [entry.title for entry in grub_conf.entries(text)]
    return linux.index(wanted) if wanted in linux else 0


async def _grub2(host: Host, platform: Platform) -> Boot:
    """RHEL 7: grub.cfg with the entries in it, and grubenv that names the default one."""
    if platform.architecture == "s390x":
        raise host.refuse(
            "crashkernel", "/etc/zipl.conf of release 7 is not read", "Leave this host out, or upgrade it to 8."
        )
    vendor = _VENDORS.get(platform.distribution, "redhat")
    efi_path = f"/boot/efi/EFI/{vendor}/grub.cfg"
    config, efi_config, efi, grubenv, defaults = await asyncio.gather(
        host.file(GRUB_CFG_PATH),
        host.file(efi_path),
        host.names("/sys/firmware/efi"),
        host.text(bls.GRUBENV_PATH),
        host.file(grub_defaults.PATH),
    )
    path, file = (efi_path, efi_config) if efi_config.exists and (efi or not config.exists) else (GRUB_CFG_PATH, config)
    entries = grub.entries(file.text)
    if not entries:
        raise _nothing(host, f"{GRUB_CFG_PATH} or {efi_path}", "Run grub2-mkconfig there and see what it says.")
    saved = saved_entry(grubenv)
    ordered = sorted(entries, key=lambda entry: not _is_default(entry.title, saved))
    found = BootFile(path, GRUB_CFG, file.text, tuple(entry.cmdline for entry in ordered))
    return Boot([found], _present(grub_defaults.PATH, DEFAULTS, defaults.text) if defaults.exists else ())


def _is_default(title: str, saved: str) -> bool:
    return bool(saved) and saved in (title, title.rpartition(">")[2])


def saved_entry(grubenv: str) -> str:
    """Which entry grubenv names as the default one; "" for none."""
    found = re.search(r"^saved_entry=(.*)$", grubenv, re.MULTILINE)
    return found[1].strip() if found else ""


async def _bls(host: Host, platform: Platform) -> Boot:
    """RHEL 8 and later, and Fedora: a file for each entry, newest first unless grubenv names another one."""
    listed, grubenv, cmdline, defaults = await asyncio.gather(
        # One question for all of them, whatever their names are.
        host.run("grep", "-r", "-a", "", bls.ENTRIES_DIRECTORY),
        host.text(bls.GRUBENV_PATH),
        host.file(bls.CMDLINE_PATH),
        host.file(grub_defaults.PATH),
    )
    saved = saved_entry(grubenv)
    texts = sorted(texts_of(listed.text).items(), key=lambda item: version_key(item[0]), reverse=True)
    texts.sort(key=lambda item: item[0] != f"{bls.ENTRIES_DIRECTORY}/{saved}.conf")
    entries = []
    for path, text in texts:
        # A block that nothing is taken from may be as unsound as it likes.
        lines = [entry.cmdline for entry in bls.entries(text, grubenv if grubenv and "$" in text else None)]
        if lines:
            entries.append(BootFile(path, ENTRY, text, tuple(lines)))
    if not entries:
        raise _nothing(
            host,
            bls.ENTRIES_DIRECTORY,
            "Of this release, only hosts with Boot Loader Specification entries are supported; see what "
            "`grubby --info=ALL` says there.",
        )
    coming: list[BootFile] = []
    if "kernelopts=" in grubenv and any("$kernelopts" in entry.text for entry in entries):
        coming.append(BootFile(bls.GRUBENV_PATH, GRUBENV, grubenv, tuple(kernelopts(grubenv))))
    if cmdline.exists and cmdline.text.split() and not platform_is_8(platform):
        coming += _present(bls.CMDLINE_PATH, CMDLINE, cmdline.text)
    if defaults.exists:
        try:
            coming += _present(grub_defaults.PATH, DEFAULTS, defaults.text)
        except Refusal:
            # Before 9 it takes effect by itself; later only where grub2-mkconfig is told so.
            if platform_is_8(platform):
                raise
    absent = [path for path, seen in ((bls.CMDLINE_PATH, cmdline), (grub_defaults.PATH, defaults)) if not seen.exists]
    return Boot(entries, coming, absent)


def platform_is_8(platform: Platform) -> bool:
    """Whether entries of new kernels take their arguments from kernelopts, and not from /etc/kernel/cmdline."""
    return platform.base == "rhel" and platform.version < (9, 0)


def _present(path: str, form: Form, text: str) -> list[BootFile]:
    return [BootFile(path, form, text, tuple(form.lines(text)))]


def texts_of(listing: str) -> dict[str, str]:
    """The files that ``grep -r ""`` printed line by line, by path."""
    texts: dict[str, str] = {}
    for line in listing.splitlines():
        found = re.match(r"(/[^:]*\.conf):(.*)", line)
        if found:
            texts[found[1]] = texts.get(found[1], "") + found[2] + "\n"
    return texts


def version_key(path: str) -> list[tuple[int, int, str]]:
    """To sort entries' names as rpm compares versions: numbers as numbers, and above letters; "~" below nothing."""
    name = path.rpartition("/")[2].removesuffix(".conf")
    parts = re.findall(r"\d+|[A-Za-z]+|~", name)
    return [(1, int(part), "") if part.isdigit() else (-1 if part == "~" else 0, 0, part) for part in parts]
