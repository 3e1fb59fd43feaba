"""/etc/kdump.conf, which is ours as a whole while we keep it, and single assignments in /etc/sysconfig/kdump."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Mapping
from dataclasses import dataclass

from kdump.configuration import DumpConfiguration
from kdump.crashkernel.pinning import pinning
from kdump.dialects import kdump_conf, redhat_sysconfig, shell_assignments
from kdump.dialects.kdump_conf.render import directives
from kdump.errors import shown
from kdump.generations import generation_of
from kdump.platforms import Platform
from kdump.rendering import rendered
from kdump.targets import LocalTarget
from kdump.verdicts.judge import verdict
from kdump.verdicts.node import NOBODY, Node
from provider.families.base import ConfigurationFiles, ConfigurationSeen
from provider.families.claims import keeps
from provider.families.directories import directories
from provider.families.redhat.target import check_target
from provider.families.rpm import Yum, modified, noted_packages
from provider.host import Host
from provider.shell.script import Call, FileSeen, call, to_bytes

_SYSCONFIG = redhat_sysconfig.PATH
_LABELS = ("restorecon", "-n", "-v", kdump_conf.PATH, _SYSCONFIG)
_FROM_THE_PACKAGE = "from-the-package"
"""The note of the files that were not there before the package."""


@dataclass(frozen=True)
class KdumpConf(ConfigurationFiles):
    """The configuration of kdump. ``manager``: what starts kdump, as provider/shell/redhat.sh calls it."""

    platform: Platform
    packages: Yum
    package: str
    manager: str
    file = kdump_conf.PATH

    async def read(self, host: Host, wanted: DumpConfiguration) -> ConfigurationSeen:
        file, (sysconfig, ours, was), label, gone = await asyncio.gather(
            host.file(self.file),
            host.versions(_SYSCONFIG),
            host.run(*_LABELS),
            self._lacking_directory(host, wanted),
        )
        found = kdump_conf.parse(file.text, generation_of(self.platform))
        lost = [*found.lost, *wrong_labels(label.text)]
        if gone and found.configuration is not None and found.configuration.target == wanted.target:
            lost.append(f"the directory {gone} is not there, and kdump of this release refuses to load without it")
        options = dict(found.options)
        for name, value in self._pins(wanted).items():
            # It is written without being asked for, and so it is none of the options.
            if options.pop(name, None) != value:
                lost.append(f"{name} is not '{value}', so the platform's own tools would overwrite crashkernel=")
        options |= _declared(sysconfig, ours, was, wanted)
        lost += await _edited(host, sysconfig, ours, wanted)
        configuration = found.configuration
        if configuration is not None:
            configuration = configuration.model_copy(update={"options": options})
        return ConfigurationSeen(file, configuration, options, lost)

    async def _lacking_directory(self, host: Host, wanted: DumpConfiguration) -> str:
        """The local directory of *wanted* where kdump needs it and it is not there; up to 6 the dump makes it."""
        if not isinstance(wanted.target, LocalTarget) or not generation_of(self.platform).has_kdumpctl:
            return ""
        return "" if (await host.file(wanted.target.path)).kind == "directory" else wanted.target.path

    def _pins(self, wanted: DumpConfiguration) -> dict[str, str]:
        """What is put into the file beside what is declared."""
        pin = pinning(self.platform)
        settings = dict(pin.settings) if pin is not None and pin.file == self.file else {}
        return {name: value for name, value in settings.items() if name not in wanted.options}

    async def test(self, host: Host) -> str:
        seen = await host.file(self.file)
        if not seen.exists:
            return f"not yet tested: there is no {self.file}"
        said = verdict(seen.text, self.platform, await _node(host, seen.text))
        tool = "kdumpctl" if generation_of(self.platform).has_kdumpctl else "mkdumprd"
        if not said.accepted:
            return f"refused by {tool}: {said.refused[0]}"
        warned = f", with a warning: {said.warned[0]}" if said.warned else ""
        return f"accepted by {tool} of {generation_of(self.platform)}{warned}"

    async def check_target(self, host: Host, wanted: DumpConfiguration) -> None:
        await check_target(host, self.platform, self.packages, wanted.target)

    async def adopt(self, host: Host) -> None:
        there = [path for path in (self.file, _SYSCONFIG) if (await host.file(path)).exists]
        await host.keep(call("a_note_images"), *(call("a_adopt", path) for path in there))

    async def write(self, host: Host, wanted: DumpConfiguration, mode: str, owner: str) -> None:
        host.soon(call("a_note_images"), call("a_note_absent", _FROM_THE_PACKAGE, self.file, _SYSCONFIG))
        # Its files come first: over ones that are there, rpm would put its own aside, and ours when it goes.
        await self.packages.install(host, [self.package])
        complete = wanted.model_copy(update={"options": {**self._pins(wanted), **wanted.options}})
        node = await _node(host, " ".join(wanted.options))
        texts = {file.path: file.text for file in rendered(complete, self.platform, node)}
        # From 7 on, kdump refuses a path that is not there.
        local = directories(wanted.target.path) if isinstance(wanted.target, LocalTarget) else ()
        await host.act(
            *local,
            call("a_reload_is_due"),
            call("a_put", self.file, mode, owner, "any", to_bytes(texts[self.file])),
            *await _sysconfig(host, _keys(wanted)),
            *await self._labels(host),
            call("a_reload_kdump", self.manager),
        )

    async def _labels(self, host: Host) -> list[Call]:
        """Actions: the labels that SELinux's policy has. A file that takes another's place takes its label, too."""
        label, config, sysconfig = await asyncio.gather(host.run(*_LABELS), host.file(self.file), host.file(_SYSCONFIG))
        right = config.exists and sysconfig.exists and not wrong_labels(label.text)
        return [] if right else [call("a_label", self.file, _SYSCONFIG)]

    async def revert(self, host: Host) -> list[str]:
        ours, noted = await asyncio.gather(keeps(host), noted_packages(host))
        if not ours:
            return await host.give_up()
        if self.package in noted and await self.packages.missing(host, [self.package]):
            # Of a destroy that broke off, or taken away by hand: what came with it has gone with it.
            came = (await host.note(_FROM_THE_PACKAGE) or "").split()
            steps = [*(call("a_gone_with_package", path) for path in came), call("a_drop_images")]
            return (await host.act(*steps)).left() + await self.packages.remove(host) + await host.give_up()
        steps = [
            call("a_restore", self.file),
            *await _sysconfig_back(host),
            call("a_label", self.file, _SYSCONFIG),
            call("a_reload_kdump", self.manager, "anyway"),
        ]
        if self.package in noted:
            steps += [call("a_unload_kdump", self.manager), call("a_drop_images")]
        return (await host.act(*steps)).left() + await self.packages.remove(host) + await host.give_up()


async def _sysconfig(host: Host, keys: Mapping[str, str]) -> list[Call]:
    """Set *keys*, and put back what was there of others that were ours once, and what others have edited."""
    now, ours, was = await host.versions(_SYSCONFIG)
    if not now.exists:
        # Deleted: it comes back whole, for kdump up to 7 does not start without what the package wrote into it.
        base = ours if ours.exists else was
        if not base.exists and not keys:
            return []
        text = redhat_sysconfig.with_values(_given_back(base.text, ours, was, keys), keys)
        mode, owner = (base.mode, f"{base.owner}:{base.group}") if base.exists else ("644", "root:root")
        return [call("a_put", _SYSCONFIG, mode, owner, now.sum, to_bytes(text))]
    edited = ours.exists and now.content != ours.content and await modified(host, _SYSCONFIG)
    text = _given_back((ours if edited else now).text, ours, was, keys)
    text = redhat_sysconfig.with_values(text, keys)
    if text == now.text:
        return [call("a_adopt", _SYSCONFIG)]
    return [call("a_put", _SYSCONFIG, "=", "=", now.sum, to_bytes(text))]


async def _sysconfig_back(host: Host) -> list[Call]:
    """As it was; where others have changed it since, only the keys that were ours go back."""
    now, ours, was = await host.versions(_SYSCONFIG)
    if not ours.exists or not now.exists or now.content in (ours.content, was.content):
        return [call("a_restore", _SYSCONFIG)]
    text = _given_back(now.text, ours, was, {})
    return [call("a_put", _SYSCONFIG, "=", "=", now.sum, to_bytes(text))] if text != now.text else []


def _given_back(text: str, ours: FileSeen, was: FileSeen, keys: Mapping[str, str]) -> str:
    """*text* in which keys that we set once, and that are not among *keys*, are what they were before us."""
    before = redhat_sysconfig.values(was.text)
    gone = [key for key in _set_by_us(ours, was) if key not in keys]
    text = redhat_sysconfig.with_values(text, {key: before[key] for key in gone if key in before})
    return redhat_sysconfig.without(text, [key for key in gone if key not in before])


def _keys(wanted: DumpConfiguration) -> dict[str, str]:
    """The declared keys of /etc/sysconfig/kdump."""
    own = directives(wanted.options)
    return {name: value for name, value in wanted.options.items() if name not in own}


def _declared(sysconfig: FileSeen, ours: FileSeen, was: FileSeen, wanted: DumpConfiguration) -> dict[str, str]:
    """The declared keys as they are, and those that are no longer declared and still as we set them."""
    keys, found, left = _keys(wanted), redhat_sysconfig.values(sysconfig.text), redhat_sysconfig.values(ours.text)
    gone = [key for key in _set_by_us(ours, was) if key not in keys and found.get(key) == left[key]]
    return {key: found[key] for key in [*keys, *gone] if key in found}


def _set_by_us(ours: FileSeen, was: FileSeen) -> list[str]:
    """The keys that had another value, or none, before us."""
    left, before = redhat_sysconfig.values(ours.text), redhat_sysconfig.values(was.text)
    return [key for key in left if left[key] != before.get(key)]


async def _edited(host: Host, now: FileSeen, ours: FileSeen, wanted: DumpConfiguration) -> list[str]:
    """What others assigned in /etc/sysconfig/kdump since we wrote it; an update of the package may change it."""
    if not ours.exists or now.content == ours.content or not (now.exists and await modified(host, _SYSCONFIG)):
        return [] if now.exists or not ours.exists else [f"{_SYSCONFIG} is not there any more"]
    return [sentence for key, sentence in changes(ours.text, now.text).items() if key not in wanted.options]


def changes(before: str, after: str) -> Mapping[str, str]:
    """A sentence for each assignment that differs between two texts of /etc/sysconfig/kdump, by its key."""
    left, found = shell_assignments.read(before), shell_assignments.read(after)
    told = {}
    for key in sorted({*left.values, *found.values, *found.uncertain} - left.uncertain):
        old, new = left.values.get(key), found.values.get(key)
        if key in found.uncertain:
            told[key] = f"{_SYSCONFIG}: {key} is computed there now, was {shown(old or '')}"
        elif old != new:
            now = "is not set any more" if new is None else f"was set to {shown(new)}"
            told[key] = f"{_SYSCONFIG}: {key} {now}" + ("" if old is None else f", instead of {shown(old)}")
    return told


def wrong_labels(restorecon: str) -> list[str]:
    """What ``restorecon -n -v`` would change, as sentences; "-n" of releases up to 7 says "reset", later "Would"."""
    found = re.findall(
        r"(?:restorecon reset|Would relabel|Relabeled) (\S+) (?:context|from) (\S+?)(?:->| to )(\S+)", restorecon
    )
    return [f"the SELinux label of {path} is {now}, and the policy has {right}" for path, now, right in found]


async def _node(host: Host, text: str) -> Node:
    """What the rules must know of the host; only fence_kdump_nodes is compared with it."""
    if "fence_kdump_nodes" not in text:
        return NOBODY
    name, addresses = await asyncio.gather(host.run("hostname"), host.run("hostname", "-I"))
    return Node(
        host_name=name.text.strip() if name.code == 0 else None,
        addresses=tuple(addresses.text.split()) if addresses.code == 0 else (),
    )
