"""Which versions of NFS a release's capture kernel mounts a collector's export with."""

from __future__ import annotations

from kdump.errors import Refusal
from kdump.generations import Generation, generation_of
from kdump.platforms import Platform
from kdump.targets import AnyTarget, NfsTarget

_ONLY_VERSION_3 = (Generation.EL5, Generation.EL6_0)


def nfs4_problem(target: AnyTarget, platform: Platform) -> Refusal | None:
    """Why *platform* cannot dump to *target* over NFS version 4; None where it can, or is not asked to.

    Source: kexec-tools changelog 2.0.0-232.el6 (2012-03), taken as 6.3, which brought nfs4. Raises :class:`Refusal`
    where :func:`kdump.generations.generation_of` does.
    """
    if not isinstance(target, NfsTarget) or target.version is None or target.version[0] != "4":
        return None
    if generation_of(platform) not in _ONLY_VERSION_3:
        return None
    return Refusal(
        "target.version",
        target.version,
        "no version, or a host of release 6.3 or newer",
        "Leave the version out, and let the collector export the directory for version 3",
        f"The capture kernel of {platform} mounts by version 3, always: version 4 came with 6.3",
    )
