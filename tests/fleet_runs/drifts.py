"""The fifteen drifts that are each to be named and repaired, as a table: a hand on the host, and what names it."""

from __future__ import annotations

from dataclasses import dataclass

from tests.provider.every_kind import BOOT, CONFIGURATION, SERVICE

CONF, SYSCONFIG, IMAGE = "/etc/kdump.conf", "/etc/sysconfig/kdump", "/boot/initramfs-$(uname -r)kdump.img"
EVERYTHING = frozenset({"compression", "dumpLevel", "options", "owner", "target", "unrecognised"})


@dataclass(frozen=True)
class Drift:
    """A hand edit of a RHEL 9 host whose configuration asks for dump level 17.

    * ``by_hand``: the shell commands
    * ``kind``, ``properties``: the resource that shows it, and exactly what differs there when nothing else drifted
    * ``says``: a pattern for what `preview --refresh --diff` prints of that resource
    * ``besides``: other resources that it touches as well
    """

    by_hand: str
    kind: str
    properties: frozenset[str]
    says: str
    besides: tuple[str, ...] = ()


def _on(kind: str, *properties: str) -> tuple[str, frozenset[str]]:
    return kind, frozenset(properties)


DRIFTS = {
    "a configuration value is changed": Drift(
        f"sed -i 's/-d 17/-d 31/' {CONF}", *_on(CONFIGURATION, "dumpLevel"), r"dumpLevel *: 17 => 31", (SERVICE,)
    ),
    "a line is added to the configuration": Drift(
        f"echo 'extra_modules megaraid_sas' >>{CONF}", *_on(CONFIGURATION, "options"),
        r'extra_modules: "megaraid_sas"', (SERVICE,),
    ),
    "the configuration is gone": Drift(
        f"rm {CONF}", CONFIGURATION, EVERYTHING, r'- target *: \{'
    ),
    "the configuration has another mode": Drift(
        f"chmod 600 {CONF}", *_on(CONFIGURATION, "mode"), r'\+ mode *: "600"'
    ),
    "the configuration has another owner": Drift(
        f"chown ops {CONF}", *_on(CONFIGURATION, "owner"), r'owner *: "root:root" => "ops:root"'
    ),
    "the service is off": Drift(
        "systemctl stop kdump", *_on(SERVICE, "loaded"), r"loaded *: true => false"
    ),
    "the service is disabled": Drift(
        "systemctl disable kdump", *_on(SERVICE, "enabled"), r"enabled *: true => false"
    ),
    "the service is masked": Drift(
        "systemctl mask kdump", *_on(SERVICE, "enabled", "problems"), r"kdump\.service is masked"
    ),
    "the capture kernel is not loaded": Drift(
        "kexec -p -u", *_on(SERVICE, "loaded"), r"loaded *: true => false"
    ),
    "crashkernel is gone": Drift(
        "grubby --update-kernel=ALL --remove-args=crashkernel", *_on(BOOT, "crashkernel"), r'- crashkernel: "1G-4G:'
    ),
    "crashkernel is too small": Drift(
        "grubby --update-kernel=ALL --args=crashkernel=64M", *_on(BOOT, "crashkernel"),
        r'crashkernel: "1G-4G:192M.*" => "64M"',
    ),
    "crashkernel is gone from one kernel": Drift(
        "grubby --update-kernel=$(ls /boot/vmlinuz-* | sort -V | head -n 1) --remove-args=crashkernel",
        *_on(BOOT, "crashkernel"), r'- crashkernel: "1G-4G:',
    ),
    "the package is removed": Drift(
        "rpm -e kexec-tools", *_on(SERVICE, "enabled", "loaded", "problems"),
        "the package kexec-tools is not installed", (CONFIGURATION,),
    ),
    "the sysconfig file is edited": Drift(
        f"echo 'KDUMP_COMMANDLINE_APPEND=\"irqpoll\"' >>{SYSCONFIG}", *_on(CONFIGURATION, "unrecognised"),
        "KDUMP_COMMANDLINE_APPEND was set to 'irqpoll'", (SERVICE,),
    ),
    "the capture image is older than the configuration": Drift(
        f"touch -d '2001-01-01' {IMAGE}", *_on(SERVICE, "problems"), r"capture image \S+ is older than /etc/kdump\.conf"
    ),
}  # fmt: skip

#: Drifts that do not hide each other, so that one run of pulumi can show and repair several.
TOGETHER = (
    ("a configuration value is changed", "a line is added to the configuration", "the configuration has another mode",
     "the configuration has another owner", "the sysconfig file is edited", "crashkernel is too small",
     "the capture image is older than the configuration"),
    ("the configuration is gone", "the service is disabled", "the capture kernel is not loaded",
     "crashkernel is gone"),
    ("the service is off", "the service is masked", "crashkernel is gone from one kernel"),
    ("the package is removed",),
)  # fmt: skip
