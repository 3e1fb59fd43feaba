"""Which parameters makedumpfile accepts when it is asked with ``--check-params``.

Source: makedumpfile 1.7.3, main() and check_param_for_creating_dumpfile(); makedumpfile(8).
"""

from __future__ import annotations

import getopt
import re

_SHORT = "b:cDd:eEFfg:hi:lL:pRvXx:z"
_LONG = (
    "split", "reassemble", "xen-syms=", "xen-vmcoreinfo=", "xen_phys_start=", "message-level=", "vtop=", "dump-dmesg",
    "partial-dmesg", "config=", "help", "diskset=", "cyclic-buffer=", "eppic=", "non-mmap", "mem-usage",
    "splitblock-size=", "work-dir=", "num-threads=", "check-params", "dry-run", "show-stats",
)  # fmt: skip
_LEVELS = 31
# At most so many levels in one -d: NUM_ARRAY_DUMP_LEVEL.
_LEVELS_AT_ONCE = 32
_SIZE = re.compile(r"(0[xX][0-9a-fA-F]+|[0-9]+)[KMGTPEkmgtpe]?")


def parameter_problem(options: list[str], files: list[str]) -> str | None:
    """Why makedumpfile would not write a dump with *options* and *files* (words), or None where it would.

    The answer is a clause for a message ("-d 99 is not between 0 and 31").
    """
    try:
        given, operands = getopt.gnu_getopt([*options, *files], _SHORT, list(_LONG))
    except getopt.GetoptError as wrong:
        return str(wrong)
    values: dict[str, str] = {}
    for name, value in given:
        problem = _value_problem(name, value)
        if problem:
            return problem
        values[name] = value
    if "-h" in values or "--help" in values or "-v" in values:
        return None
    return _combination_problem(values, operands)


def _value_problem(name: str, value: str) -> str | None:
    if name == "-d":
        levels = [level for level in value.split(",") if level]
        wrong = next((level for level in levels if not 0 <= _atoi(level) <= _LEVELS), None)
        if wrong is not None or len(levels) > _LEVELS_AT_ONCE:
            return f"-d {value} is not between 0 and {_LEVELS}"
    if name == "--message-level" and not 0 <= _atoi(value) <= _LEVELS:
        return f"--message-level {value} is not between 0 and {_LEVELS}"
    if name == "-L" and not (_SIZE.fullmatch(value) and re.search("[1-9a-fA-F]", value)):
        return f"-L {value} is no size"
    return None


def _combination_problem(values: dict[str, str], operands: list[str]) -> str | None:
    def has(*names: str) -> bool:
        return any(name in values for name in names)

    compresses = has("-c", "-l", "-p", "-z")
    flat, split = has("-F"), has("--split")
    if has("-g"):
        return "-g writes no dump"
    if has("-R"):
        return "-R rearranges a dump that is already written" if len(operands) != 1 or flat else None
    if has("--reassemble"):
        return None if len(operands) >= 2 and not (flat or split) else "--reassemble joins dumps"
    forbidden = (
        (compresses and has("-E"), "-E (ELF) cannot be compressed"),
        (has("-i", "--xen-vmcoreinfo") and has("-x", "--xen-syms"), "-i cannot go with -x"),
        (has("--dry-run") and has("--dump-dmesg"), "--dry-run cannot go with --dump-dmesg"),
        (flat and split, "-F cannot go with --split"),
        (has("--config") and not has("-x"), "--config needs -x"),
        (_atoi(values.get("--num-threads", "0")) > 0 and split, "--num-threads cannot go with --split"),
        (_atoi(values.get("--num-threads", "0")) > 0 and has("-E"), "--num-threads cannot go with -E"),
        (has("--partial-dmesg") and not has("--dump-dmesg"), "--partial-dmesg needs --dump-dmesg"),
        (has("-e") and not has("--work-dir"), "-e needs --work-dir"),
    )
    for holds, problem in forbidden:
        if holds:
            return problem
    return _operand_problem(operands, flat, split, has("--mem-usage"), has("--diskset"))


def _operand_problem(operands: list[str], flat: bool, split: bool, mem_usage: bool, diskset: bool) -> str | None:
    # What kdump itself adds (vmcore, and a file where the target has files) is among the operands.
    count = len(operands)
    if (count == 2 and not (flat or split or diskset)) or (split and count > 2 - diskset):
        return None
    if count == 1 and ((diskset and not split) or flat or mem_usage):
        return None
    if flat and count == 2 and operands[-2:] == ["vmcore", "dumpfile"]:
        return "-F is for targets that are no file"
    if split:
        return "--split needs several files"
    return f"there is one word too many, {operands[0]!r}" if operands else "a file is missing"


def _atoi(text: str) -> int:
    """C's atoi: the number that *text* begins with, 0 where it begins with none."""
    found = re.match(r"\s*([+-]?[0-9]+)", text)
    return int(found[1]) if found else 0
