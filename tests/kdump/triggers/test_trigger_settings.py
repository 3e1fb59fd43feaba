"""Panic triggers: what is a sysctl, what a boot argument and what is refused, release by release."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from kdump.errors import Refusal, refusals_in
from kdump.kernels import kernel_of, named
from kdump.platforms import Virtualisation, platform_named
from kdump.triggers import Triggers, TriggerSettings, settings_for
from kdump.triggers.table import ROWS

RELEASES = (
    *("rhel-3.9", "rhel-4.8", "rhel-5.0", "rhel-5.11", "rhel-6.0", "rhel-6.1", "rhel-6.10", "rhel-7.0", "rhel-7.5"),
    *("rhel-7.9", "rhel-8.0", "rhel-8.6", "rhel-9.0", "rhel-9.4", "rhel-9.7", "rhel-10.0", "fedora-42"),
    *("sles-12", "sles-12-sp3", "sles-12-sp5", "sles-15", "sles-15-sp7", "sles-16.0", "opensuse-tumbleweed"),
    *("debian-11", "debian-12", "debian", "ubuntu-20.04", "ubuntu-24.04"),
)


def on(
    release: str, declared: dict[str, object], virtualisation: Virtualisation = "none", architecture: str = "x86_64"
) -> TriggerSettings:
    return settings_for(Triggers.model_validate(declared), platform_named(release, architecture, virtualisation))


def settings_or_refusal(release: str, declared: dict[str, object]) -> TriggerSettings | Refusal:
    try:
        return on(release, declared)
    except Refusal as refusal:
        return refusal


@pytest.mark.parametrize(
    ("release", "declared", "sysctls", "boot_arguments"),
    [
        ("rhel-5.11", {"nmi_watchdog": 1}, {}, {"nmi_watchdog": "1"}),
        ("rhel-5.11", {"nmi_watchdog": 2}, {}, {"nmi_watchdog": "2"}),
        ("rhel-5.11", {"nmi_watchdog": False}, {}, {"nmi_watchdog": "0"}),
        ("rhel-6.10", {"nmi_watchdog": True}, {}, {"nmi_watchdog": "1"}),
        ("rhel-7.9", {"nmi_watchdog": 1}, {"kernel.nmi_watchdog": "1"}, {}),
        ("rhel-10.0", {"nmi_watchdog": 0}, {"kernel.nmi_watchdog": "0"}, {}),
        ("rhel-5.11", {"nmi_button": True}, {"kernel.unknown_nmi_panic": "1"}, {}),
        ("rhel-9.4", {"nmi_button": True}, {"kernel.unknown_nmi_panic": "1"}, {}),
        ("rhel-5.11", {"unrecovered_nmi": True}, {"kernel.panic_on_unrecovered_nmi": "1"}, {}),
        ("rhel-6.10", {"unrecovered_nmi": True}, {"kernel.panic_on_unrecovered_nmi": "1"}, {}),
        ("rhel-7.0", {"io_nmi": True}, {"kernel.panic_on_io_nmi": "1"}, {}),
        ("rhel-5.11", {"oom": 1}, {"vm.panic_on_oom": "1"}, {}),
        ("rhel-6.10", {"oom": 2}, {"vm.panic_on_oom": "2"}, {}),
        (
            "rhel-6.0",
            {"hung_task": True, "hung_task_timeout": 600},
            {"kernel.hung_task_panic": "1", "kernel.hung_task_timeout_secs": "600"},
            {},
        ),
        ("rhel-5.4", {"softlockup": True}, {"kernel.softlockup_panic": "1"}, {}),
        ("rhel-6.1", {"watchdog_threshold": 20}, {"kernel.watchdog_thresh": "20"}, {}),
        ("rhel-5.11", {"hardlockup": True}, {}, {"nmi_watchdog": "panic,1"}),
        ("rhel-6.10", {"hardlockup": True, "nmi_watchdog": 2}, {}, {"nmi_watchdog": "panic,2"}),
        ("rhel-7.0", {"hardlockup": True}, {}, {"nmi_watchdog": "panic"}),
        ("rhel-7.0", {"hardlockup": False}, {}, {"nmi_watchdog": "nopanic"}),
        ("sles-12-sp1", {"hardlockup": True}, {}, {"nmi_watchdog": "panic"}),
        ("rhel-7.5", {"hardlockup": True}, {"kernel.hardlockup_panic": "1"}, {}),
        ("debian-12", {"hardlockup": True}, {"kernel.hardlockup_panic": "1"}, {}),
        ("rhel-8.0", {"rcu_stall": True}, {"kernel.panic_on_rcu_stall": "1"}, {}),
        ("rhel-7.9", {"warn": True}, {"kernel.panic_on_warn": "1"}, {}),
        ("rhel-9.0", {"panic_print": 71}, {"kernel.panic_print": "71"}, {}),
        ("rhel-4.8", {"panic_timeout": 30, "sysrq": 1}, {"kernel.panic": "30", "kernel.sysrq": "1"}, {}),
        ("ubuntu-24.04", {"panic_timeout": -1}, {"kernel.panic": "-1"}, {}),
        ("opensuse-tumbleweed", {"panic_on_oops": True}, {"kernel.panic_on_oops": "1"}, {}),
        ("rocky-9.4", {"softlockup": False}, {"kernel.softlockup_panic": "0"}, {}),
    ],
)
def test_each_trigger_is_said_in_the_releases_own_settings(
    release: str, declared: dict[str, object], sysctls: dict[str, str], boot_arguments: dict[str, str]
) -> None:
    found = on(release, declared)
    assert (found.sysctls, found.boot_arguments) == (sysctls, boot_arguments)


@pytest.mark.parametrize(
    ("release", "declared", "setting", "says"),
    [
        ("rhel-5.11", {"io_nmi": True}, "triggers.ioNmi", "unrecoveredNmi"),
        ("rhel-6.10", {"io_nmi": True}, "triggers.ioNmi", "2.6.32"),
        ("rhel-5.11", {"hung_task": True}, "triggers.hungTask", "/proc/sysrq-trigger"),
        ("rhel-5.11", {"hung_task_timeout": 60}, "triggers.hungTaskTimeout", "hung_task_timeout_secs"),
        ("rhel-5.3", {"softlockup": True}, "triggers.softlockup", "nmiWatchdog"),
        ("rhel-6.0", {"watchdog_threshold": 20}, "triggers.watchdogThreshold", "softlockup_thresh"),
        ("rhel-7.9", {"rcu_stall": True}, "triggers.rcuStall", "triggers.softlockup"),
        ("rhel-7.4", {"warn": True}, "triggers.warn", "panicOnOops"),
        ("rhel-8.6", {"panic_print": 1}, "triggers.panicPrint", "4.18"),
        ("rhel-5.11", {"oom": 2}, "triggers.oom", "Write 1"),
        ("rhel-4.8", {"oom": 1}, "triggers.oom", "vm.panic_on_oom"),
        ("rhel-7.9", {"nmi_watchdog": 2}, "triggers.nmiWatchdog", "Write 1"),
        ("rhel-4.8", {"hardlockup": True}, "triggers.hardlockup", "nmiWatchdog"),
        ("rhel-6.10", {"hardlockup": False}, "triggers.hardlockup", "nmiWatchdog to 0"),
    ],
)
def test_what_the_kernel_lacks_is_refused_with_what_to_use_instead(
    release: str, declared: dict[str, object], setting: str, says: str
) -> None:
    with pytest.raises(Refusal) as refused:
        on(release, declared)
    assert refused.value.setting == setting
    assert says in str(refused.value)


def test_the_nmi_button_and_the_watchdog_exclude_each_other_on_5_only() -> None:
    both: dict[str, object] = {"nmi_button": True, "nmi_watchdog": 1}
    with pytest.raises(Refusal, match="either the NMI button or the NMI watchdog") as refused:
        on("rhel-5.11", both)
    assert refused.value.setting == "triggers.nmiButton"
    on("rhel-5.11", {"nmi_button": True, "nmi_watchdog": 0})
    assert on("rhel-6.10", both).boot_arguments == {"nmi_watchdog": "1"}


@pytest.mark.parametrize(
    ("declared", "setting"),
    [
        ({"hardlockup": True, "nmi_watchdog": 0}, "triggers.hardlockup"),
        ({"hung_task": True, "hung_task_timeout": 0}, "triggers.hungTaskTimeout"),
        ({"softlockup": True, "watchdog_threshold": 0}, "triggers.watchdogThreshold"),
        ({"hardlockup": True, "watchdog_threshold": 0}, "triggers.watchdogThreshold"),
    ],
)
def test_triggers_that_contradict_each_other_are_refused(declared: dict[str, object], setting: str) -> None:
    with pytest.raises(Refusal) as refused:
        on("rhel-9.4", declared)
    assert refused.value.setting == setting


def test_what_is_off_and_does_not_exist_needs_no_setting() -> None:
    off: dict[str, object] = {"rcu_stall": False, "hung_task": False, "io_nmi": False, "panic_print": 0, "warn": False}
    assert on("rhel-5.11", off).sysctls == {}
    assert len(on("rhel-9.4", off).sysctls) == len(off)


def test_settings_of_x86_are_refused_elsewhere_in_words_of_their_own() -> None:
    with pytest.raises(Refusal, match="x86 architecture") as refused:
        on("rhel-9.4", {"nmi_button": True}, architecture="ppc64le")
    assert "ppc64le" in refused.value.why
    assert on("rhel-9.4", {"softlockup": True}, architecture="s390x").sysctls == {"kernel.softlockup_panic": "1"}


def test_the_word_panic_for_the_watchdog_is_known_on_5_for_x86_64_only() -> None:
    with pytest.raises(Refusal, match="hardlockup"):
        on("rhel-5.11", {"hardlockup": True}, architecture="i686")
    assert on("rhel-6.10", {"hardlockup": True}, architecture="i686").boot_arguments == {"nmi_watchdog": "panic,1"}


def test_a_platform_nobody_knows_is_refused() -> None:
    with pytest.raises(Refusal, match="debian 9"):
        on("debian-9", {"sysrq": 1})


@pytest.mark.parametrize(
    ("field", "value", "setting"),
    [
        ("watchdog_threshold", 61, "watchdogThreshold"),
        ("watchdog_threshold", -1, "watchdogThreshold"),
        ("hung_task_timeout", 86401, "hungTaskTimeout"),
        ("panic_timeout", -2, "panicTimeout"),
        ("sysrq", 512, "sysrq"),
        ("panic_print", -1, "panicPrint"),
        ("oom", 3, "oom"),
        ("nmi_watchdog", 3, "nmiWatchdog"),
        ("no_such_trigger", 1, "noSuchTrigger"),
    ],
)
def test_values_outside_of_their_range_are_refused(field: str, value: int, setting: str) -> None:
    with pytest.raises(ValidationError) as error:
        Triggers.model_validate({field: value})
    assert [refusal.setting for refusal in refusals_in(error.value)] == [setting]


@pytest.mark.parametrize(
    ("release", "virtualisation", "declared", "setting", "says"),
    [
        ("rhel-8.6", "none", {"hung_task": True}, "triggers.hungTask", "120 seconds.*whole fleet reboots"),
        ("rhel-8.6", "none", {"hung_task": True, "hung_task_timeout": 900}, "triggers.hungTask", "900 seconds"),
        ("rhel-8.6", "none", {"oom": 1}, "triggers.oom", "control group"),
        ("rhel-8.6", "none", {"oom": 2}, "triggers.oom", "single container"),
        ("rhel-8.6", "none", {"warn": True}, "triggers.warn", "whole fleet"),
        ("rhel-8.6", "none", {}, "triggers.panicTimeout", "stays down"),
        ("rhel-8.6", "none", {"panic_timeout": 30}, "triggers.panicTimeout", "crash_kexec_post_notifiers"),
        ("rhel-8.6", "none", {"sysrq": 0}, "triggers.sysrq", "/proc/sysrq-trigger"),
        ("rhel-8.6", "none", {"sysrq": 16}, "triggers.sysrq", "add 8"),
        ("rhel-9.6", "none", {"panic_print": 1}, "triggers.panicPrint", "serial line"),
        ("rhel-8.6", "kvm", {"nmi_button": True}, "triggers.nmiButton", "virsh inject-nmi"),
        ("rhel-8.6", "kvm", {}, "triggers.nmiButton", "cannot make this virtual machine panic"),
        ("rhel-8.6", "vmware", {"nmi_button": True}, "triggers.nmiButton", "diagnostic interrupt"),
        ("rhel-8.6", "none", {"nmi_button": True}, "triggers.nmiButton", "nmiWatchdog to 0"),
        ("rhel-5.11", "xen-dom0", {"nmi_button": True}, "triggers.nmiButton", "Xen hypervisor first"),
        ("rhel-8.6", "kvm", {"nmi_watchdog": 1}, "triggers.nmiWatchdog", "performance counter"),
        ("rhel-8.6", "kvm", {"softlockup": True}, "triggers.softlockup", "overloaded"),
        ("debian-12", "none", {"panic_on_oops": False}, "triggers.panicOnOops", "set it to 1 again"),
        ("sles-15-sp7", "none", {"panic_on_oops": False}, "triggers.panicOnOops", "set it to 1 again"),
    ],
)
def test_what_works_and_is_dangerous_comes_with_advice(
    release: str, virtualisation: Virtualisation, declared: dict[str, object], setting: str, says: str
) -> None:
    advice = on(release, declared, virtualisation).advice
    assert any(a.setting == setting and re.search(says, a.text) and a.source for a in advice)


def test_advice_is_given_only_where_it_holds() -> None:
    quiet = on("rhel-9.4", {"panic_timeout": 30, "sysrq": 1, "panic_on_oops": False})
    assert [advice.setting for advice in quiet.advice] == ["triggers.panicTimeout", "triggers.sysrq"]
    watched = on("rhel-9.4", {"nmi_watchdog": 1, "panic_timeout": 30})
    assert not any(advice.setting == "triggers.nmiWatchdog" for advice in watched.advice)
    elsewhere = on("rhel-9.4", {"nmi_watchdog": 1}, architecture="aarch64")
    assert any("architecture" in advice.text for advice in elsewhere.advice)


@given(
    st.sampled_from(RELEASES),
    st.fixed_dictionaries(
        {},
        optional={
            "nmi_watchdog": st.sampled_from([0, 1, 2]),
            "oom": st.sampled_from([0, 1, 2]),
            "hung_task_timeout": st.integers(0, 86400),
            "watchdog_threshold": st.integers(0, 60),
            "panic_timeout": st.integers(-1, 86400),
            "sysrq": st.integers(0, 511),
            "panic_print": st.integers(0, 127),
            **dict.fromkeys(
                ("nmi_button", "unrecovered_nmi", "io_nmi", "hung_task", "softlockup", "hardlockup", "rcu_stall"),
                st.booleans(),
            ),
            "panic_on_oops": st.booleans(),
            "warn": st.booleans(),
        },
    ),
)
def test_everything_declared_is_set_refused_or_off_anyway(release: str, declared: dict[str, object]) -> None:
    found = settings_or_refusal(release, declared)
    if isinstance(found, Refusal):
        assert found.setting.startswith("triggers.")
        return
    sysctl_of = {row.field: row.sysctl for row in ROWS}
    for field, value in declared.items():
        assert isinstance(value, int)
        said = found.sysctls.get(sysctl_of[field])
        if said is not None:
            assert said == str(int(value))
        elif field in ("nmi_watchdog", "hardlockup"):
            assert "nmi_watchdog" in found.boot_arguments or not value
        else:
            assert not value
    assert all(re.fullmatch(r"(kernel|vm)\.[a-z_]+", name) for name in found.sysctls)


@pytest.mark.parametrize("release", RELEASES)
def test_every_known_release_has_a_kernel(release: str) -> None:
    assert kernel_of(platform_named(release)) >= (2, 4, 21)


def test_kernels_are_named_as_uname_begins() -> None:
    assert named(kernel_of(platform_named("rhel-5.11"))) == "2.6.18"
    assert named(kernel_of(platform_named("sles-15-sp5"))) == "5.14"
    assert named(kernel_of(platform_named("alma-8"))) == "4.18"


def test_every_sysctl_names_its_source_and_a_way_out() -> None:
    fields = [row.field for row in ROWS]
    assert sorted(fields) == sorted(Triggers.model_fields)
    assert all(row.source and row.instead for row in ROWS)
