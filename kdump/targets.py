"""Where one host's dump goes. The models refuse what could not be carried safely to any host's tools.

Whether a platform knows a kind of target at all is its dialect's to say. Paths are used unquoted by the tools (by
kdump-config 1.8.1 in ``mount``, by mkdumprd in nearly every line), and become words of a command that a shell on
the collector reads; so only characters that mean nothing to any shell.
"""

from __future__ import annotations

import ipaddress
import posixpath
import re
from collections.abc import Mapping
from typing import Annotated, Any, Literal, get_args

from pydantic import (
    AfterValidator,
    BaseModel,
    ConfigDict,
    Field,
    SerializerFunctionWrapHandler,
    TypeAdapter,
    ValidationError,
    model_serializer,
)

from kdump.errors import Refusal, refusals_in

DEFAULT_IDENTITY = "/root/.ssh/kdump_id_rsa"
DEFAULT_PATH = "/var/crash"

Filesystem = Literal["ext2", "ext3", "ext4", "xfs", "btrfs", "minix"]
FILESYSTEMS: tuple[Filesystem, ...] = get_args(Filesystem)
NfsVersion = Literal["3", "4", "4.0", "4.1", "4.2"]

_PATH = re.compile(r"/[A-Za-z0-9._+@/-]*")
_LABEL = re.compile(r"[A-Za-z0-9]([A-Za-z0-9-]{0,61}[A-Za-z0-9])?")
_DEVICE = re.compile(r"/dev/[A-Za-z0-9._+:@-]+(/[A-Za-z0-9._+:@-]+)*")
_LABEL_OR_UUID = re.compile(r"LABEL=[A-Za-z0-9._+/-]{1,16}|UUID=[A-Fa-f0-9]([A-Fa-f0-9-]{0,34}[A-Fa-f0-9])?")
_PASSING_NAME = re.compile(
    r"/dev/(sd|vd|hd|xvd|dm-|nvme|mmcblk|loop|dasd|md|nbd|pmem|rbd|sr|scd|fd|ram|zram)[a-z0-9]*|/dev/(cciss|ida|rd)/.*"
    r"|/dev/(null|zero|full|u?random|tty[a-zA-Z0-9]*|console|k?mem|port)"
)
_TAG = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,35}")
_USER = re.compile(r"[A-Za-z_][A-Za-z0-9_.-]{0,31}")
# Gone after the reboot that follows every dump, or no place for files at all.
_VOLATILE = ("/dev", "/proc", "/run", "/sys", "/tmp")


def checked_path(value: str, setting: str = "path") -> str:
    """*value* if it is an absolute, normalised path of harmless characters; raises :class:`Refusal` else."""
    if not _PATH.fullmatch(value):
        raise Refusal(
            setting,
            value,
            "an absolute path of letters, digits and . _ + @ / - only",
            "Use a directory such as '/var/crash'",
            "kdump's scripts use the path unquoted, and a shell on the collector reads it once more",
        )
    plain = normalised(value)
    if plain != value:
        raise Refusal(
            setting,
            value,
            "a path without '.', '..', doubled or trailing slashes",
            f"Write {plain!r}",
            "One directory shall have one name, or changes and conflicts could not be seen",
        )
    return value


def normalised(path: str) -> str:
    """*path* without '.', '..', doubled or trailing slashes."""
    # normpath keeps two slashes in front, as POSIX allows them a meaning of their own.
    return re.sub(r"\A//+", "/", posixpath.normpath(path))


def checked_directory(value: str, setting: str = "path") -> str:
    """A path (:func:`checked_path`) that may receive dumps: not the root directory itself."""
    if checked_path(value, setting) == "/":
        raise Refusal(
            setting,
            value,
            "a directory below '/'",
            "Write '/var/crash'",
            "Dumps are put into a directory of their own, which is cleaned up by name",
        )
    return value


def checked_server(value: str, setting: str = "server") -> str:
    """A host name, an IPv4 or an IPv6 address; the address is returned bare, also where it stood in brackets.

    Raises :class:`Refusal` for anything else, link-local zones (``fe80::1%eth0``) included.
    """
    bare = value[1:-1] if value.startswith("[") and value.endswith("]") else value
    if ":" in bare or bare != value:
        try:
            return str(ipaddress.IPv6Address(bare)) if "%" not in bare else _no_server(value, setting)
        except ValueError:
            return _no_server(value, setting)
    if re.fullmatch(r"[0-9.]+", value):
        try:
            return str(ipaddress.IPv4Address(value))
        except ValueError:
            return _no_server(value, setting)
    if len(value) > 253 or not all(_LABEL.fullmatch(label) for label in value.split(".")):
        return _no_server(value, setting)
    return value


def checked_device(value: str, setting: str = "device") -> str:
    """The name of a block device below /dev; raises :class:`Refusal` for anything else."""
    if not _DEVICE.fullmatch(value) or normalised(value) != value:
        raise Refusal(
            setting,
            value,
            "the path of a block device below /dev",
            "Write a name that stays the same over reboots, such as '/dev/disk/by-id/scsi-3600508b400105e21'",
            "The capture kernel looks the device up by this name",
        )
    return value


def passing_name_problem(device: str) -> Refusal | None:
    """Why a dump must not be written over *device*: its name is given in the order in which disks are found.

    None for a name that stays the same over reboots. Source: Linux Documentation/admin-guide/devices.txt, udev(7).
    """
    if not _PASSING_NAME.fullmatch(device):
        return None
    return Refusal(
        "device",
        device,
        "a device that keeps its name over reboots",
        "Write its name below /dev/disk/by-id or /dev/mapper: `ls -l /dev/disk/by-id` shows which it is",
        "The kernel gives such names in the order in which it finds disks, and another disk would be overwritten",
    )


def bracketed(server: str) -> str:
    """*server* as it stands before a colon: an IPv6 address gets its brackets."""
    return f"[{server}]" if ":" in server else server


def checked_user(value: str, setting: str = "user") -> str:
    """The name of a user account: a letter or '_', then up to 31 letters, digits and ``_ . -``."""
    if not _USER.fullmatch(value):
        raise Refusal(
            setting,
            value,
            "a user name: a letter or '_', then letters, digits, '_', '.' and '-', at most 32",
            "Write 'kdump'",
            "The name becomes part of an ssh command line",
        )
    return value


def _no_server(value: str, setting: str) -> str:
    raise Refusal(
        setting,
        value,
        "a host name, an IPv4 address or an IPv6 address without a zone",
        "Write the name under which the capture kernel can reach it, such as 'collector.example.org'",
        "Anything else could not be told apart from an option or a path by the tools that use it",
    )


def _local_directory(value: str) -> str:
    checked_directory(value)
    if any(value == place or value.startswith(f"{place}/") for place in _VOLATILE):
        raise Refusal(
            "path",
            value,
            "a directory that survives a reboot",
            "Write '/var/crash'",
            "The host reboots after every dump, and what is below " + ", ".join(_VOLATILE) + " is gone then",
        )
    return value


def _device_label_or_uuid(value: str) -> str:
    if _LABEL_OR_UUID.fullmatch(value):
        return value
    try:
        return checked_device(value)
    except Refusal as refusal:
        raise Refusal(
            refusal.setting,
            value,
            "UUID=, LABEL= or a block device below /dev",
            "Write 'UUID=' and what `blkid` shows for the filesystem",
            refusal.why,
        ) from None


def _tag(value: str) -> str:
    if not _TAG.fullmatch(value):
        raise Refusal(
            "tag",
            value,
            "a virtiofs tag: a letter or digit, then letters, digits, '.', '_' and '-', at most 36",
            "Write the tag that the virtual machine's definition gives the shared directory",
            "The capture kernel mounts the directory by this tag",
        )
    return value


def _identity(value: str) -> str:
    return checked_directory(value, "identity")


def _export(value: str) -> str:
    return checked_path(value, "export")


ServerName = Annotated[str, AfterValidator(checked_server)]
UserName = Annotated[str, AfterValidator(checked_user)]
Directory = Annotated[str, AfterValidator(checked_directory)]


class _Model(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


PathWithin = Annotated[str, AfterValidator(checked_path)]
"""A directory inside a filesystem or an export; "/" is its top."""


class LocalTarget(_Model):
    """A directory of the host itself. ``path``: absolute, and on a filesystem that survives a reboot."""

    kind: Literal["local"] = "local"
    path: Annotated[str, AfterValidator(_local_directory)] = DEFAULT_PATH


class FilesystemTarget(_Model):
    """Directory ``path`` inside the filesystem on ``device`` (a path below /dev, ``LABEL=`` or ``UUID=``).

    The capture kernel mounts it by itself, as ``filesystem``; the host need not have it mounted all the time.
    """

    kind: Literal["filesystem"] = "filesystem"
    device: Annotated[str, AfterValidator(_device_label_or_uuid)]
    filesystem: Filesystem
    path: PathWithin = DEFAULT_PATH


class RawTarget(_Model):
    """A block ``device`` without a filesystem: the dump is written over whatever it holds."""

    kind: Literal["raw"] = "raw"
    device: Annotated[str, AfterValidator(checked_device)]


class VirtiofsTarget(_Model):
    """Directory ``path`` inside what the hypervisor shares with this virtual machine as ``tag``."""

    kind: Literal["virtiofs"] = "virtiofs"
    tag: Annotated[str, AfterValidator(_tag)]
    path: PathWithin = DEFAULT_PATH


class NfsTarget(_Model):
    """Directory ``path`` inside what ``server`` exports over NFS as ``export``.

    The capture kernel mounts it by itself, by protocol ``version`` where one is given.
    """

    kind: Literal["nfs"] = "nfs"
    server: ServerName
    export: Annotated[str, AfterValidator(_export)]
    path: PathWithin = "/"
    version: NfsVersion | None = None

    @model_serializer(mode="wrap")
    def _without_defaults(self, serialized: SerializerFunctionWrapHandler) -> dict[str, Any]:
        # What is left at its default is left out, so that targets of before these fields came are still the same.
        defaults = {"path": "/", "version": None}
        return {name: value for name, value in serialized(self).items() if (name, value) not in defaults.items()}


class SshTarget(_Model):
    """Directory ``path`` on ``server``, reached as ``user`` by the host's private key file ``identity``."""

    kind: Literal["ssh"] = "ssh"
    server: ServerName
    user: UserName
    path: Directory
    identity: Annotated[str, AfterValidator(_identity)] = DEFAULT_IDENTITY


AnyTarget = LocalTarget | FilesystemTarget | RawTarget | VirtiofsTarget | NfsTarget | SshTarget
Target = Annotated[AnyTarget, Field(discriminator="kind")]

_ADAPTER: TypeAdapter[AnyTarget] = TypeAdapter(Target)


def target_from(value: Mapping[str, Any]) -> AnyTarget:
    """The target that *value* (``{"kind": ..., ...}``) describes; raises the first :class:`Refusal`."""
    try:
        return _ADAPTER.validate_python(dict(value))
    except ValidationError as error:
        raise refusals_in(error, "target")[0] from None
