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
from kdump.targets import LocalTarget, NfsTarget, RawTarget, SshTarget, normalised, passing_name_problem
from kdump.verdicts.directives import DEPRECATED, DIRECTIVES
from kdump.verdicts.el6_directives import DIRECTIVES as DIRECTIVES_BEFORE_7
from kdump.verdicts.judge import verdict

# What some release knows: none of these is the misspelt name of a target.
_DIRECTIVES = frozenset([*DIRECTIVES, *DEPRECATED, *(row.name for row in DIRECTIVES_BEFORE_7)])


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
    configuration, told = _with_flattened_collector(configuration, to)
    lost += told
    configuration, told = _with_known_options(configuration, old, new, to)
    lost += told
    while True:
        try:
            files = rendered(configuration, new)
        except Refusal as refusal:
            lost.append(str(refusal))
            smaller = _without(configuration, refusal.setting, to)
            if smaller is None:
                return Migration(configuration=None, files=(), lost=tuple(lost))
            lost += _told_of(configuration, smaller)
            configuration = smaller
        else:
            lost += _told_of_device(configuration)
            return Migration(configuration=configuration, files=files, lost=tuple(lost))


def _told_of_device(configuration: DumpConfiguration) -> list[str]:
    """A name that may mean another disk on the new release, where a dump would overwrite it."""
    target = configuration.target
    problem = passing_name_problem(target.device) if isinstance(target, RawTarget) else None
    return [] if problem is None else [str(problem.within("target"))]


def _read(text: str, platform: Platform) -> _Read:
    generation = generation_of(platform)
    if generation is Generation.KDUMP_TOOLS:
        by_debian = kdump_tools.parse(text)
        return _Read(by_debian.configuration, by_debian.lost)
    if generation.has_kdump_conf:
        return _read_kdump_conf(text, platform, generation)
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


def _read_kdump_conf(text: str, platform: Platform, generation: Generation) -> _Read:
    """What the file says, and why the old host's own tools refuse it where they do.

    Such a file never made a dump. What it was to say is taken from it only where its target is beyond doubt: an option
    that nobody knows may be one, misspelt, and so may the file be no dump configuration at all.
    """
    refused = verdict(text, platform).refused
    parsed = kdump_conf.parse(text, generation)
    lost = [f"The old host's own tools refuse this file: {finding}" for finding in refused] + parsed.lost
    configuration = parsed.configuration
    if configuration is None:
        return _Read(None, lost)
    local = isinstance(configuration.target, LocalTarget)
    if refused and (local or any(finding.option not in _DIRECTIVES for finding in refused)):
        lost.append("So nobody can tell where its dumps were to go: correct the file first")
        return _Read(None, lost)
    if local and generation is Generation.EL5:
        lost.append("Where no target is named, release 5 copies all memory; makedumpfile would copy it all, too")
    return _Read(configuration, lost)


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
    smaller = _without_collector(configuration)
    return _Changed(smaller, [f"{shown(f'core_collector {own}')}: {told}", *_told_of(configuration, smaller)])


def _with_flattened_collector(configuration: DumpConfiguration, to: Generation) -> _Changed:
    """With -F where the new release wants it of the line, and the old one added it by itself."""
    own = configuration.options.get("core_collector", "")
    flattened = collector.flattened(own)
    streams = isinstance(configuration.target, RawTarget | SshTarget)
    if not (streams and to.has_kdumpctl and own.startswith("makedumpfile ")) or flattened == own:
        return _Changed(configuration, [])
    options = {**configuration.options, "core_collector": flattened}
    told = f"{shown(f'core_collector {own}')}: it has -F now, which {to} wants of it where the target is no file"
    return _Changed(configuration.model_copy(update={"options": options}), [told])


def _with_known_options(configuration: DumpConfiguration, old: Platform, new: Platform, to: Generation) -> _Changed:
    """Without the options that the new platform has another way for, each told with that way.

    Nothing is carried between families: an option that adds to what a release has by itself on one of them takes
    its place on another.
    """
    options = configuration.options
    same = old.family == new.family
    told = {
        name: successor(name, value, to) if same else counterpart(name, value, new.family, options)
        for name, value in options.items()
    }
    kept = {name: value for name, value in options.items() if not told[name]}
    sentences = [sentence for name in options for sentence in told[name]]
    return _Changed(configuration.model_copy(update={"options": kept}), sentences)


def _told_of(before: DumpConfiguration, after: DumpConfiguration) -> list[str]:
    """What leaving something out changed beyond that itself."""
    told = []
    own = before.options.get("core_collector")
    if own is not None and "core_collector" not in after.options:
        meant = collector.meant(own)
        made = f"dumpLevel is {after.dump_level} and compression {after.compression!r}"
        if not meant.exactly:
            told.append(f"So {made}, and nothing says {shown(' '.join(meant.beyond))} any more")
        if meant.erases:
            told.append("What that erased from the dump, such as keys and passwords, will be in it")
    elif (before.dump_level, before.compression) != (after.dump_level, after.compression):
        told.append(f"So dumpLevel is {after.dump_level} and compression {after.compression!r}")
    if before.final_action != after.final_action and after.final_action is not None:
        told.append(f"So finalAction is {after.final_action!r}: that is done after a good dump, too")
    if before.target != after.target and isinstance(after.target, NfsTarget) and after.target.path == "/":
        told.append(f"So the server must export {after.target.export} itself")
    return told


def _without_collector(configuration: DumpConfiguration) -> DumpConfiguration:
    """Without a collector of its own, but with the level and the compression that it had."""
    kept = dict(configuration.options)
    meant = collector.meant(kept.pop("core_collector"))
    changes = {"options": kept, "dump_level": meant.dump_level, "compression": meant.compression}
    return configuration.model_copy(update=changes)


def _without(configuration: DumpConfiguration, setting: str, to: Generation) -> DumpConfiguration | None:
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
        "finalAction": {"final_action": _final_action(configuration, to)},
        "compression": {"compression": "zlib"},
    }
    if isinstance(target, LocalTarget) and to in collector.WITHOUT_TARGET:
        always = collector.WITHOUT_TARGET[to]
        made = {"dump_level": always.dump_level, "compression": always.compression}
        changes |= {"dumpLevel": made, "compression": made}
    if isinstance(target, NfsTarget):
        whole = {"export": normalised(f"{target.export}/{target.path}"), "path": "/"}
        changes["target.version"] = {"target": target.model_copy(update={"version": None})}
        changes["target.path"] = {"target": target.model_copy(update=whole)}
    changed = configuration.model_copy(update=changes.get(setting, {}))
    return changed if changed != configuration else None


def _final_action(configuration: DumpConfiguration, to: Generation) -> str | None:
    """What is left to do after a good dump: up to release 6 the action of a failed one counts for both."""
    failure = configuration.failure_action
    return failure if to.has_kdump_conf and not to.has_kdumpctl and failure in ("halt", "poweroff") else None
