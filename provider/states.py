"""From three verbs to the life of a resource: check, create, read, update, delete, whatever its kind."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from pydantic import ValidationError

from kdump.errors import Refusal, refusals_in
from provider.connection import Connection, from_import_id
from provider.errors import HostError
from provider.host import FRESH_SECONDS, Asking, Host, machine_id
from provider.kinds.base import NOTHING_TO_IMPORT, Found, Kind, Wire
from provider.ssh import Session, Sessions
from provider.survey import NEXT, SURVEY
from provider.wire import UNKNOWN, has_unknown

ATTEMPTS = 4
"""How often a change is computed anew when someone else changed the same file in between."""


UNFINISHED = "__unfinished"
SOUGHT = "__sought"
"""What was wanted of a resource that was found otherwise. State then holds what was found; compared with that, a next
look could take half a drift for none, and would not know what to look for when all of it is gone."""


class PartlyDone(Exception):
    """The host was changed, but is not as wanted: recorded in state, and the next update goes on from there."""

    def __init__(self, outputs: dict[str, Any], reasons: list[str]) -> None:
        super().__init__("; ".join(reasons))
        # Seen again by the next update: it must not take a look that finds all well for a job that is done.
        self.outputs, self.reasons = {**outputs, UNFINISHED: True}, reasons


@dataclass(frozen=True)
class Preview:
    """Outputs as far as they are known, what deserves a word, and why it will fail, if it will."""

    outputs: Mapping[str, Any]
    warnings: tuple[str, ...] = ()
    problem: str = ""


@dataclass(frozen=True)
class Urn:
    """What of a resource's URN matters on a host: who owns it."""

    text: str

    @property
    def stack(self) -> str:
        """Project and stack as one word, which names the owner on a host."""
        parts = self.text.split("::")
        return f"{parts[1]}.{parts[0].rpartition(':')[2]}" if len(parts) > 1 else "unknown"

    @property
    def name(self) -> str:
        """The resource's name."""
        return self.text.rpartition("::")[2]


@dataclass
class States:
    """All resources of this process; changes of one host are made one after the other."""

    sessions: Sessions = field(default_factory=Sessions)
    _asking: dict[Session, Asking] = field(default_factory=dict)
    _changing: dict[Session, asyncio.Lock] = field(default_factory=dict)

    def asking(self, connection: Connection) -> Asking:
        """The questions and answers of one host."""
        session = self.sessions.of(connection)
        if session not in self._asking:
            self._asking[session] = Asking(session, SURVEY)
        return self._asking[session]

    def _host(self, kind: Kind[Any], urn: Urn, connection: Connection, wanted: Wire) -> Host:
        store = kind.store(wanted)
        return Host(self.asking(connection), urn.name, urn.stack, store, shared=kind.shared)

    # ---- check

    def check(self, kind: Kind[Any], news: Mapping[str, Any]) -> tuple[dict[str, Any], dict[str, str]]:
        """The inputs with defaults filled in, and what is wrong: property -> reason. Unknown values pass."""
        failures: dict[str, str] = {}
        connection = news.get("connection", {})
        unknown = {name for name, value in news.items() if has_unknown(value)}
        settled = dict(news)
        if "connection" not in unknown:
            try:
                settled["connection"] = Connection.model_validate(connection).wire()
            except ValidationError as wrong:
                failures |= {r.setting: str(r) for r in refusals_in(wrong, "connection")}
        known = {n: v for n, v in news.items() if n != "connection" and n not in unknown and not n.startswith("__")}
        try:
            settled |= kind.wanted.model_validate(known).wire()
        except ValidationError as wrong:
            excused = {name for name in unknown if name != "connection"}
            real = {
                r.setting: str(r)
                for r in refusals_in(wrong)
                if r.setting.partition(".")[0].partition("[")[0] not in excused
            }
            failures |= real
            for name, definition in kind.wanted.model_fields.items():
                wire = definition.alias or name
                if wire not in settled and not definition.is_required():
                    settled[wire] = definition.get_default(call_default_factory=True)
        return settled, failures

    # ---- the four that have to do with a host

    async def preview_create(self, kind: Kind[Any], urn: Urn, news: Mapping[str, Any]) -> Preview:
        """What a create would bring, as far as it can be told beforehand."""
        outputs: dict[str, Any] = dict.fromkeys((*kind.outputs, "machineId"), UNKNOWN)
        if has_unknown(news.get("connection")):
            return Preview({**news, **outputs})
        if any(has_unknown(value) for name, value in news.items() if name != "connection"):
            return Preview({**news, **outputs})
        connection, wanted = _split(kind, news)
        if not connection.contact_in_preview:
            return Preview({**news, **outputs})
        host = self._host(kind, urn, connection, wanted)
        try:
            with _in_words_of(host):
                await kind.examine(host, wanted)
                found = await kind.inspect(host, wanted)
            outputs["machineId"] = await machine_id(host)
        except HostError as problem:
            # One host that cannot be must not end the preview of all others; `up` will fail for it alone.
            return Preview({**news, **outputs}, problem=f"up will fail here: {problem}")
        if found.inputs is not None and not _unlike(wanted, found):
            outputs |= found.outputs
        return Preview({**news, **outputs}, found.warnings)

    async def preview_problem(self, kind: Kind[Any], urn: Urn, news: Mapping[str, Any], olds: Mapping[str, Any]) -> str:
        """Why an update will fail, as far as it can be told beforehand; "" when it can not."""
        if any(has_unknown(value) for value in news.values()):
            return ""
        connection, wanted = _split(kind, news)
        if not connection.contact_in_preview:
            return ""
        host = self._host(kind, urn, connection, wanted)
        try:
            await self._same_machine(host, olds)
            with _in_words_of(host):
                await kind.examine(host, wanted)
        except HostError as problem:
            return f"up will fail here: {problem}"
        return ""

    def preview_update(self, kind: Kind[Any], olds: Mapping[str, Any], news: Mapping[str, Any]) -> dict[str, Any]:
        """Outputs after an update, as far as they can be told beforehand."""
        kept = {name: olds.get(name, UNKNOWN) for name in (*kind.outputs, "machineId")}
        for output, causes in kind.renewed_by.items():
            if any(olds.get(name) != news.get(name) for name in causes):
                kept[output] = UNKNOWN
        return {**_without_connection(news), **kept}

    async def converge(
        self, kind: Kind[Any], urn: Urn, news: Mapping[str, Any], olds: Mapping[str, Any]
    ) -> tuple[dict[str, Any], list[str]]:
        """Make it so, and look again. Returns outputs and warnings.

        Raises HostError when nothing was changed, PartlyDone when something was.
        """
        connection, wanted = _split(kind, news)
        host = self._host(kind, urn, connection, wanted)
        async with self._changing.setdefault(host.asking.session, asyncio.Lock()):
            host.asking.forget(older_than=FRESH_SECONDS)
            machine = await self._same_machine(host, olds)
            with _in_words_of(host):
                await kind.examine(host, wanted)
                before = await kind.inspect(host, wanted)
            host.looked, host.confined, host.soon_asked = frozenset(host.asked), kind.confined, NEXT.get(host.store, ())
            warnings = list(before.warnings)
            as_wanted = before.inputs is not None and not _unlike(wanted, before)
            if as_wanted and not olds.get(UNFINISHED) and not kind.drops(wanted, olds):
                if not olds:
                    # All is well already, but whoever else keeps this state has to know that we rely on it.
                    await kind.claim(host, wanted)
                return _outputs(wanted, before, machine, olds), warnings
            try:
                for attempt in range(ATTEMPTS):
                    try:
                        with _in_words_of(host):
                            await kind.apply(host, wanted)
                        break
                    except HostError as problem:
                        if "changed by someone else" not in problem.problem or attempt == ATTEMPTS - 1:
                            raise
                after = await kind.inspect(host, wanted)
            except asyncio.CancelledError:
                # The host goes on with what it was sent: better a resource too many in state than one forgotten.
                reason = f"{connection.label}: cancelled while it was being changed. Run up again."
                raise PartlyDone(_outputs(wanted, before, machine, olds), [reason]) from None
            except HostError as problem:
                if await self._is_untouched(kind, host, wanted, before):
                    raise
                outputs = _outputs(wanted, before, machine, olds)
                raise PartlyDone(outputs, [str(problem)]) from None
        left = _unlike(wanted, after) if after.inputs is not None else ["nothing of it is there"]
        outputs = _outputs(wanted, after, machine, olds)
        if left:
            label = connection.label
            raise PartlyDone(
                outputs,
                [f"{label}: after it was set, the host still has {text}. {kind.remedy}".strip() for text in left],
            )
        return outputs, warnings

    async def read(
        self, kind: Kind[Any], urn: Urn, identifier: str, inputs: Mapping[str, Any], olds: Mapping[str, Any]
    ) -> tuple[dict[str, Any], dict[str, Any]] | None:
        """Inputs and outputs as the host has them now; None when nothing of it is there. For imports, too.

        Raises HostError, for an import also where there is nothing to import.
        """
        importing = not inputs
        where, _, fragment = identifier.partition("#")
        if importing:
            inputs = {"connection": from_import_id(where).wire(), **kind.imported(fragment)}
        connection, wanted = _split(kind, {**inputs, **olds.get(SOUGHT, {})}, strict=False)
        host = self._host(kind, urn, connection, wanted)
        machine = await self._same_machine(host, olds)
        if importing:
            with _in_words_of(host):
                wanted = await kind.taken_over(host, wanted, fragment)
        found = await kind.inspect(host, wanted)
        if importing and found.inputs is None:
            raise host.refuse("", "nothing of it is there, so there is nothing to import", NOTHING_TO_IMPORT)
        if found.inputs is None:
            if not olds or urn.stack not in await host.names(host.kept("claims", "")):
                return None
            # Taken away by hand, but what was there before us is still kept: destroy has to come by.
            wanted_now = {name: value for name, value in wanted.wire().items() if name in kind.replace_on}
            outputs = {**wanted_now, "machineId": machine, SOUGHT: wanted.wire()}
            return {"connection": inputs["connection"], **wanted_now}, outputs
        outputs = _merge_token(found.outputs, olds)
        now = {**wanted.wire(), **found.inputs}
        drift = {SOUGHT: wanted.wire()} if now != wanted.wire() and not importing else {}
        return {"connection": inputs["connection"], **now}, {**now, **outputs, "machineId": machine, **drift}

    async def delete(self, kind: Kind[Any], urn: Urn, inputs: Mapping[str, Any], olds: Mapping[str, Any]) -> list[str]:
        """Put back what was there before. Returns what was left, in words. Raises HostError."""
        connection, wanted = _split(kind, {**inputs, **olds.get(SOUGHT, {})}, strict=False)
        host = self._host(kind, urn, connection, wanted)
        async with self._changing.setdefault(host.asking.session, asyncio.Lock()):
            host.asking.forget(older_than=FRESH_SECONDS)
            await self._same_machine(host, olds)
            for attempt in range(ATTEMPTS):
                try:
                    return await kind.revert(host, wanted)
                except HostError as problem:
                    if "changed by someone else" not in problem.problem or attempt == ATTEMPTS - 1:
                        raise
        return []

    async def _same_machine(self, host: Host, olds: Mapping[str, Any]) -> str:
        machine = await machine_id(host)
        before = olds.get("machineId")
        if isinstance(before, str) and before and before != machine:
            raise host.refuse(
                "connection.host",
                f"this is another machine than the one this resource was made on (machine-id {machine}, then {before})",
                "If the host was replaced or reinstalled, let go of the old one with `pulumi state delete <URN>` and "
                "run up again; otherwise mend the address.",
            )
        return machine

    async def _is_untouched(self, kind: Kind[Any], host: Host, wanted: Wire, before: Found) -> bool:
        """Whether the host is still as it was and holds nothing of ours for this resource."""
        try:
            claims = await host.names(host.kept("claims", ""))
            return not claims and (await kind.inspect(host, wanted)).inputs == before.inputs
        except HostError:
            return False


@contextmanager
def _in_words_of(host: Host) -> Iterator[None]:
    """What the rules refuse only once the host is known is an error of that host."""
    try:
        yield
    except Refusal as refusal:
        raise host.refuse(refusal.setting, str(refusal), "") from None


def _split(kind: Kind[Any], inputs: Mapping[str, Any], *, strict: bool = True) -> tuple[Connection, Wire]:
    """Connection and desired state. Not strict: drifted values that no longer fit the model are passed on."""
    connection = Connection.model_validate(inputs["connection"])
    wanted = {n: v for n, v in inputs.items() if n != "connection" and not n.startswith("__")}
    try:
        model: Wire = kind.wanted.model_validate(wanted)
    except ValidationError:
        if strict:
            raise
        aliases = {definition.alias or name: name for name, definition in kind.wanted.model_fields.items()}
        model = kind.wanted.model_construct(**{aliases[n]: v for n, v in wanted.items() if n in aliases})
    return connection, model


def _without_connection(properties: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in properties.items() if name != "connection"}


def _unlike(wanted: Wire, found: Found) -> list[str]:
    """What differs, in words."""
    told = []
    for name, value in wanted.wire().items():
        now = (found.inputs or {}).get(name, value)
        if now != value:
            # What is always empty holds sentences of its own.
            sentences = value == [] and isinstance(now, list)
            mend = f"this to mend: {'; '.join(map(str, now))}" if sentences else ""
            told.append(mend or f"{name} {now!r} instead of {value!r}")
    return told


def _merge_token(outputs: Mapping[str, Any], olds: Mapping[str, Any]) -> dict[str, Any]:
    """The token of a reboot stays what it was once the reboot has been done: only a new need is a new token."""
    merged = dict(outputs)
    if merged.get("rebootToken") == "" and olds.get("rebootToken"):
        merged["rebootToken"] = olds["rebootToken"]
    return merged


def _outputs(wanted: Wire, found: Found, machine: str, olds: Mapping[str, Any]) -> dict[str, Any]:
    return {**wanted.wire(), **_merge_token(found.outputs, olds), "machineId": machine}
