"""Questions to one host: put together, remembered, surveyed, and asked again with what changes the host."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Any, cast

import pytest

from provider.host import NOTHING, Asking, Host, Survey, kept
from provider.shell.script import Answers, Call, call

BOOT, LINE = call("q_file", "/boot/x"), call("q_line", "/etc/machine-id")
SURVEY = Survey(frozenset({LINE}), (replace(BOOT, when="false"),))


@dataclass
class Told:
    """A session that answers with a number that goes up, and nothing to what stands under a condition."""

    asked: list[list[Call]] = field(default_factory=list)
    fails: bool = False

    async def ask(self, calls: Sequence[Call]) -> Answers:
        await asyncio.sleep(0.01)
        if self.fails:
            raise OSError("no way")
        self.asked.append(list(calls))
        return self._answers(calls)

    async def act(self, calls: Sequence[Call], key: str, then: Sequence[Call] = ()) -> Answers:
        self.asked.append([*calls, *then])
        return self._answers([*calls, *then])

    def _answers(self, calls: Sequence[Call]) -> Answers:
        said = f"{len(self.asked)}".encode()
        return Answers({f"{number}.line": said for number, one in enumerate(calls) if not one.when})


@pytest.fixture(autouse=True)
def remembered(monkeypatch: pytest.MonkeyPatch, nothing_remembered: None) -> None:
    """As in one run of Pulumi."""
    monkeypatch.setattr("provider.host.REMEMBER_SECONDS", 300)


def asking(told: Told, survey: Survey = NOTHING) -> Asking:
    return Asking(cast(Any, told), survey)


def run(work: Any) -> Any:
    async def limited() -> Any:
        async with asyncio.timeout(5):
            return await work

    return asyncio.run(limited())


def test_questions_of_one_moment_are_one_exchange_and_remembered() -> None:
    async def work() -> None:
        told = Told()
        one = asking(told)
        await asyncio.gather(*(one.one(question) for question in (BOOT, LINE, BOOT)))
        await one.one(BOOT)
        assert told.asked == [[BOOT, LINE]]

    run(work())


def test_many_who_wait_for_what_the_survey_left_out_all_get_an_answer() -> None:
    async def work() -> None:
        told = Told()
        one = asking(told, SURVEY)
        found = await asyncio.gather(one.one(LINE), one.one(BOOT), one.one(BOOT), one.one(BOOT))
        assert [answers.line(0) for answers in found] == ["1", "2", "2", "2"]
        assert told.asked[1:] == [[BOOT]]

    run(work())


def test_a_failure_reaches_all_who_asked_and_is_not_remembered() -> None:
    async def work() -> None:
        told = Told(fails=True)
        one = asking(told, SURVEY)
        found = await asyncio.gather(one.one(LINE), one.one(BOOT), return_exceptions=True)
        assert all(isinstance(each, OSError) for each in found)
        told.fails = False
        assert (await one.one(LINE)).line(0) == "1"

    run(work())


def test_an_action_brings_back_what_is_asked_next_and_all_else_is_asked_anew() -> None:
    async def work() -> None:
        told = Told()
        one = asking(told, SURVEY)
        other = call("q_line", "/etc/other")
        await asyncio.gather(one.one(LINE), one.one(BOOT), one.one(other))
        await one.act([call("a_run", "x")], "store", [BOOT, LINE])
        before = len(told.asked)
        # What lasts is not asked again, what was asked with the action is known, and the rest may have changed.
        assert told.asked[-1][1:] == [BOOT]
        await asyncio.gather(one.one(LINE), one.one(BOOT))
        assert len(told.asked) == before
        await one.one(other)
        assert told.asked[before:] == [[other]]

    run(work())


def test_actions_known_to_change_little_leave_all_other_answers() -> None:
    async def work() -> None:
        told = Told()
        one = asking(told, SURVEY)
        other = call("q_line", "/etc/other")
        await asyncio.gather(one.one(LINE), one.one(BOOT), one.one(other))
        await one.act([call("a_run", "x")], "store", [BOOT], lambda question: question == BOOT)
        before = len(told.asked)
        await asyncio.gather(one.one(BOOT), one.one(other))
        assert told.asked[before - 1][1:] == [BOOT]
        assert len(told.asked) == before

    run(work())


def test_a_claim_makes_no_question_anew_but_those_about_its_own_store() -> None:
    async def work() -> None:
        told = Told()
        host = Host(asking(told), "web1", "stack", "Service")
        elsewhere = kept("Configuration", "notes", "reload")
        own = host.kept("notes", "loaded")
        questions = [call("q_line", path) for path in ("/etc/other", elsewhere, own)]
        for question in questions:
            await host._ask(question)
        await host.keep(call("a_note", "loaded", "1"))
        assert [one.function for one in told.asked[-1]] == ["a_claim", "a_note"]
        before = len(told.asked)
        for question in questions:
            await host._ask(question)
        assert told.asked[before:] == [[questions[2]]]

    run(work())


def test_what_was_kept_is_asked_again_after_an_action_only_where_a_look_asks_for_it() -> None:
    async def work() -> None:
        told = Told()
        host = Host(asking(told), "web1", "stack", "Service")
        seen, noted = (call("q_line", host.kept("notes", name)) for name in ("seen", "noted"))
        await host._ask(BOOT)
        await host._ask(seen)
        host.looked = frozenset(host.asked)
        await host._ask(noted)
        await host.act(call("a_run", "x"))
        assert {one for one in told.asked[-1] if one.function.startswith("q_")} == {BOOT, seen}

    run(work())


def test_what_comes_next_under_a_condition_is_asked_outright_where_the_condition_left_it_out() -> None:
    async def work() -> None:
        told = Told()
        one = asking(told, SURVEY)
        await one.one(LINE)
        await one.act([call("a_run", "x")], "store", [replace(BOOT, when="false")])
        before = len(told.asked)
        assert (await one.one(BOOT)).line(0) == f"{before + 1}"
        assert told.asked[before:] == [[BOOT]]

    run(work())


def test_questions_beside_an_action_are_answered_and_not_remembered_after_it() -> None:
    """Facts are asked without the lock of those who change a host."""

    class Slow(Told):
        async def act(self, calls: Sequence[Call], key: str, then: Sequence[Call] = ()) -> Answers:
            await goes_on.wait()
            return await super().act(calls, key, then)

    goes_on = asyncio.Event()

    async def work() -> None:
        told = Slow()
        one = asking(told)
        await one.one(BOOT)
        action = asyncio.create_task(one.act([call("a_run", "x")], "store", [BOOT]))
        beside = [asyncio.create_task(one.one(question)) for question in (BOOT, LINE)]
        # All three have begun; the action ends while the questions are still put together.
        await asyncio.sleep(0)
        goes_on.set()
        await asyncio.gather(action, *beside)
        before = len(told.asked)
        await one.one(LINE)
        assert told.asked[before:] == [[LINE]]

    run(work())
