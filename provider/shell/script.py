"""Scripts for a host out of questions and actions, and the answers that come back.

Everything a user or a host can name is a quoted argument: nothing of it is ever read as shell.
"""

from __future__ import annotations

import re
import secrets
import shlex
from collections.abc import Sequence
from dataclasses import dataclass, field
from importlib import resources

from provider.shell.cksum import cksum

LIBRARY = "library.sh"
"""The part of the library that every script needs; of the others, a script brings those whose functions it calls."""
BEGIN = "#begin"
LOCK_SECONDS = 180
FILE_LIMIT = 1024 * 1024


class Garbled(Exception):
    """The host answered with something that is not an answer to the script."""


@dataclass(frozen=True)
class Call:
    """One call of a function of the library; its words are passed as quoted arguments."""

    function: str
    words: tuple[bytes, ...]
    when: str = field(default="", compare=False)
    """A condition in shell, from our own sources, without which the call is left out and gets no answer."""

    def line(self, number: int) -> bytes:
        """The call as shell, answering under the given number."""
        line = b" ".join([self.function.encode(), str(number).encode(), *map(_quote, self.words)])
        return f"if {self.when}; then ".encode() + line + b"; fi" if self.when else line


def _quote(word: bytes) -> bytes:
    if b"\0" in word:
        raise ValueError("a NUL byte cannot be sent to a host")
    return b"'" + word.replace(b"'", b"'\"'\"'") + b"'"


def call(function: str, *words: str | bytes) -> Call:
    """A call with its words, text in UTF-8."""
    return Call(function, tuple(w if isinstance(w, bytes) else w.encode() for w in words))


@dataclass(frozen=True)
class FileSeen:
    """A file, directory or its absence. Mode is octal text without leading zero, `changed` in seconds since 1970."""

    kind: str
    mode: str = ""
    owner: str = ""
    group: str = ""
    changed: int = 0
    content: bytes = b""

    @property
    def exists(self) -> bool:
        """Whether anything is there."""
        return self.kind != "absent"

    @property
    def sum(self) -> str:
        """What cksum(1) prints of it on the host, by which an action knows whether it is still the same file."""
        return cksum(self.content) if self.kind == "file" else "absent"

    @property
    def text(self) -> str:
        """The content as text; bytes that are not UTF-8 survive a round trip through `to_bytes`."""
        return self.content.decode("utf-8", "surrogateescape")


def to_bytes(text: str) -> bytes:
    """The reverse of `FileSeen.text`."""
    return text.encode("utf-8", "surrogateescape")


@dataclass(frozen=True)
class Output:
    """What a command said (standard output and error together) and its exit code."""

    text: str
    code: int


@dataclass(frozen=True)
class Space:
    """The file system a path is on (or will be on): bytes free for root's use, bytes in all."""

    free_bytes: int
    total_bytes: int
    filesystem: str
    mount_point: str


class Answers:
    """What came back: values by "number.field"."""

    def __init__(self, values: dict[str, bytes]) -> None:
        self._values = values

    def _get(self, number: int, field: str) -> bytes:
        try:
            return self._values[f"{number}.{field}"]
        except KeyError:
            raise Garbled(f"answer {number}.{field} is missing") from None

    def following(self, first: int) -> Answers:
        """The answers from number `first` on, numbered anew."""
        found = {}
        for key, value in self._values.items():
            number, _, name = key.partition(".")
            if number.isdigit():
                if int(number) >= first:
                    found[f"{int(number) - first}.{name}"] = value
            else:
                found[key] = value
        return Answers(found)

    def each(self, first: int, count: int) -> list[Answers | None]:
        """The answers to `count` questions from number `first` on, each alone, as number 0; None for none."""
        sorted_in: dict[str, dict[str, bytes]] = {}
        for key, value in self._values.items():
            number, _, name = key.partition(".")
            sorted_in.setdefault(number, {})[f"0.{name}"] = value
        found = (sorted_in.get(str(number)) for number in range(first, first + count))
        return [Answers(values) if values is not None else None for values in found]

    def failure(self) -> tuple[int, str] | None:
        """The action that failed and why, if one did; -1 stands for the lock."""
        for key, value in self._values.items():
            number, _, field = key.partition(".")
            if field == "failed":
                return (-1 if number == "lock" else int(number)), value.decode("utf-8", "replace").strip()
        return None

    def done(self, number: int) -> str:
        """What an action says it did."""
        return self._values.get(f"{number}.done", b"").decode("utf-8", "replace")

    def left(self) -> list[str]:
        """What the actions say they had to leave as it is, in their order."""
        numbers = sorted(int(key.partition(".")[0]) for key in self._values if key.endswith(".done"))
        said = [line for number in numbers for line in self.done(number).splitlines()]
        return [line.removeprefix("left: ") for line in said if line.startswith("left: ")]

    def file(self, number: int) -> FileSeen:
        """The answer to q_file."""
        kind = self._get(number, "kind").decode()
        if kind in ("absent", "other"):
            return FileSeen(kind)
        words = self._get(number, "stat").decode("utf-8", "replace").split()
        if len(words) != 4:
            raise Garbled(f"stat answered {' '.join(words)!r}")
        mode, owner, group, changed = words
        if not changed.isdigit():
            raise Garbled(f"stat answered {' '.join(words)!r}")
        if kind == "directory":
            return FileSeen(kind, mode, owner, group, int(changed))
        content = self._get(number, "content")
        if len(content) > FILE_LIMIT:
            raise Garbled("a file is larger than 1 MiB")
        return FileSeen(kind, mode, owner, group, int(changed), content)

    def text(self, number: int) -> str:
        """The answer to q_text."""
        return self._get(number, "text").decode("utf-8", "surrogateescape")

    def line(self, number: int) -> str:
        """The answer to q_line."""
        return self._get(number, "line").decode("utf-8", "surrogateescape")

    def names(self, number: int) -> list[str]:
        """The answer to q_names."""
        return self._get(number, "names").decode("utf-8", "surrogateescape").splitlines()

    def output(self, number: int) -> Output:
        """The answer to q_run."""
        code = self._get(number, "code").decode("ascii", "replace")
        if not code.isdigit():
            raise Garbled(f"{code!r} is no exit code")
        return Output(self._get(number, "output").decode("utf-8", "surrogateescape"), int(code))

    def space(self, number: int) -> Space | None:
        """The answer to q_space; None when df could not tell."""
        words = self._get(number, "df").decode("utf-8", "replace").split()
        if len(words) < 7 or not (words[2].isdigit() and words[4].isdigit()):
            return None
        mount_point = " ".join(words[6:])
        return Space(int(words[4]) * 1024, int(words[2]) * 1024, words[1], mount_point)


def _libraries() -> tuple[dict[str, str], dict[str, str]]:
    """The text of each part of the library, and the part that each function stands in."""
    folder = resources.files("provider.shell")
    texts = {part.name: part.read_text(encoding="utf-8") for part in folder.iterdir() if part.name.endswith(".sh")}
    parts = {name: part for part, text in texts.items() for name in re.findall(r"^(\w+)\(\) [{(]", text, re.MULTILINE)}
    return texts, parts


_TEXTS, _PARTS = _libraries()


def library_for(calls: Sequence[Call]) -> str:
    """The parts of the library that the calls need. Raises KeyError for a function that is in none of them."""
    needed = {_PARTS[one.function] for one in calls} - {LIBRARY}
    return "\n".join(_TEXTS[part] for part in (LIBRARY, *sorted(needed)))


def questions(calls: Sequence[Call]) -> tuple[str, bytes]:
    """The nonce and the text of a script that only asks."""
    return _script(calls, "")


def actions(calls: Sequence[Call], key: str, then: Sequence[Call] = ()) -> tuple[str, bytes]:
    """The nonce and the text of a script that changes the host, under its lock. `key` names the store.

    The questions in `then` are answered when all is done, numbered on from the actions.
    """
    return _script([*calls, *then], f"KEY={shlex.quote(key)}\ntake_lock {LOCK_SECONDS}\n")


def _script(calls: Sequence[Call], opening: str) -> tuple[str, bytes]:
    nonce = secrets.token_hex(12)
    body = b"\n".join(one.line(number) for number, one in enumerate(calls))
    text = b"\n".join(
        [
            BEGIN.encode(),
            f"NONCE={nonce}".encode(),
            library_for(calls).encode(),
            b"main() {",
            opening.encode(),
            body,
            b"answer_text end ok",
            b"}",
            # In one piece: each would be a packet of SSH, and hundreds of those cost both sides more than what is said.
            b"printf '%s\\n' \"$(main)\"",
            b"exit 0",
            b"",
        ]
    )
    return nonce, text


def read_answers(nonce: str, output: bytes) -> Answers:
    """The answers in what a host printed; banners and other noise are passed over. Raises Garbled."""
    values: dict[str, bytes] = {}
    # What stands before the first nonce is someone else's.
    for said in output.split(b"\n" + nonce.encode() + b" ")[1:]:
        first, _, rest = said.partition(b"\n")
        key, plain, value = first.partition(b" =")
        try:
            values[key.decode("ascii")] = value if plain else bytes.fromhex(rest.decode("ascii"))
        except ValueError:
            raise Garbled(f"the answer {key[:40]!r} is no hexadecimal text") from None
    if "missing" in values:
        raise Garbled(f"the command {values['missing'].decode('ascii', 'replace')} is missing there")
    if "end" not in values:
        raise Garbled("the answer breaks off before its end")
    return Answers(values)
