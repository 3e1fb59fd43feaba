"""fence_kdump_nodes: kdumpctl refuses a file that names the host itself, and some that only seem to.

A node is looked for in the host's own addresses by grep: dots stand for any character, and a part is enough.
"""

from __future__ import annotations

from collections.abc import Iterable

from kdump.verdicts.collecting import Findings
from kdump.verdicts.lines import Line
from kdump.verdicts.node import Node
from kdump.verdicts.patterns import grep_finds


def check_nodes(line: Line, nodes: Iterable[str], node: Node, findings: Findings, *, anywhere: bool) -> None:
    """What kdumpctl says of *nodes*, which it read from *line*, on the host that is *node*.

    *anywhere*: a part anywhere in an address counts (7); else only its end does (8 and newer).
    """
    for name in nodes:
        if name == node.host_name:
            findings.refuse(
                line,
                f"{findings.tool} refuses the host's own name {name} among fence_kdump_nodes",
                f"Leave {name} out: the nodes are those that wait for this host's message",
            )
            return
        own = _own_address(name, node, anywhere)
        if own is not None:
            findings.refuse(line, *_explained(name, own, findings.tool))
            return


def _own_address(name: str, node: Node, anywhere: bool) -> str | None:
    """The own address in which *name* is found; "" where it is found in no single one."""
    joined = " ".join(node.addresses)
    text, pattern = (joined, name) if anywhere else (f"{joined}  " if joined else " ", f"{name} ")
    if not grep_finds(pattern, text):
        return None
    alone = (address for address in node.addresses if grep_finds(pattern, address if anywhere else f"{address} "))
    return next(alone, "")


def _explained(name: str, own: str, tool: str) -> tuple[str, str]:
    if name == own:
        return (
            f"{tool} refuses the host's own address {name} among fence_kdump_nodes",
            f"Leave {name} out: the nodes are those that wait for this host's message",
        )
    return (
        f"{tool} looks for {name} in the host's own addresses, finds it in {own or 'them'}, and takes it for the "
        "host itself",
        "Write the name of that node instead of its address",
    )
