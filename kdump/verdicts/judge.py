"""The verdict of a platform's own tools on its /etc/kdump.conf."""

from __future__ import annotations

from collections.abc import Callable

from kdump.errors import Refusal
from kdump.generations import Generation, generation_of
from kdump.platforms import Platform
from kdump.verdicts import el6, el7, el8, el9, kdump_utils
from kdump.verdicts.collecting import Findings
from kdump.verdicts.doubtful import warn_of_doubtful_values
from kdump.verdicts.finding import Verdict
from kdump.verdicts.node import NOBODY, Node
from kdump.verdicts.reading import read

_G = Generation
_JUDGES: dict[Generation, Callable[[str, Generation, Node], Findings]] = {
    _G.EL5: el6.judge,
    _G.EL6_0: el6.judge,
    _G.EL6_3: el6.judge,
    _G.EL7: el7.judge,
    _G.EL8_0: el8.judge,
    _G.EL8_1: el8.judge,
    _G.EL9_0: el9.judge,
    _G.EL9_2: el9.judge,
    _G.EL9_7: el9.judge,
    _G.KDUMP_UTILS: kdump_utils.judge,
}


def verdict(text: str, platform: Platform, node: Node = NOBODY) -> Verdict:
    """What the tools of *platform* will say of *text*, the whole of its /etc/kdump.conf.

    Told are all refusals that need no host; the tools themselves stop at the first. Checks that compare the file with
    the host itself are made where *node* says what they need. Raises :class:`Refusal` for a platform that has no
    /etc/kdump.conf.
    """
    generation = generation_of(platform)
    judge = _JUDGES.get(generation)
    if judge is None:
        raise Refusal(
            "platform",
            str(platform),
            "a platform of the Red Hat family, 5 or newer",
            "Give the file to the platform it is for",
            f"There is no /etc/kdump.conf on {generation}",
        )
    findings = judge(text, generation, node)
    if generation.has_kdumpctl:
        warn_of_doubtful_values(read(text, generation), findings)
    if platform.architecture.startswith("ppc64") and generation.has_kdumpctl:
        _warn_of_opal(text, generation, findings)
    return Verdict(platform=str(platform), refused=tuple(findings.refused), warned=tuple(findings.warned))


def _warn_of_opal(text: str, generation: Generation, findings: Findings) -> None:
    """A POWER machine that runs on OPAL firmware (no LPAR) has a second dump, which a raw target leaves no room for.

    Source: kexec-tools 2.0.26-8.el8 kdumpctl, which refuses the file there; that of 9, and kdump-utils, only warn.
    """
    refuses = generation in (_G.EL8_0, _G.EL8_1)
    for line in read(text, generation):
        if line.name == "raw" and generation is not _G.EL7:
            findings.warn(
                line,
                f"on OPAL firmware {findings.tool} {'refuses the file' if refuses else 'leaves opalcore out'}, as the "
                "firmware's own dump has no place on a raw device",
                "Name a filesystem or a collector as target where /proc/device-tree/ibm,opal is there",
            )
