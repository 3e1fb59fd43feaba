"""A dump holds what was in memory: whoever can mount the directory can read it. Source: exports(5)."""

from __future__ import annotations

import ipaddress
from collections.abc import Iterator

from policies.inputs import Inputs
from policies.rule import Broken, Rule, Settings

NFS_EXPORT = "kdump:fleet:NfsExport"
_WORLD = ("*", "0.0.0.0/0", "::/0", "")


def _judge(inputs: Inputs, settings: Settings) -> Iterator[Broken]:
    collector, host = inputs.text("collector"), inputs.text("host")
    what = f"collector {collector or '(unknown)'}, export for host {host or '(unknown)'}"
    client, options = inputs.text("client"), inputs.texts("options")
    if client is None or options is None:
        yield Broken(
            what,
            "a client or options that are not known",
            "them, to tell who can read the dumps",
            f"Write hosts.{host or '<host>'}.address and collectors.{collector or '<collector>'}.nfs as plain values",
        )
        return
    if _is_wide(client, int(settings["widestPrefix"]), int(settings["widestPrefix6"])):
        yield Broken(
            what,
            f"it open to {'everyone' if client in _WORLD else client}",
            f"one host, or a network of /{int(settings['widestPrefix'])} at most "
            f"(IPv6: /{int(settings['widestPrefix6'])})",
            f"Leave collectors.{collector}.nfs.clients out, so that each directory is exported to its own host alone",
            "Whoever can mount it can read what was in the host's memory",
        )
    if inputs.text("squashTo") in (None, "", "root", "0") or "no_root_squash" in options:
        yield Broken(
            what,
            "root of the host being root there (no_root_squash)"
            if "no_root_squash" in options
            else "no user that the host's root becomes there",
            "a user without rights",
            f"Write collectors.{collector}.user, and take no_root_squash out of collectors.{collector}.nfs.options",
            "Otherwise root of the host is root in the collector's files",
        )
    if "insecure" in options and settings["allowInsecure"] is not True:
        yield Broken(
            what,
            "the option insecure",
            "none such",
            f"Take it out of collectors.{collector}.nfs.options",
            "With it any user of the host, not only root, can speak to the NFS server in the host's name",
        )


def _is_wide(client: str, widest: int, widest6: int) -> bool:
    if client in _WORLD:
        return True
    try:
        network = ipaddress.ip_network(client, strict=False)
    except ValueError:
        # A name; exports of ours take those of single hosts only.
        return "*" in client or "?" in client or client.startswith("@")
    return network.prefixlen < (widest if network.version == 4 else widest6)


OPEN_EXPORT = Rule(
    name="open-export",
    description="An export for dumps is for its host alone, or a small network, and nobody is root in it.",
    on=(NFS_EXPORT,),
    judge=_judge,
    settings={
        "widestPrefix": {
            "type": "integer", "minimum": 0, "maximum": 32, "default": 24,
            "description": "The widest IPv4 network that an export may be for.",
        },
        "widestPrefix6": {
            "type": "integer", "minimum": 0, "maximum": 128, "default": 64,
            "description": "The widest IPv6 network that an export may be for.",
        },
        "allowInsecure": {
            "type": "boolean", "default": False,
            "description": "Let exports pass that take requests from high ports.",
        },
    },
)  # fmt: skip
