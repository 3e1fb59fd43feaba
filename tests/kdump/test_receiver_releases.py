"""What the capture kernels of old Red Hat releases and of SUSE send arrives, and a finished dump stays as it is."""

from pathlib import Path

import pytest

from tests.kdump.receiver_collector import Collector

EARLY_README = b"Beginning. This text will be overwritten once all is saved.\n"
LAST_README = b"All is saved.\n"


@pytest.fixture(params=["dash", "bash"])
def collector(request: pytest.FixtureRequest, tmp_path: Path) -> Collector:
    return Collector(tmp_path, request.param)


def _red_hat_tries_first(collector: Collector, df: str) -> None:
    """What mkdumprd asks when the capture kernel's initrd is built."""
    base = collector.directory
    assert collector.ask(f"mkdir -p {base}").status == 0
    made = collector.ask(f"mktemp -dqp {base}").out.strip()
    assert "Filesystem" in collector.ask(f"{df} {made}").out
    assert collector.ask(f"rmdir {made}").status == 0


@pytest.mark.parametrize("df", ["df", "df -P"])
def test_red_hat_5_and_6_leave_a_dump_by_cat(collector: Collector, df: str) -> None:
    """mkdumprd of 2008 and of 2.0.0-145.el6, with makedumpfile as collector."""
    _red_hat_tries_first(collector, df)
    folder = f"{collector.directory}/10.0.0.7-2026-01-02-15:04:05"
    assert collector.ask(f"mkdir {folder}") == (0, "", "")
    assert collector.ask(f"cat > {folder}/vmcore-incomplete", b"core" * 50_000).status == 0
    assert collector.ask(f"mv {folder}/vmcore-incomplete {folder}/vmcore.flat").status == 0
    dump = Path(folder) / "vmcore.flat"
    assert dump.read_bytes() == b"core" * 50_000
    assert [file.name for file in dump.parent.iterdir()] == ["vmcore.flat"]
    assert (dump.stat().st_mode & 0o777, dump.parent.stat().st_mode & 0o777) == (0o600, 0o700)


def test_the_oldest_red_hat_leaves_a_dump_by_scp_and_watches_it_grow(collector: Collector) -> None:
    """mkdumprd of 2007 and 2008, without a collector: scp, and ls -l of what has come so far."""
    folder = f"{collector.directory}/10.0.0.7-2026-01-02-15:04:05"
    assert collector.ask(f"mkdir {folder}").status == 0
    assert collector.ask(f"scp -t {folder}/vmcore-incomplete", b"C0600 4 vmcore\ncore\0").status == 0
    seen = collector.ask(f"ls -l {folder}/vmcore-incomplete")
    assert (seen.status, seen.out.split()[4]) == (0, "4")
    assert collector.ask(f"mv {folder}/vmcore-incomplete {folder}/vmcore").status == 0
    assert (Path(folder) / "vmcore").read_bytes() == b"core"


def test_red_hat_6_leaves_a_dump_and_its_log_by_dd(collector: Collector) -> None:
    """mkdumprd of 2.0.0-310.el6, with its doubled slash before the log's name."""
    _red_hat_tries_first(collector, "df -P")
    folder = f"{collector.directory}/10.0.0.7-2026-01-02-15:04:05"
    assert collector.ask(f"mkdir {folder}").status == 0
    assert collector.ask(f"dd of={folder}//vmcore-dmesg-incomplete.txt", b"log").status == 0
    assert collector.ask(f"mv {folder}//vmcore-dmesg-incomplete.txt {folder}//vmcore-dmesg.txt").status == 0
    assert collector.ask(f"dd of={folder}/vmcore-incomplete", b"core").status == 0
    assert collector.ask(f"mv {folder}/vmcore-incomplete {folder}/vmcore.flat").status == 0
    assert sorted(file.name for file in Path(folder).iterdir()) == ["vmcore-dmesg.txt", "vmcore.flat"]


def test_suse_up_to_15_sp5_leaves_a_dump(collector: Collector) -> None:
    """kdumptool's SSHTransfer."""
    folder = f"{collector.directory}/10.0.0.7-2026-01-02-15:04"
    assert collector.ask(f"mkdir -p {folder}").status == 0
    for name, content in (("vmcore", b"core"), ("README.txt", b"how to read it")):
        file = f"{folder}/{name}"
        assert collector.ask(f"dd of={file}-incomplete && mv {file}-incomplete {file}", content).status == 0
    assert (Path(folder) / "vmcore").read_bytes() == b"core"
    assert sorted(file.name for file in Path(folder).iterdir()) == ["README.txt", "vmcore"]


def test_suse_since_15_sp6_leaves_a_dump(collector: Collector) -> None:
    """kdump-save with an ssh:// target: a README.txt that it writes anew in the end, the log, and the dump."""
    folder = f"{collector.directory}/web1-2026-01-02-15-04"

    def send(name: str, content: bytes) -> int:
        return collector.ask(f"umask 077; mkdir -p {folder} && cat > {folder}/{name}", content).status

    assert send("README.txt", EARLY_README) == 0
    assert send("dmesg", b"log") == 0
    assert send("vmcore", b"core" * 50_000) == 0
    assert send("README.txt", LAST_README) == 0
    files = {file.name: file.read_bytes() for file in Path(folder).iterdir()}
    assert files == {"README.txt": LAST_README, "dmesg": b"log", "vmcore": b"core" * 50_000}
    assert Path(folder).stat().st_mode & 0o777 == 0o700
    for name in files:
        answer = collector.ask(f"umask 077; mkdir -p {folder} && cat > {folder}/{name}", b"other")
        assert (answer.status, "never overwritten" in answer.err) == (126, True), name
    assert {file.name: file.read_bytes() for file in Path(folder).iterdir()} == files


@pytest.mark.parametrize("name", ["vmcore", "readme.txt", "README.txt.flat"])
def test_only_a_readme_may_say_that_it_will_be_overwritten(collector: Collector, name: str) -> None:
    file = f"{collector.directory}/{name}"
    assert collector.ask(f"cat > {file}", EARLY_README).status == 0
    assert collector.ask(f"cat > {file}", b"other").status == 126
    assert Path(file).read_bytes() == EARLY_README


def test_a_directory_that_is_there_is_not_made_by_mkdir_alone(collector: Collector) -> None:
    answer = collector.ask(f"mkdir {collector.directory}/old")
    assert answer.status not in (0, 126)
    assert "exists" in answer.err


def test_what_cannot_be_taken_in_keeps_its_incomplete_name(collector: Collector) -> None:
    """/dev/full is no place below the directory, so a directory in the way stands for a full disk."""
    (collector.directory / "vmcore-incomplete").mkdir()
    assert collector.ask(f"cat > {collector.directory}/vmcore", b"core").status != 0
    assert not (collector.directory / "vmcore").exists()


def test_a_dump_of_the_same_name_that_came_meanwhile_is_kept(collector: Collector, tmp_path: Path) -> None:
    """Taking in a dump is slow. Here dd is one that leaves a complete dump while it runs."""
    kept = collector.directory / "vmcore"
    slow = tmp_path / "bin"
    slow.mkdir()
    (slow / "dd").write_text(f"#!/bin/sh\ncat >/dev/null\necho first >{kept}\n")
    (slow / "dd").chmod(0o755)
    collector.put_in_front_of_path(slow)
    for wish in (f"cat > {kept}", f"dd of={kept}-incomplete && mv {kept}-incomplete {kept}"):
        kept.unlink(missing_ok=True)
        answer = collector.ask(wish, b"second")
        assert (answer.status, "never overwritten" in answer.err) == (126, True), wish
        assert kept.read_text() == "first\n"
