"""How much memory a capture kernel needs, estimated from what it consists of.

Source: ``do_estimate`` of kdump-utils 1.0.61. The kdumpctl of 8 and 9 (2.0.26-8) counts the image once and adds
64 MiB instead, which is too little for hosts with a large image.
"""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict

from kdump.units import KIB, MIB, human

_RUNTIME = 16 * MIB
# The image as loaded, unpacked, and as much again: the tmpfs that it is unpacked to takes half of memory.
_IMAGE_TIMES = 3
_CRYPTSETUP = {"aarch64": 50 * MIB}
_CRYPTSETUP_ELSEWHERE = 20 * MIB
_LARGE_MODULE = MIB


class CaptureParts(BaseModel):
    """What a capture kernel will hold, sizes in bytes unless told otherwise.

    * ``kernel_bytes``: the kernel image as loaded
    * ``initrd_bytes``: the file of the capture initrd
    * ``loaded_modules``: every loaded module and its size, as /proc/modules has it
    * ``initrd_modules``: the modules in the capture initrd (its hostonly-kernel-modules.txt)
    * ``luks2_keyslots_kib``: for each LUKS2 device the target is on, the "Memory" of its keyslots as
      ``cryptsetup luksDump`` prints it, in KiB (LUKS1 and pbkdf2 keyslots need none)
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    architecture: str
    kernel_bytes: int
    initrd_bytes: int
    loaded_modules: dict[str, int] = {}
    initrd_modules: frozenset[str] = frozenset()
    luks2_keyslots_kib: tuple[tuple[int, ...], ...] = ()


class Estimate(BaseModel):
    """The parts of an estimate (bytes), named as ``kdumpctl estimate`` names them, and modules of 1 MiB and more."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    kernel_bytes: int
    modules_bytes: int
    initrd_bytes: int
    runtime_bytes: int
    luks_bytes: int
    large_modules: tuple[tuple[str, int], ...] = ()

    @property
    def total_bytes(self) -> int:
        """What all parts need together."""
        return self.kernel_bytes + self.modules_bytes + self.initrd_bytes + self.runtime_bytes + self.luks_bytes

    @property
    def explanation(self) -> tuple[str, ...]:
        """The sum in words, one line for each part, with what is worth a thought."""
        lines = [
            f"kernel image {human(self.kernel_bytes)}",
            f"modules of the capture initrd {human(self.modules_bytes)}",
            f"{_IMAGE_TIMES} x capture initrd {human(self.initrd_bytes)}",
            f"programs and the kernel at run time {human(self.runtime_bytes)}",
        ]
        if self.luks_bytes:
            lines.append(f"unlocking the encrypted target {human(self.luks_bytes)}: a network target needs none of it")
        lines += [f"large module {name} {human(size)}" for name, size in self.large_modules]
        return (*lines, f"together {human(self.total_bytes)}")


def estimate(parts: CaptureParts) -> Estimate:
    """What the capture kernel made of *parts* needs, as kdump-utils 1.0.61 counts it.

    For each LUKS2 device the worst keyslot counts (which one will be used is not known), and once 20 MiB for
    cryptsetup itself (64-bit Arm: 50 MiB).
    """
    modules = {name: size for name, size in parts.loaded_modules.items() if name in parts.initrd_modules}
    keyslots = sum(max(memory, default=0) * KIB for memory in parts.luks2_keyslots_kib)
    overhead = _CRYPTSETUP.get(parts.architecture, _CRYPTSETUP_ELSEWHERE) if keyslots else 0
    large = sorted(((name, size) for name, size in modules.items() if size >= _LARGE_MODULE), key=lambda m: -m[1])
    return Estimate(
        kernel_bytes=parts.kernel_bytes,
        modules_bytes=sum(modules.values()),
        initrd_bytes=_IMAGE_TIMES * parts.initrd_bytes,
        runtime_bytes=_RUNTIME,
        luks_bytes=keyslots + overhead,
        large_modules=tuple(large),
    )
