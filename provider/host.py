"""A host as the kinds of state see it: questions that are put together and remembered, actions under a key.

What makes a fleet quick is how often a host is spoken to: the first question takes along what is asked of every host
of its platform (the survey), and actions bring back the answers that whoever acts will ask for next.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from typing import TypeVar

from provider.errors import HostError
from provider.shell.script import Answers, Call, FileSeen, Garbled, Output, Space, call
from provider.ssh import Session

Read = TypeVar("Read")
Changed = Callable[[Call], bool]
"""Whether the answer to a question may be another one now."""
_STORES = "/var/lib/pulumi-kdump"

GATHER_SECONDS = 0.02
"""How long the first question waits for others, so that one script asks them all."""
REMEMBER_SECONDS = 300
"""How long an answer is good for reading."""
FRESH_SECONDS = 60
"""How old an answer may be for whoever changes a host."""


def anything(question: Call) -> bool:
    """What actions may change that are not known to change less."""
    return True


class ActionFailed(HostError):
    """An action on a host failed; those before it were carried out."""


@dataclass(frozen=True)
class Survey:
    """What is asked of every host: what no action of ours changes, and what some may."""

    lasting: frozenset[Call]
    changing: Sequence[Call]

    @property
    def all(self) -> list[Call]:
        """All of it."""
        return [*self.lasting, *self.changing]


NOTHING = Survey(frozenset(), ())


@dataclass(eq=False)
class Asked:
    """A question that was put, when (seconds of the monotonic clock), and what comes of it.

    The answer is None where the condition of the survey left it out.
    """

    question: Call
    since: float
    answers: asyncio.Future[Answers | None]

    @property
    def is_stale(self) -> bool:
        """Whether it has to be put anew."""
        if not self.answers.done():
            return False
        return time.monotonic() - self.since > REMEMBER_SECONDS or self.answers.exception() is not None


@dataclass
class Asking:
    """What is being asked of one host, and what it has answered lately."""

    session: Session
    survey: Survey = NOTHING
    """Asked along with the first question."""
    _known: dict[Call, Asked] = field(default_factory=dict)
    _queue: list[Asked] = field(default_factory=list)
    _flush: asyncio.Task[None] | None = None

    def forget(self, older_than: float = 0) -> None:
        """Questions put longer ago (seconds) are put anew; who waits for one of them still gets its answer."""
        now = time.monotonic()
        self._known = {question: asked for question, asked in self._known.items() if now - asked.since < older_than}

    async def one(self, question: Call) -> Answers:
        """The answer to one question (as number 0), asked together with what others ask at this moment."""
        asked = self._known.get(question)
        if asked is None or asked.is_stale:
            if not self._known:
                for other in self.survey.all:
                    if other != question:
                        self._put(other)
            asked = self._put(question)
        answers = await asyncio.shield(asked.answers)
        if answers is None:
            # The first of those who waited for it asks it outright, for all of them.
            outright = self._known.get(question, asked)
            outright = self._put(question) if outright is asked else outright
            answers = await asyncio.shield(outright.answers)
        assert answers is not None, "a question without a condition is answered"
        return answers

    def _put(self, question: Call) -> Asked:
        asked = Asked(question, time.monotonic(), asyncio.get_running_loop().create_future())
        self._known[question] = asked
        self._queue.append(asked)
        if self._flush is None or self._flush.done():
            self._flush = asyncio.create_task(self._ask_all())
        return asked

    async def _ask_all(self) -> None:
        while self._queue:
            await asyncio.sleep(GATHER_SECONDS)
            put, self._queue = self._queue, []
            try:
                answers = (await self.session.ask([asked.question for asked in put])).each(0, len(put))
            except Exception as problem:  # whatever it is, those who asked must hear of it
                for asked in put:
                    asked.answers.set_exception(problem)
                    asked.answers.exception()
            else:
                for asked, answer in zip(put, answers, strict=True):
                    # Asked outright there is always an answer; one that broke off is told by whoever reads it.
                    asked.answers.set_result(answer if answer is not None or asked.question.when else Answers({}))

    async def act(
        self, steps: Sequence[Call], store: str, again: Iterable[Call], changed: Changed = anything
    ) -> Answers:
        """Carry out actions; answers to what they may have *changed* are forgotten, and `again` is asked along."""
        # All that was ever asked could be: but what nobody asks for again would be asked in vain, on every host.
        then = [question for question in again if question not in self.survey.lasting] if REMEMBER_SECONDS else []
        self._forget_if(changed)
        try:
            answers = await self.session.act(steps, store, then)
        finally:
            # Once more: what was asked while the actions ran may have been answered before they took effect.
            self._forget_if(changed)
        if answers.failure() is None:
            for question, answer in zip(then, answers.each(len(steps), len(then)), strict=True):
                asked = Asked(question, time.monotonic(), asyncio.get_running_loop().create_future())
                asked.answers.set_result(answer if answer is not None or question.when else Answers({}))
                self._known[question] = asked
        return answers

    def _forget_if(self, changed: Changed) -> None:
        self._known = {
            question: asked
            for question, asked in self._known.items()
            if question in self.survey.lasting or not changed(question)
        }


def kept(store: str, folder: str, path: str) -> str:
    """Where a store keeps the `original` of a path, what was `ours`, or one of the `notes`, as the library does."""
    return f"{_STORES}/{store}/{folder}/{path.replace('/', '%')}"


@dataclass
class Host:
    """A host on behalf of one resource: `stack` owns what is changed, `store` names where originals are kept."""

    asking: Asking
    name: str
    stack: str
    store: str
    shared: bool = False
    asked: set[Call] = field(default_factory=set)
    """What was asked on behalf of the resource; when it acts, it will want to know it again."""
    looked: frozenset[Call] | None = None
    """All that a look at the resource asks for; None where there was none before it acts."""
    confined: bool = False
    """Whether actions change nothing that a question can tell of but what was asked on behalf of the resource."""
    soon_asked: Sequence[Call] = ()
    """What others ask for next, once the resource was changed."""
    _pending: list[Call] = field(default_factory=list)

    async def file(self, path: str) -> FileSeen:
        """What is at a path."""
        answers = await self._ask(call("q_file", path))
        return self._understood(answers.file)

    async def line(self, path: str) -> str:
        """The first line of a file; "" when it is not there. For files of the kernel, whose lines cost nothing."""
        answers = await self._ask(call("q_line", path))
        return self._understood(answers.line)

    async def text(self, path: str) -> str:
        """The text of a file whose mode and owner do not matter; "" when it is not there."""
        answers = await self._ask(call("q_text", path))
        return self._understood(answers.text)

    async def names(self, directory: str) -> list[str]:
        """The names in a directory; none when it is not there."""
        answers = await self._ask(call("q_names", directory))
        return self._understood(answers.names)

    async def run(self, *command: str) -> Output:
        """What a command says that changes nothing."""
        answers = await self._ask(call("q_run", *command))
        return self._understood(answers.output)

    async def space(self, path: str) -> Space | None:
        """The file system of a path, also when the path is yet to be made; None when df cannot tell."""
        answers = await self._ask(call("q_space", path))
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
        return Host(self.asking, self.name, f"{self.stack}.{self.store}", store, shared=True, asked=self.asked)

    def kept(self, folder: str, path: str) -> str:
        """Where the store keeps the `original` of a path, what was `ours`, or one of the `notes`."""
        return kept(self.store, folder, path)

    async def versions(self, path: str) -> tuple[FileSeen, FileSeen, FileSeen]:
        """A file as it is, as we left it, and as it was before us."""
        return await asyncio.gather(
            self.file(path), self.file(self.kept("ours", path)), self.file(self.kept("original", path))
        )

    async def act(self, *steps: Call) -> Answers:
        """Carry out actions, in order, up to the first that fails; the answers are numbered as they are.

        Raises ActionFailed.
        """
        if not steps and not self._pending:
            return Answers({})
        before, self._pending = [self._claim, *self._pending], []
        return (await self.act_once([*before, *steps])).following(len(before))

    async def keep(self, *steps: Call) -> None:
        """Lay claim to the state, and carry out actions that only write into the store: all answers still hold.

        Raises ActionFailed.
        """
        before, self._pending = [self._claim, *self._pending], []
        await self._carry_out([*before, *steps], (), self._is_of_store)

    async def claim(self) -> None:
        """Say on the host that this stack keeps the state. Raises ActionFailed when another one does."""
        await self.keep()

    def soon(self, *steps: Call) -> None:
        """Carry these out together with the next actions, before them: one exchange less with the host."""
        self._pending += steps

    @property
    def _claim(self) -> Call:
        return call("a_claim", self.stack, "shared" if self.shared else "exclusive")

    async def give_up(self, *steps: Call) -> list[str]:
        """Carry out the last actions, then let go of the store. Returns what had to be left, in words."""
        steps = (call("a_guard", self.stack), *steps, call("a_unclaim", self.stack))
        return (await self._carry_out(steps, (), anything)).left()

    async def act_once(self, steps: Sequence[Call]) -> Answers:
        """Carry out actions without laying claim to anything: for acts, which keep no state."""
        again = dict.fromkeys((*self.asked, *self.soon_asked))
        if self.looked is not None:
            # What is kept was of interest before anything was done, and some of it to a look.
            again = {q: None for q in again if q in self.looked or not self._is_of_store(q)}
        return await self._carry_out(steps, again, self._may_have_changed if self.confined else anything)

    def _may_have_changed(self, question: Call) -> bool:
        return question in self.asked or self._is_of_store(question)

    def _is_of_store(self, question: Call) -> bool:
        folder = f"{_STORES}/{self.store}/".encode()
        return any(word.startswith(folder) for word in question.words)

    async def _carry_out(self, steps: Sequence[Call], again: Iterable[Call], changed: Changed) -> Answers:
        answers = await self.asking.act(steps, self.store, again, changed)
        failure = answers.failure()
        if failure is not None:
            label = self.asking.session.connection.label
            raise ActionFailed(label, "", failure[1], "Nothing after this step was done; run again once mended.")
        return answers

    async def _ask(self, question: Call) -> Answers:
        self.asked.add(question)
        return await self.asking.one(question)

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
    # Before systemd there is none; the D-Bus library keeps one of the same kind.
    paths = ("/etc/machine-id", "/var/lib/dbus/machine-id")
    return next((line for line in await asyncio.gather(*map(host.line, paths)) if line), "").strip()
