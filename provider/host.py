"""A host as the kinds of state see it: questions that are put together and remembered, actions under a key."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import TypeVar

from provider.errors import HostError
from provider.shell.script import Answers, Call, FileSeen, Garbled, Output, Space, call
from provider.ssh import Session

Read = TypeVar("Read")

GATHER_SECONDS = 0.02
"""How long the first question waits for others, so that one script asks them all."""
REMEMBER_SECONDS = 30
"""How long an answer is good for reading. Whoever changes a host asks anew."""


class ActionFailed(HostError):
    """An action on a host failed; those before it were carried out."""


@dataclass
class Asking:
    """What is being asked of one host, and what it has answered lately."""

    session: Session
    _known: dict[Call, tuple[float, asyncio.Future[Answers]]] = field(default_factory=dict)
    _queue: list[Call] = field(default_factory=list)
    _flush: asyncio.Task[None] | None = None

    def forget(self) -> None:
        """Answers of before are no longer good; questions under way are."""
        self._known = {question: known for question, known in self._known.items() if not known[1].done()}

    async def one(self, question: Call) -> Answers:
        """The answer to one question (as number 0), asked together with what others ask at this moment."""
        known = self._known.get(question)
        now = time.monotonic()
        if known is None or (known[1].done() and (now - known[0] > REMEMBER_SECONDS or known[1].exception())):
            future: asyncio.Future[Answers] = asyncio.get_running_loop().create_future()
            self._known[question] = known = (now, future)
            self._queue.append(question)
            if self._flush is None or self._flush.done():
                self._flush = asyncio.create_task(self._ask_all())
        return await asyncio.shield(known[1])

    async def _ask_all(self) -> None:
        while self._queue:
            await asyncio.sleep(GATHER_SECONDS)
            asked, self._queue = self._queue, []
            futures = [self._known[question][1] for question in asked]
            try:
                answers = await self.session.ask(asked)
            except Exception as problem:  # whatever it is, those who asked must hear of it
                for future in futures:
                    future.set_exception(problem)
                    future.exception()
            else:
                for number, future in enumerate(futures):
                    future.set_result(answers.only(number))


@dataclass
class Host:
    """A host on behalf of one resource: `stack` owns what is changed, `store` names where originals are kept."""

    asking: Asking
    name: str
    stack: str
    store: str
    shared: bool = False

    async def file(self, path: str) -> FileSeen:
        """What is at a path."""
        answers = await self.asking.one(call("q_file", path))
        return self._understood(answers.file)

    async def names(self, directory: str) -> list[str]:
        """The names in a directory; none when it is not there."""
        answers = await self.asking.one(call("q_names", directory))
        return self._understood(answers.names)

    async def run(self, *command: str) -> Output:
        """What a command says that changes nothing."""
        answers = await self.asking.one(call("q_run", *command))
        return self._understood(answers.output)

    async def space(self, path: str) -> Space | None:
        """The file system of a path, also when the path is yet to be made; None when df cannot tell."""
        answers = await self.asking.one(call("q_space", path))
        return self._understood(answers.space)

    async def try_now(self, *command: str) -> Output:
        """What a command says at this moment, not remembered: for trying whether something works."""
        return await self.try_now_call(call("q_run", *command))

    async def try_now_call(self, question: Call) -> Output:
        """The same for a function of the library that answers like a command."""
        answers = await self.asking.session.ask([question])
        return self._understood(answers.output)

    async def note(self, name: str) -> str | None:
        """What was noted under a name when it was first seen; None when nothing was."""
        seen = await self.file(self.kept("notes", name))
        return seen.text if seen.exists else None

    def part(self, store: str) -> Host:
        """The same host for a state that several resources share: it goes when the last of them lets go."""
        return Host(self.asking, self.name, f"{self.stack}.{self.store}", store, shared=True)

    def kept(self, folder: str, path: str) -> str:
        """Where the store keeps the `original` of a path, what was `ours`, or one of the `notes`."""
        return f"/var/lib/pulumi-kdump/{self.store}/{folder}/{path.replace('/', '%')}"

    async def act(self, *steps: Call) -> Answers:
        """Carry out actions, in order, up to the first that fails. Raises ActionFailed."""
        return await self.act_once([self._claim, *steps]) if steps else Answers({})

    async def claim(self) -> None:
        """Say on the host that this stack keeps the state. Raises ActionFailed when another one does."""
        if self.stack not in await self.names(self.kept("claims", "")):
            await self.act_once([self._claim])

    @property
    def _claim(self) -> Call:
        return call("a_claim", self.stack, "shared" if self.shared else "exclusive")

    async def give_up(self, *steps: Call) -> list[str]:
        """Carry out the last actions, then let go of the store. Returns what had to be left, in words."""
        answers = await self.act_once([call("a_guard", self.stack), *steps, call("a_unclaim", self.stack)])
        said = [line for number in range(len(steps) + 2) for line in answers.done(number).splitlines()]
        return [line.removeprefix("left: ") for line in said if line.startswith("left: ")]

    async def act_once(self, steps: Sequence[Call]) -> Answers:
        """Carry out actions without laying claim to anything: for acts, which keep no state."""
        self.asking.forget()
        try:
            answers = await self.asking.session.act(steps, self.store)
        finally:
            self.asking.forget()
        failure = answers.failure()
        if failure is not None:
            label = self.asking.session.connection.label
            raise ActionFailed(label, "", failure[1], "Nothing after this step was done; run again once mended.")
        return answers

    def _understood(self, read: Callable[[int], Read]) -> Read:
        try:
            return read(0)
        except Garbled as garbled:
            raise self.refuse("", f"its answer makes no sense: {garbled}", "Run again.") from None

    def refuse(self, setting: str, problem: str, remedy: str) -> HostError:
        """An error of this host."""
        return HostError(self.asking.session.connection.label, setting, problem, remedy)


async def machine_id(host: Host) -> str:
    """What tells a machine from all others; empty when it cannot be told."""
    seen = await host.run("cat", "/etc/machine-id")
    if seen.code != 0 or not seen.text.strip():
        # Before systemd there is none; the D-Bus library keeps one of the same kind.
        seen = await host.run("cat", "/var/lib/dbus/machine-id")
    return seen.text.strip() if seen.code == 0 else ""
