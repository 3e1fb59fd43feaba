"""Page sizes of the kernels a release has for its architecture: a capture kernel with large pages needs more memory.

Sources: kdump-lib.sh of kexec-tools 2.0.26-8.el9 (the 64k variant, whose release ends in "+64k"); for which releases
have which, the vendors' release notes and package lists (general knowledge, not read for this table).
"""

from __future__ import annotations

from kdump.generations import Generation, generation_of
from kdump.platforms import Platform
from kdump.units import KIB

_4K, _64K = 4 * KIB, 64 * KIB

# Of aarch64 kernels, the default first. Older releases of Red Hat's have no aarch64.
_AARCH64: dict[Generation, tuple[int, ...]] = {
    Generation.EL7: (_64K,),
    Generation.EL8_0: (_64K,),
    Generation.EL8_1: (_64K,),
    Generation.EL9_0: (_4K,),
    Generation.EL9_2: (_4K, _64K),
    Generation.EL9_7: (_4K, _64K),
    Generation.KDUMP_UTILS: (_4K, _64K),
    Generation.SUSE_CALIBRATE: (_4K, _64K),
    Generation.SUSE_2: (_4K, _64K),
    Generation.KDUMP_TOOLS: (_4K, _64K),
}


def page_sizes(platform: Platform) -> tuple[int, ...]:
    """The page sizes of *platform*'s kernels in bytes, its default first.

    Raises :class:`kdump.errors.Refusal` for a platform of which no rules are known. Sources: the file's head.
    """
    generation = generation_of(platform)
    if platform.architecture in ("ppc64", "ppc64le"):
        return (_64K,)
    return _AARCH64.get(generation, (_4K,)) if platform.architecture == "aarch64" else (_4K,)


def page_size_of(kernel_release: str, platform: Platform) -> int:
    """The page size in bytes of the kernel that ``uname -r`` calls *kernel_release* on *platform*.

    Told by its name: Red Hat's ends in "+64k" (or "+64k-debug"), SUSE's in "-64kb", Ubuntu's in "-generic-64k"; any
    other is the platform's default. Raises and sources as :func:`page_sizes`.
    """
    sizes = page_sizes(platform)
    named_64k = kernel_release.removesuffix("-debug").endswith(("+64k", "-64k", "-64kb"))
    return _64K if named_64k and _64K in sizes else sizes[0]
