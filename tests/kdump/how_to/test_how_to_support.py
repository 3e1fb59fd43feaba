"""The how-to's rows about tools, hypervisors, packages and troubles, each by the module that knows it."""

import pytest

from kdump.advice import HostFacts, advice_for
from kdump.platforms import Platform, Virtualisation, platform_named
from kdump.support.packages import RESERVED_FILE, Tools, tools_of
from kdump.support.virtualisation import Ways, kernel_line_problem, ways
from kdump.units import GIB


def ways_on(name: str, virtualisation: Virtualisation = "none", architecture: str = "x86_64") -> Ways:
    return ways(platform_named(name, architecture, virtualisation), 8 * GIB)


def tools(name: str) -> Tools:
    return tools_of(platform_named(name))


def kvm_guest(name: str) -> None:
    way = ways_on(name, "kvm")
    assert (way.primary, way.refusal) == ("kdump", None)
    assert "virsh dump --memory-only" in way.second_way


def advice(name: str, topic: str, facts: HostFacts) -> list[str]:
    return [each.text for each in advice_for(platform_named(name), facts) if each.topic == topic]


# Tool


def test_how_to__tool__rhel_3() -> None:
    way = ways_on("rhel-3")
    assert way.primary == "netdump"
    assert way.second_way == ""
    assert way.refusal is not None


def test_how_to__tool__rhel_4() -> None:
    way = ways_on("rhel-4")
    assert way.primary == "netdump"
    assert "diskdump" in way.second_way
    assert way.refusal is not None


def test_how_to__tool__rhel_5() -> None:
    assert (ways_on("rhel-5").primary, ways_on("rhel-5").refusal) == ("kdump", None)


def test_how_to__tool__rhel_6() -> None:
    assert (ways_on("rhel-6").primary, ways_on("rhel-6").refusal) == ("kdump", None)


def test_how_to__tool__rhel_7() -> None:
    assert (ways_on("rhel-7").primary, ways_on("rhel-7").refusal) == ("kdump", None)


# Xen and KVM


@pytest.mark.parametrize("kind", ["xen-pv", "xen-hvm"])
def test_how_to__xen_guest__rhel_5(kind: Virtualisation) -> None:
    way = ways_on("rhel-5", kind)
    assert way.primary == "xendump"
    assert way.refusal is not None
    assert "xendump" in way.refusal.instead


@pytest.mark.parametrize("kind", ["xen-pv", "xen-hvm"])
def test_how_to__xen_guest__rhel_6_2(kind: Virtualisation) -> None:
    assert ways_on("rhel-6.2", kind).refusal is not None


def test_how_to__xen_guest__rhel_6_3() -> None:
    assert ways_on("rhel-6.3", "xen-pv").refusal is not None
    guest: Platform = platform_named("rhel-6.3", virtualisation="xen-hvm")
    assert ways(guest).refusal is None
    assert kernel_line_problem(guest, "ro crashkernel=128M") is not None
    assert kernel_line_problem(guest, "ro crashkernel=128M xen_emul_unplug=never") is None
    assert kernel_line_problem(guest, "ro crashkernel=128M xen_emul_unplug=unnecessary") is None


def test_how_to__xen_guest__rhel_7() -> None:
    way = ways_on("rhel-7", "xen-hvm")
    assert (way.primary, way.refusal) == ("kdump", None)
    assert any("select configurations" in note for note in way.notes)
    assert any("drill" in step for step in way.steps)


def test_how_to__xen_host__rhel_5() -> None:
    way = ways_on("rhel-5", "xen-dom0")
    assert way.reservation_on == "hypervisor"
    assert way.extra_packages == ("kernel",)
    assert any("same version" in step and "do not boot it" in step for step in way.steps)
    assert any("never on a `module` line" in step for step in way.steps)
    assert ways_on("rhel-5", "xen-dom0", "i686").extra_packages == ("kernel-PAE",)


def test_how_to__kvm_guest__rhel_5() -> None:
    kvm_guest("rhel-5")


def test_how_to__kvm_guest__rhel_6() -> None:
    kvm_guest("rhel-6")


def test_how_to__kvm_guest__rhel_7() -> None:
    kvm_guest("rhel-7")


# Package, service, test


def test_how_to__package__rhel_5() -> None:
    assert tools("rhel-5").packages == ("kexec-tools",)
    assert tools_of(platform_named("rhel-5", "ia64")).packages == ("kexec-tools", "kernel-kdump")


def test_how_to__package__rhel_6() -> None:
    assert tools("rhel-6").packages == ("kexec-tools",)


def test_how_to__package__rhel_7() -> None:
    assert tools("rhel-7").packages == ("kexec-tools",)


def test_how_to__package__rhel_10() -> None:
    assert tools("rhel-10").packages == ("kexec-tools", "kdump-utils", "makedumpfile")


def test_how_to__enable__rhel_5() -> None:
    assert tools("rhel-5").enable == (("chkconfig", "kdump", "on"), ("service", "kdump", "start"))


def test_how_to__enable__rhel_6() -> None:
    assert tools("rhel-6").enable == (("chkconfig", "kdump", "on"), ("service", "kdump", "start"))


def test_how_to__enable__rhel_7() -> None:
    assert tools("rhel-7").enable == (("systemctl", "enable", "--now", "kdump.service"),)


def test_how_to__apply__rhel_5() -> None:
    assert tools("rhel-5").restart == (("service", "kdump", "restart"),)
    assert tools("rhel-5").capture_initrd == "/boot/initrd-{kernel}kdump.img"


def test_how_to__apply__rhel_6() -> None:
    assert tools("rhel-6").restart == (("service", "kdump", "restart"),)
    assert tools("rhel-6").capture_initrd == "/boot/initrd-{kernel}kdump.img"


def test_how_to__apply__rhel_7() -> None:
    assert tools("rhel-7").restart == (("systemctl", "restart", "kdump.service"),)
    assert tools("rhel-7").capture_initrd == "/boot/initramfs-{kernel}kdump.img"


def test_how_to__reservation_test__rhel_5() -> None:
    assert ("free",) in tools("rhel-5").verify
    assert tools("rhel-5").reserved_bytes_file is None


def test_how_to__reservation_test__rhel_6() -> None:
    assert ("free",) in tools("rhel-6").verify
    assert tools("rhel-6").reserved_bytes_file == RESERVED_FILE


def test_how_to__reservation_test__rhel_7() -> None:
    assert tools("rhel-7").reserved_bytes_file == "/sys/kernel/kexec_crash_size"


def test_how_to__test__rhel_5() -> None:
    assert tools("rhel-5").drill is None


def test_how_to__test__rhel_6() -> None:
    assert tools("rhel-6").drill is None


def test_how_to__test__rhel_7() -> None:
    assert tools("rhel-7").drill is None


def test_how_to__test__rhel_10() -> None:
    assert tools("rhel-10").drill == ("kdumpctl", "test")


# Targets: the default, and bringing the key


def test_how_to__default_target__rhel_5() -> None:
    assert tools("rhel-5").default_directory == "/var/crash"


def test_how_to__default_target__rhel_6() -> None:
    assert tools("rhel-6").default_directory == "/var/crash"


def test_how_to__default_target__rhel_7() -> None:
    assert tools("rhel-7").default_directory == "/var/crash"


def test_how_to__ssh_keys__rhel_5() -> None:
    assert tools("rhel-5").propagate == ("service", "kdump", "propagate")
    assert tools("rhel-5").propagates_to == "authorized_keys2"


def test_how_to__ssh_keys__rhel_6() -> None:
    assert tools("rhel-6").propagate == ("service", "kdump", "propagate")
    assert tools("rhel-6").propagates_to == "authorized_keys"


def test_how_to__ssh_keys__rhel_7() -> None:
    assert tools("rhel-7").propagate == ("kdumpctl", "propagate")
    assert tools("rhel-7").propagates_to == "authorized_keys"


# Troubles


def test_how_to__framebuffer_console__rhel_5() -> None:
    (text,) = advice("rhel-5", "framebuffer console", HostFacts(graphical_console=True))
    assert "harmless" in text


def test_how_to__framebuffer_console__rhel_6() -> None:
    (text,) = advice("rhel-6", "framebuffer console", HostFacts(graphical_console=True))
    assert "harmless" in text


def test_how_to__framebuffer_console__rhel_7() -> None:
    (text,) = advice("rhel-7", "framebuffer console", HostFacts(graphical_console=True))
    assert "harmless" in text


def test_how_to__memory_debugging__rhel_6_3() -> None:
    (text,) = advice("rhel-6.3", "memory debugging", HostFacts(out_of_memory=True))
    assert "debug_mem_level" in text
    assert advice("rhel-6.2", "memory debugging", HostFacts(out_of_memory=True)) == []


def test_how_to__memory_debugging__rhel_7() -> None:
    (text,) = advice("rhel-7", "memory debugging", HostFacts(out_of_memory=True))
    assert "rd.memdebug=3" in text
    assert "KDUMP_COMMANDLINE_APPEND" in text
    assert "debug_mem_level is refused" in text


def test_how_to__dump_fails__rhel_5() -> None:
    (text,) = advice("rhel-5", "memory modules", HostFacts(dump_failed=True))
    assert "check the memory modules" in text


def test_how_to__dump_fails__rhel_6() -> None:
    (text,) = advice("rhel-6", "memory modules", HostFacts(dump_failed=True))
    assert "check the memory modules" in text


def test_how_to__dump_fails__rhel_7() -> None:
    (text,) = advice("rhel-7", "memory modules", HostFacts(dump_failed=True))
    assert "check the memory modules" in text


def test_how_to__hpsa__rhel_5() -> None:
    (text,) = advice("rhel-5", "hpsa", HostFacts(drivers=("hpsa",)))
    assert "newest kexec-tools" in text


def test_how_to__hpsa__rhel_6() -> None:
    (text,) = advice("rhel-6", "hpsa", HostFacts(drivers=("hpsa",)))
    assert "2.0.0-174" in text


def test_how_to__hpsa__rhel_7() -> None:
    assert advice("rhel-7", "hpsa", HostFacts(drivers=("hpsa",))) == []
