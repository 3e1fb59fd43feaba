"""Where a host's dump goes, as written in the stack file: exactly one kind of target."""

from typing import Annotated, Self

from pydantic import AfterValidator, Field, model_validator

from components.settings.base import Settings
from kdump.errors import Refusal
from kdump.targets import Directory, target_from


def _local_path(path: str) -> str:
    target_from({"kind": "local", "path": path})
    return path


class LocalTargetSettings(Settings):
    """A directory on the host's own disk. Lost with the host; the simplest thing that works."""

    path: Annotated[str, AfterValidator(_local_path), Field(description="Directory that dumps are written below.")] = (
        "/var/crash"
    )


class NfsTargetSettings(Settings):
    """A directory of a collector, exported over NFS to this one host."""

    collector: Annotated[str, Field(description="Name of the collector, as under `collectors`.")]
    directory: Annotated[
        Directory | None,
        Field(description="Exported directory; default: the collector's `directory`, then the host's name."),
    ] = None


class SshTargetSettings(Settings):
    """A directory of a collector, written over SSH with a key that can do nothing else there."""

    collector: Annotated[str, Field(description="Name of the collector, as under `collectors`.")]


class TargetSettings(Settings):
    """Where the dump goes: one of `local`, `nfs` and `ssh`."""

    local: Annotated[
        LocalTargetSettings | None, Field(description="On the host's own disk; `{}` takes the default path.")
    ] = None
    nfs: Annotated[NfsTargetSettings | None, Field(description="Over NFS to a collector.")] = None
    ssh: Annotated[SshTargetSettings | None, Field(description="Over SSH to a collector.")] = None

    @model_validator(mode="after")
    def _exactly_one(self) -> Self:
        given = [name for name in ("local", "nfs", "ssh") if getattr(self, name) is not None]
        if len(given) != 1:
            raise Refusal(
                "target",
                " and ".join(given) or "nothing",
                "exactly one of local, nfs and ssh",
                "Write for example ssh: {collector: vault}",
                "A crashed host writes its dump to one place",
            )
        return self
