"""/etc/cluster/cluster.conf of cman (Red Hat Enterprise Linux 5 and 6): how a cluster fences, read and changed.

Source: cluster.conf(5) and fenced(8) of cman 3 (post_fail_delay 0 unless it is set), fence_kdump(8); Red Hat's
how-tos of post_fail_delay and of fence_kdump with cman. cman takes a changed file only if its config_version
has gone up. Everything that is not changed stays byte for byte.
"""

from __future__ import annotations

import re
from collections.abc import Collection

from pydantic import BaseModel, ConfigDict

from kdump.dialects.xml_in_place import Edit, Element, applied, attribute_edit, child_edit, moved_edits, read_xml
from kdump.errors import Refusal

PATH = "/etc/cluster/cluster.conf"
KDUMP_AGENT = "fence_kdump"

_SETTING = "clusterConf"
_NAME = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_.-]*")


class _Model(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class FenceDevice(_Model):
    """A fence device: its name, its agent, the agent's timeout in seconds where it has one, further attributes."""

    name: str
    agent: str
    timeout_seconds: int | None = None
    options: dict[str, str] = {}


class FenceMethod(_Model):
    """A method of a node: the names of the devices that must all succeed."""

    name: str
    devices: tuple[str, ...] = ()


class ClusterNode(_Model):
    """A node, and the methods that are tried for it, in this order, until one succeeds."""

    name: str
    methods: tuple[FenceMethod, ...] = ()


class ClusterConf(_Model):
    """What a cluster.conf says of fencing.

    ``post_fail_delay_seconds`` is how long a node that is gone is left alone before it is fenced;
    ``post_join_delay_seconds`` the same while the cluster forms, None where the file leaves it to fenced.
    """

    name: str
    config_version: int
    post_fail_delay_seconds: int = 0
    post_join_delay_seconds: int | None = None
    fence_devices: tuple[FenceDevice, ...] = ()
    nodes: tuple[ClusterNode, ...] = ()


def parse(text: str) -> ClusterConf:
    """What *text* says. Raises :class:`Refusal` for what is no cluster.conf: broken XML, another root element, a
    document type, a config_version or a delay that is no number.
    """
    _, root = _read(text)
    daemon = _only(root, "fence_daemon")
    fail = _seconds(daemon, "post_fail_delay")
    return ClusterConf(
        name=root.attributes.get("name", ""),
        config_version=int(root.attributes["config_version"]),
        post_fail_delay_seconds=0 if fail is None else fail,
        post_join_delay_seconds=_seconds(daemon, "post_join_delay"),
        fence_devices=tuple(_device(element) for element in _devices(root)),
        nodes=tuple(
            ClusterNode(
                name=node.attributes.get("name", ""),
                methods=tuple(
                    FenceMethod(name=method.attributes.get("name", ""), devices=_device_names(method))
                    for method in _methods(node)
                ),
            )
            for node in _nodes(root)
        ),
    )


def with_post_fail_delay(text: str, seconds: int) -> str:
    """*text* with a post_fail_delay of *seconds*, and config_version one higher; unchanged where it has that.

    Raises :class:`Refusal` where :func:`parse` does, and for less than 0 seconds.
    """
    if seconds < 0:
        raise Refusal(
            "postFailDelaySeconds",
            seconds,
            "a number of seconds, 0 or more",
            "Write 0 to fence at once",
            "It is how long fenced leaves a node that is gone alone",
        )
    if parse(text).post_fail_delay_seconds == seconds:
        return text
    data, root = _read(text)
    daemon = _only(root, "fence_daemon")
    if daemon is not None:
        edit = attribute_edit(data, daemon, "post_fail_delay", str(seconds))
    else:
        edit = child_edit(data, root, [(0, f'<fence_daemon post_fail_delay="{seconds}"/>')], first=True)
    return applied(data, [edit, _version_edit(data, root)])


def with_fence_kdump(
    text: str, timeout_seconds: int, *, device_name: str = "kdump", nodes: Collection[str] | None = None
) -> str:
    """*text* in which fence_kdump is tried first for *nodes* (all where it is None), and the old methods after it.

    * *timeout_seconds*: how long the agent waits for a dumping node (:func:`kdump.fencing.delay.agent_timeout`)
    * *device_name*: name of the device and of its method, where the file has no fence_kdump device yet

    config_version goes up by one; unchanged where all of it is so already. Raises :class:`Refusal` where
    :func:`parse` does; for a node without another method (fence_kdump only finds out that a node is dumping, it
    can stop none); and where the file uses the name, or a fence_kdump device, for something else.
    """
    conf = parse(text)
    _check_request(timeout_seconds, device_name)
    data, root = _read(text)
    edits: list[Edit] = []
    existing = [element for element in _devices(root) if element.attributes.get("agent") == KDUMP_AGENT]
    if len(existing) > 1:
        raise _refused(
            "clusterConf.fencedevices",
            ", ".join(element.attributes.get("name", "") for element in existing),
            "at most one device of the agent fence_kdump",
            "Remove all but one of them by hand, and where nodes use them",
            "Which of them a node should use, the file does not say",
        )
    if existing:
        device_name = existing[0].attributes.get("name", "")
        if existing[0].attributes.get("timeout") != str(timeout_seconds):
            edits.append(attribute_edit(data, existing[0], "timeout", str(timeout_seconds)))
    else:
        edits.append(_new_device_edit(data, root, device_name, timeout_seconds))
    wanted = {node.name for node in conf.nodes} if nodes is None else set(nodes)
    for name in sorted(wanted.difference(node.name for node in conf.nodes)):
        raise _refused(
            "nodes",
            name,
            "names of nodes of the cluster: " + ", ".join(node.name for node in conf.nodes),
            "Write the node's name as cluster.conf has it",
            "Methods are given to nodes by name",
        )
    for node in _nodes(root):
        if node.attributes.get("name", "") in wanted:
            edits += _node_edits(data, node, device_name)
    return applied(data, [*edits, _version_edit(data, root)]) if edits else text


def _check_request(timeout_seconds: int, device_name: str) -> None:
    if timeout_seconds < 1:
        raise _refused(
            "timeoutSeconds",
            str(timeout_seconds),
            "a number of seconds, 1 or more",
            "Write 60, which is the agent's own default, or what the arithmetic gives",
            "The agent waits this long for a message from the node",
        )
    if not _NAME.fullmatch(device_name):
        raise _refused(
            "deviceName",
            device_name,
            "letters, digits, '_', '.' and '-'",
            "Write 'kdump'",
            "Nodes refer to the device by this name",
        )


def _new_device_edit(data: bytes, root: Element, device_name: str, timeout_seconds: int) -> Edit:
    for element in _devices(root):
        if element.attributes.get("name") == device_name:
            raise _refused(
                "deviceName",
                device_name,
                "a name that no other device has",
                "Choose another name for the device",
                f"The file has a device of this name with the agent {element.attributes.get('agent', 'of no name')}",
            )
    device = f'<fencedevice agent="{KDUMP_AGENT}" name="{device_name}" timeout="{timeout_seconds}"/>'
    devices = _only(root, "fencedevices")
    if devices is not None:
        return child_edit(data, devices, [(0, device)], first=False)
    return child_edit(data, root, [(0, "<fencedevices>"), (1, device), (0, "</fencedevices>")], first=False)


def _node_edits(data: bytes, node: Element, device_name: str) -> list[Edit]:
    where = f"clusterConf.clusternodes.{node.attributes.get('name', '')}"
    methods = _methods(node)
    ours = [method for method in methods if device_name in _device_names(method)]
    if not [method for method in methods if method not in ours]:
        raise _refused(
            where,
            ", ".join(method.attributes.get("name", "") for method in methods),
            "another fence method beside fence_kdump",
            "Give the node a method that cuts its power or its storage first",
            "fence_kdump only finds out that a node is dumping; a node that hangs would never be fenced",
        )
    if len(ours) > 1 or (ours and len(_device_names(ours[0])) > 1):
        raise _refused(
            where,
            ", ".join(method.attributes.get("name", "") for method in ours),
            f"one method with the device {device_name} alone",
            "Take the device out of the methods it shares with others",
            "All devices of a method must succeed, so a dumping node would be cut off after all",
        )
    if ours:
        return [] if ours[0] is methods[0] else moved_edits(data, ours[0], methods[0])
    if any(method.attributes.get("name") == device_name for method in methods):
        raise _refused(
            where,
            device_name,
            "a name that no method of the node has",
            "Choose another name for the device",
            "The new method is called like its device, and methods of a node are told apart by name",
        )
    fence = node.all("fence")[0]
    lines = [(0, f'<method name="{device_name}">'), (1, f'<device name="{device_name}"/>'), (0, "</method>")]
    return [child_edit(data, fence, lines, first=True)]


def _version_edit(data: bytes, root: Element) -> Edit:
    return attribute_edit(data, root, "config_version", str(int(root.attributes["config_version"]) + 1))


def _read(text: str) -> tuple[bytes, Element]:
    data, root = read_xml(text, _SETTING)
    if root.name != "cluster":
        raise _refused(
            _SETTING,
            f"<{root.name}>",
            "a file whose root element is <cluster>",
            f"Give the contents of {PATH}",
            "This is some other file",
        )
    version = root.attributes.get("config_version")
    if version is None or not re.fullmatch(r"[0-9]{1,9}", version):
        raise _refused(
            "clusterConf.config_version",
            version,
            "a number",
            "Give <cluster> a config_version, counted up with every change",
            "cman takes a changed file only if its number has gone up",
        )
    return data, root


def _only(root: Element, name: str) -> Element | None:
    """The one child of that name, None where there is none."""
    found = root.all(name)
    if len(found) > 1:
        raise _refused(
            f"clusterConf.{name}",
            f"{len(found)} elements <{name}>",
            f"at most one <{name}>",
            "Make one of them, by hand",
            "Which of them cman goes by, the file does not say",
        )
    return found[0] if found else None


def _seconds(daemon: Element | None, name: str) -> int | None:
    value = daemon.attributes.get(name) if daemon is not None else None
    if value is None:
        return None
    if not re.fullmatch(r"-?[0-9]{1,9}", value):
        raise _refused(
            f"clusterConf.fence_daemon.{name}",
            value,
            "a number of seconds",
            "Write a number such as 300, without a unit",
            "fenced reads digits only",
        )
    return int(value)


def _device(element: Element) -> FenceDevice:
    options = dict(element.attributes)
    name, agent, timeout = options.pop("name", ""), options.pop("agent", ""), options.get("timeout", "")
    seconds = int(options.pop("timeout")) if re.fullmatch(r"[0-9]{1,9}", timeout) else None
    return FenceDevice(name=name, agent=agent, timeout_seconds=seconds, options=options)


def _devices(root: Element) -> list[Element]:
    devices = _only(root, "fencedevices")
    return devices.all("fencedevice") if devices is not None else []


def _nodes(root: Element) -> list[Element]:
    nodes = _only(root, "clusternodes")
    return nodes.all("clusternode") if nodes is not None else []


def _methods(node: Element) -> list[Element]:
    return [method for fence in node.all("fence")[:1] for method in fence.all("method")]


def _device_names(method: Element) -> tuple[str, ...]:
    return tuple(device.attributes.get("name", "") for device in method.all("device"))


def _refused(setting: str, found: str | None, needed: str, instead: str, why: str) -> Refusal:
    return Refusal(setting, found, needed, instead, why)
