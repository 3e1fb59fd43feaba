"""kdump, netdump or xendump: which way a machine has, and what its hypervisor asks for."""

import pytest

from kdump.errors import Refusal
from kdump.platforms import Platform, Virtualisation, platform_named
from kdump.support.virtualisation import kernel_line_problem, ways
from kdump.units import GIB


def machine(name: str, virtualisation: Virtualisation = "none", architecture: str = "x86_64") -> Platform:
    return platform_named(name, architecture, virtualisation)


@pytest.mark.parametrize("name", ["rhel-5.11", "rhel-6.0", "rhel-7.9", "rhel-10.0", "sles-15.7", "debian-12"])
def test_bare_metal_uses_kdump(name: str) -> None:
    way = ways(machine(name))
    assert (way.primary, way.refusal, way.reservation_on) == ("kdump", None, "kernel")


def test_before_kdump_there_was_netdump_and_on_4_diskdump() -> None:
    three, four = ways(machine("rhel-3")), ways(machine("rhel-4.9"))
    assert three.primary == four.primary == "netdump"
    assert three.second_way == ""
    assert "diskdump" in four.second_way
    assert four.refusal is not None
    assert "Use netdump" in str(four.refusal)
    assert any("/etc/sysconfig/netdump" in step for step in four.steps)


@pytest.mark.parametrize(
    ("name", "virtualisation", "why"),
    [
        ("rhel-5.11", "xen-pv", "xendump does"),
        ("rhel-5.11", "xen-hvm", "xendump does"),
        ("rhel-6.2", "xen-pv", "unsupported"),
        ("rhel-6.2", "xen-hvm", "release 6.3"),
        ("rhel-6.10", "xen-pv", "unsupported"),
    ],
)
def test_xen_guests_without_kdump_are_dumped_by_their_host(name: str, virtualisation: Virtualisation, why: str) -> None:
    way = ways(machine(name, virtualisation))
    assert way.primary == "xendump"
    assert any("xm dump-core" in step for step in way.steps)
    assert way.refusal is not None
    assert way.refusal.found == virtualisation
    assert "xendump" in way.refusal.instead
    assert why in way.refusal.why


def test_fully_virtualised_xen_from_6_3_needs_emulated_devices() -> None:
    guest = machine("rhel-6.3", "xen-hvm")
    way = ways(guest)
    assert (way.primary, way.refusal) == ("kdump", None)
    assert any("xen_emul_unplug=never" in step for step in way.steps)
    assert any("xen_blkfront" in step for step in way.steps)
    problem = kernel_line_problem(guest, "ro root=/dev/hda2 crashkernel=128M")
    assert problem is not None
    assert "xen_emul_unplug=never or xen_emul_unplug=unnecessary" in problem.needed
    for word in ("never", "unnecessary"):
        assert kernel_line_problem(guest, f"ro xen_emul_unplug={word} crashkernel=128M") is None
    assert kernel_line_problem(guest, "ro xen_emul_unplug=ide-disks") is not None


@pytest.mark.parametrize(
    ("name", "virtualisation"),
    [("rhel-6.3", "none"), ("rhel-6.3", "kvm"), ("rhel-7.9", "xen-hvm"), ("debian-12", "kvm")],
)
def test_no_other_machine_needs_anything_of_xen_on_its_kernel_line(name: str, virtualisation: Virtualisation) -> None:
    assert kernel_line_problem(machine(name, virtualisation), "ro quiet") is None


def test_xen_on_newer_releases_is_left_to_a_drill() -> None:
    way = ways(machine("rhel-7.9", "xen-hvm"))
    assert (way.primary, way.refusal) == ("kdump", None)
    assert any("drill" in step for step in way.steps)
    assert any("select configurations" in note for note in way.notes)


def test_a_xen_host_of_5_reserves_on_the_hypervisors_line_and_needs_a_plain_kernel() -> None:
    way = ways(machine("rhel-5.11", "xen-dom0"), 16 * GIB)
    assert way.reservation_on == "hypervisor"
    assert way.extra_packages == ("kernel",)
    assert any("do not boot it" in step for step in way.steps)
    assert any("`kernel` line" in step and "never on a `module` line" in step for step in way.steps)
    assert way.notes == ()


@pytest.mark.parametrize(
    ("architecture", "memory", "package"),
    [
        ("i686", 8 * GIB, "kernel-PAE"),
        ("i686", 4 * GIB, "kernel"),
        ("i386", 5 * GIB, "kernel-PAE"),
        ("x86_64", 8 * GIB, "kernel"),
    ],
)
def test_a_large_32_bit_xen_host_takes_the_pae_kernel(architecture: str, memory: int, package: str) -> None:
    way = ways(machine("rhel-5.11", "xen-dom0", architecture), memory)
    assert way.extra_packages == (package,)
    assert bool([note for note in way.notes if "not confirmed" in note]) == (package == "kernel-PAE")


@pytest.mark.parametrize("name", ["rhel-5.11", "rhel-6.10", "rhel-9.4", "debian-12"])
def test_kvm_guests_use_kdump_and_their_host_is_the_second_way(name: str) -> None:
    way = ways(machine(name, "kvm"))
    assert (way.primary, way.refusal) == ("kdump", None)
    assert "virsh dump --memory-only" in way.second_way


@pytest.mark.parametrize(
    ("name", "virtualisation", "said"),
    [
        ("rhel-6.10", "vmware", "nothing sure of VMware"),
        ("rhel-7.9", "vmware", "4.1 and 5.1"),
        ("rhel-9.4", "vmware", "6.6, 6.7 and 7.0"),
        ("rhel-8.10", "hyper-v", "2008 and 2012 are unknown"),
        ("rhel-10.0", "hyper-v", "newer ones"),
    ],
)
def test_other_hypervisors_are_told_with_their_versions(name: str, virtualisation: Virtualisation, said: str) -> None:
    way = ways(machine(name, virtualisation))
    assert (way.primary, way.refusal) == ("kdump", None)
    (note,) = way.notes
    assert said in note
    assert "(" in note  # the source


def test_an_unknown_platform_is_refused() -> None:
    with pytest.raises(Refusal, match="Nothing is known"):
        ways(machine("debian-9"))
