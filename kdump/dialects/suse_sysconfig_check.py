"""What SUSE's kdump would not do, or would silently ignore, told before /etc/sysconfig/kdump is written.

Source: kdump(5), openSUSE kdump: kdumptool (urlparser.cc, savedump.cc, transfer.cc) up to SLE 15 SP5, mkdumprd,
kdump-save, kdump-notify and module-setup.sh since.
"""

from __future__ import annotations

from kdump.configuration import DumpConfiguration
from kdump.dialects import suse_sysconfig_options as keys
from kdump.errors import Refusal
from kdump.platforms import Platform
from kdump.targets import LocalTarget, NfsTarget, SshTarget, normalised

_NO_TARGET = {
    "filesystem": "Mount the filesystem by /etc/fstab, and use a local target in it",
    "raw": "Make a filesystem on the device, mount it by /etc/fstab, and use a local target in it",
    "virtiofs": "Use an ssh or an nfs target",
}


def check(configuration: DumpConfiguration, platform: Platform) -> None:
    """Raise :class:`Refusal` for what *platform*'s kdump would not do, would ignore, or must not be handed."""
    release = keys.release_of(platform)
    _check_target(configuration, platform, release)
    if configuration.compression == "zstd" and release < keys.ZSTD:
        raise Refusal(
            "compression",
            "zstd",
            "'zlib', 'lzo', 'snappy' or 'none'",
            "Write 'lzo' for speed, or 'zlib' for size",
            "kdump knows zstd from SUSE Linux Enterprise 15 SP5 on, and would leave the dump uncompressed",
        )
    _check_actions(configuration)
    for key, value in configuration.options.items():
        keys.check_option(key, value)
        if reason := keys.ignored(key, platform):
            raise _would_be_ignored(configuration, key, reason)
    _check_programs(configuration, release)
    _check_mail(configuration, release)
    _check_value_of_release(configuration, release)


def known_target(configuration: DumpConfiguration) -> LocalTarget | NfsTarget | SshTarget:
    """The target, if its kind is one that SUSE's kdump has; raises :class:`Refusal` else."""
    target = configuration.target
    if isinstance(target, LocalTarget | NfsTarget | SshTarget):
        return target
    raise Refusal(
        "target.kind",
        target.kind,
        "local, nfs or ssh",
        _NO_TARGET[target.kind],
        "SUSE's kdump saves to directories of the host, over NFS and over SSH only",
    )


def _check_target(configuration: DumpConfiguration, platform: Platform, release: keys.Release) -> None:
    target = known_target(configuration)
    if isinstance(target, LocalTarget):
        return
    if ":" in target.server and (isinstance(target, SshTarget) or release < keys.REWRITTEN):
        raise Refusal(
            "target.server",
            target.server,
            "a host name or an IPv4 address",
            "Write a name for the address, and put it into /etc/hosts",
            "kdump cuts the server's name at a colon or keeps its brackets, so an IPv6 address is not found",
        )
    if isinstance(target, NfsTarget):
        _check_nfs(target)
    elif reason := keys.ignored("KDUMP_SSH_IDENTITY", platform):
        raise Refusal(
            "target.kind",
            "ssh",
            "local or nfs",
            "Use an nfs target, or upgrade the host",
            f"{reason}, so the host's own dump key would not be used",
        )


def _check_nfs(target: NfsTarget) -> None:
    if target.path != "/":
        raise Refusal(
            "target.path",
            target.path,
            "'/', the whole of what is mounted",
            f"Write {normalised(target.export + target.path)!r} as the export, and leave the path out",
            "kdump mounts all of the directory that KDUMP_SAVEDIR names, and cannot tell an export from a path in it",
        )
    if target.version is not None:
        raise Refusal(
            "target.version",
            target.version,
            "no version",
            "Leave the version out, and offer only the wanted one on the server",
            "kdump always mounts with the option nolock and no other",
        )


def _check_actions(configuration: DumpConfiguration) -> None:
    failure, final = configuration.failure_action, configuration.final_action
    if failure not in (None, "reboot", "shell"):
        raise Refusal(
            "failureAction",
            failure,
            "'reboot' or 'shell'",
            "Write 'reboot' (KDUMP_CONTINUE_ON_ERROR=true) or 'shell' (KDUMP_CONTINUE_ON_ERROR=false)",
            "SUSE's kdump goes on and reboots when saving fails, or opens a shell, and can do nothing else",
        )
    if final not in (None, "reboot"):
        raise Refusal(
            "finalAction",
            final,
            "'reboot'",
            "Write 'reboot', or leave it out and set the option KDUMP_IMMEDIATE_REBOOT: 'false' to get a shell",
            "SUSE's kdump reboots after the dump, or opens a shell, and can do nothing else",
        )
    if "KDUMP_IMMEDIATE_REBOOT" in configuration.options and "reboot" in (failure, final):
        raise Refusal(
            "options.KDUMP_IMMEDIATE_REBOOT",
            configuration.options["KDUMP_IMMEDIATE_REBOOT"],
            "one answer to what happens in the end",
            "Remove KDUMP_IMMEDIATE_REBOOT, or leave finalAction and failureAction 'reboot' out",
            "The actions say that the host reboots, the option that it does not",
        )


def _check_programs(configuration: DumpConfiguration, release: keys.Release) -> None:
    options = configuration.options
    copied = options.get("KDUMP_REQUIRED_PROGRAMS", "").split()
    for key in ("KDUMP_PRESCRIPT", "KDUMP_POSTSCRIPT"):
        program = options.get(key, "").partition(" ")[0]
        # kdump 0.9.1 and newer copy the sender of fence_kdump by themselves.
        if program and program not in copied and (program != keys.FENCE_SENDER or release < keys.RESIZE):
            raise Refusal(
                f"options.{key}",
                options[key],
                "a program that the capture kernel has",
                f"Add {program} to KDUMP_REQUIRED_PROGRAMS",
                "dracut copies only the programs of that list",
            )


def _check_mail(configuration: DumpConfiguration, release: keys.Release) -> None:
    options = configuration.options
    to, cc = "KDUMP_NOTIFICATION_TO", "KDUMP_NOTIFICATION_CC"
    if cc in options and to not in options:
        raise _would_be_ignored(configuration, cc, f"kdump sends no mail without {to}")
    if to not in options:
        return
    if release >= keys.REWRITTEN and not isinstance(configuration.target, LocalTarget):
        raise _would_be_ignored(configuration, to, "kdump-notify looks for dumps on the host only")
    if release < keys.REWRITTEN and "KDUMP_SMTP_SERVER" not in options:
        raise _would_be_ignored(configuration, to, "kdump sends no mail without KDUMP_SMTP_SERVER")


def _check_value_of_release(configuration: DumpConfiguration, release: keys.Release) -> None:
    kernel = configuration.options.get("KDUMP_KERNELVER", "")
    if kernel.startswith("/") and release < keys.REWRITTEN:
        raise Refusal(
            "options.KDUMP_KERNELVER",
            kernel,
            "the version of a kernel",
            "Write the version, as in the name of the image",
            "kdump takes the path of an image from SUSE Linux Enterprise 15 SP6 on",
        )
    if "KDUMP_HOST_KEY" in configuration.options and not isinstance(configuration.target, SshTarget):
        raise _would_be_ignored(configuration, "KDUMP_HOST_KEY", "Only an ssh target has a host key")


def _would_be_ignored(configuration: DumpConfiguration, key: str, reason: str) -> Refusal:
    return Refusal(
        f"options.{key}",
        configuration.options[key],
        "a key that has a meaning here",
        f"Remove {key}: it would be ignored",
        reason,
    )
