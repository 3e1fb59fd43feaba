"""How much space a collector needs for the dumps of many hosts.

Source: facts of this project, "Sizing": every host's own tools compare the collector's free space with that
host's memory alone, once, when its capture image is built. Ten hosts that share a volume all see it empty.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from pydantic import BaseModel, ConfigDict, Field

from kdump.capacity.space import Need
from kdump.capacity.steps import bytes_text, checked_least, given, step, times
from kdump.errors import Refusal, shown
from kdump.units import human

UNDECLARED = "no failure domain is declared for them"
"""What hosts share of which nobody said what they share: nobody knows that they do not crash together."""

BURST_MARGIN = 1.25  # on top of the dumps that may come at once: they are estimates


class CollectorHost(BaseModel):
    """A host that dumps to a collector.

    * ``per_dump_bytes``: from :func:`kdump.capacity.dump_size.estimate_dump`
    * ``keep``: how many of its dumps stay on the collector
    * ``domains``: failure domains it shares with others, by any names: a rack, a power feed, a storage array, a
      cluster, a wave of kernel updates. Who shares one may crash together. None: nobody said, so it may crash
      together with all others of which nobody did
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    name: str
    memory_bytes: int = Field(gt=0)
    per_dump_bytes: int = Field(ge=0)
    keep: int = Field(default=1, ge=0)
    domains: tuple[str, ...] | None = ()

    @property
    def shares(self) -> tuple[str, ...]:
        """The failure domains that count: its own, or :data:`UNDECLARED`."""
        return (UNDECLARED,) if self.domains is None else self.domains


class CollectorNeed(Need):
    """``needed_bytes`` of a collector: what stays (``resident_bytes``) and what must be free at any time.

    ``free_bytes`` is the larger of ``burst_bytes`` (the dumps of ``burst_hosts``, who share ``burst_domain``, and
    a margin) and ``largest_memory_bytes``, the memory of ``largest_host``: the only bound that is certain.
    ``shared_domains`` are failure domains that the collector itself shares with hosts.
    """

    resident_bytes: int
    burst_bytes: int
    burst_domain: str
    burst_hosts: tuple[str, ...]
    largest_memory_bytes: int
    largest_host: str
    free_bytes: int
    shared_domains: tuple[str, ...]


def collector_need(
    hosts: Sequence[CollectorHost],
    *,
    resident_budget_bytes: int | None = None,
    together: Mapping[str, int] | None = None,
    collector_domains: Sequence[str] = (),
) -> CollectorNeed:
    """How much space a collector needs for *hosts*.

    * *resident_budget_bytes*: what older dumps may take altogether, where the collector itself removes them
      beyond that. Without it every host's ``keep`` dumps are counted (no release's tools remove remote dumps)
    * *together*: for a failure domain, how many of its hosts can crash at once (a wave of updates that stops
      after five, say); all of them where it says nothing. Its largest dumps are counted
    * *collector_domains*: the collector's own failure domains

    Raises :class:`Refusal` for two hosts of one name, and for numbers below 0 (below 1 for *together*).
    """
    limits = dict(together or {})
    _check(hosts, limits, resident_budget_bytes)
    steps = [
        f"host {shown(host.name)}: per_dump_bytes = {bytes_text(host.per_dump_bytes)}, keep = {host.keep} dumps, "
        f"memory_bytes = {bytes_text(host.memory_bytes)}"
        for host in hosts
    ]
    kept = sum(host.keep * host.per_dump_bytes for host in hosts)
    resident = kept if resident_budget_bytes is None else resident_budget_bytes
    domain, burst_hosts = _largest_burst(hosts, limits)
    burst = times(sum(host.per_dump_bytes for host in burst_hosts), BURST_MARGIN)
    largest = max(hosts, key=lambda host: (host.memory_bytes, host.name), default=None)
    memory, largest_name = (largest.memory_bytes, largest.name) if largest else (0, "")
    free = max(burst, memory)
    needed = resident + free
    names = ", ".join(host.name for host in burst_hosts)
    steps += [
        step("resident_bytes", "sum of keep x per_dump_bytes over the hosts", bytes_text(resident))
        if resident_budget_bytes is None
        else given("resident_bytes", f"{bytes_text(resident)}, which the collector enforces"),
        step(
            "burst_bytes",
            f"{BURST_MARGIN} x per_dump_bytes of {names or 'no host'}{f' ({_sharing(domain)})' if domain else ''}",
            bytes_text(burst),
        ),
        step("largest_memory_bytes", f"memory of {largest_name or 'no host'}", bytes_text(memory)),
        step("free_bytes", "the larger of burst_bytes and largest_memory_bytes", bytes_text(free)),
        step("needed_bytes", "resident_bytes + free_bytes", bytes_text(needed)),
    ]
    own = set(collector_domains)
    shared = tuple(sorted({name for host in hosts for name in host.shares if name in own}))
    return CollectorNeed(
        needed_bytes=needed,
        resident_bytes=resident,
        burst_bytes=burst,
        burst_domain=domain,
        burst_hosts=tuple(host.name for host in burst_hosts),
        largest_memory_bytes=memory,
        largest_host=largest_name,
        free_bytes=free,
        shared_domains=shared,
        explanation=_explanation(len(hosts), needed, resident, free, domain, burst >= memory, largest_name, shared),
        steps=tuple(steps),
    )


def _check(hosts: Sequence[CollectorHost], limits: Mapping[str, int], budget: int | None) -> None:
    seen: set[str] = set()
    for host in hosts:
        if host.name in seen:
            raise Refusal(
                "hosts",
                host.name,
                "every host once",
                "Remove it, or name the other one differently",
                "Its dumps would be counted twice, and by name they are kept apart",
            )
        seen.add(host.name)
    for domain, count in limits.items():
        checked_least(f"together.{domain}", count, 1, "hosts", "At least one host of a domain can always crash")
    if budget is not None:
        checked_least("residentBudgetBytes", budget, 0, "bytes", "It is what older dumps may take")


def _largest_burst(hosts: Sequence[CollectorHost], limits: Mapping[str, int]) -> tuple[str, list[CollectorHost]]:
    """The failure domain whose dumps may take most at once, and its hosts; "" and one host where none is shared."""
    largest = sorted(hosts, key=lambda host: (-host.per_dump_bytes, host.name))
    bursts: list[tuple[str, list[CollectorHost]]] = [("", largest[:1])]
    for domain in sorted({name for host in hosts for name in host.shares}):
        members = [host for host in largest if domain in host.shares]
        bursts.append((domain, members[: limits.get(domain, len(members))]))
    return max(bursts, key=lambda burst: sum(host.per_dump_bytes for host in burst[1]))


def _explanation(
    count: int, needed: int, resident: int, free: int, domain: str, by_burst: bool, largest: str, shared: Sequence[str]
) -> str:
    if not count:
        return f"No host dumps to this collector; it needs {human(needed)}."
    reason = f"for {largest}, whose dump may be as large as its memory"
    if by_burst:
        reason = f"for hosts that {_sharing(domain)} and may crash together" if domain else "for the largest dump"
    hosts = "1 host" if count == 1 else f"{count} hosts"
    text = f"The collector needs {human(needed)} for {hosts}: {human(resident)} for dumps that stay, and {human(free)}"
    text = f"{text} free at any time {reason}."
    if shared:
        text += f" It shares {', '.join(map(shown, shared))} with hosts: what makes them crash may take it away too."
    return text


def _sharing(domain: str) -> str:
    """What hosts that are counted together have in common, as a part of a sentence about them."""
    return "have no failure domain declared" if domain == UNDECLARED else f"share {shown(domain)}"
