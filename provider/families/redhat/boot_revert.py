"""What comes back on a Red Hat host's boot files, and how, once our boot arguments go.

A file in which nothing but our arguments differs from what was kept comes back byte for byte, whoever has written it
last. In one that others have changed, and in one that came since, each argument gets its old value. An entry whose
kernel is gone stays gone. grubenv is written by GRUB at each boot, so of it only kernelopts is ours.
"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence

from kdump import cmdline
from kdump.dialects import bls
from provider.families.redhat.boot_files import GRUBENV, Form, Goal, form_of, goal_of, kernelopts, same_but_for
from provider.families.redhat.boot_read import Boot
from provider.host import Host
from provider.shell.script import Call, FileSeen, call, to_bytes

Values = Mapping[str, str | None]


async def plan(host: Host, paths: Sequence[str], boot: Boot, values: Values, dropped: Sequence[str]) -> list[Call]:
    """The actions that bring the files at *paths*, kept before us, and those that came since back to *values*.

    *dropped*: arguments that were ours for a time, and got their old value then.
    """
    steps: list[Call] = []
    for path in paths:
        now, was, left, absent = await asyncio.gather(
            host.file(path),
            host.file(host.kept("original", path)),
            host.file(host.kept("left", path)),
            host.file(host.kept("original", path) + ".absent"),
        )
        if not now.exists or now.content == was.content:
            continue
        form = form_of(path)
        if form is GRUBENV:
            steps += _grubenv(path, now, was, values, dropped)
        elif absent.exists:
            mine = same_but_for(now.text, left.text, [*values, *dropped])
            steps += [call("a_back", path, now.sum)] if mine else _edit(path, form, now, goal_of(values))
        elif was.exists and any(same_but_for(now.text, seen.text, values, dropped) for seen in (was, left)):
            # grubby of 8 puts $kernelopts in place of what comes to the same: then it is as we left it.
            steps.append(call("a_back", path, now.sum))
        elif was.exists:
            steps += _edit(path, form, now, goal_of(_values_in(form, was.text, values)))
    for file in boot.files:
        if file.path not in paths and file.form is not GRUBENV:
            steps += _edit(file.path, file.form, await host.file(file.path), goal_of(values))
    return steps


def _grubenv(path: str, now: FileSeen, was: FileSeen, values: Values, dropped: Sequence[str]) -> list[Call]:
    if not was.exists or not kernelopts(was.text) or kernelopts(now.text) == kernelopts(was.text):
        return []
    (line,), (old,) = kernelopts(now.text) or [""], kernelopts(was.text)
    if not same_but_for(line, old, [*values, *dropped]):
        return _edit(path, GRUBENV, now, goal_of(_values_in(GRUBENV, was.text, values)))
    if {**bls.environment(now.text), "kernelopts": old} == bls.environment(was.text):
        return [call("a_back", path, now.sum)]
    return [call("a_run", "grub2-editenv", "grub2-editenv", path, "set", f"kernelopts={old}")]


def _values_in(form: Form, text: str, values: Values) -> Values:
    """What the file itself had of the names in *values*; *values* where it has several lines that may differ."""
    lines = form.lines(text)
    if len(lines) != 1 or "$" in lines[0]:
        return values
    others = [name for name in values if name != "crashkernel"]
    return {"crashkernel": cmdline.crashkernel_of(lines[0]) or None, **cmdline.arguments_of(lines[0], others)}


def _edit(path: str, form: Form, now: FileSeen, goal: Goal) -> list[Call]:
    if form.edited is None:
        return []
    text = form.edited(now.text, goal.crashkernel, goal.arguments, goal.remove)
    return [call("a_put", path, "=", "=", now.sum, to_bytes(text))] if text != now.text else []
