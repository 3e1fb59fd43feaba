"""Boot arguments of SUSE: /etc/default/grub, from which grub2-mkconfig makes /boot/grub2/grub.cfg.

Source: GRUB manual ("Simple configuration handling"), grub2-mkconfig's 10_linux: an ordinary entry boots with
GRUB_CMDLINE_LINUX and GRUB_CMDLINE_LINUX_DEFAULT behind it, a recovery entry with the first alone. So our arguments
stand in the first, and none of their name in the second, where the kernel would take it for the last word.
"""

from __future__ import annotations

import asyncio
import re
from collections.abc import Mapping

from kdump import cmdline
from kdump.dialects import grub, grub_defaults
from kdump.errors import Refusal
from provider.families.base import BootLoader
from provider.host import Host
from provider.shell.script import Call, FileSeen, call, to_bytes

GRUB_CFG = "/boot/grub2/grub.cfg"
GRUBENV = "/boot/grub2/grubenv"
EVERY, ORDINARY = "GRUB_CMDLINE_LINUX", "GRUB_CMDLINE_LINUX_DEFAULT"
_MAKE = call("a_run", "grub2-mkconfig", "grub2-mkconfig", "-o", GRUB_CFG)


class SuseGrub(BootLoader):
    """GRUB 2 without drop-ins: the file is edited in place, everything else in it stays."""

    async def lines(self, host: Host) -> list[str]:
        config, environment, defaults = await asyncio.gather(
            host.file(GRUB_CFG), host.file(GRUBENV), host.file(grub_defaults.PATH)
        )
        if not config.exists or not defaults.exists:
            missing = grub_defaults.PATH if config.exists else GRUB_CFG
            raise host.refuse(
                "crashkernel",
                f"{missing} is not there, so this host does not boot by GRUB 2 as SUSE sets it up",
                "Only GRUB 2 with grub2-mkconfig is supported here; set crashkernel= in your boot loader by hand.",
            )
        entries = default_first(grub.entries(config.text), config.text, environment.text)
        if not entries:
            raise host.refuse(
                "crashkernel",
                f"{GRUB_CFG} has no boot entry",
                f"Run grub2-mkconfig -o {GRUB_CFG} there and see what it says; entries of GRUB's blscfg and of "
                "systemd-boot are not supported.",
            )
        try:
            coming = entries_to_come(defaults.text)
        except Refusal as unclear:
            raise host.refuse("crashkernel", str(unclear), "") from None
        return [entry.cmdline for entry in entries] + coming

    async def adopt(self, host: Host) -> None:
        await host.keep(call("a_keep", grub_defaults.PATH))

    async def write(self, host: Host, crashkernel: str, arguments: Mapping[str, str]) -> None:
        now, ours, before = await host.versions(grub_defaults.PATH)
        # What we set before and is wanted no longer gives way to what stood there.
        text = without_ours(now.text, ours.text, before.text) if before.exists else now.text
        text = grub_defaults.with_arguments(text, ORDINARY, "", {}, remove=list(arguments))
        text = grub_defaults.with_arguments(text, EVERY, crashkernel, arguments)
        steps = [_put(now, text)] if text != now.text else []
        await host.act(*steps, _MAKE)

    async def revert(self, host: Host) -> list[str]:
        return await host.give_up(await self._put_back(host), _MAKE)

    async def _put_back(self, host: Host) -> Call:
        """The file as it was; where others have changed it since, their changes with what stood in place of ours."""
        now, ours, before = await host.versions(grub_defaults.PATH)
        if before.exists and now.exists and now.content not in (ours.content, before.content):
            try:
                return _put(now, without_ours(now.text, ours.text, before.text))
            except Refusal:
                # The text is beyond us: restoring says so, and puts what was there before beside it.
                pass
        return call("a_restore", grub_defaults.PATH)


def _put(seen: FileSeen, text: str) -> Call:
    return call("a_put", grub_defaults.PATH, "=", "=", seen.sum, to_bytes(text))


def entries_to_come(defaults: str) -> list[str]:
    """The command lines that the next grub2-mkconfig gives to its entries; Refusal where that is not certain."""
    every, ordinary = (grub_defaults.command_line(defaults, name) for name in (EVERY, ORDINARY))
    recovery = grub_defaults.values(defaults).get("GRUB_DISABLE_RECOVERY") != "true"
    return [f"{every} {ordinary}".strip(), *([every] if recovery else [])]


def default_first(entries: list[grub.BootEntry], config: str, environment: str) -> list[grub.BootEntry]:
    """*entries* with the one that GRUB boots by itself in front, as far as grub.cfg and grubenv tell."""
    saved = re.search(r"^saved_entry=(.+)$", environment, re.MULTILINE)
    names = re.findall(r'^\s*set default="?([^"\n]*)"?\s*$', config, re.MULTILINE)
    name = saved[1] if saved and "${saved_entry}" in names else next((n for n in names if "$" not in n), "")
    chosen = next((entry for entry in entries if _is_named(entry, name)), None)
    if chosen is None and name.isdigit():
        tops = list(dict.fromkeys(entry.title.partition(">")[0] for entry in entries))
        top = tops[int(name)] if int(name) < len(tops) else ""
        chosen = next((entry for entry in entries if entry.title.partition(">")[0] == top), None)
    return entries if chosen is None else [chosen, *(entry for entry in entries if entry is not chosen)]


def _is_named(entry: grub.BootEntry, name: str) -> bool:
    return bool(name) and (entry.title == name or entry.title.endswith(f">{name}"))


def without_ours(now: str, ours: str, before: str) -> str:
    """/etc/default/grub as it is *now*, with what stood there *before* in place of what we changed to *ours*.

    Raises Refusal where what a shell makes of one of the texts is not certain.
    """
    if now == ours:
        return before
    for variable in (EVERY, ORDINARY):
        old, new, current = (grub_defaults.command_line(text, variable) for text in (before, ours, now))
        changed = {word.partition("=")[0] for word in set(cmdline.split(old)) ^ set(cmdline.split(new))}
        value = cmdline.crashkernel_of(old if "crashkernel" in changed else current)
        others = cmdline.arguments_of(old, changed - {"crashkernel"})
        kept = {name: found for name, found in others.items() if found is not None}
        now = grub_defaults.with_arguments(now, variable, value, kept, remove=sorted(others.keys() - kept.keys()))
    return now
