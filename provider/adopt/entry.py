"""From what a host has to its entry in the stack file, as it is or as a newer release must have it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from kdump.configuration import DumpConfiguration
from kdump.errors import Refusal
from kdump.migration import migrate
from kdump.platforms import Platform, platform_named
from kdump.rendering import rendered
from kdump.targets import LocalTarget, SshTarget
from kdump.units import GIB, MIB
from provider.adopt.boot import put_boot
from provider.adopt.draft import Draft, Entry
from provider.adopt.place import Collector, is_name, put_target
from provider.adopt.read import Reading
from provider.adopt.triggers import put_triggers
from provider.connection import Connection


@dataclass(frozen=True)
class Wish:
    """How the entry is wanted.

    * ``where``: the host as it was named on the command line, which becomes the id of imports
    * ``name``: of the host in the stack file; "" for its own
    * ``release``: a newer release that the entry is for; "" for the host's own
    * ``collectors``: those that the stack file has
    """

    where: str
    connection: Connection
    name: str = ""
    release: str = ""
    collectors: Sequence[Collector] = ()


def entry_of(reading: Reading, wish: Wish) -> Entry:
    """The entry of a host. Raises ValueError for a release that there is not, or where the host needs a name."""
    draft, name = Draft(), wish.name or _name_of(reading, wish.connection)
    platform = _platform(draft, reading, wish)
    draft.set("connection", wish.connection.wire())
    draft.set("memory", _memory(reading.memory_bytes))
    put_triggers(draft, reading, platform, put_boot(draft, reading, platform))
    _put_configuration(draft, name, reading, platform, wish)
    _note_state(draft, reading)
    return draft.entry(name, () if wish.release else _imports(draft, name, wish))


def _name_of(reading: Reading, connection: Connection) -> str:
    for text in (reading.hostname, connection.host):
        short = text.partition(".")[0].lower()
        if is_name(short) and not short.isdigit():
            return short
    raise ValueError(
        f"the host calls itself {reading.hostname!r}, which is no name for the stack file; add --name web1"
    )


def _platform(draft: Draft, reading: Reading, wish: Wish) -> Platform:
    """The platform that the entry is for, declared as far as the stack file knows it."""
    found = reading.platform
    own = f"{found.distribution}-{found.release}".removesuffix("-")
    try:
        platform = platform_named(wish.release or own, found.architecture, reading.virtualisation)
    except Refusal as refusal:
        if wish.release:
            raise
        draft.note("platform", f"Left out, so that it is measured: {refusal}")
        return found
    draft.set("platform", (wish.release or own).lower())
    draft.set("architecture", found.architecture if found.architecture != "x86_64" else "")
    draft.set("virtualisation", platform.virtualisation if platform.virtualisation != "none" else "")
    if wish.release:
        draft.note("", f"This entry is for {platform}; the host runs {found} now. Nothing of it fits the old release.")
    return platform


def _memory(size_bytes: int) -> str:
    """As much as is there and never more, so that no range of crashkernel is taken for the next one."""
    tenths = size_bytes * 10 // GIB
    if tenths < 10:
        return f"{size_bytes // MIB}M" if size_bytes >= 16 * MIB else ""
    return f"{tenths // 10}.{tenths % 10}G".replace(".0G", "G")


def _put_configuration(draft: Draft, name: str, reading: Reading, platform: Platform, wish: Wish) -> None:
    seen = reading.configuration
    configuration = seen.configuration if seen.file.exists else None
    if not seen.file.exists:
        configuration = DumpConfiguration(target=LocalTarget())
        draft.note("target", f"{reading.file} is not there: this is the simplest that works, for you to change.")
    elif wish.release:
        moved = migrate(seen.file.text, reading.platform, platform)
        configuration = moved.configuration
        for sentence in moved.lost:
            draft.note("options", f"{_sentence(sentence)}")
    else:
        for sentence in seen.lost:
            draft.note("options", f"Not taken over from {reading.file}, so `up` changes it: {_sentence(sentence)}")
    if configuration is None:
        draft.note("target", f"To be completed: where the dump goes cannot be told from {reading.file}; see the notes.")
        for key, value in seen.options.items():
            draft.note("options", f"{reading.file} also sets {key} to {value!r}.")
        return
    configuration = configuration if wish.release else _accepted(draft, configuration, platform)
    put_target(draft, name, configuration.target, reading, wish.collectors)
    draft.set("dumpLevel", configuration.dump_level)
    draft.set("compression", configuration.compression)
    draft.set("failureAction", configuration.failure_action)
    draft.set("finalAction", configuration.final_action)
    draft.set("options", dict(configuration.options))
    if reading.edited:
        left = (
            f"Nothing of that is in here: declare what {platform} needs of it."
            if wish.release
            else "That stays as it is; declare here what shall be kept so."
        )
        draft.note("options", f"{reading.edited} was edited since its package brought it. {left}")
    if wish.release and isinstance(configuration.target, SshTarget):
        draft.note("target", "A host that is installed anew makes a key of its own; nothing of the old one is needed.")


def _accepted(draft: Draft, configuration: DumpConfiguration, platform: Platform) -> DumpConfiguration:
    """*configuration* without what the platform's own rules refuse, each told."""
    while True:
        try:
            rendered(configuration, platform)
        except Refusal as refusal:
            smaller = _without(configuration, refusal.setting)
            where = refusal.setting.partition(".")[0]
            if smaller == configuration:
                draft.note(where, str(refusal))
                return configuration
            draft.note(where, f"Left out: {refusal}")
            configuration = smaller
        else:
            return configuration


def _without(configuration: DumpConfiguration, setting: str) -> DumpConfiguration:
    name, _, key = setting.partition(".")
    if name == "options":
        kept = {option: value for option, value in configuration.options.items() if option != key}
        return configuration.model_copy(update={"options": kept})
    changes: dict[str, dict[str, object]] = {
        "failureAction": {"failure_action": None},
        "finalAction": {"final_action": None},
        "compression": {"compression": "zlib"},
    }
    return configuration.model_copy(update=changes.get(name, {}))


def _note_state(draft: Draft, reading: Reading) -> None:
    service = reading.service
    if not service.installed:
        draft.note("", "The package that does the dumping is not installed; `up` installs it.")
    elif not service.enabled:
        draft.note("", f"The service {reading.service_name} is not started at boot; `up` enables it.")
    for problem in service.problems:
        draft.note("", f"Keeps the host from being armed now: {_sentence(problem)}")


def _imports(draft: Draft, name: str, wish: Wish) -> tuple[tuple[str, str, str], ...]:
    """A line for each resource of the host itself that is there: type, name, id."""
    settings: dict[str, Any] = draft.settings
    declared = [f"{key}={settings[key]}" for key in ("platform", "architecture", "virtualisation") if key in settings]
    found: list[tuple[str, str, list[str]]] = [
        ("BootArguments", "boot-arguments", [*settings.get("bootArguments", {}), *declared]),
        ("DumpConfiguration", "configuration", declared),
        ("DumpService", "service", []),
    ]
    if draft.identity:
        found.append(("DumpIdentity", "identity", [draft.identity]))
    if "panicTriggers" in settings:
        found.append(("Sysctls", "sysctls", declared))
    where = wish.where.partition("#")[0]
    return tuple(
        (f"kdump:host:{kind}", f"{name}-{suffix}", "#".join(filter(None, (where, ",".join(words)))))
        for kind, suffix, words in found
    )


def _sentence(text: str) -> str:
    plain = text.strip()
    return plain if plain.endswith((".", "!", "?")) else f"{plain}."
