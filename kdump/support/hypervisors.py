"""Which versions of foreign hypervisors the vendors' lists name for guests that dump by kdump.

Sources: kexec-kdump-howto.txt of kexec-tools 2.0.0-310.el6, supported-kdump-targets.txt of 2.0.15-33.el7,
2.0.26-8.el8, 2.0.26-8.el9 and kdump-utils 1.0.61.
"""

from __future__ import annotations

from typing import NamedTuple

from kdump.generations import Generation, generation_of
from kdump.platforms import Platform, Virtualisation


class _Row(NamedTuple):
    virtualisation: Virtualisation
    generations: frozenset[Generation]
    note: str
    source: str


_EL6 = frozenset({Generation.EL6_0, Generation.EL6_3})
_EL7_AND_8 = frozenset({Generation.EL7, Generation.EL8_0, Generation.EL8_1})
_FROM_9 = frozenset({Generation.EL9_0, Generation.EL9_2, Generation.EL9_7, Generation.KDUMP_UTILS})

_LIST_6 = "kexec-tools 2.0.0-310.el6 kexec-kdump-howto.txt"
_LISTS_7_AND_8 = "supported-kdump-targets.txt of 2.0.15-33.el7 and 2.0.26-8.el8"
_LISTS_FROM_9 = "supported-kdump-targets.txt of 2.0.26-8.el9 and kdump-utils 1.0.61"

_ROWS = (
    _Row("vmware", _EL6, "The list of supported targets says nothing sure of VMware", _LIST_6),
    _Row("vmware", _EL7_AND_8, "The list of supported targets names VMware ESXi 4.1 and 5.1", _LISTS_7_AND_8),
    _Row("vmware", _FROM_9, "Of VMware ESXi, 6.6, 6.7 and 7.0 are supported, and 4 and 5 no longer", _LISTS_FROM_9),
    _Row("hyper-v", _EL6, "The list of supported targets says nothing sure of Hyper-V", _LIST_6),
    _Row(
        "hyper-v",
        _EL7_AND_8,
        "Of Hyper-V, 2012 R2 is supported, for guests of generation 1 with one processor; 2008 and 2012 are unknown",
        _LISTS_7_AND_8,
    ),
    _Row(
        "hyper-v",
        _FROM_9,
        "Of Hyper-V, 2012 R2 is supported, for guests of generation 1 with one processor; newer ones are tested",
        _LISTS_FROM_9,
    ),
)


def hypervisor_notes(platform: Platform) -> tuple[str, ...]:
    """What the vendor's list says of the hypervisor under *platform*, each with its source; () for nothing.

    Raises :class:`kdump.errors.Refusal` for a platform of which no rules are known.
    """
    generation = generation_of(platform)
    return tuple(
        f"{row.note} ({row.source})"
        for row in _ROWS
        if row.virtualisation == platform.virtualisation and generation in row.generations
    )
