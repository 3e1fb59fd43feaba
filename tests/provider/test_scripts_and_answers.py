"""Scripts for hosts: every word arrives as it was given, and nothing of it is run; answers come back whole."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from provider.shell.script import Call, Garbled, actions, call, library_for, questions, read_answers

HERE = Path(__file__).resolve().parents[2] / "provider" / "shell"
SHELLS = ("dash", "bash")
WORDS = st.lists(st.binary(max_size=40).filter(lambda word: b"\0" not in word), max_size=6)
SLOW = settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow])


def run(script: bytes, shell: str = "dash") -> bytes:
    """What a shell makes of a script."""
    return subprocess.run([shell], input=script, capture_output=True, check=False, timeout=60).stdout


@SLOW
@given(WORDS, st.sampled_from(SHELLS))
def test_words_arrive_as_they_were_given(words: list[bytes], shell: str) -> None:
    nonce, script = questions([Call("q_run", (b"printf", b"%s\\0", *words))] if words else [call("q_run", "true")])
    wanted = b"".join(words)
    told = read_answers(nonce, run(script.replace(b"%s\\0", b"%s"), shell)).output(0)
    assert told.text.encode("utf-8", "surrogateescape") == wanted.rstrip(b"\n")
    assert told.code == 0


@SLOW
@given(st.binary(max_size=3000))
def test_a_files_bytes_come_back(content: bytes) -> None:
    import tempfile
    from pathlib import Path

    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "it's a $(file)"
        path.write_bytes(content)
        path.chmod(0o640)
        nonce, script = questions([call("q_file", str(path))])
        seen = read_answers(nonce, run(script)).file(0)
    assert (seen.kind, seen.mode, seen.content) == ("file", "640", content)


@given(st.binary(max_size=400))
def test_garbage_is_told_from_answers(noise: bytes) -> None:
    with pytest.raises(Garbled):
        read_answers("0123456789abcdef01234567", noise)


def test_noise_around_answers_is_passed_over() -> None:
    nonce, script = questions([call("q_run", "echo", "hello")])
    said = run(b"echo Welcome; echo 'end ok'\n" + script) + b"goodbye\n"
    assert read_answers(nonce, said).output(0).text == "hello"


def test_an_answer_cut_off_anywhere_is_no_answer() -> None:
    nonce, script = questions([call("q_run", "echo", "hello"), call("q_names", "/etc")])
    said = run(script).rstrip(b"\n")
    whole = said.rindex(nonce.encode())
    for length in range(0, whole + len(nonce) + len(" end"), 7):
        with pytest.raises(Garbled):
            read_answers(nonce, said[:length])


def test_a_script_cut_off_anywhere_changes_nothing(tmp_path: object) -> None:
    marker = f"{tmp_path}/marker"
    _, script = actions([call("a_run", "marking", "touch", marker)], "Key")
    body = script.index(b"main() {")
    for length in range(body, len(script) - len(b"main\nexit 0\n") - 2, 5):
        run(script[:length])
    run(script[: body // 2])
    assert subprocess.run(["test", "-e", marker], check=False).returncode == 1


def test_words_that_cannot_be_sent() -> None:
    with pytest.raises(ValueError, match="NUL"):
        call("q_file", "a\0b").line(0)


@pytest.mark.parametrize("part", sorted(HERE.glob("*.sh")), ids=lambda part: str(part.name))
@pytest.mark.parametrize("shell", SHELLS)
def test_the_library_is_posix_sh(shell: str, part: Path) -> None:
    done = subprocess.run([shell, "-n", str(part)], text=True, capture_output=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")


def test_a_script_brings_just_the_parts_that_it_calls() -> None:
    plain, debian = library_for([call("q_file", "/x")]), library_for([call("a_build_dump_image")])
    assert "kdump-tools" not in plain
    assert plain in debian
    assert "a_build_dump_image() {" in debian


def test_no_function_stands_in_two_parts() -> None:
    names = re.findall(r"^(\w+)\(\) [{(]", "\n".join(part.read_text() for part in HERE.glob("*.sh")), re.MULTILINE)
    assert len(names) == len(set(names))


def test_every_run_has_a_nonce_of_its_own() -> None:
    assert len({questions([])[0] for _ in range(50)}) == 50
