"""What each release's tools try before kdump starts: on an SSH collector, and with a file system that takes the dump.

Sources: mkdumprd of kexec-tools, June 2008 (release 5: near-certain), of 2.0.0-145.el6 and 2.0.0-310.el6; kdumpctl and
mkdumprd of 2.0.15-33.el7, 2.0.26-8.el8 and 2.0.26-8.el9, and of kdump-utils 1.0.61.
"""

from __future__ import annotations

from typing import Literal, NamedTuple

from pydantic import BaseModel, ConfigDict

from kdump.dialects.fstab import Entry
from kdump.errors import Refusal
from kdump.generations import Generation, generation_of
from kdump.platforms import Platform
from kdump.support.packages import Command
from kdump.support.standing import EL5, EL6, EL6_0, EL6_3, EL7, EL8, EL9, KDUMP_UTILS
from kdump.targets import FilesystemTarget, NfsTarget, VirtiofsTarget, bracketed, checked_directory

TEMPORARY = "{temporary}"
"""Stands in a command for the directory whose name ``mktemp`` printed."""

Mounted = Literal["not needed", "needed", "needed unless fstab says noauto or nothing"]
"""Whether a file system must be mounted on the host when kdump starts."""


class _Model(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class SshPreflight(_Model):
    """What is tried with an SSH collector, over ssh in batch mode, where a question for a password is a failure.

    * ``commands``: what runs on the collector, in order, each a list of words; :data:`TEMPORARY` may stand in them.
      Where one fails, kdump does not start: but for ``rmdir``, and up to release 6 ``df``. Of too little space,
      every release only warns
    * ``any_host_key``: a collector whose key is not in known_hosts is taken at its word
    * ``patience_seconds``: how long a collector that does not answer is asked again; 0: it is asked once
    """

    commands: tuple[Command, ...]
    any_host_key: bool
    patience_seconds: int
    source: str

    @property
    def programs(self) -> tuple[str, ...]:
        """The programs that the collector must have, each once."""
        return tuple(dict.fromkeys(command[0] for command in self.commands))


class MountCheck(_Model):
    """What is tried with a file system or an export that kdump.conf names as the target.

    ``mounted``: whether it must be mounted; ``makes_directory``: the tools make the directory for dumps in it
    where it is missing, and do not refuse it.
    """

    mounted: Mounted
    makes_directory: bool
    source: str


class _Preflight(NamedTuple):
    """Holds for ``generations`` from release ``since`` on; ``commands`` with {path} for the directory."""

    generations: frozenset[Generation]
    since: tuple[int, int]
    commands: tuple[Command, ...]
    any_host_key: bool
    patience_seconds: int
    source: str


_MAKE: Command = ("mkdir", "-p", "{path}")
_TRY: Command = ("mktemp", "-dqp", "{path}")
_SIZE_OF_TRY: Command = ("df", "-P", TEMPORARY)
_SIZE: Command = ("df", "-P", "{path}")
_SIZE_BY_GNU: Command = ("df", "--output=avail", "{path}")
_REMOVE: Command = ("rmdir", TEMPORARY)
_BY_MKDUMPRD = (_MAKE, _TRY, _SIZE_OF_TRY, _REMOVE)
# kdumpctl begins with the directory, mkdumprd makes it once more.
_SIZE_FIRST = (_MAKE, _SIZE, _MAKE, _TRY, _REMOVE)
_SIZE_LAST = (_MAKE, _MAKE, _TRY, _REMOVE, _SIZE)
_PATIENCE_SECONDS = 180
_ALWAYS = (0, 0)

# The first row that holds decides.
_PREFLIGHTS = (
    _Preflight(EL5, _ALWAYS, _BY_MKDUMPRD, True, 0, "mkdumprd of kexec-tools, June 2008"),
    _Preflight(EL6_0, _ALWAYS, _BY_MKDUMPRD, True, 0, "kexec-tools 2.0.0-145.el6 mkdumprd"),
    _Preflight(EL6_3, _ALWAYS, _BY_MKDUMPRD, False, 0, "kexec-tools 2.0.0-310.el6 mkdumprd"),
    _Preflight(EL7, _ALWAYS, _SIZE_FIRST, False, 0, "kexec-tools 2.0.15-33.el7 kdumpctl and mkdumprd"),
    _Preflight(EL8, (8, 2), _SIZE_LAST, False, _PATIENCE_SECONDS, "kexec-tools 2.0.26-8.el8; changelog 2.0.20-5"),
    _Preflight(EL8, _ALWAYS, _SIZE_FIRST, False, 0, "kexec-tools changelog 2.0.19-12.3 and 2.0.20-5: not in 8.1"),
    _Preflight(
        EL9 | KDUMP_UTILS,
        _ALWAYS,
        (*_SIZE_LAST[:-1], _SIZE_BY_GNU),
        False,
        _PATIENCE_SECONDS,
        "kexec-tools 2.0.26-8.el9, kdump-utils 1.0.61; GNU df's option since 2021-08",
    ),
)


class _Check(NamedTuple):
    generations: frozenset[Generation]
    since: tuple[int, int]
    check: MountCheck


def _check(
    generations: frozenset[Generation], mounted: Mounted, source: str, since: tuple[int, int] = _ALWAYS
) -> _Check:
    makes = mounted == "not needed"
    return _Check(generations, since, MountCheck(mounted=mounted, makes_directory=makes, source=source))


# The first row that holds decides.
_CHECKS = (
    _check(EL5 | EL6, "not needed", "mkdumprd of June 2008 and of 2.0.0-310.el6: mounted for a moment, elsewhere"),
    _check(EL7, "needed", "kexec-tools 2.0.15-33.el7 mkdumprd"),
    _check(
        EL8,
        "needed unless fstab says noauto or nothing",
        "kexec-tools 2.0.26-8.el8 mkdumprd; changelog 2.0.20-20 (2020-05)",
        since=(8, 3),
    ),
    _check(EL8, "needed", "kexec-tools changelog 2.0.20-20 (2020-05): other targets came after 8.2"),
    _check(
        EL9 | KDUMP_UTILS,
        "needed unless fstab says noauto or nothing",
        "kexec-tools 2.0.26-8.el9 and kdump-utils 1.0.61 mkdumprd",
    ),
)


def ssh_preflight(platform: Platform, path: str = "/var/crash") -> SshPreflight:
    """What *platform*'s tools try with an SSH collector that shall take dumps in the directory *path*.

    Raises :class:`Refusal` for a *path* that :func:`kdump.targets.checked_directory` refuses, and for a platform
    that has no /etc/kdump.conf. Sources: the rows.
    """
    checked_directory(path)
    generation = _generation(platform)
    row = next(row for row in _PREFLIGHTS if generation in row.generations and platform.version >= row.since)
    return SshPreflight(
        commands=tuple(tuple(word.replace("{path}", path) for word in command) for command in row.commands),
        any_host_key=row.any_host_key,
        patience_seconds=row.patience_seconds,
        source=row.source,
    )


def mount_check(platform: Platform) -> MountCheck:
    """What *platform*'s tools try with a file system or an export that kdump.conf names as the target.

    Raises :class:`Refusal` for a platform that has no /etc/kdump.conf. Sources: the rows.
    """
    generation = _generation(platform)
    return next(row.check for row in _CHECKS if generation in row.generations and platform.version >= row.since)


def mount_problem(
    platform: Platform,
    target: FilesystemTarget | NfsTarget | VirtiofsTarget,
    *,
    is_mounted: bool,
    fstab: Entry | None,
) -> Refusal | None:
    """Why *platform*'s tools would not start kdump with *target*, as it is mounted on the host; None: they would.

    *is_mounted*: it is mounted at the moment; *fstab*: its line of /etc/fstab, None where it has none. An export for
    which a version is declared is none of their business from release 7 on: it is given to dracut by itself.
    Raises :class:`Refusal` for a platform that has no /etc/kdump.conf. Sources: :func:`mount_check`.
    """
    check = mount_check(platform)
    by_dracut = isinstance(target, NfsTarget) and target.version is not None
    if is_mounted or by_dracut or check.mounted == "not needed":
        return None
    if check.mounted == "needed":
        return Refusal(
            "target",
            _source(target),
            "a target that is mounted when kdump starts",
            "Mount it at every boot, by a line in /etc/fstab",
            f"mkdumprd of {generation_of(platform)} does not mount it ({check.source})",
        )
    # mkdumprd looks for ",noauto", and so does not find it in front of all others.
    if fstab is None or "noauto" in fstab.options[1:]:
        return None
    first = fstab.options[0] == "noauto"
    return Refusal(
        "target",
        _source(target),
        "a target that is mounted when kdump starts, or has noauto behind another option in /etc/fstab",
        f"Write '{','.join(('defaults', *fstab.options))}' in its line of /etc/fstab"
        if first
        else "Mount it, add noauto behind its options in /etc/fstab, or remove its line there",
        f"mkdumprd of {generation_of(platform)} looks for ',noauto', so not as the first option ({check.source})"
        if first
        else f"mkdumprd of {generation_of(platform)} takes it that somebody wants the target not to be mounted "
        f"({check.source})",
    )


def filter_packages(platform: Platform) -> tuple[str, ...]:
    """Packages beside the tools' own without which mkdumprd refuses makedumpfile, and no page can be left out.

    On Red Hat Enterprise Linux 5 that is kernel-debuginfo of the running kernel, as its kernels do not tell
    makedumpfile what it needs (those with /sys/kernel/vmcoreinfo do, and need nothing). Raises :class:`Refusal` for a
    platform that has no /etc/kdump.conf. Source: mkdumprd of kexec-tools, June 2008; Red Hat's how-to of kdump.
    """
    return ("kernel-debuginfo",) if _generation(platform) is Generation.EL5 else ()


def _source(target: FilesystemTarget | NfsTarget | VirtiofsTarget) -> str:
    if isinstance(target, NfsTarget):
        return f"{bracketed(target.server)}:{target.export}"
    return target.tag if isinstance(target, VirtiofsTarget) else target.device


def _generation(platform: Platform) -> Generation:
    generation = generation_of(platform)
    if not generation.has_kdump_conf:
        raise Refusal(
            "platform",
            str(platform),
            "a platform of the Red Hat family, 5 or newer",
            "Try the target by a drill",
            f"What the tools of {generation} try before they start is not known",
        )
    return generation
