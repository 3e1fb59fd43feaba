"""Changing arguments on a boot loader's command lines, and leaving every other byte as it is.

What legacy GRUB's grub.conf, /etc/default/grub and Boot Loader Specification entries have in common.
Source: grubby 8.40 (grubby.c updateActualImage; grubby-bls of EL8 and EL9, update_args), Linux lib/cmdline.c.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from kdump import cmdline
from kdump.crashkernel.grammar import XEN_LIMIT
from kdump.errors import Refusal

# For each argument's name the words that shall stand for it, in order; none takes the argument off.
Words = Mapping[str, tuple[str, ...]]

_CRASHKERNEL = re.compile(rf"[A-Za-z0-9,:@.+-]+(?:{XEN_LIMIT})?")
_WORD = re.compile(r'(?:[^ \t"]|"[^"]*")+')
# Blanks on which the kernel, the boot loader and the shell do not agree, and control characters.
_UNCLEAR = re.compile(r"[^\S \t]|[\x00-\x08\x0e-\x1f\x7f]")
# NUL, a byte that was no UTF-8 (as "surrogateescape" leaves it), and what "replace" puts in place of one.
_UNDECODED = re.compile("[\0\ud800-\udfff\ufffd]")


def wanted_words(
    crashkernel: str, arguments: Mapping[str, str], remove: Sequence[str] = ()
) -> dict[str, tuple[str, ...]]:
    """The words for :func:`edited`: ``crashkernel`` first, then *arguments* in their order, then *remove*.

    * *crashkernel*: the values, separated by one blank ("512M,high 128M,low"); "" takes all off. Only its
      characters are checked here; what a release understands of it, :mod:`kdump.crashkernel` knows
    * *arguments*: other arguments by name; value "" makes a flag without a value
    * *remove*: names of arguments to take off

    Raises :class:`Refusal` for what :func:`kdump.cmdline.check_argument` refuses, for a crashkernel that is no
    values separated by one blank, and for a name that is both set and removed.
    """
    values = crashkernel.split(" ") if crashkernel else []
    if not all(map(_CRASHKERNEL.fullmatch, values)):
        raise Refusal(
            "crashkernel",
            crashkernel,
            "values of letters, digits and , : @ . + -, separated by one blank, and Xen's limit as ',below=4G'",
            "Write a value such as '256M' or '512M,high 128M,low', for the Xen hypervisor also '256M,below=4G'",
            "The boot loader and the kernel take other characters for something else: GRUB 2 wants '<' escaped, and "
            "legacy GRUB does not",
        )
    words = {"crashkernel": tuple(f"crashkernel={value}" for value in values)}
    words |= {name: (cmdline.argument(name, value),) for name, value in arguments.items()}
    cmdline.check_removals(remove, arguments)
    words |= dict.fromkeys(remove, ())
    return words


def taken_off(words: Words) -> dict[str, tuple[str, ...]]:
    """The same names, all of them to be taken off."""
    return dict.fromkeys(words, ())


def edited(arguments: str, words: Words, where: str, *, in_place: bool = False) -> str:
    """The command line *arguments* (without the kernel's path) with exactly *words* for their names.

    An argument that already is as wanted stays where it is. Otherwise the old words of its name go, each with
    the blanks in front of it, and the new ones come to the end, in front of trailing blanks and of a word
    ``--`` (what follows that is meant for init). With *in_place* each new word takes an old one's place as
    long as there are any, and only the rest comes to the end. Every other byte stays.

    grubby of RHEL 5 to 7 works in place, grubby-bls of RHEL 8 and later at the end. *where* names the file and
    line for :class:`Refusal`, raised for quotes that do not close and for characters other than blank and tab
    that some reader takes for a blank.
    """
    unclear = _UNCLEAR.search(arguments)
    if unclear:
        raise broken(
            where,
            arguments,
            "arguments separated by blanks or tabs",
            f"The character {unclear[0]!a} separates arguments for some programs and not for others",
        )
    if arguments.count('"') % 2:
        raise broken(
            where,
            arguments,
            "double quotes that come in pairs",
            "To the kernel an open quote makes one argument of all that follows",
        )
    found = list(_WORD.finditer(arguments))
    end = next((index for index, word in enumerate(found) if word[0] == "--"), len(found))
    changed: dict[int, str | None] = {}
    added: list[str] = []
    for name, new in words.items():
        old = [index for index, word in enumerate(found) if _has_name(word[0], name)]
        counting = [index for index in old if index < end]
        if old == counting and tuple(found[index][0] for index in old) == new:
            continue
        places = counting if in_place else []
        changed |= dict.fromkeys(old)
        changed |= dict(zip(places, new, strict=False))
        added += new[len(places) :]
    return _put_together(arguments, found, end, changed, added) if changed or added else arguments


def has_words(arguments: str) -> bool:
    """Whether a command line holds any argument."""
    return bool(_WORD.search(arguments))


def checked_text(text: str, path: str) -> str:
    """*text*, unless it holds NUL or bytes that were no UTF-8: then :class:`Refusal`, naming *path*."""
    found = _UNDECODED.search(text)
    if found:
        line = text.count("\n", 0, found.start()) + 1
        raise broken(
            f"{path} line {line}",
            text.split("\n")[line - 1],
            "text in UTF-8",
            "A boot loader's file with other bytes in it may be damaged",
        )
    return text


def broken(where: str, found: str, needed: str, why: str, instead: str = "Correct it by hand first") -> Refusal:
    """The refusal of a file that is not understood: *where* is its path, mostly with the line's number."""
    return Refusal(where, found, needed, instead, why)


def _has_name(word: str, name: str) -> bool:
    return cmdline.arguments_of(word, [name])[name] is not None


def _put_together(
    arguments: str, found: list[re.Match[str]], end: int, changed: Mapping[int, str | None], added: list[str]
) -> str:
    starts = [0, *(word.end() for word in found)]
    gaps = [arguments[start : word.start()] for start, word in zip(starts, found, strict=False)]
    # What is in front of each word, and the word itself.
    pieces: list[tuple[str, str]] = []
    for index, word in enumerate(found):
        new = changed.get(index, word[0])
        if index == end:
            pieces += [(" ", extra) for extra in added]
        if new is not None:
            pieces.append((gaps[index], new))
    if end == len(found):
        pieces += [(" ", extra) for extra in added]
    # Where nothing stood in front of the first word, nothing does; and that word may have been pushed back.
    pieces[1:] = [(gap or " ", word) for gap, word in pieces[1:]]
    if pieces and not (gaps and gaps[0]):
        pieces[0] = ("", pieces[0][1])
    return "".join(gap + word for gap, word in pieces) + arguments[starts[-1] :]
