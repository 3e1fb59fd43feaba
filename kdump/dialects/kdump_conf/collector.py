"""The ``core_collector`` line: level and compression as makedumpfile's options, and back.

Source: kdump.conf of each release's package (the default line), makedumpfile(8), the packages' spec files (which
compressions they are built with).
"""

from __future__ import annotations

import re
from typing import NamedTuple

from kdump.configuration import Compression, DumpConfiguration
from kdump.errors import Refusal
from kdump.generations import Generation
from kdump.targets import LocalTarget, RawTarget, SshTarget

_LETTERS: dict[Compression, str] = {"zlib": "-c", "lzo": "-l", "snappy": "-p", "zstd": "-z", "none": ""}
_COMPRESSIONS: dict[str, Compression] = {letter: name for name, letter in _LETTERS.items() if letter}
# The first level of a -d, and what follows it.
_LEVEL = re.compile("-d ?([0-9]{1,9})(.*)")
# Words with which makedumpfile takes data out of the dump that the level says nothing of: makedumpfile(8).
_ERASING = ("--config", "--eppic")


class _Style(NamedTuple):
    """``message_level``: of the release's own line, None where makedumpfile is too old to know it; whether
    ``flattened`` must be said for targets that are no file; ``lacking``: compressions its makedumpfile lacks."""

    message_level: int | None
    flattened: bool
    lacking: tuple[Compression, ...]
    source: str


_EL6: tuple[Compression, ...] = ("lzo", "snappy", "zstd")
_STYLES: dict[Generation, _Style] = {
    Generation.EL5: _Style(None, False, _EL6, "kdump.conf of 2008: makedumpfile -c"),
    Generation.EL6_0: _Style(1, False, _EL6, "kexec-tools 2.0.0-145.el6"),
    # lzo came with 2.0.0-246, snappy with 2.0.0-262: not in every release of the generation.
    Generation.EL6_3: _Style(1, False, _EL6, "kexec-tools 2.0.0-310.el6; mkdumprd adds -F by itself"),
    Generation.EL7: _Style(1, True, ("zstd",), "kexec-tools 2.0.15-33.el7, spec: USELZO, USESNAPPY"),
    Generation.EL8_0: _Style(7, True, ("zstd",), "kexec-tools of 8.0: zstd is built in since 2.0.20 (8.6)"),
}
# Level and compression of a configuration that does not mention them.
_UNSAID: tuple[int, Compression] = (31, "zlib")


class _Always(NamedTuple):
    """How a release makes every dump for which the file names no target, whatever else the file says."""

    dump_level: int
    compression: Compression
    does: str
    source: str


PATH_WITHOUT_TARGET = "/var/crash"
"""Where these releases put it."""

WITHOUT_TARGET: dict[Generation, _Always] = {
    Generation.EL5: _Always(0, "none", "copies all memory", "kexec-tools of 2008, kdump.init: cp --sparse=always"),
    Generation.EL6_0: _Always(
        31,
        "zlib",
        "runs makedumpfile -c --message-level 1 -d 31",
        "kexec-tools 2.0.0-145.el6, kdump.init: save_core",
    ),
}
"""The releases that dump without a target by a way of their own: ``core_collector`` and ``path`` have no effect."""

_NEW = _Style(7, True, (), "kexec-tools 2.0.26-8 (el8, el9), kdump-utils 1.0.61; spec: USELZO, USESNAPPY, USEZSTD")


def check(configuration: DumpConfiguration, generation: Generation) -> None:
    """Raise :class:`Refusal` for a compression that *generation* lacks, or a line that says what settings say, or that
    leaves them without effect; and for settings that have none.
    """
    if isinstance(configuration.target, LocalTarget) and generation in WITHOUT_TARGET:
        _check_without_target(configuration, configuration.target, generation)
    lacking = _style(generation).lacking
    if configuration.compression in lacking:
        having = [name for name in _LETTERS if name not in lacking]
        raise Refusal(
            "compression",
            configuration.compression,
            " or ".join(repr(name) for name in having),
            f"Write {having[1] if len(having) > 2 else having[0]!r}",
            f"Not every makedumpfile of {generation} is built with {configuration.compression}",
        )
    own = configuration.options.get("core_collector")
    if own is None:
        return
    if _understood(own, generation, _streams(configuration)) is not None:
        raise Refusal(
            "options.core_collector",
            own,
            "a line that the settings cannot say",
            "Leave it out, and write dumpLevel and compression",
            "One thing shall be said in one place",
        )
    if (configuration.dump_level, configuration.compression) != _UNSAID:
        raise Refusal(
            "options.core_collector",
            own,
            "no line of its own beside dumpLevel and compression",
            "Leave out either this option, or dumpLevel and compression",
            "The line decides about both, and they would be ignored",
        )


def _check_without_target(configuration: DumpConfiguration, target: LocalTarget, generation: Generation) -> None:
    always = WITHOUT_TARGET[generation]
    own = configuration.options.get("core_collector")
    ways_out = (
        f"Write dumpLevel: {always.dump_level} and compression: {always.compression}, or name the filesystem as the "
        "target: its core_collector counts"
    )
    why = f"For a local target {generation} {always.does} into {PATH_WITHOUT_TARGET}, whatever the file says"
    if target.path != PATH_WITHOUT_TARGET:
        instead = f"Write {PATH_WITHOUT_TARGET}, or name the filesystem as the target: its path counts"
        raise Refusal("target.path", target.path, repr(PATH_WITHOUT_TARGET), instead, why)
    if own is not None:
        instead = f"Leave it out. {ways_out}"
        raise Refusal("options.core_collector", own, "no core_collector for a local target", instead, why)
    if configuration.dump_level != always.dump_level:
        raise Refusal("dumpLevel", configuration.dump_level, str(always.dump_level), ways_out, why)
    if configuration.compression != always.compression:
        raise Refusal("compression", configuration.compression, repr(always.compression), ways_out, why)


def line(configuration: DumpConfiguration, generation: Generation) -> str:
    """The value of ``core_collector``: the option of that name, or what level and compression make."""
    own = configuration.options.get("core_collector")
    if own is not None:
        return own
    return _line(configuration.dump_level, configuration.compression, generation, _streams(configuration))


class Collector(NamedTuple):
    """What a ``core_collector`` line says: level and compression, or an ``own`` line that only itself can say."""

    dump_level: int
    compression: Compression
    own: str | None


def parse(value: str | None, generation: Generation, streams: bool) -> Collector:
    """What *value* says to *generation*, None for a file without the line; *streams*: an SSH or a raw target.

    An empty line counts for none. Without one, mkdumprd of 2.0.0-145.el6 fills makedumpfile in where the dump becomes a
    file, and copies all memory with scp and dd.
    """
    if not value:
        if generation is Generation.EL5 or (generation is Generation.EL6_0 and streams):
            return Collector(0, "none", None)
        return Collector(31, "lzo" if generation.has_kdumpctl else "zlib", None)
    understood = _understood(value, generation, streams)
    return Collector(*_UNSAID, value) if understood is None else Collector(*understood, None)


class Meant(NamedTuple):
    """What a line of another release comes to: level and compression, and the words that say something ``beyond``.

    A command other than makedumpfile is beyond them itself.
    """

    dump_level: int
    compression: Compression
    beyond: tuple[str, ...]

    @property
    def exactly(self) -> bool:
        """Whether level and compression say all of it."""
        return not self.beyond

    @property
    def erases(self) -> bool:
        """Whether the line takes more out of the dump than pages: single data, such as keys and passwords."""
        return any(word.startswith(_ERASING) for word in self.beyond)


def meant(value: str) -> Meant:
    """What *value*, a ``core_collector`` line of whatever release, comes to in the words of the settings.

    How much makedumpfile reports, and that it writes to no file, each release's own line says. Other commands, and
    makedumpfile without a level, copy all memory. Of several levels in one -d the first counts, which is the one that
    is tried first; of several -d the last.
    """
    read = _read(value)
    if read is None:
        return Meant(0, "none", (value,))
    return Meant(read.dump_level or 0, read.compression, read.beyond)


def flattened(value: str) -> str:
    """*value*, a makedumpfile line, as targets that are no file need it from release 7 on."""
    return value if "-F" in value else f"{value} -F"


class _Read(NamedTuple):
    """A makedumpfile line taken apart: ``message_levels`` and how often it is ``flattened`` decide about no page."""

    dump_level: int | None
    compression: Compression
    message_levels: tuple[str, ...]
    flattened: int
    beyond: tuple[str, ...]


def _read(value: str) -> _Read | None:
    """The one reading of a line, as getopt of makedumpfile has it: of what is said twice the last counts.

    None where the command is not makedumpfile.
    """
    words = [part for word in value.split() for part in _unbundled(word)]
    if words[:1] != ["makedumpfile"]:
        return None
    level: int | None = None
    compression: Compression = "none"
    messages: list[str] = []
    flat = 0
    beyond: list[str] = []
    rest = iter(words[1:])
    for word in rest:
        if word == "-d":
            word = f"-d {next(rest, '')}"
        found = _LEVEL.fullmatch(word)
        if found is not None:
            level = min(int(found[1]), 31)
            if found[2] or int(found[1]) > 31:
                beyond.append(word)
        elif word in _COMPRESSIONS:
            compression = _COMPRESSIONS[word]
        elif word == "-F":
            flat += 1
        elif word == "--message-level":
            messages.append(next(rest, ""))
        else:
            beyond.append(word.rstrip())
    return _Read(level, compression, tuple(messages), flat, tuple(beyond))


def _unbundled(word: str) -> list[str]:
    """One option a word, as getopt takes them apart: -cd for -c -d, --message-level=1 for two words."""
    bundled = re.fullmatch(r"-([clpzF]+)(d\S*)?", word)
    if bundled is not None:
        return [*(f"-{letter}" for letter in bundled[1]), *([f"-{bundled[2]}"] if bundled[2] else [])]
    return word.split("=", 1) if word.startswith("--message-level=") else [word]


def _streams(configuration: DumpConfiguration) -> bool:
    return isinstance(configuration.target, RawTarget | SshTarget)


def _understood(value: str, generation: Generation, streams: bool) -> tuple[int, Compression] | None:
    """Level and compression of a line that says nothing else, in whatever order; None for any other line."""
    style = _style(generation)
    read = _read(value)
    if read is None or read.beyond or read.dump_level is None or read.compression in style.lacking:
        return None
    messages = () if style.message_level is None else (str(style.message_level),)
    if read.message_levels != messages or read.flattened != int(streams and style.flattened):
        return None
    return read.dump_level, read.compression


def _line(dump_level: int, compression: Compression, generation: Generation, streams: bool) -> str:
    style = _style(generation)
    words = ["makedumpfile", _LETTERS[compression]]
    if style.message_level is not None:
        words.append(f"--message-level {style.message_level}")
    words += [f"-d {dump_level}", "-F" if streams and style.flattened else ""]
    return " ".join(word for word in words if word)


def _style(generation: Generation) -> _Style:
    return _STYLES.get(generation, _NEW)
