"""What is worth knowing about a host, though nothing refuses it: hints for the report of its readiness.

Sources: Red Hat's how-to of kdump and the packages and threads that each row names.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Literal, NamedTuple

from pydantic import BaseModel, ConfigDict

from kdump.generations import Generation, generation_of
from kdump.platforms import Platform
from kdump.units import GIB, human

TargetKind = Literal["local", "nfs", "ssh", "raw"]


class HostFacts(BaseModel):
    """What is known of one host. What is not known keeps its default, and brings no advice.

    * ``memory_bytes``: physical memory (0: not known)
    * ``storage``: layers of the target's storage, as in :mod:`kdump.support.storage`; ``drivers``: modules of its disks
    * ``target``: where the dump goes; ``luks_bytes``: memory that opening an encrypted target takes (0: not known)
    * ``graphical_console``: the console is a framebuffer, or X runs on it
    * ``clustered``: other nodes fence the host when it falls silent
    * ``dump_failed``: a drill left no dump, while an ordinary reboot works
    * ``out_of_memory``: the capture kernel ran out of memory; ``early_kdump``, ``fadump``: whether they are on
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    memory_bytes: int = 0
    storage: tuple[str, ...] = ()
    drivers: tuple[str, ...] = ()
    target: TargetKind | None = None
    luks_bytes: int = 0
    graphical_console: bool = False
    clustered: bool = False
    dump_failed: bool = False
    out_of_memory: bool = False
    early_kdump: bool = False
    fadump: bool = False


class Advice(BaseModel):
    """One hint: ``topic`` in a word or two, ``text`` in sentences, and where it comes from."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    topic: str
    text: str
    source: str


class _Row(NamedTuple):
    topic: str
    generations: frozenset[Generation]
    applies: Callable[[HostFacts], bool]
    text: str
    """May have {memory} and {luks}, sizes in words."""
    source: str


_TERABYTE = 1024 * GIB
_ALL = frozenset(Generation) - {Generation.NETDUMP}
_EL5 = frozenset({Generation.EL5})
_EL6 = frozenset({Generation.EL6_0, Generation.EL6_3})
_EL7_ON = frozenset(g for g in Generation if g.has_kdumpctl)
_RED_HAT = frozenset(g for g in Generation if g.has_kdump_conf)
_HOW_TO = "Red Hat's how-to of kdump"

_ROWS = (
    _Row(
        "framebuffer console",
        _ALL,
        lambda facts: facts.graphical_console,
        "The capture kernel's messages may be garbled or missing on a framebuffer console or under X. That is "
        "harmless: the dump is written all the same. A serial console shows them.",
        _HOW_TO,
    ),
    _Row(
        "root filesystem",
        _EL5,
        lambda facts: facts.target == "local",
        "On this release the init script itself copies a dump to the root filesystem: to /var/crash, and all of the "
        "memory, whatever path and core_collector say. Name the filesystem as a target to have them count.",
        "kexec-tools of 2008 (558bea7) kdump.init; later updates of 5 were not read",
    ),
    _Row(
        "hpsa",
        _EL5,
        lambda facts: "hpsa" in facts.drivers,
        "Dumping to a disk on an hpsa controller needs the newest kexec-tools of this release. Update it.",
        _HOW_TO,
    ),
    _Row(
        "hpsa",
        _EL6,
        lambda facts: "hpsa" in facts.drivers,
        "Controllers of hpsa that cannot be reset are handled from kexec-tools 2.0.0-174 on. Update it if it is older.",
        "kexec-tools changelog 2.0.0-174 and 2.0.0-175 (2011-03)",
    ),
    _Row(
        "memory modules",
        _ALL,
        lambda facts: facts.dump_failed,
        "The dump fails, while an ordinary reboot works: check the memory modules. The capture kernel runs in "
        "memory that the system hardly touches otherwise, so a bad module shows there first.",
        _HOW_TO,
    ),
    _Row(
        "memory debugging",
        frozenset({Generation.EL6_3}),
        lambda facts: facts.out_of_memory,
        "Write 'debug_mem_level 3' into /etc/kdump.conf, and the capture kernel reports what takes its memory. "
        "Levels are 0 to 3.",
        "kexec-tools changelog 2.0.0-199 (2011-08); the how-to says from 6.3",
    ),
    _Row(
        "memory debugging",
        _EL7_ON,
        lambda facts: facts.out_of_memory,
        "Add 'rd.memdebug=3' to KDUMP_COMMANDLINE_APPEND in /etc/sysconfig/kdump, and the capture kernel reports "
        "what takes its memory. Levels are 0 to 3; debug_mem_level is refused since release 7.",
        "kdump.conf(5) of kexec-tools 2.0.15-33.el7 and newer",
    ),
    _Row(
        "much memory",
        _ALL,
        lambda facts: facts.memory_bytes >= _TERABYTE,
        "With {memory} of memory the default reservation may not do: makedumpfile's bitmaps and many drivers grow "
        "with the machine. Reserve more, up to 2 GiB, and prove it with a drill. A full dump takes hours, so leave "
        "pages out.",
        "microsoft/lisa PR 2091; harvester/harvester 1357; Red Hat KB 59432",
    ),
    _Row(
        "encrypted target",
        _ALL,
        lambda facts: "luks" in facts.storage,
        "Opening an encrypted target takes memory of its own in the capture kernel, {luks} with argon2, on top of "
        "the reservation that would do otherwise. A collector needs none of it.",
        "kexec-kdump-howto.txt of kdump-utils 1.0.61; kdump-utils PR 10",
    ),
    _Row(
        "thin volume",
        _ALL,
        lambda facts: "lvm-thin" in facts.storage,
        "What is free on a thin volume is promised, not there: keep as much as a dump takes free in the pool "
        "itself, for the pool may not grow while the capture kernel runs.",
        "kexec-tools changelog 2.0.25-4.el8; lvmthin(7)",
    ),
    _Row(
        "multipath",
        _ALL,
        lambda facts: "multipath" in facts.storage,
        "A host with many paths and LUNs may run the capture kernel out of memory. Prove it with a drill, and "
        "reserve more if it does.",
        "dracutdevs/dracut PR 78",
    ),
    _Row(
        "software FCoE",
        _RED_HAT,
        lambda facts: "fcoe-software" in facts.storage,
        "Software FCoE needs more memory in the capture kernel than the default reservation has. Reserve more.",
        "supported-kdump-targets.txt of kexec-tools 2.0.15-33.el7 and newer, note on FCoE",
    ),
    _Row(
        "speed over SSH",
        _RED_HAT - _EL5,
        lambda facts: facts.target == "ssh",
        "A dump over SSH is compressed by one processor, however many the host has. Over NFS, or to a disk, the "
        "tools use all that the capture kernel has.",
        "kdump-utils 1.0.61 kdump.sh: no --num-threads together with -F",
    ),
    _Row(
        "fencing",
        _ALL,
        lambda facts: facts.clustered,
        "The other nodes take a dumping host for a dead one and power it off in the middle of its dump. Use "
        "fence_kdump, or a fence delay that is longer than a dump takes.",
        f"{_HOW_TO}; Red Hat KB 67570",
    ),
    _Row(
        "early kdump",
        _EL7_ON,
        lambda facts: facts.early_kdump,
        "Early kdump has copies of the capture kernel and its initrd in the system's initrd: run `dracut --force "
        "--add earlykdump` again after every change of the dump's configuration, and for every new kernel.",
        "early-kdump-howto.txt of kexec-tools 2.0.26-8.el8",
    ),
    _Row(
        "fadump",
        _EL7_ON,
        lambda facts: facts.fadump,
        "With fadump the system's own initrd takes the dump: on a separate /boot with XFS, freeze and thaw it once "
        "after the service has started, or the boot loader may read the old initrd.",
        "fadump-howto.txt of kdump-utils 1.0.61",
    ),
)

_LUKS_UNKNOWN = "about a gigabyte"


def advice_for(platform: Platform, facts: HostFacts) -> list[Advice]:
    """What is worth knowing about a host of *platform* with these *facts*, in the order of the table.

    Raises :class:`kdump.errors.Refusal` for a platform of which no rules are known; for one without kdump there is
    no advice (:func:`kdump.support.virtualisation.ways` has it). Sources: each advice names its own.
    """
    generation = generation_of(platform)
    sizes = {
        "memory": human(facts.memory_bytes),
        "luks": human(facts.luks_bytes) if facts.luks_bytes else _LUKS_UNKNOWN,
    }
    return [
        Advice(topic=row.topic, text=row.text.format_map(sizes), source=row.source)
        for row in _ROWS
        if generation in row.generations and row.applies(facts)
    ]
