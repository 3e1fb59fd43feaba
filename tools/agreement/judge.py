"""Ask the real scripts of one release what they say about kdump.conf files.

The folder of a release's scripts (kdumpctl, mkdumprd, kdump-lib.sh and what they source) is copied to a temporary
folder, where three things change: the part of kdumpctl that acts on its command line is cut off, fixed paths lead into
the temporary folder, and mkdumprd takes the stand-ins for the machine once its own functions are defined.
judge.sh then runs the real `start` on every file.
"""

import argparse
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import NamedTuple

HERE = Path(__file__).resolve().parent

RELEASES = {"el7": "el7", "el8": "el8/SOURCES", "el9": "el9/SOURCES", "ku": "ku"}
"""The releases by name, and where each one's scripts lie under the folder of all unpacked sources."""

SCRIPTS = ("kdumpctl", "mkdumprd", "kdump-lib.sh", "kdump-lib-initramfs.sh", "kdump-logger.sh")

NOT_SAID = ("grep: warning: stray \\",)
"""Beginnings of lines that come from this machine's newer grep, not from the scripts."""

CHUNK = 200
"""Files for one run of bash."""

PATIENCE = 600
"""Seconds one run of bash may take."""


class Case(NamedTuple):
    """A kdump.conf and the machine it is on: its host name, and its addresses with a blank between two.

    `kind` says which part of the corpus the file comes from.
    """

    text: str
    host_name: str = "node1.example.com"
    addresses: str = "192.0.2.10 198.51.100.7"
    kind: str = ""


class Outcome(NamedTuple):
    """What became of it: the last check that began, all lines said, and what a stand-in noticed.

    An accepted file ends at "started" (mkdumprd was content too) or "not-rebuilt" (force_no_rebuild 1: mkdumprd
    was not asked). The stage "makedumpfile" is the real program's own check of its parameters.
    """

    accepted: bool
    stage: str
    said: tuple[str, ...]
    notes: tuple[str, ...]


def judge(
    cases: Sequence[Case], tools: Path, programs: Path | None = None, workers: int = os.cpu_count() or 1
) -> list[Outcome]:
    """What the scripts in the folder `tools` say about each case, in the order of the cases."""
    chunks = [cases[start : start + CHUNK] for start in range(0, len(cases), CHUNK)]
    with ThreadPoolExecutor(workers) as pool:
        answers = pool.map(lambda chunk: _judge_chunk(chunk, tools, programs), chunks)
        return [outcome for answer in answers for outcome in answer]


def _judge_chunk(cases: Sequence[Case], tools: Path, programs: Path | None) -> list[Outcome]:
    with tempfile.TemporaryDirectory(prefix="judge-") as name:
        root = Path(name)
        _prepare(root, tools)
        for number, case in enumerate(cases):
            (root / "conf" / str(number)).write_bytes(case.text.encode())
        listed = "".join(f"{number}\t{case.host_name}\t{case.addresses}\n" for number, case in enumerate(cases))
        subprocess.run(
            ["bash", "--norc", HERE / "judge.sh", root],
            input=listed.encode(),
            env=_environment(root, programs),
            timeout=PATIENCE,
            check=True,
        )
        return [_outcome(root, number) for number in range(len(cases))]


def _environment(root: Path, programs: Path | None) -> dict[str, str]:
    """RHEL's services run in UTF-8; real gawk and makedumpfile come first where there are any."""
    path = [str(root / "bin"), "/usr/sbin", "/usr/bin", "/sbin", "/bin"]
    settings = {"LC_ALL": "C.UTF-8", "TMPDIR": str(root), "HOME": str(root)}
    if programs:
        path.insert(1, str(programs / "bin"))
        settings["LD_LIBRARY_PATH"] = str(programs / "lib")
    return {**settings, "PATH": ":".join(path)}


def _prepare(root: Path, tools: Path) -> None:
    for folder in ("bin", "boot", "conf", "empty", "said", "status", "steps", "temporary"):
        (root / folder).mkdir()
    (root / "bin" / "dracut").symlink_to(shutil.which("true") or "/bin/true")
    shutil.copy(HERE / "dracut-functions.sh", root)
    (root / "empty.conf").touch()
    for script in SCRIPTS:
        if (tools / script).exists():
            text = _at_home(root, (tools / script).read_text())
            (root / script).write_text(
                {"kdumpctl": _functions_only, "mkdumprd": _with_stand_ins}.get(script, str)(text)
            )


def _at_home(root: Path, text: str) -> str:
    """The script with its fixed paths led into the temporary folder, and kdump.conf to the file of each case."""
    text = text.replace("/etc/kdump.conf", "${JUDGED_CONF}").replace("/etc/sysconfig/", f"{root}/no-sysconfig/")
    text = text.replace("/var/lib/kdump", f"{root}/state")
    return re.sub(r"(?<!\w)(?:/usr)?/lib/kdump\b", str(root), text)


def _functions_only(kdumpctl: str) -> str:
    """Kdumpctl up to where it begins to act: its last part first looks whether there is a kdump.conf."""
    acts = re.search(r"^if \[+ ! -f \"?\$KDUMP_CONFIG_FILE", kdumpctl, re.MULTILINE)
    if not acts:
        raise ValueError("this kdumpctl has no end that could be cut off")
    return kdumpctl[: acts.start()]


def _with_stand_ins(mkdumprd: str) -> str:
    """Mkdumprd that sources the stand-ins after the libraries, and again once its last function is defined."""
    source = f'. "{HERE}/stand_ins.sh"\n'
    body = re.search(r"^while read ", mkdumprd, re.MULTILINE)
    last_library = list(re.finditer(r"^\. .*/kdump-(?:lib|logger)\.sh\n", mkdumprd, re.MULTILINE))
    if not body or not last_library:
        raise ValueError("this mkdumprd has no loop over its configuration, or no libraries")
    last_function = mkdumprd.rindex("\n}\n", 0, body.start()) + len("\n}\n")
    loaded = last_library[-1].end()
    return mkdumprd[:loaded] + source + mkdumprd[loaded:last_function] + source + mkdumprd[last_function:]


def _outcome(root: Path, number: int) -> Outcome:
    accepted = (root / "status" / str(number)).read_text().strip() == "0"
    steps = (root / "steps" / str(number)).read_text(errors="replace").splitlines()
    notes = tuple(step.removeprefix("note ") for step in steps if step.startswith("note "))
    checks = [step for step in steps if not step.startswith("note ")]
    reached = "started" if "mkdumprd" in checks else "not-rebuilt"
    return Outcome(accepted, reached if accepted else checks[-1], tuple(_said(root, number)), notes)


def _said(root: Path, number: int) -> Iterator[str]:
    text = (root / "said" / str(number)).read_bytes().decode(errors="replace")
    text = (
        text.replace(str(root / "conf" / str(number)), "/etc/kdump.conf").replace(str(root), "").replace(str(HERE), "")
    )
    for line in text.split("\n"):
        if line and not line.startswith(NOT_SAID):
            yield line


def main(arguments: Sequence[str]) -> None:
    """Judge the files named on the command line and print one JSON object for each."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("files", nargs="+", type=Path, help="kdump.conf files")
    parser.add_argument("--tools", type=Path, required=True, help="the folder of the release's scripts, unpacked")
    parser.add_argument("--release", choices=RELEASES, required=True, help="which release that is")
    parser.add_argument("--programs", type=Path, help="what programs.sh made: real gawk and makedumpfile")
    parser.add_argument("--host-name", default=Case("").host_name)
    parser.add_argument("--addresses", default=Case("").addresses, help="with a blank between two")
    given = parser.parse_args(arguments)
    cases = [Case(file.read_bytes().decode(), given.host_name, given.addresses) for file in given.files]
    for file, outcome in zip(given.files, judge(cases, given.tools, given.programs), strict=True):
        print(json.dumps({"file": str(file), "release": given.release, **outcome._asdict()}, ensure_ascii=False))


if __name__ == "__main__":
    main(sys.argv[1:])
