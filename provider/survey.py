"""What is asked of every host along with the first question, so that one probe answers all that will be read.

Kinds and families ask for what they need without knowing of this list; what is missing here costs a host one more
exchange, and what is asked for in vain costs it a process or two. Conditions keep questions to hosts that they mean
something to. Notes are where the store keeps what was there before us (`Host.kept`).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

from kdump.dialects import bls, grub, grub_conf, grub_defaults, kdump_conf, kdump_tools, redhat_sysconfig
from provider.families import rpm
from provider.families.redhat.boot_read import GRUB_CONF_PATHS
from provider.families.redhat.tools import IMAGES
from provider.families.suse.configuration import READERS
from provider.families.suse.tools import DATES
from provider.families.sysv import INITTAB
from provider.host import Survey, kept
from provider.shell.script import Call, call

_REDHAT = "[ -e /etc/redhat-release ]"
_SUSE = "[ -d /etc/zypp ] && [ ! -e /etc/redhat-release ]"
_EITHER = "{ [ -e /etc/redhat-release ] || [ -d /etc/zypp ]; }"
_DEBIAN = "[ -e /etc/debian_version ] && [ ! -e /etc/redhat-release ]"
_SYSTEMD = f"[ -d /run/systemd/system ] && {_EITHER}"
_SYSV = f"[ ! -d /run/systemd/system ] && {_REDHAT}"
_BLS = f"[ -d {bls.ENTRIES_DIRECTORY} ]"
_GRUB2 = f"[ -e /boot/grub2/grub.cfg ] && [ ! -d {bls.ENTRIES_DIRECTORY} ]"
_LEGACY = f"[ -e {grub_conf.PATH} ]"
# Of one line, so that the shell's own read will do. kdump-utils is a package of its own from here on.
_KDUMP_UTILS = (
    f"{_REDHAT} && IFS= read -r name </etc/redhat-release && "
    'case $name in *" release 1"[0-9]* | Fedora*) ;; *) false ;; esac'
)


def _files(when: str, *paths: str) -> Iterator[Call]:
    return (replace(call("q_file", path), when=when) for path in paths)


def _runs(when: str, *commands: tuple[str, ...]) -> Iterator[Call]:
    return (replace(call("q_run", *command), when=when) for command in commands)


def _kept(when: str, store: str, *paths: str) -> Iterator[Call]:
    """What the store has of files: as they were before us, and as we left them."""
    return _files(when, *(kept(store, folder, path) for path in paths for folder in ("original", "ours")))


_LASTING = (
    call("q_line", "/etc/machine-id"),
    call("q_line", "/var/lib/dbus/machine-id"),
    call("q_run", "uname", "-m"),
    call("q_run", "uname", "-r", "-n"),
    call("q_file", "/etc/os-release"),
    call("q_file", "/etc/redhat-release"),
    # Only a reboot changes these.
    call("q_line", "/proc/cmdline"),
    call("q_line", "/proc/sys/kernel/random/boot_id"),
    call("q_line", "/proc/meminfo"),
    call("q_text", "/proc/modules"),
    call("q_line", "/proc/fb"),
    call("q_run", "sh", "-c", "cat /etc/ssh/ssh_host_*_key.pub"),
)

# What the next kernel gets its arguments from.
_BOOT = (
    # Red Hat
    replace(call("q_run", "grep", "-r", "-a", "", bls.ENTRIES_DIRECTORY), when=_BLS),
    replace(call("q_text", bls.GRUBENV_PATH), when=f"{_REDHAT} && [ -e {bls.GRUBENV_PATH} ]"),
    replace(call("q_names", "/sys/firmware/efi"), when=f"{_REDHAT} && {_GRUB2}"),
    *_files(f"{_REDHAT} && {_GRUB2}", "/boot/efi/EFI/redhat/grub.cfg"),
    *_files(_LEGACY, *GRUB_CONF_PATHS),
    *_files(_BLS, bls.CMDLINE_PATH),
    # Debian and Ubuntu
    *_files(_DEBIAN, "/boot/grub/grub.cfg", grub.DROPIN_PATH),
    # SUSE, and what it shares with Red Hat
    *_files(_EITHER, grub_defaults.PATH),
    *_files(_GRUB2, "/boot/grub2/grub.cfg"),
    *_files(_SUSE, "/boot/grub2/grubenv"),
)

# Whether the host is armed, and with what.
_ARMED = (
    call("q_line", "/sys/kernel/kexec_crash_size"),
    call("q_line", "/sys/kernel/kexec_crash_loaded"),
    # Red Hat
    *_runs(_REDHAT, IMAGES),
    *_runs(_SYSV, ("chkconfig", "--list", "kdump")),
    replace(call("q_text", INITTAB), when=_SYSV),
    # Debian and Ubuntu
    *_runs(
        _DEBIAN,
        ("dpkg-query", "-W", "-f", "${Status}", "kdump-tools"),
        ("systemctl", "is-enabled", "kdump-tools"),
    ),
    # SUSE, and what it shares with Red Hat
    *_runs(_SUSE, (*rpm.NAMES, "kdump"), ("systemctl", "is-enabled", "kdump-early"), DATES),
    *_runs(_SYSTEMD, ("systemctl", "is-enabled", "kdump"), ("systemctl", "is-active", "kdump")),
)

_CHANGING = (
    *_BOOT,
    *_ARMED,
    call("q_names", kept("BootArguments", "notes", "")),
    call("q_file", kept("DumpConfiguration", "notes", "reload")),
    # Red Hat
    *_files(_REDHAT, kdump_conf.PATH, kept("BootArguments", "notes", "boot-files")),
    *_files(_REDHAT, "/var/crash"),
    *_kept(_REDHAT, "DumpConfiguration", redhat_sysconfig.PATH),
    *_runs(
        _REDHAT,
        ("restorecon", "-n", "-v", kdump_conf.PATH, redhat_sysconfig.PATH),
        (*rpm.NAMES, "kexec-tools"),
    ),
    *_runs(_KDUMP_UTILS, (*rpm.NAMES, "kdump-utils")),
    # Debian and Ubuntu
    *_files(_DEBIAN, kdump_tools.PATH),
    *_runs(_DEBIAN, ("kdump-config", "test")),
    # SUSE, and what it shares with Red Hat
    *_kept(_SUSE, "BootArguments", grub_defaults.PATH),
    *_files(_EITHER, redhat_sysconfig.PATH),
    *_runs(_SUSE, READERS[True]),
)

SURVEY = Survey(frozenset(_LASTING), _CHANGING)

NEXT: Mapping[str, Sequence[Call]] = {
    # The service is next, and facts are what comes last.
    "DumpConfiguration": (*_ARMED, *_BOOT),
    "DumpService": _BOOT,
}
"""What is asked next, once a state was changed, by its store: it is brought back along with what was done."""
