"""The how-to's rows about what makes a host panic, by the settings that each release gets."""

import pytest

from kdump.errors import Refusal
from kdump.platforms import platform_named
from kdump.triggers import Triggers, TriggerSettings, settings_for


def on(release: str, **triggers: object) -> TriggerSettings:
    return settings_for(Triggers.model_validate(triggers), platform_named(release))


def refused(release: str, **triggers: object) -> Refusal:
    with pytest.raises(Refusal) as found:
        on(release, **triggers)
    return found.value


def as_boot_argument(release: str, value: int) -> None:
    found = on(release, nmi_watchdog=value)
    assert (found.boot_arguments, found.sysctls) == ({"nmi_watchdog": str(value)}, {})


def as_sysctl(release: str, name: str, **trigger: object) -> None:
    found = on(release, **trigger)
    assert (found.boot_arguments, found.sysctls) == ({}, {name: "1"})


# NMI watchdog


def test_how_to__nmi_watchdog__rhel_5() -> None:
    as_boot_argument("rhel-5", 1)
    as_boot_argument("rhel-5", 2)


def test_how_to__nmi_watchdog__rhel_6() -> None:
    as_boot_argument("rhel-6", 1)


def test_how_to__nmi_watchdog__rhel_7() -> None:
    as_sysctl("rhel-7", "kernel.nmi_watchdog", nmi_watchdog=1)
    assert refused("rhel-7", nmi_watchdog=2).instead == "Write 1"


# NMI button


def test_how_to__nmi_button__rhel_5() -> None:
    as_sysctl("rhel-5", "kernel.unknown_nmi_panic", nmi_button=True)
    assert "triggers.nmiWatchdog to 0" in refused("rhel-5", nmi_button=True, nmi_watchdog=1).instead
    both = on("rhel-5", nmi_button=True, nmi_watchdog=0)
    assert both.boot_arguments == {"nmi_watchdog": "0"}


def test_how_to__nmi_button__rhel_6() -> None:
    as_sysctl("rhel-6", "kernel.unknown_nmi_panic", nmi_button=True)
    assert on("rhel-6", nmi_button=True, nmi_watchdog=1).boot_arguments == {"nmi_watchdog": "1"}


def test_how_to__nmi_button__rhel_7() -> None:
    as_sysctl("rhel-7", "kernel.unknown_nmi_panic", nmi_button=True)
    both = on("rhel-7", nmi_button=True, nmi_watchdog=1)
    assert both.sysctls == {"kernel.nmi_watchdog": "1", "kernel.unknown_nmi_panic": "1"}


# NMI that nothing recovered from


def test_how_to__unrecovered_nmi__rhel_5() -> None:
    as_sysctl("rhel-5", "kernel.panic_on_unrecovered_nmi", unrecovered_nmi=True)
    assert "triggers.unrecoveredNmi" in refused("rhel-5", io_nmi=True).instead


def test_how_to__unrecovered_nmi__rhel_6() -> None:
    as_sysctl("rhel-6", "kernel.panic_on_unrecovered_nmi", unrecovered_nmi=True)
    assert "triggers.unrecoveredNmi" in refused("rhel-6", io_nmi=True).instead


def test_how_to__unrecovered_nmi__rhel_7() -> None:
    as_sysctl("rhel-7", "kernel.panic_on_unrecovered_nmi", unrecovered_nmi=True)
    as_sysctl("rhel-7", "kernel.panic_on_io_nmi", io_nmi=True)


# Out of memory


def test_how_to__out_of_memory__rhel_5() -> None:
    as_sysctl("rhel-5", "vm.panic_on_oom", oom=1)
    assert refused("rhel-5", oom=2).instead == "Write 1"


def test_how_to__out_of_memory__rhel_6() -> None:
    as_sysctl("rhel-6", "vm.panic_on_oom", oom=1)
    assert on("rhel-6", oom=2).sysctls == {"vm.panic_on_oom": "2"}


def test_how_to__out_of_memory__rhel_7() -> None:
    for value, hint in ((1, "2 panics then as well"), (2, "1 panics only when the whole machine is out of memory")):
        found = on("rhel-7", oom=value)
        assert found.sysctls == {"vm.panic_on_oom": str(value)}
        assert any(hint in advice.text for advice in found.advice)
