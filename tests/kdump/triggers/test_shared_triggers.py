"""Triggers that a whole fleet may meet at once."""

import pytest

from kdump.triggers.table import ROWS
from kdump.triggers.together import TABLE, together


@pytest.mark.parametrize(
    ("name", "value", "trigger"),
    [
        ("kernel.hung_task_panic", "1", "hungTask"),
        ("hung_task_panic", "1", "hungTask"),
        ("sysctl.kernel.hung_task_panic", "1", "hungTask"),
        ("vm.panic_on_oom", "2", "oom"),
        ("kernel.panic_on_warn", "1", "warn"),
        ("panic_on_warn", "", "warn"),
    ],
)
def test_sysctls_and_boot_arguments_are_found_by_name_and_value(name: str, value: str, trigger: str) -> None:
    found = together({name: value}, "none")
    assert found[name][0] == (value or "1")
    assert found[name][1].trigger == trigger


@pytest.mark.parametrize(
    "settings",
    [{}, {"kernel.hung_task_panic": "0"}, {"vm.panic_on_oom": "1"}, {"kernel.panic_on_oops": "1", "quiet": ""}],
)
def test_what_concerns_one_host_alone_is_not(settings: dict[str, str]) -> None:
    assert together(settings) == {}


def test_lockups_are_shared_by_guests_and_may_be_where_nobody_knows() -> None:
    lockups = {"kernel.softlockup_panic": "1", "kernel.panic_on_rcu_stall": "1"}
    assert together(lockups, "none") == {}
    assert set(together(lockups, "kvm")) == set(together(lockups)) == set(lockups)


def test_each_row_is_about_a_trigger_that_there_is() -> None:
    known = {row.sysctl: row.field for row in ROWS}
    for sysctl, risk in TABLE.items():
        assert known[sysctl].replace("_", "") == risk.trigger.lower()
