"""What kdumpctl and mkdumprd of release 8 say of /etc/kdump.conf.

Source: kexec-tools 2.0.26-8.el8, kdumpctl (check_config, check_failure_action_config, check_final_action_config,
check_fence_kdump_config, check_rebuild) and mkdumprd. Releases before 8.3 let an option stand twice and do not ask
makedumpfile for its parameters; what they let pass there was never meant, so it is refused for all of 8.
"""

from __future__ import annotations

import re

from kdump.generations import Generation
from kdump.verdicts import options
from kdump.verdicts.collecting import Findings
from kdump.verdicts.fence import check_nodes
from kdump.verdicts.image_command import open_quote
from kdump.verdicts.lines import Line
from kdump.verdicts.mkdumprd import Target, Ways, check
from kdump.verdicts.node import Node
from kdump.verdicts.plain_reading import (
    fence_nodes,
    forced,
    is_raw_target,
    is_ssh_target,
    not_rebuilt,
    resettable,
    stripped,
)
from kdump.verdicts.shell_reading import (
    SPACE,
    awk_second_fields,
    captured,
    echoed,
    numbered,
    read_escaped,
    read_raw,
    words,
)

_NODES = re.compile(rf"fence_kdump_nodes{SPACE}+")


def judge(text: str, generation: Generation, node: Node) -> Findings:
    """The findings of release 8's tools on *text*, the whole of /etc/kdump.conf, on the host that is *node*."""
    lines = numbered(text)
    findings = Findings(lines, f"kdumpctl of release 8{'.0' if generation is Generation.EL8_0 else ''}")
    content = stripped(lines)
    _check_options([line for line in read_raw(content) if line.name], generation, findings)
    _check_actions(lines, generation, findings)
    line, nodes = fence_nodes(lines, _NODES)
    check_nodes(line, nodes, node, findings, anywhere=False)
    forced(lines, findings)
    with not_rebuilt(lines, findings):
        resettable(lines, findings)
        target = Target(is_ssh=is_ssh_target(lines), is_raw=is_raw_target(lines))
        seen = list(read_escaped(content))
        check(seen, target, findings, Ways(checks_parameters=True, splits_raw=True))
        unclosed = open_quote(seen)
        if unclosed is not None:
            findings.refuse(
                unclosed,
                f"mkdumprd (run by {findings.tool}) hands dracut its options through xargs, which refuses a quote that "
                "never closes",
                "Close the quote, or leave it out",
            )
    return findings


def _check_options(lines: list[Line], generation: Generation, findings: Findings) -> None:
    counted = []
    for line in lines:
        if not options.is_known(line, generation, findings):
            continue
        if line.name == "dracut_args" and "--mount" in line.value:
            options.one_mount(line, echoed(words(line.value)).count("--mount"), findings)
        if options.has_value(line, findings):
            counted.append((options.filed_under(line, generation), line))
    options.only_once(counted, findings)


def _check_actions(lines: list[tuple[int, str]], generation: Generation, findings: Findings) -> None:
    old, new = awk_second_fields(lines, "default"), awk_second_fields(lines, "failure_action")
    old_value, new_value = captured(line.value for line in old), captured(line.value for line in new)
    if old_value and new_value:
        options.two_names([*old, *new], findings)
    elif old_value:
        options.action(old[-1], old_value, generation, findings)
    elif new_value:
        options.action(new[-1], new_value, generation, findings)
    final = awk_second_fields(lines, "final_action")
    if value := captured(line.value for line in final):
        options.action(final[-1], value, generation, findings)
