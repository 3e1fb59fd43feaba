"""Taking fence_kdump out of cman's cluster.conf again, and putting back what was there before.

The counterpart of :mod:`kdump.dialects.cluster_conf`, same sources. cman takes a changed file only if its
config_version has gone up, so even the old file comes back with a new number.
"""

from __future__ import annotations

import re

from kdump.dialects.cluster_conf import KDUMP_AGENT, parse, with_post_fail_delay
from kdump.dialects.xml_in_place import Edit, Element, applied, attribute_edit, read_xml

_SETTING = "clusterConf"


def with_version(text: str, version: int) -> str:
    """*text* with that config_version. Raises :class:`Refusal` where :func:`kdump.dialects.cluster_conf.parse` does."""
    if parse(text).config_version == version:
        return text
    data, root = read_xml(text, _SETTING)
    return applied(data, [attribute_edit(data, root, "config_version", str(version))])


def put_back(now: str, before: str, ours: str) -> str:
    """What cluster.conf becomes when we go: *now* is the file, *before* the one we found, *ours* the one we wrote.

    If nobody has changed it since, *before* byte for byte; else *now* without the devices and methods of
    fence_kdump that *before* did not have, and with its post_fail_delay where that is still ours. In both cases with
    the config_version of *now* and one more; *now* itself where nothing of ours is left. Raises :class:`Refusal` where
    :func:`kdump.dialects.cluster_conf.parse` does.
    """
    version = parse(now).config_version
    if with_version(ours, version) == now:
        return now if with_version(before, version) == now else with_version(before, version + 1)
    changed = now
    if parse(now).post_fail_delay_seconds == parse(ours).post_fail_delay_seconds:
        changed = with_post_fail_delay(changed, parse(before).post_fail_delay_seconds)
    changed = _without_devices(changed, _kdump_devices(before))
    return now if with_version(changed, version) == now else with_version(changed, version + 1)


def _kdump_devices(text: str) -> set[str]:
    return {device.name for device in parse(text).fence_devices if device.agent == KDUMP_AGENT}


def _without_devices(text: str, kept: set[str]) -> str:
    """*text* without the fence_kdump devices that are not *kept*, and without the methods that are theirs alone."""
    gone = _kdump_devices(text) - kept
    if not gone:
        return text
    data, root = read_xml(text, _SETTING)
    devices = [device for part in root.all("fencedevices") for device in part.all("fencedevice")]
    methods = [
        method
        for part in root.all("clusternodes")
        for node in part.all("clusternode")
        for fence in node.all("fence")
        for method in fence.all("method")
    ]
    edits = [_removal(data, device) for device in devices if device.attributes.get("name") in gone]
    edits += [
        _removal(data, method)
        for method in methods
        if method.children and {each.attributes.get("name") for each in method.all("device")} <= gone
    ]
    return applied(data, edits)


def _removal(data: bytes, element: Element) -> Edit:
    blanks = re.search(rb"\s*\Z", data[: element.start])
    return Edit(blanks.start() if blanks else element.start, element.end, b"")
