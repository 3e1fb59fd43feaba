"""The releases a fleet host can look like: what names them, how they start, their kernels, boot files and packages."""

from __future__ import annotations

from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

Init = Literal["systemd", "sysv"]
BootLayout = Literal["grub_conf", "grub2_cfg", "bls_kernelopts", "bls", "grub2_suse"]

#: What the kernels of all these releases begin with below /proc/sys, unless a release says otherwise.
SYSCTLS = {
    "kernel/panic": "0",
    "kernel/panic_on_oops": "1",
    "kernel/panic_on_warn": "0",
    "kernel/unknown_nmi_panic": "0",
    "kernel/panic_on_unrecovered_nmi": "0",
    "kernel/panic_on_io_nmi": "0",
    "kernel/nmi_watchdog": "1",
    "kernel/hung_task_panic": "0",
    "kernel/hung_task_timeout_secs": "120",
    "kernel/softlockup_panic": "0",
    "kernel/hardlockup_panic": "1",
    "kernel/watchdog_thresh": "10",
    "kernel/sysrq": "16",
    "kernel/panic_print": "0",
    "kernel/panic_on_rcu_stall": "0",
    "vm/panic_on_oom": "0",
}
_UNKNOWN_TO_7 = ("kernel/panic_print",)
_UNKNOWN_TO_6 = (*_UNKNOWN_TO_7, "kernel/panic_on_warn", "kernel/hardlockup_panic", "kernel/panic_on_rcu_stall")
_UNKNOWN_TO_5 = (
    *_UNKNOWN_TO_6, "kernel/panic_on_io_nmi", "kernel/hung_task_panic", "kernel/hung_task_timeout_secs",
    "kernel/softlockup_panic", "kernel/watchdog_thresh",
)  # fmt: skip


#: Installed on every host as names without files, so that what others require of them is there.
BASE = {
    "bash": "/bin/sh /bin/bash /usr/bin/sh /usr/bin/bash",
    "coreutils": "",
    "sed": "",
    "gawk": "",
    "grep": "",
    "findutils": "",
    "util-linux": "",
    "openssh": "",
    "openssh-clients": "",
    "e2fsprogs": "",
    "xfsprogs": "",
}

#: Not installed, but to be had from every repository: the same.
OFFERED = "words"


class Release(BaseModel):
    """One release. Folders are below tests/fleet; packages are names of spec files in them."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    name: str
    init: Init
    boot_layout: BootLayout
    texts: dict[str, str] = Field(description="Files that name the release, by path.")
    links: dict[str, str] = Field(default_factory=dict, description="Links, by path.")
    kernels: tuple[str, str] = Field(description="Versions as uname -r says them, the newest first.")
    release_package: tuple[str, str, str] = Field(description="Name, version and release of the release's own package.")
    kernel_package: str
    standins: tuple[str, ...]
    packages: tuple[str, ...]
    bare: tuple[str, ...] = Field(description="Installed on every host, as far as there is a spec file.")
    complete: tuple[str, ...] = Field(description="Installed on complete hosts besides.")
    installers: tuple[Literal["yum", "dnf", "zypper"], ...]
    crashkernel_auto: int = Field(description="MiB that crashkernel=auto reserves on a host of 8 GiB.")
    sysctls: dict[str, str] = Field(default_factory=dict)
    unknown_sysctls: tuple[str, ...] = ()

    def base(self) -> dict[str, str]:
        """Packages that are names only, each with what it provides besides its name."""
        return {**BASE, **({"systemd": ""} if self.init == "systemd" else {})}

    @property
    def family(self) -> Literal["redhat", "suse"]:
        """Whose release it is."""
        return "suse" if "zypper" in self.installers else "redhat"

    def kernel_settings(self) -> dict[str, str]:
        """What is below /proc/sys after a boot, by path there."""
        known = {name: value for name, value in SYSCTLS.items() if name not in self.unknown_sysctls}
        return {**known, **self.sysctls}


def _os_release(name: str, version: str, words: str) -> str:
    major = version.partition(".")[0]
    return (
        f'NAME="{name}"\nVERSION="{version} ({words})"\nID="rhel"\nID_LIKE="fedora"\nVERSION_ID="{version}"\n'
        f'PLATFORM_ID="platform:el{major}"\nPRETTY_NAME="{name} {version} ({words})"\n'
        f'CPE_NAME="cpe:/o:redhat:enterprise_linux:{major}"\n'
    )


def _red_hat(version: str, words: str, kernels: tuple[str, str], layout: BootLayout, **more: object) -> Release:
    major = int(version.partition(".")[0])
    full = "Red Hat Enterprise Linux" + (" Server" if major < 8 else "")
    texts = {"/etc/redhat-release": f"{full} release {version} ({words})\n"}
    if major >= 7:
        texts["/usr/lib/os-release"] = _os_release(full, version, words)
    links = {"/etc/os-release": "../usr/lib/os-release"} if major >= 7 else {}
    if major >= 6:
        links["/etc/system-release"] = "redhat-release"
    cluster = {5: "rhel5", 6: "rhel6"}.get(major, "redhat")
    cluster_packages = ("cluster/packages/common", f"cluster/packages/{cluster}")
    return Release.model_validate(
        {
            "name": f"rhel-{version}",
            "init": "systemd" if major >= 7 else "sysv",
            "boot_layout": layout,
            "texts": texts,
            "links": links,
            "kernels": kernels,
            "release_package": (
                "redhat-release" + ("-server" if 6 <= major <= 7 else ""),
                version if major > 5 else "5Server",
                f"1.el{major}" if major > 5 else "5.11.0.5",
            ),
            "kernel_package": "kernel-core" if major >= 8 else "kernel",
            "standins": (
                "redhat/standins/common", f"redhat/standins/rhel{major}", "cluster/standins/common",
                f"cluster/standins/{cluster}",
            ),
            "packages": ("redhat/packages/common", f"redhat/packages/rhel{major}", *cluster_packages),
            "bare": ("kernel-tools", "grubby", "grub2-tools", "dracut", "mkinitrd"),
            "complete": ("kexec-tools", "makedumpfile", "kdump-utils"),
            "installers": ("yum",) if major < 7 else ("dnf", "yum"),
            "crashkernel_auto": 256 if 6 <= major <= 8 else 0,
            **more,
        }
    )  # fmt: skip


_SLES_OS_RELEASE = """\
NAME="SLES"
VERSION="15-SP7"
VERSION_ID="15.7"
PRETTY_NAME="SUSE Linux Enterprise Server 15 SP7"
ID="sles"
ID_LIKE="suse"
CPE_NAME="cpe:/o:suse:sles:15:sp7"
"""

RELEASES: dict[str, Release] = {
    release.name: release
    for release in (
        _red_hat(
            "5.11", "Tikanga", ("2.6.18-398.el5", "2.6.18-371.el5"), "grub_conf",
            sysctls={"kernel/nmi_watchdog": "0", "kernel/sysrq": "0"}, unknown_sysctls=_UNKNOWN_TO_5,
        ),
        _red_hat(
            "6.10", "Santiago", ("2.6.32-754.el6.x86_64", "2.6.32-696.el6.x86_64"), "grub_conf",
            sysctls={"kernel/sysrq": "0"}, unknown_sysctls=_UNKNOWN_TO_6,
        ),
        _red_hat(
            "7.9", "Maipo", ("3.10.0-1160.el7.x86_64", "3.10.0-1127.el7.x86_64"), "grub2_cfg",
            unknown_sysctls=_UNKNOWN_TO_7,
        ),
        _red_hat(
            "8.10", "Ootpa", ("4.18.0-553.el8_10.x86_64", "4.18.0-513.5.1.el8_9.x86_64"), "bls_kernelopts",
        ),
        _red_hat("9.4", "Plow", ("5.14.0-427.13.1.el9_4.x86_64", "5.14.0-362.8.1.el9_3.x86_64"), "bls"),
        _red_hat("10.0", "Coughlan", ("6.12.0-55.9.1.el10_0.x86_64", "6.12.0-55.7.1.el10_0.x86_64"), "bls"),
        Release(
            name="sles-15.7", init="systemd", boot_layout="grub2_suse",
            # /etc/SuSE-release went with SLES 15.
            texts={"/usr/lib/os-release": _SLES_OS_RELEASE}, links={"/etc/os-release": "../usr/lib/os-release"},
            kernels=("6.4.0-150700.53.3-default", "6.4.0-150700.51-default"),
            release_package=("sles-release", "15.7", "150700.55.1"), kernel_package="kernel-default",
            standins=(
                "suse/standins/common", "suse/standins/sles15", "cluster/standins/common", "cluster/standins/suse",
            ),
            packages=(
                "suse/packages/common", "suse/packages/sles15", "cluster/packages/common", "cluster/packages/suse",
            ),
            bare=("grub2", "perl-Bootloader", "dracut"), complete=("kdump", "kexec-tools", "makedumpfile"),
            installers=("zypper",), crashkernel_auto=0, sysctls={"kernel/panic_on_oops": "0", "kernel/sysrq": "184"},
        ),
    )
}  # fmt: skip


def release_named(name: str) -> Release:
    """A release by its name. Raises ValueError that names those there are."""
    try:
        return RELEASES[name]
    except KeyError:
        raise ValueError(f"no release {name!r}; there are: {', '.join(RELEASES)}") from None
