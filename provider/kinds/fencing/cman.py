"""cman's cluster.conf: a fence_kdump method before each node's own, or post_fail_delay; changed in place."""

from __future__ import annotations

import re

from kdump.dialects import cluster_conf
from kdump.dialects.cluster_conf import KDUMP_AGENT, ClusterConf
from kdump.dialects.cluster_conf_undo import put_back, with_version
from kdump.errors import Refusal
from kdump.fencing.pacemaker import AGENT_DEFAULT_SECONDS
from kdump.platforms import Platform
from provider.host import Host
from provider.kinds.base import Found
from provider.kinds.fencing.wanted import Wanted
from provider.shell.script import FileSeen, call, to_bytes

PATH = cluster_conf.PATH


class Cman:
    """The file of one node, and what the cluster runs with."""

    async def inspect(self, host: Host, wanted: Wanted, platform: Platform) -> Found:
        """What the file says, and whether the cluster knows it."""
        file, before, written = await _three_files(host)
        conf = _parsed(host, file)
        ours = _kdump_device(conf)
        if wanted.post_fail_delay_seconds is None and not ours:
            return Found(None, {})
        asked = wanted.timeout_seconds is not None
        nodes = list(wanted.power) or [node.name for node in conf.nodes if ours in _first_devices(conf, node.name)]
        problems = [problem for node in nodes if (problem := _problem(conf, node, ours))] if asked else []
        if before.exists and written.exists:
            problems += _left_over(conf, _parsed(host, before), _parsed(host, written), wanted)
        running = await _running_version(host)
        if running is not None and running != conf.config_version:
            problems.append(f"the cluster runs with config_version {running}, and the file has {conf.config_version}")
        blind = wanted.post_fail_delay_seconds is not None
        return Found(
            {
                **wanted.kept(),
                "timeoutSeconds": _timeout(conf) if asked or not blind else None,
                "postFailDelaySeconds": conf.post_fail_delay_seconds if blind else None,
                "power": {node: _cutting(conf, node, ours, wanted.power.get(node, [])) for node in nodes}
                if asked or not blind
                else wanted.wire()["power"],
                "port": wanted.port,
                "problems": problems,
            },
            {},
        )

    async def examine(self, host: Host, wanted: Wanted, platform: Platform) -> None:
        """Raise Refusal or HostError for what the file does not have, and where no cluster runs."""
        conf = _parsed(host, _there(host, await host.file(PATH)))
        if await _running_version(host) is None:
            raise host.refuse(
                "stack",
                "cman does not run here, so a changed cluster.conf would not reach the other nodes",
                "Start cman on this node, or keep the fencing through another member (clusters.<cluster>.through).",
            )
        for node, cutting in wanted.power.items():
            if node not in {each.name for each in conf.nodes}:
                raise Refusal(
                    "power",
                    node,
                    "names of nodes of the cluster: " + ", ".join(each.name for each in conf.nodes),
                    "Write the node's name as cluster.conf has it",
                    "Methods are given to nodes by name",
                )
            for name in cutting:
                if not any(name in method for method in _methods(conf, node)):
                    raise Refusal(
                        f"power.{node}",
                        name,
                        "a fence device that a method of the node has already",
                        "Correct the name, or give the node the method that cuts its power first",
                        "Power fencing knows addresses and passwords, and is never made by us",
                    )
        await self._wanted_text(host, wanted)

    async def adopt(self, host: Host, wanted: Wanted, platform: Platform) -> None:
        """All is as wanted already: keep the file as it is, before anyone changes it."""
        await host.act(call("a_keep", PATH))

    async def apply(self, host: Host, wanted: Wanted, platform: Platform) -> None:
        """Write the file, have it checked, and make it known to all nodes; only the last where that is all."""
        file, text = await self._wanted_text(host, wanted)
        if text == file.text:
            await host.act(call("a_spread_cluster_conf"))
        else:
            await host.act(call("a_cluster_conf", file.sum, to_bytes(text)))

    async def revert(self, host: Host, wanted: Wanted, platform: Platform) -> list[str]:
        """Take our parts out again; the file as it was, with a new number, where nobody else has changed it."""
        file, before, written = await _three_files(host)
        if not (before.exists and written.exists):
            return await host.give_up()
        text = put_back(file.text, before.text, written.text)
        return await host.give_up(*([call("a_cluster_conf", file.sum, to_bytes(text))] if text != file.text else []))

    async def _wanted_text(self, host: Host, wanted: Wanted) -> tuple[FileSeen, str]:
        """The file, and the text it shall have: its number goes up by one, however much changes. Raises Refusal."""
        file, before, written = await _three_files(host)
        version = _parsed(host, file).config_version
        text = file.text
        if before.exists and written.exists:
            # What an earlier wish put there goes with it.
            text = put_back(file.text, before.text, written.text)
        if wanted.post_fail_delay_seconds is not None:
            text = cluster_conf.with_post_fail_delay(text, wanted.post_fail_delay_seconds)
        if wanted.timeout_seconds is not None:
            text = cluster_conf.with_fence_kdump(
                text, wanted.timeout_seconds, device_name=wanted.name, nodes=tuple(wanted.power)
            )
        same = with_version(text, version) == file.text
        return file, file.text if same else with_version(text, version + 1)


async def _three_files(host: Host) -> tuple[FileSeen, FileSeen, FileSeen]:
    """cluster.conf as it is, as it was before us, and as we wrote it last."""
    file, written, before = await host.versions(PATH)
    return _there(host, file), before, written


def _left_over(conf: ClusterConf, before: ClusterConf, written: ClusterConf, wanted: Wanted) -> list[str]:
    """What an earlier wish has left in the file, a sentence each."""
    found: list[str] = []
    if wanted.timeout_seconds is None and _kdump_device(conf) and not _kdump_device(before):
        found.append(f"the device {_kdump_device(conf)} is there, though fence_kdump is wanted no more")
    delay = conf.post_fail_delay_seconds
    if (
        wanted.post_fail_delay_seconds is None
        and delay == written.post_fail_delay_seconds
        and delay != before.post_fail_delay_seconds
    ):
        found.append(f"post_fail_delay is {delay}, though it is wanted no more")
    return found


def _there(host: Host, file: FileSeen) -> FileSeen:
    if file.kind != "file":
        raise host.refuse(
            "stack", f"there is no {PATH}", "Name a node of a cluster that is kept by cman, or write another stack."
        )
    return file


def _parsed(host: Host, file: FileSeen) -> ClusterConf:
    try:
        return cluster_conf.parse(file.text)
    except Refusal as refusal:
        raise host.refuse("stack", str(refusal), "") from None


async def _running_version(host: Host) -> int | None:
    """The config_version that the cluster runs with; None where cman does not run. Source: cman_tool(8)."""
    said = await host.run("cman_tool", "version")
    found = re.search(r"\bconfig (\d+)", said.text) if said.code == 0 else None
    return int(found[1]) if found else None


def _kdump_device(conf: ClusterConf) -> str:
    return next((device.name for device in conf.fence_devices if device.agent == KDUMP_AGENT), "")


def _timeout(conf: ClusterConf) -> int:
    """The timeout of fence_kdump; 0 where the device is gone."""
    for device in conf.fence_devices:
        if device.agent == KDUMP_AGENT:
            return AGENT_DEFAULT_SECONDS if device.timeout_seconds is None else device.timeout_seconds
    return 0


def _methods(conf: ClusterConf, node: str) -> list[tuple[str, ...]]:
    return [method.devices for each in conf.nodes if each.name == node for method in each.methods]


def _first_devices(conf: ClusterConf, node: str) -> tuple[str, ...]:
    return next(iter(_methods(conf, node)), ())


def _cutting(conf: ClusterConf, node: str, ours: str, wish: list[str]) -> list[str]:
    """The devices that cut the node off: as wished where its methods have them all, else those of its first method."""
    others = [method for method in _methods(conf, node) if ours not in method]
    if wish and set(wish) <= {name for method in others for name in method}:
        return list(wish)
    return list(others[0]) if others else []


def _problem(conf: ClusterConf, node: str, ours: str) -> str:
    if not ours:
        return f"the device fence_kdump is gone, so {node} is fenced while it dumps"
    first = _first_devices(conf, node)
    if first == (ours,):
        return ""
    if any(ours in method for method in _methods(conf, node)):
        return f"{node} is fenced by {', '.join(first)} before {ours} is asked"
    return f"{node} has no method of {ours}, so it is fenced while it dumps"
