"""The tools of each release: packages, service, files, and the commands that turn it on, take changes up and check.

Sources: kexec-tools 2.0.0-145.el6, 2.0.0-310.el6, 2.0.15-33.el7, 2.0.26-8.el8 and 2.0.26-8.el9, kdump-utils 1.0.61,
openSUSE kdump 1.0.2 and 2.1.9, kdump-tools 1:1.8.1; for release 5 kdump.init of June 2008.
"""

from __future__ import annotations

from typing import Literal

from pydantic import BaseModel, ConfigDict

from kdump.generations import Generation, generation_of
from kdump.platforms import Platform
from kdump.support.virtualisation import ways

Command = tuple[str, ...]

LOADED_FILE = "/sys/kernel/kexec_crash_loaded"
"""Holds 1 when a capture kernel is loaded. Source: sysfs-kernel-kexec-kdump, of every kernel with kdump."""
RESERVED_FILE = "/sys/kernel/kexec_crash_size"
"""Holds the bytes set aside. Not there on release 5, where the total that `free` shows is so much smaller instead."""
KERNEL = "{kernel}"
"""Stands for the kernel's release, as ``uname -r`` prints it, in :attr:`Tools.capture_initrd`."""


class Tools(BaseModel):
    """What one release dumps with. Commands are argument lists, several of them to be run in their order.

    * ``packages``, ``service``, ``configuration_files`` (the first is the main one), ``default_directory`` of dumps
    * ``capture_initrd``: path of the capture kernel's initrd, with :data:`KERNEL` for its release
    * ``enable``, ``disable``: now and at every boot; ``restart``: take up a change, rebuilding the initrd
    * ``status``: tells whether kdump is operational, by exit code 0 or, where ``status_output`` is not "", by these
      words in its output; ``verify``: commands whose output tells more
    * ``propagate``: brings the host's key to the collector, asking for a password; None where there is none;
      ``propagates_to``: the file in the collector user's ~/.ssh that it is added to
    * ``drill``: the tools' own test that crashes the machine; None where /proc/sysrq-trigger is used
    * ``reserved_bytes_file``: file with the bytes set aside; None where only the total of `free` tells
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    packages: tuple[str, ...]
    service: str
    manager: Literal["sysv", "systemd"]
    configuration_files: tuple[str, ...]
    default_directory: str = "/var/crash"
    capture_initrd: str
    enable: tuple[Command, ...]
    disable: tuple[Command, ...]
    restart: tuple[Command, ...]
    status: Command
    status_output: str = ""
    verify: tuple[Command, ...] = ()
    propagate: Command | None = None
    propagates_to: str = "authorized_keys"
    drill: Command | None = None
    reserved_bytes_file: str | None = RESERVED_FILE
    notes: tuple[str, ...] = ()
    source: str


def tools_of(platform: Platform) -> Tools:
    """The tools that *platform* dumps with; raises :class:`kdump.errors.Refusal` where it has none."""
    refusal = ways(platform).refusal
    if refusal is not None:
        raise refusal
    generation = generation_of(platform)
    tools = _TOOLS[generation]
    if generation is Generation.EL8_1 and platform.version < _ESTIMATE_FROM:
        return _EL8_0
    if generation is Generation.EL5 and platform.architecture in ("ia64", "ppc64"):
        return tools.model_copy(
            update={
                "packages": (*tools.packages, "kernel-kdump"),
                "notes": ("That ia64 and ppc64 need kernel-kdump is not confirmed: the how-to's text is garbled here",),
            }
        )
    if generation is Generation.SUSE_CALIBRATE and platform.version < _ONE_INITRD_FROM:
        return tools.model_copy(update={"capture_initrd": f"/boot/initrd-{KERNEL}-kdump"})
    return tools


_SYSTEMD_ENABLE = (("systemctl", "enable", "--now", "kdump.service"),)
_SYSTEMD_DISABLE = (("systemctl", "disable", "--now", "kdump.service"),)
_SYSTEMD_RESTART = (("systemctl", "restart", "kdump.service"),)
_RED_HAT_FILES = ("/etc/kdump.conf", "/etc/sysconfig/kdump")
# openSUSE kdump 1.0.2 (15 SP4) names the initrd after the kernel, 2.0.18 (15 SP7) does not; NEWS: since 1.9.
_ONE_INITRD_FROM = (15, 5)
# kexec-tools changelog 2.0.20-48.el8 (2021-05).
_ESTIMATE_FROM = (8, 5)


def _sysv(source: str) -> Tools:
    return Tools(
        packages=("kexec-tools",),
        service="kdump",
        manager="sysv",
        configuration_files=_RED_HAT_FILES,
        capture_initrd=f"/boot/initrd-{KERNEL}kdump.img",
        enable=(("chkconfig", "kdump", "on"), ("service", "kdump", "start")),
        disable=(("chkconfig", "kdump", "off"), ("service", "kdump", "stop")),
        restart=(("service", "kdump", "restart"),),
        status=("service", "kdump", "status"),
        verify=(("free",),),
        propagate=("service", "kdump", "propagate"),
        source=source,
    )


def _systemd(source: str, *more_verify: Command, drill: Command | None = None) -> Tools:
    return Tools(
        packages=("kexec-tools",),
        service="kdump.service",
        manager="systemd",
        configuration_files=_RED_HAT_FILES,
        capture_initrd=f"/boot/initramfs-{KERNEL}kdump.img",
        enable=_SYSTEMD_ENABLE,
        disable=_SYSTEMD_DISABLE,
        restart=_SYSTEMD_RESTART,
        status=("kdumpctl", "status"),
        verify=(("systemctl", "is-active", "kdump.service"), ("kdumpctl", "showmem"), *more_verify),
        propagate=("kdumpctl", "propagate"),
        drill=drill,
        source=source,
    )


_ESTIMATE: Command = ("kdumpctl", "estimate")
_DEFAULT_SIZE: Command = ("kdumpctl", "get-default-crashkernel")
_EL7 = _systemd("kexec-tools 2.0.15-33.el7 kdumpctl")
_EL8_0 = _systemd("kexec-tools 2.0.17 to 2.0.20 kdumpctl; estimate came with 2.0.20-48.el8")
_EL8_1 = _systemd("kexec-tools 2.0.26-8.el8 kdumpctl", _ESTIMATE)
_EL9 = _systemd("kexec-tools 2.0.26-8.el9 kdumpctl(8)", _ESTIMATE, _DEFAULT_SIZE)
_EL10 = _systemd("kdump-utils 1.0.61 kdumpctl(8)", _ESTIMATE, _DEFAULT_SIZE, drill=("kdumpctl", "test")).model_copy(
    update={
        "packages": ("kexec-tools", "kdump-utils", "makedumpfile"),
        "configuration_files": (*_RED_HAT_FILES, "/etc/kdump/pre.d", "/etc/kdump/post.d", "/etc/kdump/emergency.d"),
        "notes": (
            "Where /boot cannot be written to, the initrd is in /var/lib/kdump",
            "kdumpctl test came with 1.0.51, and does not work with fadump",
        ),
    }
)
_SUSE = Tools(
    packages=("kdump", "kexec-tools", "makedumpfile"),
    service="kdump.service",
    manager="systemd",
    configuration_files=("/etc/sysconfig/kdump",),
    capture_initrd="/var/lib/kdump/initrd",
    enable=_SYSTEMD_ENABLE,
    disable=_SYSTEMD_DISABLE,
    restart=(("mkdumprd", "-f"), *_SYSTEMD_RESTART),
    status=("systemctl", "is-active", "kdump.service"),
    verify=(("kdumptool", "calibrate"),),
    source="openSUSE kdump 1.0.2 and 2.0.18: kdump.service, mkdumprd(8)",
)
_DEBIAN = Tools(
    packages=("kdump-tools", "kexec-tools", "makedumpfile"),
    service="kdump-tools.service",
    manager="systemd",
    configuration_files=("/etc/default/kdump-tools", "/etc/kdump/sysctl.conf", "/etc/default/grub.d/kdump-tools.cfg"),
    capture_initrd=f"/var/lib/kdump/initrd.img-{KERNEL}",
    enable=(("systemctl", "enable", "--now", "kdump-tools.service"),),
    disable=(("systemctl", "disable", "--now", "kdump-tools.service"),),
    restart=(("systemctl", "restart", "kdump-tools.service"),),
    status=("kdump-config", "status"),
    status_output=": ready to ",
    verify=(("kdump-config", "show"), ("kdump-config", "test")),
    propagate=("kdump-config", "propagate"),
    source="kdump-tools 1:1.8.1: kdump-config(8), kdump-tools.service, initramfs hook",
)
_TOOLS: dict[Generation, Tools] = {
    Generation.EL5: _sysv("kexec-tools of June 2008, kdump.init").model_copy(
        update={"propagates_to": "authorized_keys2", "reserved_bytes_file": None}
    ),
    Generation.EL6_0: _sysv("kexec-tools 2.0.0-145.el6 kdump.init"),
    Generation.EL6_3: _sysv("kexec-tools 2.0.0-310.el6 kdump.init"),
    Generation.EL7: _EL7,
    Generation.EL8_0: _EL8_0,
    Generation.EL8_1: _EL8_1,
    Generation.EL9_0: _EL9,
    Generation.EL9_2: _EL9,
    Generation.EL9_7: _EL9,
    Generation.KDUMP_UTILS: _EL10,
    Generation.SUSE_CALIBRATE: _SUSE,
    Generation.SUSE_2: _SUSE.model_copy(
        update={
            "verify": (("kdumptool", "calibrate"), ("kdumptool", "commandline", "-c")),
            "source": "openSUSE kdump 2.1.9: kdump.service, mkdumprd(8), kdumptool(8)",
        }
    ),
    Generation.KDUMP_TOOLS: _DEBIAN,
}
