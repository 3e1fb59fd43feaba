"""Models of whole dump configurations for property tests: a share that a generation takes, and any others."""

from __future__ import annotations

from hypothesis import strategies as st

from kdump.configuration import COMPRESSIONS, FAILURE_ACTIONS, FINAL_ACTIONS, DumpConfiguration
from kdump.dialects.kdump_conf.options import RULES
from kdump.dialects.redhat_sysconfig_keys import KEYS
from kdump.generations import Generation
from kdump.targets import (
    FILESYSTEMS,
    AnyTarget,
    FilesystemTarget,
    LocalTarget,
    NfsTarget,
    RawTarget,
    SshTarget,
    VirtiofsTarget,
)

PLATFORMS = {
    Generation.EL5: "rhel-5.11",
    Generation.EL6_0: "rhel-6.2",
    Generation.EL6_3: "rhel-6.9",
    Generation.EL7: "rhel-7.9",
    Generation.EL8_0: "rhel-8.0",
    Generation.EL8_1: "rhel-8.6",
    Generation.EL9_0: "rhel-9.1",
    Generation.EL9_2: "rhel-9.4",
    Generation.EL9_7: "rhel-9.7",
    Generation.KDUMP_UTILS: "rhel-10.0",
}
"""A release of every generation that has an /etc/kdump.conf."""

OLD = (Generation.EL5, Generation.EL6_0, Generation.EL6_3)
NET = (Generation.EL5, Generation.EL6_0)

# What each generation takes, by kdump.conf(5) and the packages' own scripts, gathered by hand.
_ALL_OPTIONS = {"kdump_pre", "kdump_post", "extra_bins", "extra_modules"}
_SIX = _ALL_OPTIONS | {"link_delay", "disk_timeout", "options", "blacklist"}
_SEVEN = _ALL_OPTIONS | {
    *("force_rebuild", "force_no_rebuild", "dracut_args", "fence_kdump_args", "fence_kdump_nodes"),
}
_FITTING_OPTIONS = {
    Generation.EL5: _SIX - {"blacklist"},
    Generation.EL6_0: _SIX,
    Generation.EL6_3: _SIX | {"debug_mem_level", "force_rebuild", "fence_kdump_args", "fence_kdump_nodes"},
    Generation.EL7: _SEVEN,
    Generation.EL8_0: _SEVEN,
    Generation.EL8_1: _SEVEN,
    Generation.EL9_0: _SEVEN | {"auto_reset_crashkernel"},
    Generation.EL9_2: _SEVEN | {"auto_reset_crashkernel"},
    Generation.EL9_7: _SEVEN | {"auto_reset_crashkernel"},
    Generation.KDUMP_UTILS: _SEVEN | {"auto_reset_crashkernel", "kdump_emergency"},
}
_FITTING_FILESYSTEMS = {
    Generation.EL5: ("ext2", "ext3", "ext4", "minix"),
    Generation.EL6_3: ("ext2", "ext3", "ext4", "xfs", "btrfs"),
}
_FITTING_COMPRESSIONS = {
    **dict.fromkeys(OLD, ("zlib", "none")),
    **dict.fromkeys((Generation.EL7, Generation.EL8_0), ("zlib", "lzo", "snappy", "none")),
}
# What these releases do for every local target, whatever the file says.
_WITHOUT_TARGET = {Generation.EL5: (0, "none"), Generation.EL6_0: (31, "zlib")}
_ACTIONS_OF_6_0 = ("halt", "poweroff", "reboot", "shell")

names = st.from_regex(r"[A-Za-z0-9._+@-]{1,12}", fullmatch=True).filter(lambda name: name not in (".", ".."))
directories = st.lists(names, min_size=1, max_size=4).map(lambda parts: "/" + "/".join(parts))
local_directories = directories.filter(lambda path: path.split("/")[1] not in ("dev", "proc", "run", "sys", "tmp"))
host_names = st.from_regex(r"[a-z]([a-z0-9-]{0,8}[a-z0-9])?(\.[a-z]([a-z0-9-]{0,8}[a-z0-9])?){0,2}", fullmatch=True)
ipv4 = st.ip_addresses(v=4).map(str)
ipv6 = st.ip_addresses(v=6).map(str).filter(lambda address: "%" not in address)
users = st.from_regex(r"[A-Za-z_][A-Za-z0-9_.-]{0,12}", fullmatch=True)
devices = st.one_of(
    st.sampled_from(["/dev/sda1", "/dev/mapper/vg-dump", "/dev/disk/by-id/scsi-3600508b400105e21"]),
    names.map(lambda name: f"/dev/{name}"),
)
labels = st.from_regex(r"LABEL=[A-Za-z0-9._+/-]{1,16}", fullmatch=True)
uuids = st.one_of(
    st.uuids().map(lambda uuid: f"UUID={uuid}"), st.from_regex(r"UUID=[0-9A-F]{4}-[0-9A-F]{4}", fullmatch=True)
)


def targets(generation: Generation | None) -> st.SearchStrategy[AnyTarget]:
    """Targets of any kind; only those that *generation* can dump to, unless it is None."""
    modern = generation is None or generation not in OLD
    hosts = st.one_of(host_names, ipv4, ipv6) if modern else st.one_of(host_names, ipv4)
    paths = st.one_of(st.just("/"), directories)
    versions: list[str | None] = [None]
    if modern:
        versions = [None, "3", "4", "4.0", "4.1", "4.2"]
    elif generation is Generation.EL6_3:
        versions = [None, "4"]
    identities = st.just("/root/.ssh/kdump_id_rsa") if generation in NET else directories
    filesystems = FILESYSTEMS if generation is None else _FITTING_FILESYSTEMS.get(generation, FILESYSTEMS)
    kinds: list[st.SearchStrategy[AnyTarget]] = [
        st.builds(LocalTarget, path=st.just("/var/crash") if generation in NET else local_directories),
        st.builds(
            FilesystemTarget,
            device=st.one_of(devices, labels, uuids),
            filesystem=st.sampled_from(filesystems),
            path=paths,
        ),
        st.builds(RawTarget, device=devices),
        st.builds(NfsTarget, server=hosts, export=paths, path=paths, version=st.sampled_from(versions)),
        st.builds(SshTarget, server=hosts, user=users, path=directories, identity=identities),
    ]
    if generation in (None, Generation.EL9_2, Generation.EL9_7, Generation.KDUMP_UTILS):
        tags = st.from_regex(r"[A-Za-z0-9][A-Za-z0-9._-]{0,35}", fullmatch=True)
        kinds.append(st.builds(VirtiofsTarget, tag=tags, path=paths))
    return st.one_of(kinds)


@st.composite
def fitting(draw: st.DrawFn, generation: Generation) -> DumpConfiguration:
    """A configuration that *generation* should take; a few combinations of options it still refuses."""
    target = draw(targets(generation))
    is_local = isinstance(target, LocalTarget)
    failure, final = draw(_actions(generation, is_local))
    level, compression = draw(
        st.just(_WITHOUT_TARGET[generation])
        if is_local and generation in NET
        else st.tuples(st.integers(0, 31), st.sampled_from(_FITTING_COMPRESSIONS.get(generation, COMPRESSIONS)))
    )
    return DumpConfiguration(
        target=target,
        dump_level=level,
        compression=compression,
        failure_action=failure,
        final_action=final,
        options=draw(_options(sorted(_FITTING_OPTIONS[generation]))),
    )


@st.composite
def with_own_collector(draw: st.DrawFn, generation: Generation) -> DumpConfiguration:
    """A configuration whose collector is a line of its own."""
    value = st.one_of(
        st.from_regex(RULES["core_collector"].accepted, fullmatch=True),
        st.sampled_from(
            [
                "cp --sparse=always",
                "scp",
                "cat",
                "makedumpfile -E -d 31",
                "makedumpfile -F -c --message-level 31 -d 17",
                "makedumpfile -d 17,31 -z --num-threads=2",
            ]
        ),
    )
    return DumpConfiguration(target=draw(targets(generation)), options={"core_collector": draw(value)})


@st.composite
def unfitting(draw: st.DrawFn) -> DumpConfiguration:
    """Any configuration at all, for which no release may have been meant."""
    return DumpConfiguration(
        target=draw(targets(None)),
        dump_level=draw(st.integers(0, 31)),
        compression=draw(st.sampled_from(COMPRESSIONS)),
        failure_action=draw(st.sampled_from([None, None, *FAILURE_ACTIONS])),
        final_action=draw(st.sampled_from([None, None, *FINAL_ACTIONS])),
        options={**draw(_options(sorted(RULES))), **draw(_keys())},
    )


def configurations(generation: Generation) -> st.SearchStrategy[DumpConfiguration]:
    """Configurations, most of which *generation* should take."""
    return st.one_of(fitting(generation), fitting(generation), with_own_collector(generation), unfitting())


def _actions(generation: Generation, is_local: bool) -> st.SearchStrategy[tuple[str | None, str | None]]:
    if generation in NET and is_local:
        return st.just((None, None))
    if generation in OLD:
        known = [name for name in _ACTIONS_OF_6_0 if (generation, name) != (Generation.EL5, "poweroff")]
        if generation is Generation.EL6_3:
            known.append("dump_to_rootfs")
        return st.sampled_from([None, *known]).map(lambda name: (name, name if name in ("halt", "poweroff") else None))
    failure = st.sampled_from([None, *FAILURE_ACTIONS])
    if generation in (Generation.EL7, Generation.EL8_0):
        return failure.map(lambda name: (name, None))
    return st.tuples(failure, st.sampled_from([None, *FINAL_ACTIONS]))


def _options(known: list[str]) -> st.SearchStrategy[dict[str, str]]:
    return st.lists(st.sampled_from(known), unique=True, max_size=4).flatmap(
        lambda chosen: st.fixed_dictionaries(
            {name: st.from_regex(RULES[name].accepted, fullmatch=True) for name in chosen}
        )
    )


def _keys() -> st.SearchStrategy[dict[str, str]]:
    """Keys of /etc/sysconfig/kdump, which go there and not into /etc/kdump.conf."""
    return st.lists(st.sampled_from(sorted(KEYS)), unique=True, max_size=1).flatmap(
        lambda chosen: st.fixed_dictionaries(
            {name: st.from_regex(KEYS[name].accepted, fullmatch=True) for name in chosen}
        )
    )
