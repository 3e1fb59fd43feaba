"""Panic triggers in the stack file: what they come to on a platform, what is refused, and how they reach a host."""

from typing import Any

import pytest

from components.settings import ResolvedHost, SettingsRefused, read_fleet
from components.settings.panic import PanicSettings
from components.settings.shape import settings_of
from components.settings.triggers import PanicTriggerSettings
from kdump.triggers import Triggers
from tests.components.conftest import Run

PLAIN = {"connection": {"host": "web1"}, "crashkernel": "256M", "target": {"local": {}}}
# What every release from 5 on takes.
EVERYWHERE = {
    "crashkernel": "128M@16M", "dumpLevel": 0, "compression": "none", "bootArguments": {"quiet": ""},
}  # fmt: skip


def host(**settings: Any) -> ResolvedHost:
    return read_fleet({"hosts": {"web1": {**PLAIN, **settings}}}).hosts["web1"]


def panic(**settings: Any) -> PanicSettings:
    found = host(**settings).panic
    assert found is not None
    return found


def only_problem(**settings: Any) -> str:
    with pytest.raises(SettingsRefused) as refusal:
        host(**settings)
    (problem,) = refusal.value.problems
    return problem


def test_the_stack_file_has_every_trigger_that_the_rules_know() -> None:
    assert set(PanicTriggerSettings.model_fields) == set(Triggers.model_fields)


@pytest.mark.parametrize("name", settings_of(PanicTriggerSettings))
def test_what_the_stack_file_takes_the_rules_take(name: str) -> None:
    for value in (0, 1, -1, 2, 60, 61, 511, 512, 86400, 86401, True, False, "x"):
        try:
            PanicTriggerSettings.model_validate({name: value})
        except ValueError:
            continue
        Triggers.model_validate({PanicTriggerSettings.model_validate({name: value}).model_fields_set.pop(): value})


def test_without_triggers_nothing_is_kept() -> None:
    assert host().panic is None
    assert host(panicTriggers={}).panic is None


def test_a_host_of_unknown_platform_gets_what_all_have_in_common() -> None:
    found = panic(panicTriggers={"panicOnOops": True, "nmiButton": True, "panicTimeout": 30, "oom": 1})
    assert found.sysctls == {
        "kernel.unknown_nmi_panic": "1",
        "vm.panic_on_oom": "1",
        "kernel.panic_on_oops": "1",
        "kernel.panic": "30",
    }
    assert found.boot_arguments == {}
    assert "panicTriggers.oom" in found.advice
    assert "panicTriggers.nmiButton" not in found.advice, "that depends on what the kernel runs on"


@pytest.mark.parametrize("trigger", ["hardlockup", "rcuStall", "warn"])
@pytest.mark.parametrize("value", [True, False])
def test_where_releases_differ_the_platform_has_to_be_declared(trigger: str, value: bool) -> None:
    problem = only_problem(panicTriggers={"panicOnOops": True, trigger: value})
    assert problem.startswith(f"hosts.web1.panicTriggers.{trigger}: found {value}, needed the platform of the host")
    assert "platform: rhel-9.4" in problem
    assert "Releases differ: on debian 12 it is sysctl kernel." in problem
    assert panic(platform="rhel-9.4", panicTriggers={trigger: value}).sysctls


def test_what_no_release_has_is_not_blamed_on_the_platform() -> None:
    problem = only_problem(panicTriggers={"hungTask": True, "hungTaskTimeout": 0})
    assert "needed more than 0 seconds where panicTriggers.hungTask is on" in problem


@pytest.mark.parametrize(
    ("platform", "triggers", "sysctls", "arguments"),
    [
        ("rhel-9.4", {"hardlockup": True}, {"kernel.hardlockup_panic": "1"}, {}),
        ("rhel-7.3", {"hardlockup": True}, {}, {"nmi_watchdog": "panic"}),
        ("rhel-6.9", {"nmiWatchdog": 1, "panicOnOops": True}, {"kernel.panic_on_oops": "1"}, {"nmi_watchdog": "1"}),
        ("rhel-5.8", {"hardlockup": True, "nmiWatchdog": 2}, {}, {"nmi_watchdog": "panic,2"}),
    ],
)
def test_each_release_gets_its_own_settings(
    platform: str, triggers: dict[str, Any], sysctls: dict[str, str], arguments: dict[str, str]
) -> None:
    declared = host(platform=platform, **EVERYWHERE, panicTriggers=triggers)
    assert declared.panic is not None
    assert (declared.panic.sysctls, declared.panic.boot_arguments) == (sysctls, arguments)
    assert declared.boot_arguments == {"quiet": "", **arguments}


def test_a_boot_argument_by_hand_must_not_say_otherwise() -> None:
    settings = {"platform": "rhel-6.9", "crashkernel": "128M", "panicTriggers": {"hardlockup": True}}
    problem = only_problem(**settings, bootArguments={"nmi_watchdog": "0"})
    assert problem.startswith("hosts.web1.bootArguments.nmi_watchdog: found '0', needed 'panic,1', which panicTriggers")
    assert "Leave nmi_watchdog out of bootArguments" in problem
    assert host(**settings, bootArguments={"nmi_watchdog": "panic,1"}).boot_arguments == {"nmi_watchdog": "panic,1"}


def test_what_a_platform_refuses_is_told_where_it_was_written_and_for_whom() -> None:
    hosts = {
        name: {**PLAIN, "connection": {"host": name}, "platform": platform}
        for name, platform in (("old", "rhel-7.9"), ("new", "rhel-9.4"))
    }
    with pytest.raises(SettingsRefused) as refusal:
        read_fleet({"defaults": {"panicTriggers": {"rcuStall": True}}, "hosts": hosts})
    (problem,) = refusal.value.problems
    assert problem.startswith("defaults.panicTriggers.rcuStall: found True, needed a kernel with kernel.panic_on_rcu")
    assert "Use panicTriggers.softlockup" in problem
    assert "This is so for old: write it at hosts.old.panicTriggers.rcuStall" in problem


def test_triggers_are_put_together_key_by_key() -> None:
    fleet = read_fleet(
        {
            "defaults": {**PLAIN, "panicTriggers": {"panicOnOops": True, "oom": 1, "sysrq": 1}},
            "groups": {"db": {"panicTriggers": {"oom": 0}}},
            "hosts": {
                "web1": {"groups": ["db"], "panicTriggers": {"sysrq": None, "panicTimeout": 30}},
                "web2": {"connection": {"host": "web2"}},
            },
        }
    )
    found = fleet.hosts["web1"].panic
    assert found is not None
    assert found.sysctls == {"vm.panic_on_oom": "0", "kernel.panic_on_oops": "1", "kernel.panic": "30"}


@pytest.mark.parametrize(
    ("triggers", "said"),
    [
        ({"panicOnOps": True}, "panicOnOps: there is no such setting; probably meant: panicOnOops"),
        ({"oom": 3}, "oom: found the number 3, needed one of 0, 1, 2"),
        ({"watchdogThreshold": 61}, "watchdogThreshold: found the number 61, needed a whole number from 0 to 60"),
        ({"panicOnOops": "of course"}, "panicOnOops: found 'of course', needed true or false"),
    ],
)
def test_values_that_cannot_be_are_refused(triggers: dict[str, Any], said: str) -> None:
    assert said in only_problem(panicTriggers=triggers)


FLEET = """
defaults:
  crashkernel: 256M
  target: {local: {}}
  panicTriggers: {panicOnOops: true, hardlockup: true, nmiButton: true}
hosts:
  web1: {connection: {host: web1}, platform: rhel-7.3, virtualisation: kvm}
  web2: {connection: {host: web2}, platform: rhel-7.3, panicTriggers: {panicOnOops: , nmiButton: }}
"""


def test_previews_and_policies_see_what_the_triggers_come_to(run: Run) -> None:
    seen = run(FLEET, preview=True)
    inputs = seen.one("PanicTriggers", "web1-panic-triggers").inputs
    assert inputs["sysctls"] == {"kernel.panic_on_oops": "1", "kernel.unknown_nmi_panic": "1"}
    assert inputs["bootArguments"] == {"nmi_watchdog": "panic"}
    assert inputs["platform"] == "rhel 7.3 on x86_64"
    assert any("virsh inject-nmi" in sentence for sentence in inputs["advice"]["panicTriggers.nmiButton"])


def test_triggers_reach_the_host_when_what_writes_the_dump_is_there(run: Run) -> None:
    seen = run(FLEET)
    sysctls = seen.one("Sysctls", "web1-sysctls")
    assert sysctls.inputs["settings"] == {"kernel.panic_on_oops": "1", "kernel.unknown_nmi_panic": "1"}
    assert sysctls.inputs["platform"]["release"] == "7.3"
    assert seen.waits("web1-sysctls", "web1-service")
    assert sysctls.adopts_imported
    for name in ("web1", "web2"):
        boot = seen.one("BootArguments", f"{name}-boot-arguments")
        assert boot.inputs["arguments"] == {"nmi_watchdog": "panic"}
    assert [each.name for each in seen.all("Sysctls")] == ["web1-sysctls"], "web2 has boot arguments alone"


def test_a_host_reboots_after_its_triggers_are_set_and_not_where_that_failed(run: Run) -> None:
    rebooting = FLEET + "reboot: {when: whenRequired}\n"
    seen = run(rebooting)
    assert seen.waits("web1-reboot", "web1-sysctls")
    assert seen.waits("web2-reboot", "web1-reboot")
    failed = run(rebooting, failing=["web1-sysctls"])
    assert "web1-reboot" in failed.failed
    assert not {name for name in failed.failed if name.startswith("web2")}, "nobody waits for what was never tried"


def test_a_host_that_fails_at_its_triggers_is_still_reported(run: Run) -> None:
    seen = run(FLEET, failing=["web1-sysctls"])
    assert set(seen.exports["readiness"]) == {"web1", "web2"}
