"""How a platform is told to leave the ``crashkernel`` value alone that we wrote."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict

from kdump.generations import Generation, generation_of
from kdump.platforms import Platform

# auto_reset_crashkernel is an invalid option to kdumpctl of 8 and older, which then does not start kdump.
_RESETTING = (Generation.EL9_0, Generation.EL9_2, Generation.EL9_7, Generation.KDUMP_UTILS)


class Pin(BaseModel):
    """``settings`` (name, value) that belong in ``file``, and ``why``, as a sentence without its full stop."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    file: str
    settings: tuple[tuple[str, str], ...]
    why: str


def pinning(platform: Platform, value: str = "") -> Pin | None:
    """What keeps *platform*'s own tools from overwriting the ``crashkernel`` setting *value*; None: nothing does so.

    Red Hat 9, 10 and Fedora: ``auto_reset_crashkernel no`` in /etc/kdump.conf (refused by 8 and older, and not
    needed there); kdumpctl of kexec-tools 2.0.26-8.el9 and kdump-utils 1.0.61, ``_update_crashkernel``. SUSE
    16 and Tumbleweed: /etc/sysconfig/kdump of openSUSE kdump from 2.0.19 on; with *value* also what the tool
    shall expect, so that it does not warn at every boot. Raises :class:`kdump.errors.Refusal` where
    ``generation_of`` does.
    """
    generation = generation_of(platform)
    if generation in _RESETTING:
        return Pin(
            file="/etc/kdump.conf",
            settings=(("auto_reset_crashkernel", "no"),),
            why="Updates of the kernel and of the kdump package overwrite every value that is not the default",
        )
    if generation is Generation.SUSE_2:
        expected = " ".join(f"crashkernel={text}" for text in value.split())
        return Pin(
            file="/etc/sysconfig/kdump",
            settings=(
                ("KDUMP_UPDATE_BOOTLOADER", "false"),
                *((("KDUMP_CRASHKERNEL", expected),) if expected else ()),
            ),
            why="kdump-commandline.service writes the value of kdumptool calibrate into the boot loader at every boot",
        )
    return None
