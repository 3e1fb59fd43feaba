import pytest
from hypothesis import given
from hypothesis import strategies as st

from kdump.errors import Refusal
from kdump.fencing.delay import CAPTURE_BOOT, NETWORK, agent_timeout, agent_timeout_after_dump, post_fail_delay
from kdump.fencing.watchdog import watchdog_problem

seconds = st.integers(0, 100_000)


def test_the_agent_waits_for_the_capture_kernel_and_its_network_but_not_for_the_dump() -> None:
    delay = agent_timeout()
    assert CAPTURE_BOOT == (20, 90)
    assert NETWORK == (0, 180)
    assert delay.seconds == 290  # 90 + 180 + 2 x 10
    assert delay.setting == "timeout of fence_kdump"
    assert delay.steps == (
        "capture_boot_seconds = 90 seconds",
        "network_seconds = 180 seconds",
        "interval_seconds = 10 seconds",
        "timeout_seconds = capture_boot_seconds + network_seconds + 2 x interval_seconds = 290 seconds",
    )
    assert "How long the dump takes does not matter." in delay.explanation


def test_a_fast_node_needs_a_short_timeout() -> None:
    assert agent_timeout(20, 0, 5).seconds == 30  # 20 + 0 + 2 x 5


def test_after_the_dump_all_of_it_counts() -> None:
    delay = agent_timeout_after_dump(600)
    assert delay.seconds == 950  # 90 + 180 + 600 + 60 + 2 x 10
    assert "its message comes after the dump" in delay.explanation


def test_post_fail_delay_counts_everything_and_no_messages() -> None:
    delay = post_fail_delay(600)
    assert delay.seconds == 930  # 90 + 180 + 600 + 60
    assert delay.steps[-1] == (
        "post_fail_delay_seconds = capture_boot_seconds + network_seconds + dump_seconds + slack_seconds = 930 seconds"
    )
    assert post_fail_delay(200, capture_boot_seconds=40, network_seconds=0, slack_seconds=60).seconds == 300
    assert "resources are blocked that long" in delay.explanation


@pytest.mark.parametrize("name", ["capture_boot_seconds", "network_seconds", "dump_seconds", "slack_seconds"])
def test_negative_times_are_refused(name: str) -> None:
    with pytest.raises(Refusal, match=f"{name}: found -1"):
        post_fail_delay(**{"dump_seconds": 1, name: -1})
    with pytest.raises(Refusal, match="interval_seconds"):
        agent_timeout(interval_seconds=-1)


@given(seconds, seconds, seconds, seconds, seconds)
def test_waiting_for_a_longer_dump_is_never_shorter(boot: int, network: int, dump: int, slack: int, more: int) -> None:
    shorter = post_fail_delay(dump, boot, network, slack).seconds
    assert shorter <= post_fail_delay(dump + more, boot, network, slack).seconds
    assert agent_timeout(boot, network, 0).seconds <= shorter
    assert agent_timeout(boot, network, 10).seconds <= agent_timeout_after_dump(dump, boot, network, 10, slack).seconds


def test_a_watchdog_that_nobody_serves_ends_a_longer_dump() -> None:
    problem = watchdog_problem(60, 600, served_while_dumping=False)
    assert problem is not None
    assert "needed more than the 600 seconds" in str(problem)
    assert watchdog_problem(60, 600, served_while_dumping=True) is None
    assert watchdog_problem(601, 600, served_while_dumping=False) is None
