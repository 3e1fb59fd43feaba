"""Generators of kdump.conf files, each on one theme: fencing, collectors, actions, targets, rebuilding."""

from collections.abc import Callable
from random import Random

from tools.agreement.pieces import BLANKS, COLLECTORS, DRACUT, MOUNTS, OTHERS, STRANGERS, TARGETS, line, target

TAILS = ("", "", "", " ", "\t", " # note", "# note", "\t#note", "#", " # ssh a@b --mount 1 -F")
"""What may follow a value."""


def fence(random: Random, host_name: str, addresses: str) -> list[str]:
    """fence_kdump_nodes against the machine's own name and addresses, and against what only looks like them."""
    own = addresses.split() or ["192.0.2.10"]
    address = random.choice(own)
    near = [
        host_name, host_name.upper(), host_name.split(".")[0], f"{host_name}.", f"x{host_name}", address, address[:-1],
        address[1:], address[4:], f"{address}0", f"1{address}", address.replace(".", "x"), address.replace(".", "-", 1),
        ".", "..", "1", "^1", "[0-9]", "[", "*", "-v", "-e", "\\.", "node2", "node3.example.com", "203.0.113.99",
        "0.0", "2001:db8::", address.split(".")[0], address.replace("0", "."), f'"{host_name}"', f'"{address}',
    ]  # fmt: skip
    safe = ["node2", "node3.example.com", "203.0.113.99", "node4"]
    nodes = [random.choice(near if random.random() < 0.45 else safe) for _ in range(random.randint(1, 3))]
    between = random.choice((" ", " ", " ", "  ", "\t", ","))
    lines = [line(random, "fence_kdump_nodes", between.join(nodes)) + random.choice(TAILS)]
    if random.random() < 0.2:
        lines.append(f"fence_kdump_nodes {random.choice(near)}")
    if random.random() < 0.3:
        lines.append(line(random, "fence_kdump_args", "-p 7410"))
    if random.random() < 0.15:
        lines.append(f"# fence_kdump_nodes {host_name}")
    if random.random() < 0.1:
        lines.append(f"fence_kdump_nodes_too {host_name}")
    random.shuffle(lines)
    return lines


def collector(random: Random, *_machine: str) -> list[str]:
    """Collectors with targets that need a flat format and with targets that do not."""
    where = random.choice((
        "ssh kdump@dump.example.com", "ssh\tkdump@dump.example.com", "raw /dev/vdb1", "raw\t/dev/vdb1", "nfs a:/b",
        "xfs /dev/vdb1", "virtiofs dumps", f"dracut_args {MOUNTS[0]}", "", "", "#raw /dev/vdb1", "# ssh a@b",
        "ssh dump.example.com",
    ))  # fmt: skip
    lines = [where, line(random, "core_collector", random.choice(COLLECTORS)) + random.choice(TAILS)]
    if random.random() < 0.1:
        lines.append(line(random, "core_collector", random.choice(COLLECTORS)))
    if random.random() < 0.1:
        lines.append("force_no_rebuild 1")
    random.shuffle(lines)
    return lines


def secure_shell(random: Random, *_machine: str) -> list[str]:
    """ssh targets as people write them: with and without a user, as a URI, with a port, in brackets, by an alias."""
    user = random.choice(
        ("kdump@", "kdump@", "kdump@", "root@", "", "a.b@", "KDUMP@", "@", "a@b@", "u ser@", "é@", "-l@")
    )
    host = random.choice((
        "dump.example.com", "dump.example.com", "192.0.2.50", "dump", "DUMP.example.com", "2001:db8::50",
        "[2001:db8::50]", "2001:DB8::50", "fe80::1%eth0", "dump.example.com:22", "dump.example.com:/var/crash",
        "dump_1.example.com", "-dump", "", "192.0.2.050", "dump.example.com.", "dump.example.com extra", "éxample",
        "ssh://kdump@dump.example.com", "dump/example", "localhost",
    ))  # fmt: skip
    value = random.choice(("", "", "", "", "ssh://")) + user + host
    if random.random() < 0.08:
        value = f'"{value}"'
    lines = [line(random, "ssh", value) + random.choice(TAILS)]
    if random.random() < 0.5:
        lines.append(
            random.choice(("core_collector makedumpfile -F -l -d 31", "core_collector scp", "force_no_rebuild 1"))
        )
    if random.random() < 0.3:
        lines.append(line(random, "sshkey", "/root/.ssh/kdump_id_rsa"))
    if random.random() < 0.3:
        lines.append(line(random, "path", "/dumps"))
    random.shuffle(lines)
    return lines


def rebuilding(random: Random, *_machine: str) -> list[str]:
    """force_rebuild and force_no_rebuild with numbers, words and blanks; with the latter mkdumprd is not asked."""
    values = (
        "0", "1", "1", "0", "2", "-1", "01", "1 0", "0 1", "1  x", "yes", "no", "on", '"1"', "'0'", "1.0", "\u0661",
        "1\t0",
    )  # fmt: skip
    lines: list[str] = []
    for name in ("force_rebuild", "force_no_rebuild"):
        for _ in range(random.choice((0, 1, 1, 1, 2) if random.random() < 0.3 else (0, 1))):
            lines.append(line(random, name, random.choice(values)) + random.choice(TAILS))
    if random.random() < 0.3:
        lines.append(
            random.choice(("ssh dump.example.com", "core_collector makedumpfile -Q", "raw /dev/vdb1", "xfs LABEL=a"))
        )
    if random.random() < 0.15:
        lines.append(
            random.choice(("#force_rebuild 7", " # force_rebuild 7", "extra_modules ext4", "force_rebuildx 3"))
        )
    random.shuffle(lines)
    return lines or ["force_rebuild"]


def actions(random: Random, *_machine: str) -> list[str]:
    """default, failure_action and final_action: alone, together, twice, with more words, with foreign values."""
    values = (
        "reboot", "halt", "poweroff", "shell", "dump_to_rootfs", "mount_root_run_init", "kernel", "Reboot", "exit",
        "reboot now", "halt halt", '"reboot"', "'halt'", "reboot;", "none", "dump_to_rootfs /x", "reboot\\",
    )  # fmt: skip
    lines: list[str] = []
    for name, chance in (("default", 0.45), ("failure_action", 0.45), ("final_action", 0.5)):
        for extra in (1.0, 0.06):
            if random.random() < chance * extra:
                value = random.choice(values[:5] if random.random() < 0.55 else values)
                lines.append(line(random, name, value) + random.choice(TAILS))
    if random.random() < 0.2:
        lines.append(random.choice(("#default halt", "# failure_action x", "default_action x", "path /var/crash")))
    random.shuffle(lines)
    return lines or ["default"]


def several_targets(random: Random, *_machine: str) -> list[str]:
    """One to three targets, some commented out, some only look like targets."""
    lines: list[str] = []
    for _ in range(random.choice((1, 2, 2, 2, 3))):
        written = target(random)
        shape = random.random()
        if shape < 0.15:
            written = written.replace(" ", "\t", 1)
        elif shape < 0.25:
            written = f"#{written}"
        elif shape < 0.32:
            written = f" {written}"
        elif shape < 0.4:
            written = f"extra_bins {written}"
        lines.append(written + random.choice(TAILS))
    if random.random() < 0.15:
        lines.append(random.choice(STRANGERS))
    if random.random() < 0.2:
        lines.append("core_collector makedumpfile -F -d 31")
    return lines


def dracut(random: Random, *_machine: str) -> list[str]:
    """dracut_args with --mount once, twice, in one line or two, in quotes, in a comment; and unmatched quotes."""
    words = list(random.sample(DRACUT, random.choice((0, 1, 1, 2))))
    words += random.sample(MOUNTS, random.choice((0, 1, 1, 1, 2)))
    words += random.sample(("x--mounts", "--mount-x", "-mount", '"', "'", "a\\", "#--mount", "# --mount", "''", "é"),
                           random.choice((0, 0, 1)))  # fmt: skip
    random.shuffle(words)
    lines = [line(random, "dracut_args", random.choice((" ", "  ", "\t")).join(words)) + random.choice(TAILS)]
    if random.random() < 0.3:
        lines.append(line(random, "dracut_args", random.choice(MOUNTS + DRACUT)))
    if random.random() < 0.25:
        lines.append(target(random))
    if random.random() < 0.15:
        lines.append("core_collector makedumpfile -l -d 31")
    random.shuffle(lines)
    return lines


def overriding(random: Random, *_machine: str) -> list[str]:
    """override_resettable, which no list of options has, in places where only mkdumprd may find it."""
    value = random.choice(("0", "1", "2", "yes", ""))
    before = random.choice(("path /dumps\\", "path /dumps", "extra_bins /bin/a \\", "# \\", "path /dumps\\\\", "\\"))
    lines = [before, random.choice(("override_resettable ", " override_resettable ", "override_resettable\t")) + value]
    return lines + ([target(random)] if random.random() < 0.3 else [])


def empties(random: Random, *_machine: str) -> list[str]:
    """Options without a value, or with nothing but a comment or blanks after the name."""
    names = [*OTHERS, *TARGETS, "dracut_args", "net", "override_resettable"]
    after = random.choice(
        ("", " ", "\t", "  \t", "#", " #", " # x", "\t#x", "#x", ' ""', ' " "', " ''", " \\", "\\", " \u00a0")
    )
    lines = [random.choice(names) + after]
    for _ in range(random.randint(0, 2)):
        lines.append(
            line(random, "extra_bins", "/usr/bin/tar") if random.random() < 0.3 else f"# {random.choice(names)}"
        )
    random.shuffle(lines)
    return lines


def odd_lines(random: Random, *_machine: str) -> list[str]:
    """Short lines, blank lines, blanks of every sort, strangers."""
    odd = (
        "a", "1", "#", "\\", '"', "'", "\u00e9", "-", "=", "ab", " a", "a ", "a#", "##", " #", "\t", "  ", "\f", "\v",
        "\r", "\u00a0", "\u2003", "\ufeff", "\u200b", "\fpath /x", "path\v/x", "path /x\f", "\u00a0path /x",
        "\u2003path /x", "path\u2003/x", "path\u00a0/x", "\ufeffpath /x", "path /x\u2003", "path /x\u00a0",
        "path /x \u00a0", "\\path /x", "pa\\th /x", "path \\ /x", "path /x \\y", "p", "path /x\r",
        "default halt\r", "-n", "-e x", "-n path",
    )  # fmt: skip
    lines = [random.choice(odd if random.random() < 0.5 else STRANGERS)]
    for _ in range(random.randint(0, 3)):
        name = random.choice(("path", "extra_bins", "sshkey", "kdump_pre"))
        lines.append(f"{name}{random.choice(BLANKS)}{OTHERS[name][0]}")
    random.shuffle(lines)
    return list(dict.fromkeys(lines))


THEMES: dict[str, Callable[..., list[str]]] = {
    "fence": fence,
    "collector": collector,
    "ssh": secure_shell,
    "rebuilding": rebuilding,
    "actions": actions,
    "targets": several_targets,
    "dracut": dracut,
    "overriding": overriding,
    "empties": empties,
    "odd-lines": odd_lines,
}
"""Each theme with the generator of its files; a generator may want the machine's host name and addresses."""
