"""QEMU's command lines. Plain emulation, since KVM is often there and yet does not work (nested machines)."""

from __future__ import annotations

from pathlib import Path

from lab.machine_packages import find_program


def quoted(text: str) -> str:
    """A value inside one of QEMU's comma-separated options: a comma is written twice."""
    return text.replace(",", ",,")


def _program() -> str:
    return find_program("qemu-system-x86_64") or "qemu-system-x86_64"


def _machine(memory: int) -> list[str]:
    return [
        _program(),
        "-accel",
        "tcg,thread=multi",
        "-cpu",
        "qemu64",
        "-machine",
        "pc",
        "-smp",
        "1",
        "-m",
        str(memory),
        "-nodefaults",
        "-display",
        "none",
        "-device",
        "virtio-rng-pci",
    ]


def _disk(path: Path, form: str, read_only: bool = False) -> list[str]:
    # cache=unsafe: the guests' disks are thrown away anyway, and waiting for real flushes costs minutes.
    flags = "readonly=on" if read_only else "cache=unsafe,discard=unmap"
    return ["-drive", f"if=virtio,format={form},{flags},file={quoted(str(path))}"]


def _serial(log: Path, append: bool) -> list[str]:
    mode = "on" if append else "off"
    return ["-chardev", f"file,id=console,append={mode},path={quoted(str(log))}", "-serial", "chardev:console"]


def settle_command(disk: Path, kernel: Path, initrd: Path, console: Path) -> list[str]:
    """The image's first boot, which installs GRUB inside and ends by itself."""
    arguments = "root=/dev/vda1 rw console=ttyS0,115200 mitigations=off init=/usr/local/sbin/lab-settle lab-settle"
    return [
        *_machine(1024),
        *_disk(disk, "raw"),
        *_serial(console, append=False),
        "-no-reboot",
        "-net",
        "none",
        "-kernel",
        str(kernel),
        "-initrd",
        str(initrd),
        "-append",
        arguments,
    ]


def guest_command(
    identity: str, memory: int, disk: Path, seed: Path, console: Path, network: str, mac: str
) -> list[str]:
    """A guest's QEMU. `identity` is what its process is known by afterwards."""
    return [
        *_machine(memory),
        "-name",
        quoted(identity),
        *_disk(disk, "qcow2"),
        *_disk(seed, "raw", read_only=True),
        *_serial(console, append=True),
        "-netdev",
        network,
        # romfile= empty: no network boot to wait for.
        "-device",
        f"virtio-net-pci,netdev=net0,romfile=,mac={mac}",
    ]
