"""What a host's kdump tools shall do with a crash, in words of no distribution in particular."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Annotated, Any, Literal, get_args

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, ValidationError

from kdump.errors import Refusal, refusals_in
from kdump.targets import Target

Compression = Literal["zlib", "lzo", "snappy", "zstd", "none"]
COMPRESSIONS: tuple[Compression, ...] = get_args(Compression)
FailureAction = Literal["reboot", "halt", "poweroff", "shell", "dump_to_rootfs"]
FAILURE_ACTIONS: tuple[FailureAction, ...] = get_args(FailureAction)
FinalAction = Literal["reboot", "halt", "poweroff"]
FINAL_ACTIONS: tuple[FinalAction, ...] = get_args(FinalAction)

_KEY = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")


def _checked_options(options: dict[str, str]) -> dict[str, str]:
    for key, value in options.items():
        if not _KEY.fullmatch(key):
            raise Refusal(
                "options",
                key,
                "keys of letters, digits and '_'",
                "Write the key as the platform's own file has it",
                "Anything else would end the key and begin something new in that file",
            )
        if not (value.isascii() and value.isprintable()):
            raise Refusal(
                f"options.{key}",
                value,
                "one line of ASCII characters",
                "Leave line ends, control characters and letters beyond ASCII out",
                "A line end would begin a setting of its own, and readers of the file differ over the others",
            )
    return options


class DumpConfiguration(BaseModel):
    """Where a host's dump goes and how it is made.

    * ``target``: see :mod:`kdump.targets`
    * ``dump_level``: makedumpfile's bit mask of pages left out: 1 zero, 2 cache, 4 private cache, 8 user,
      16 free; 0 keeps all, 31 leaves out all five. Source: makedumpfile(8)
    * ``compression``: of each page, by makedumpfile; "none" for none
    * ``failure_action``: what the capture kernel does when the dump failed; None leaves it to the platform
      (Red Hat: reboot). "dump_to_rootfs" mounts the root filesystem and dumps there
    * ``final_action``: what it does when the dump is written; None leaves it to the platform (reboot)
    * ``options``: further keys of the platform's own files, checked by its dialect (one line of ASCII each)
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    target: Target
    dump_level: Annotated[int, Field(ge=0, le=31, strict=True)] = 31
    compression: Compression = "zlib"
    failure_action: FailureAction | None = None
    final_action: FinalAction | None = None
    options: Annotated[dict[str, str], AfterValidator(_checked_options)] = {}


def configuration_from(value: Mapping[str, Any]) -> DumpConfiguration:
    """The configuration that *value* describes (keys as the fields of :class:`DumpConfiguration`).

    Raises the first :class:`Refusal`, its setting named as in the stack file ("target.path", "dumpLevel").
    """
    try:
        return DumpConfiguration.model_validate(dict(value))
    except ValidationError as error:
        raise refusals_in(error)[0] from None
