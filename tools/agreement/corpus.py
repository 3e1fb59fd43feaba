"""The corpus: thousands of kdump.conf files, the same for the same seed, each with the machine it is judged on."""

from collections.abc import Callable
from random import Random

from tools.agreement.handmade import HANDMADE
from tools.agreement.judge import Case
from tools.agreement.pieces import MACHINES, MOUNTS, OTHERS, STRANGERS, line, rendered, target
from tools.agreement.themes import THEMES

KINDS = {"rendered": 16, "mutated": 44, "fence": 7, "collector": 7, "ssh": 6, "rebuilding": 4, "actions": 4,
         "targets": 4, "dracut": 5, "overriding": 1, "empties": 2, "odd-lines": 2}  # fmt: skip
"""How often each kind of generated file is drawn, in parts of their sum."""

DANGEROUS = frozenset(";&|<>`$(){}")
"""What a dracut_args line must not hold: RHEL 7 evaluates such a line as shell text."""

LONG = 20_000
"""Characters of a very long value."""


def corpus(seed: int, count: int, handmade: bool = True) -> list[Case]:
    """The hand-made files (unless not wanted), and generated ones up to `count` in all; no case comes twice."""
    random = Random(seed)
    cases = {case._replace(kind=""): case for case in HANDMADE[: count if handmade else 0]}
    while len(cases) < count:
        case = _generated(random)
        if not _is_dangerous(case.text):
            cases.setdefault(case._replace(kind=""), case)
    return list(cases.values())


def _is_dangerous(text: str) -> bool:
    return any("dracut_args" in part and DANGEROUS & set(part) for part in text.replace("\r", "\n").split("\n"))


def _generated(random: Random) -> Case:
    kind = random.choices(list(KINDS), list(KINDS.values()))[0]
    host_name, addresses = random.choice(MACHINES)
    if kind == "rendered":
        return Case(_joined(rendered(random)), host_name, addresses, kind)
    if kind == "mutated":
        return Case(_mutated(random, rendered(random)), host_name, addresses, kind)
    lines = THEMES[kind](random, host_name, addresses)
    if random.random() < 0.15:
        return Case(_mutated(random, lines), host_name, addresses, kind)
    return Case(_joined(lines), host_name, addresses, kind)


def _joined(lines: list[str]) -> str:
    return "".join(f"{one}\n" for one in lines)


def _mutated(random: Random, lines: list[str]) -> str:
    lines = lines or ["path /var/crash"]
    for _ in range(random.choice((1, 1, 1, 2, 2, 3))):
        random.choice(CHANGES)(random, lines)
    text = _joined(lines)
    ending = random.random()
    if ending < 0.04:
        return text.replace("\n", "\r\n")
    if ending < 0.12:
        return text[:-1]
    return text


def _one(random: Random, lines: list[str]) -> int:
    if not lines:
        lines.append("path /var/crash")
    return random.randrange(len(lines))


def _indented(random: Random, lines: list[str]) -> None:
    at = _one(random, lines)
    lines[at] = random.choice((" ", "\t", "   ", " \t", "\f")) + lines[at]


def _blank_changed(random: Random, lines: list[str]) -> None:
    at = _one(random, lines)
    lines[at] = lines[at].replace(" ", random.choice(("\t", "  ", " \t", "\t\t", "\v")), 1)


def _all_blanks_changed(random: Random, lines: list[str]) -> None:
    at = _one(random, lines)
    lines[at] = lines[at].replace(" ", random.choice(("\t", "  ")))


def _trailing(random: Random, lines: list[str]) -> None:
    at = _one(random, lines)
    lines[at] += random.choice((" ", "\t", "  \t", "\r", " \r", "\f"))


def _commented_after(random: Random, lines: list[str]) -> None:
    at = _one(random, lines)
    lines[at] += random.choice((" # note", "#note", "#", " #", "\t# a # b", " #-F", " # --mount", "# ssh a@b"))


def _hash_inside(random: Random, lines: list[str]) -> None:
    at = _one(random, lines)
    middle = random.randrange(len(lines[at]) + 1)
    lines[at] = lines[at][:middle] + random.choice(("#", " # ", "#")) + lines[at][middle:]


def _neutral_line(random: Random, lines: list[str]) -> None:
    neutral = (
        "",
        "# a comment",
        "#",
        "   # indented",
        "\t#",
        "  ",
        "\t",
        "# raw /dev/vdb1",
        "#ssh a@b",
        "##",
        "# \\",
        "#\t",
    )
    lines.insert(random.randrange(len(lines) + 1), random.choice(neutral))


def _quoted(random: Random, lines: list[str]) -> None:
    at = _one(random, lines)
    name, _, value = lines[at].partition(" ")
    lines[at] = random.choice(
        (f'{name} "{value}"', f"{name} '{value}'", f'{name} "{value}', f'{name} {value}"', f'"{name}" {value}',
         f'"{name} {value}"', f'{name} "{value}" # x', f'{name} ""', f"{name} '{value}")
    )  # fmt: skip


def _other_case(random: Random, lines: list[str]) -> None:
    at = _one(random, lines)
    name, _, value = lines[at].partition(" ")
    lines[at] = random.choice((f"{name.upper()} {value}", f"{name.title()} {value}", f"{name} {value.upper()}"))


def _doubled(random: Random, lines: list[str]) -> None:
    at = _one(random, lines)
    again = lines[at] if random.random() < 0.6 else f"{lines[at]} again"
    lines.insert(random.randrange(len(lines) + 1), again)


def _emptied(random: Random, lines: list[str]) -> None:
    at = _one(random, lines)
    lines[at] = lines[at].partition(" ")[0] + random.choice(("", " ", "\t", " # nothing", "#nothing", ' ""'))


def _backslash(random: Random, lines: list[str]) -> None:
    at = _one(random, lines)
    middle = random.choice((len(lines[at]), len(lines[at]), random.randrange(len(lines[at]) + 1)))
    lines[at] = lines[at][:middle] + random.choice(("\\", "\\", " \\", "\\\\")) + lines[at][middle:]


def _second_target(random: Random, lines: list[str]) -> None:
    lines.insert(random.randrange(len(lines) + 1), target(random))


def _mount_added(random: Random, lines: list[str]) -> None:
    lines.append(f"dracut_args {random.choice(MOUNTS)}")


def _more_words(random: Random, lines: list[str]) -> None:
    lines[_one(random, lines)] += random.choice((" more", " 1", " -F", " /x /y", " *", " =", " --mount"))


def _name_stretched(random: Random, lines: list[str]) -> None:
    at = _one(random, lines)
    name, blank, value = lines[at].partition(" ")
    lines[at] = random.choice((f"{name}x", f"{name}4", f"{name}_x", f"x{name}", name[:-1], f"{name}=")) + blank + value


def _stranger(random: Random, lines: list[str]) -> None:
    lines.insert(random.randrange(len(lines) + 1), random.choice(STRANGERS))


def _another_option(random: Random, lines: list[str]) -> None:
    name = random.choice(list(OTHERS))
    lines.insert(random.randrange(len(lines) + 1), line(random, name, random.choice(OTHERS[name])))


def _short_line(random: Random, lines: list[str]) -> None:
    lines.insert(
        random.randrange(len(lines) + 1), random.choice(("a", "#", "\\", '"', "é", "1", "x#", "-", " a", "ab"))
    )


def _foreign_letters(random: Random, lines: list[str]) -> None:
    at = _one(random, lines)
    middle = random.choice((0, len(lines[at]), random.randrange(len(lines[at]) + 1)))
    lines[at] = (
        lines[at][:middle] + random.choice(("é", "\u00a0", "\u2003", "日本", "\u200b", "ß")) + lines[at][middle:]
    )


def _long_value(random: Random, lines: list[str]) -> None:
    name = random.choice(("extra_bins", "extra_modules", "path", "kdump_post", "# comment"))
    lines.insert(
        random.randrange(len(lines) + 1), f"{name} {'long' * (LONG // 4) if random.random() < 0.1 else 'x' * 300}"
    )


def _joined_lines(random: Random, lines: list[str]) -> None:
    at = _one(random, lines)
    if at + 1 < len(lines):
        lines[at : at + 2] = [random.choice((" ", "\\", "#")).join(lines[at : at + 2])]


def _assigned(random: Random, lines: list[str]) -> None:
    at = _one(random, lines)
    lines[at] = lines[at].replace(" ", random.choice(("=", " = ", ": ")), 1)


CHANGES: tuple[Callable[[Random, list[str]], None], ...] = (
    _indented, _blank_changed, _all_blanks_changed, _trailing, _trailing, _commented_after, _commented_after,
    _hash_inside, _neutral_line, _neutral_line, _neutral_line, _quoted, _other_case, _doubled, _emptied, _backslash,
    _backslash, _second_target, _mount_added, _more_words, _name_stretched, _stranger, _another_option,
    _another_option, _short_line, _foreign_letters, _long_value, _joined_lines, _assigned,
)  # fmt: skip
"""What a mutation may do to the lines; what does little harm is there more than once."""
