"""What "more free space than memory" does not see: a row for each pitfall, with the conditions it holds under.

Source of the table: facts of this project, "Pitfalls of free space > RAM"; rows name what is more exact.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Literal, NamedTuple, get_args

from kdump.errors import Refusal

Condition = Literal[
    "automount",
    "collector-shares-failure-domain",
    "compressing-filesystem",
    "dump-to-rootfs",
    "early-kdump",
    "encrypted-or-random-memory",
    "flattened",
    "level-below-31",
    "level-31",
    "local",
    "nat",
    "nfs",
    "no-retention",
    "other-mount-later",
    "quota",
    "remote",
    "root-squash",
    "shared-lun",
    "shared-target",
    "snapshots",
    "thin-pool",
    "tmpfs",
    "unencrypted",
    "unfiltered-fallback",
]
"""Something that is so about a host and its target."""


class Pitfall(NamedTuple):
    """``advice`` that holds where all of ``conditions`` do; ``why`` it is needed, and its ``source``."""

    name: str
    conditions: frozenset[Condition]
    why: str
    advice: str
    source: str


def _row(name: str, conditions: tuple[Condition, ...], why: str, advice: str, source: str) -> Pitfall:
    return Pitfall(name, frozenset(conditions), why, advice, source)


PITFALLS = (
    _row(
        "shared free space",
        ("shared-target",),
        "Every host compares all of the target's free space with its own memory alone, and only when its capture "
        "image is built",
        "Add up what the hosts need together, and look at the free space regularly",
        "kdumpctl of kdump-utils 1.0.61, check_dump_feasibility and mkdumprd",
    ),
    _row(
        "no retention",
        ("remote", "no-retention"),
        "No release's tools remove dumps from a collector, and what was cut off stays there as vmcore-incomplete",
        "Let the collector remove old and incomplete dumps",
        "facts 4.3",
    ),
    _row(
        "thin pool",
        ("thin-pool",),
        "df shows the virtual size: the pool can be full while the filesystem is not, and the capture kernel does "
        "not extend it",
        "Keep as much free in the pool itself as a dump needs",
        "facts 4.3, LVM thin pools",
    ),
    _row(
        "tmpfs",
        ("tmpfs",),
        "What is in a tmpfs is gone after the reboot that follows every dump",
        "Dump to a disk or to a collector",
        "tmpfs(5)",
    ),
    _row(
        "automount",
        ("automount",),
        "Until it is mounted, df measures the filesystem below the mount point",
        "Measure it while it is mounted",
        "facts 4.3",
    ),
    _row(
        "another mount later",
        ("local", "other-mount-later"),
        "The space was measured on the filesystem that held the directory then, not on the one that holds it now",
        "Restart the kdump service after mounting something on the dump's directory, and measure again",
        "facts 4.3, xsos #88",
    ),
    _row(
        "quota",
        ("remote", "quota"),
        "A quota of the collector does not show in what df says there",
        "Give the dump's user or directory a quota of what the hosts need together, or none",
        "facts 4.3",
    ),
    _row(
        "snapshots",
        ("snapshots",),
        "Snapshots keep the space of dumps that were removed",
        "Leave the dumps' volume out of the snapshots, or count the removed dumps in",
        "facts 4.3",
    ),
    _row(
        "compressing filesystem",
        ("compressing-filesystem",),
        "A filesystem that compresses gives back little for dumps, which are compressed already",
        "Count the dumps at full size",
        "facts 4.3",
    ),
    _row(
        "reserved blocks",
        ("nfs", "root-squash"),
        "Where root is squashed, the blocks that a filesystem reserves for root are not there for a dump",
        "Count 5 % of an ext4 filesystem as not available",
        "facts 4.3, mke2fs(8) -m",
    ),
    _row(
        "dump level",
        ("level-31",),
        "Level 31 leaves out user and cache pages, which are needed to understand out-of-memory and cache problems",
        "Choose a lower level for hosts that crash of these, and plan for a dump as large as memory",
        "makedumpfile(8) -d",
    ),
    _row(
        "large dumps",
        ("level-below-31",),
        "A level that keeps user or cache pages can make a dump nearly as large as memory",
        "Take samples with 'makedumpfile --mem-usage /proc/kcore' before planning with less than memory",
        "facts 4.3",
    ),
    _row(
        "compression",
        ("encrypted-or-random-memory",),
        "Encrypted and random data does not become smaller",
        "Plan without compression",
        "facts 4.3",
    ),
    _row(
        "flattened",
        ("flattened",),
        "A flattened dump (vmcore.flat) must be written anew before it is read, which needs its size once more",
        "Keep that space on the machine where dumps are analysed ('makedumpfile -R vmcore < vmcore.flat')",
        "makedumpfile(8) -R",
    ),
    _row(
        "unfiltered copy",
        ("local", "unfiltered-fallback"),
        "Where makedumpfile fails, the tools copy all of memory instead",
        "Keep more free than the host has memory",
        "kdump-config of kdump-tools 1:1.8",
    ),
    _row(
        "root filesystem",
        ("remote", "dump-to-rootfs"),
        "When the target cannot be reached, the dump silently goes to the root filesystem and may fill it",
        "Keep space for a dump there too, and look for dumps on hosts that should have none",
        "kdump-utils #42",
    ),
    _row(
        "same name",
        ("remote", "nat"),
        "Directories are named by the address that a host has itself, which is the same for many behind one router",
        "Give every host a path of its own",
        "facts 4.3",
    ),
    _row(
        "shared disk",
        ("local", "shared-lun"),
        "Local dumps are all named after 127.0.0.1, so hosts that share a disk cannot be told apart",
        "Give every host a path of its own",
        "facts 4.3",
    ),
    _row(
        "crash loop",
        ("early-kdump",),
        "A host that crashes while it boots writes a dump each time, until nothing is free",
        "Let the host power off after a dump (final_action poweroff)",
        "early-kdump-howto.txt of kdump-utils",
    ),
    _row(
        "secrets",
        ("unencrypted",),
        "A dump holds whatever was in memory: keys, passwords, personal data",
        "Encrypt the disk at rest, let only root and the analysts read it, and remove dumps that are done with",
        "facts 4.3",
    ),
    _row(
        "collector beside its hosts",
        ("remote", "collector-shares-failure-domain"),
        "What makes the hosts crash together may take the collector away at that moment",
        "Use a collector in another rack, on other power and outside of the cluster",
        "facts 4.3",
    ),
)


def advice_for(conditions: Iterable[str]) -> tuple[Pitfall, ...]:
    """The pitfalls all of whose conditions are among *conditions* (:data:`Condition`), in the table's order.

    Raises :class:`Refusal` for a condition that no row can have: a spelling mistake would hide its advice.
    """
    held = set(conditions)
    for name in sorted(held.difference(get_args(Condition))):
        raise Refusal(
            "conditions",
            name,
            "one of " + ", ".join(get_args(Condition)),
            "Correct its spelling",
            "An unknown condition would be ignored, and its advice with it",
        )
    return tuple(pitfall for pitfall in PITFALLS if pitfall.conditions <= held)
