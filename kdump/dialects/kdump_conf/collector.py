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
from kdump.targets import RawTarget, SshTarget

_LETTERS: dict[Compression, str] = {"zlib": "-c", "lzo": "-l", "snappy": "-p", "zstd": "-z", "none": ""}
# makedumpfile's options that every line of ours has, or may have.
_SAID = re.compile(r"((-[clpzF]|-d ?([0-9]|[12][0-9]|3[01])|--message-level [0-9]+)( (?!$)|$))*")
_COMPRESSIONS: dict[str, Compression] = {letter: name for name, letter in _LETTERS.items() if letter}


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
_NEW = _Style(7, True, (), "kexec-tools 2.0.26-8 (el8, el9), kdump-utils 1.0.61; spec: USELZO, USESNAPPY, USEZSTD")


def check(configuration: DumpConfiguration, generation: Generation) -> None:
    """Raise :class:`Refusal` for a compression that *generation* lacks, or a line that says what settings say, or that
    leaves them without effect.
    """
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
    """What *value* says to *generation*, None for a file without the line; *streams*: an SSH or a raw target."""
    if value is None:
        if generation in (Generation.EL5, Generation.EL6_0):
            return Collector(0, "none", None)
        return Collector(31, "zlib" if generation is Generation.EL6_3 else "lzo", None)
    understood = _understood(value, generation, streams)
    return Collector(*_UNSAID, value) if understood is None else Collector(*understood, None)


class Meant(NamedTuple):
    """What a line of another release comes to: level and compression; ``exactly``: it says nothing beyond them."""

    dump_level: int
    compression: Compression
    exactly: bool


def meant(value: str) -> Meant:
    """What *value*, a ``core_collector`` line of whatever release, comes to in the words of the settings.

    How much makedumpfile reports, and that it writes to no file, each release's own line says. Other commands, and
    makedumpfile without a level, copy all memory. Of several levels the first counts, which is the one that is tried
    first.
    """
    command, *words = value.split()
    if command != "makedumpfile":
        return Meant(0, "none", False)
    said = _SAID.fullmatch(" ".join(words))
    level = re.search(r"(?:^| )-d ?(\d+)", " ".join(words))
    letters = [word for word in words if word in _COMPRESSIONS]
    return Meant(
        min(int(level[1]), 31) if level else 0,
        _COMPRESSIONS[letters[-1]] if letters else "none",
        said is not None and len(letters) < 2,
    )


def _streams(configuration: DumpConfiguration) -> bool:
    return isinstance(configuration.target, RawTarget | SshTarget)


def _understood(value: str, generation: Generation, streams: bool) -> tuple[int, Compression] | None:
    """Level and compression of a line that says nothing else, in whatever order; None for any other line."""
    style = _style(generation)
    rest = f" {value} "
    level = re.search(r" -d ?(\d+) ", rest)
    letters = re.findall(r"(?<= )-[clpz](?= )", rest)
    if level is None or int(level[1]) > 31 or len(letters) > 1:
        return None
    compression: Compression = _COMPRESSIONS[letters[0]] if letters else "none"
    if compression in style.lacking:
        return None
    canonical = _line(int(level[1]), compression, generation, streams)
    same = sorted(re.sub(r" -d ?(\d+) ", r" -d \1 ", rest).split()) == sorted(canonical.split())
    return (int(level[1]), compression) if same and rest.startswith(" makedumpfile ") else None


def _line(dump_level: int, compression: Compression, generation: Generation, streams: bool) -> str:
    style = _style(generation)
    words = ["makedumpfile", _LETTERS[compression]]
    if style.message_level is not None:
        words.append(f"--message-level {style.message_level}")
    words += [f"-d {dump_level}", "-F" if streams and style.flattened else ""]
    return " ".join(word for word in words if word)


def _style(generation: Generation) -> _Style:
    return _STYLES.get(generation, _NEW)
