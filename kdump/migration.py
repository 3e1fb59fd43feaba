"""Moving a host's dump configuration to another platform: what it says there, and what is lost on the way."""

from __future__ import annotations

from typing import Any, NamedTuple

from pydantic import BaseModel, ConfigDict

from kdump.configuration import DumpConfiguration
from kdump.dialects import kdump_conf, kdump_tools, suse_sysconfig
from kdump.dialects.kdump_conf import collector
from kdump.errors import Refusal, shown
from kdump.generations import Generation, generation_of
from kdump.migrated_options import counterpart, successor
from kdump.platforms import Platform
from kdump.rendering import RenderedFile, rendered
from kdump.targets import NfsTarget, normalised


class Migration(BaseModel):
    """``files`` for the new platform (empty where nothing can be written), ``configuration`` they were made from,
    ``lost``: a sentence for each thing that the new files do not say; some say where else it must be said now.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    configuration: DumpConfiguration | None
    files: tuple[RenderedFile, ...]
    lost: tuple[str, ...]


class _Read(NamedTuple):
    configuration: DumpConfiguration | None
    lost: list[str]


class _Changed(NamedTuple):
    configuration: DumpConfiguration
    lost: list[str]


def migrate(text: str, old: Platform, new: Platform) -> Migration:
    """*text*, the dump configuration file of a host with platform *old*, as platform *new* has it.

    What the new platform cannot do is left out and told, setting by setting, until the rest is accepted there; a target
    that it cannot do leaves nothing to write. Raises :class:`Refusal` for a platform that nothing is known of, and
    for an old one without kdump.
    """
    to = generation_of(new)
    configuration, lost = _read(text, old)
    if configuration is None:
        return Migration(configuration=None, files=(), lost=tuple(lost))
    configuration, told = _with_plain_collector(configuration, old, new)
    lost += told
    configuration, told = _with_known_options(configuration, old, new, to)
    lost += told
    while True:
        try:
            files = rendered(configuration, new)
        except Refusal as refusal:
            lost.append(str(refusal))
            smaller = _without(configuration, refusal.setting)
            if smaller is None:
                return Migration(configuration=None, files=(), lost=tuple(lost))
            if refusal.setting == "target.path" and isinstance(smaller.target, NfsTarget):
                lost.append(f"So the server must export {smaller.target.export} itself")
            configuration = smaller
        else:
            return Migration(configuration=configuration, files=files, lost=tuple(lost))


def _read(text: str, platform: Platform) -> _Read:
    generation = generation_of(platform)
    if generation is Generation.KDUMP_TOOLS:
        by_debian = kdump_tools.parse(text)
        return _Read(by_debian.configuration, by_debian.lost)
    if generation.has_kdump_conf:
        by_red_hat = kdump_conf.parse(text, generation)
        return _Read(by_red_hat.configuration, by_red_hat.lost)
    if generation is Generation.NETDUMP:
        raise Refusal(
            "platform",
            str(platform),
            "a platform with kdump",
            "Begin anew on the new platform",
            "netdump's settings have nothing in common with those of kdump",
        )
    by_suse = suse_sysconfig.parse(text)
    return _Read(by_suse.configuration, by_suse.lost)


def _with_plain_collector(configuration: DumpConfiguration, old: Platform, new: Platform) -> _Changed:
    """A collector of its own that says no more than level and compression, said by those.

    Each release has a line of its own for them, which differs in words that decide nothing. Another family has no such
    line at all.
    """
    own = configuration.options.get("core_collector")
    if own is None:
        return _Changed(configuration, [])
    if collector.meant(own).exactly:
        told = "dumpLevel and compression say it; how much is reported, the new release decides"
    elif old.family != new.family:
        told = "dumpLevel and compression come nearest, for makedumpfile makes every dump there"
    else:
        return _Changed(configuration, [])
    return _Changed(_without_collector(configuration), [f"{shown(f'core_collector {own}')}: {told}"])


def _with_known_options(configuration: DumpConfiguration, old: Platform, new: Platform, to: Generation) -> _Changed:
    """Without the options that the new platform has another way for, each told with that way.

    Nothing is carried between families: an option that adds to what a release has by itself on one of them takes
    its place on another.
    """
    told: dict[str, str] = {}
    for name, value in configuration.options.items():
        same = old.family == new.family
        told[name] = successor(name, value, to) if same else counterpart(name, value, new.family)
    gone = [name for name, sentence in told.items() if sentence]
    kept = {name: value for name, value in configuration.options.items() if name not in gone}
    return _Changed(configuration.model_copy(update={"options": kept}), [told[name] for name in gone])


def _without_collector(configuration: DumpConfiguration) -> DumpConfiguration:
    """Without a collector of its own, but with the level and the compression that it had."""
    kept = dict(configuration.options)
    meant = collector.meant(kept.pop("core_collector"))
    changes = {"options": kept, "dump_level": meant.dump_level, "compression": meant.compression}
    return configuration.model_copy(update=changes)


def _without(configuration: DumpConfiguration, setting: str) -> DumpConfiguration | None:
    """*configuration* without what *setting* names; None where nothing could be left out any more."""
    name, _, key = setting.partition(".")
    if name == "options" and key in configuration.options:
        if key == "core_collector":
            return _without_collector(configuration)
        kept = {option: value for option, value in configuration.options.items() if option != key}
        return configuration.model_copy(update={"options": kept})
    target = configuration.target
    changes: dict[str, dict[str, Any]] = {
        "failureAction": {"failure_action": None},
        # Where one action decides about both, the other one must go.
        "finalAction": {"final_action": None} if configuration.final_action else {"failure_action": None},
        "compression": {"compression": "zlib"},
    }
    if isinstance(target, NfsTarget):
        whole = {"export": normalised(f"{target.export}/{target.path}"), "path": "/"}
        changes["target.version"] = {"target": target.model_copy(update={"version": None})}
        changes["target.path"] = {"target": target.model_copy(update=whole)}
    changed = configuration.model_copy(update=changes.get(setting, {}))
    return changed if changed != configuration else None
