"""A machine that must leave a dump when it crashes."""

from collections.abc import Mapping, Sequence
from typing import Any, TypedDict

import pulumi
from pulumi_command import local

from components.collector import Collector
from components.continuing import succeeded
from components.crash_kernel import CrashKernel
from components.dump_target import DumpTarget
from components.facts import Facts, declared_host
from components.for_policies import exempted, last_drill
from components.nfs_export import NfsExport
from components.panic_triggers import PanicTriggers
from components.settings import ResolvedCluster, ResolvedHost
from components.settings.exemptions import ExemptionSettings
from components.settings.fleet import RebootSettings
from components.settings.resolved import is_shared
from components.space import space
from components.ssh_keys import SshKeys
from kdump.targets import NfsTarget, RawTarget, SshTarget
from provider.resources import Fencing, get_host_facts


class HostArgs(TypedDict):
    """One host, its collector if it has one, and when it may be rebooted."""

    settings: ResolvedHost
    collector: Collector | None
    facts: Facts
    exemptions: Sequence[ExemptionSettings]
    cluster: ResolvedCluster | None
    """That it is a node of."""
    prepared: Sequence[pulumi.Resource]
    """What its dump configuration needs besides: as a node of a cluster, the program that tells the others."""
    fencing: Fencing | None
    """That of its cluster: set before any node of it reboots."""
    reboot: RebootSettings
    reboot_after: pulumi.Input[Sequence[pulumi.Resource]]
    """Reboots that must have gone well before this host may reboot."""


class Host(pulumi.ComponentResource):
    """Everything of one host, in the order in which it is done, and what came of it."""

    readiness: pulumi.Output[str]
    """unsupported, unreserved, reserved, armed or drilled; unknown when the host could not be asked."""
    reason: pulumi.Output[str]
    """Why, in plain words."""
    advice: pulumi.Output[Sequence[str]]
    """What is worth knowing of the host, though nothing is wrong with it."""
    reboot_required: pulumi.Output[bool]
    """Whether the host must still be rebooted to take up its boot arguments."""
    target: pulumi.Output[str]
    """Where the dump goes: ssh kdump@vault:/srv/kdump/web1."""
    facts: pulumi.Output[Mapping[str, Any]]
    """What is known of it as of before this run."""
    facts_after: pulumi.Output[Mapping[str, Any]]
    """The same when all is done."""

    def __init__(self, name: str, args: HostArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        settings, collector = args["settings"], args["collector"]
        props = {
            "description": settings.description,
            "enabled": settings.enabled,
            "collector": settings.destination.collector,
        }
        super().__init__("kdump:fleet:Host", name, props, opts)
        self._connection = args["facts"].connection(settings.connection.wire())
        self._measured = args["facts"].source == "measured"
        directory, volume = settings.destination.directory, settings.destination.volume
        asked = [directory] if directory and not collector else []
        device, raw = settings.destination.device, isinstance(settings.destination.target, RawTarget)
        before = self.facts = args["facts"].of(
            name,
            self._connection,
            asked,
            [device] if device and not is_shared(device) else [],
            declared_host(settings),
            self,
        )
        there = collector.facts if collector else before
        excused = exempted(args["exemptions"], name)
        self._crash_kernel = CrashKernel(
            f"{name}-crashkernel",
            {
                "host": name,
                "connection": self._connection,
                "crashkernel": settings.crashkernel,
                "platform": settings.platform,
                "boot_arguments": settings.boot_arguments,
                "facts": before,
                "for_policies": excused,
            },
            pulumi.ResourceOptions(parent=self),
        )
        way = self._way_to(collector, settings, args["exemptions"]) if collector else ()
        dump_target = DumpTarget(
            f"{name}-dump-target",
            {
                "host": name,
                "connection": self._connection,
                "configuration": settings.configuration,
                "platform": settings.platform,
                "files": settings.files,
                "advice": settings.advice,
                "enabled": settings.enabled,
                "collector": settings.destination.collector,
                "space": pulumi.Output.all(before, there).apply(
                    lambda facts: space(
                        facts[0], facts[1], directory, volume.mount_point if volume else "", device, raw=raw
                    )
                ),
                "volume": volume,
                "facts": before,
                "for_policies": {
                    **_shared(settings, collector, args["cluster"]),
                    **last_drill(settings.drilled),
                    **excused,
                },
                "after": [self._crash_kernel.boot_arguments, *way, *args["prepared"]],
            },
            pulumi.ResourceOptions(parent=self),
        )
        self._service = dump_target.service
        self._configured: list[pulumi.CustomResource] = [self._service]
        if args["fencing"] is not None:
            self._configured.append(args["fencing"])
        if settings.panic:
            triggers = PanicTriggers(
                f"{name}-panic-triggers",
                {
                    "host": name,
                    "connection": self._connection,
                    "panic": settings.panic,
                    "platform": settings.platform,
                    "for_policies": excused,
                    "after": [self._service],
                },
                pulumi.ResourceOptions(parent=self),
            )
            self._configured += triggers.ready
        self._reboot = self._reboot_if_wanted(args, settings)
        after = self.facts_after = before.apply(self._facts_after)
        self.readiness = after.apply(lambda facts: str(facts["readiness"]))
        self.reason = after.apply(lambda facts: str(facts["reason"]))
        self.advice = after.apply(lambda facts: list(facts.get("advice", [])))
        self.reboot_required = after.apply(lambda facts: bool(facts["rebootRequired"]))
        self.target = pulumi.Output.from_input(dump_target.text)
        self.register_outputs(
            {
                "readiness": self.readiness,
                "reason": self.reason,
                "advice": self.advice,
                "rebootRequired": self.reboot_required,
                "target": self.target,
            }
        )

    @property
    def reboots(self) -> pulumi.Output[Sequence[pulumi.Resource]]:
        """The reboot that hosts of the next batch wait for.

        Nothing where it was never tried, because the host could not be configured: nobody has to wait for that.
        """
        reboot = self._reboot
        if reboot is None:
            return pulumi.Output.from_input([])
        return pulumi.Output.all(*(succeeded(each) for each in self._configured)).apply(
            lambda configured: [reboot] if all(configured) else []
        )

    @property
    def machine_id(self) -> pulumi.Output[str]:
        """The /etc/machine-id that the host has, or had when it was last reached."""
        return self._crash_kernel.boot_arguments.machine_id

    def _way_to(
        self, collector: Collector, settings: ResolvedHost, exemptions: Sequence[ExemptionSettings]
    ) -> Sequence[pulumi.Resource]:
        """What both ends need before the host can reach its directory on the collector."""
        place, there = settings.destination, collector.settings
        below = pulumi.ResourceOptions(parent=self)
        excused = exempted(exemptions, settings.name, there.name)
        match place.target:
            case SshTarget():
                return SshKeys(
                    f"{settings.name}-ssh-keys",
                    {
                        "host": settings.name,
                        "connection": self._connection,
                        "path": settings.identity.path,
                        "key_type": settings.identity.key_type,
                        "collector": there.name,
                        "collector_connection": collector.connection,
                        "address": there.address,
                        "account": collector.account,
                        "user": there.user,
                        "directory": place.directory,
                        "for_policies": excused,
                    },
                    below,
                ).ready
            case NfsTarget():
                return NfsExport(
                    f"{settings.name}-nfs-export",
                    {
                        "host": settings.name,
                        "collector": there.name,
                        "collector_connection": collector.connection,
                        "account": collector.account,
                        "user": there.user,
                        "directory": place.directory,
                        "client": place.client,
                        "options": there.nfs.options,
                        "for_policies": excused,
                    },
                    below,
                ).ready
        return ()

    def _reboot_if_wanted(self, args: HostArgs, settings: ResolvedHost) -> local.Command | None:
        # A host that is not to dump is never "back, armed": whoever turned it off reboots it when it suits.
        if args["reboot"].when == "never" or not settings.enabled:
            return None
        # All that is done on the host, or on its cluster, is done before: the host is away within seconds.
        earlier, configured = args["reboot_after"], self._configured
        after = pulumi.Output.from_input(earlier).apply(lambda reboots: [*reboots, *configured])
        return self._crash_kernel.take_up(args["reboot"].timeout_seconds, after)

    def _facts_after(self, before: Mapping[str, Any]) -> pulumi.Input[Mapping[str, Any]]:
        """The facts when all is done; as they were before where the host could not even be asked then."""
        if not before["reachable"]:
            return before
        done: list[pulumi.Resource] = [self._service, *([self._reboot] if self._reboot else [])]
        acted = self._reboot is not None
        planned = get_host_facts(
            self._connection, [], after_act=acted, opts=pulumi.InvokeOutputOptions(parent=self, depends_on=done)
        )
        if pulumi.runtime.is_dry_run():
            return planned
        # Something on the way failed: the errors are shown by the engine, and the host says how it is now.
        return planned.apply(
            lambda facts: facts if isinstance(facts, dict) else get_host_facts(self._connection, [], after_act=acted),
            True,
        )


def _shared(settings: ResolvedHost, collector: Collector | None, cluster: ResolvedCluster | None) -> dict[str, Any]:
    """What a host may fail together with, as inputs; what nobody said is left out."""
    found: dict[str, Any] = {}
    if settings.failure_domains is not None:
        found["failureDomains"] = list(settings.failure_domains)
    if collector is not None and collector.settings.failure_domains is not None:
        found["collectorDomains"] = list(collector.settings.failure_domains)
    if cluster is not None:
        found["cluster"] = {"name": cluster.name}
        if cluster.storage_fencing is not None:
            found["cluster"]["storageFencing"] = cluster.storage_fencing
    return found
