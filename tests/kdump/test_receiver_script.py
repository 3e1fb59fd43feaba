"""The forced command, run by real shells: what kdump tools need works, and nothing else does."""

import subprocess
from pathlib import Path

import pytest

from kdump import receiver
from kdump.errors import Refusal
from tests.kdump.receiver_collector import Collector

SHELLS = [pytest.param("dash", id="dash"), pytest.param("bash", id="bash")]
STAMP = "web1-202601021504"


@pytest.fixture(params=SHELLS)
def collector(request: pytest.FixtureRequest, tmp_path: Path) -> Collector:
    return Collector(tmp_path, request.param)


def test_kdump_config_of_debian_leaves_a_dump(collector: Collector) -> None:
    """The very commands of kdump-config 1.8.1, in their order."""
    folder = f"{collector.directory}/{STAMP}"
    assert collector.ask(f"mkdir -p {folder}") == (0, "", "")
    written = collector.ask(f"dd of={folder}/dump-incomplete", b"\0dump" * 100_000)
    assert written.status == 0
    assert collector.ask(f"mv {folder}/dump-incomplete {folder}/dump.202601021504") == (0, "", "")
    dump = collector.directory / STAMP / "dump.202601021504"
    assert dump.read_bytes() == b"\0dump" * 100_000
    assert [file.name for file in dump.parent.iterdir()] == [dump.name]
    assert dump.stat().st_mode & 0o777 == 0o600
    assert dump.parent.stat().st_mode & 0o777 == 0o700


def test_kdump_of_red_hat_leaves_a_dump(collector: Collector) -> None:
    """Preflight and dump of kdumpctl and kdump-utils, with its single quotes and doubled slashes."""
    base = collector.directory
    folder = f"{base}//127.0.0.1-2026-01-02-15:04:05"
    assert collector.ask(f"mkdir -p {base}").status == 0
    assert "Filesystem" in collector.ask(f"df -P {base}").out
    assert "Avail" in collector.ask(f"df --output=avail {base}").out
    made = collector.ask(f"mktemp -dqp {base}")
    assert made.status == 0
    assert Path(made.out.strip()).parent == base
    assert collector.ask(f"rmdir {made.out.strip()}").status == 0
    assert not Path(made.out.strip()).exists()
    assert collector.ask(f"mkdir -p '{folder}/'").status == 0
    assert collector.ask(f"test -d {folder}").status == 0
    assert collector.ask(f"test -d {folder}/none").status == 1
    assert collector.ask(f"umask 0077 && dd bs=512 of='{folder}/vmcore-incomplete'", b"core").status == 0
    assert collector.ask(f"mv '{folder}/vmcore-incomplete' '{folder}/vmcore.flat'").status == 0
    assert (Path(folder) / "vmcore.flat").read_bytes() == b"core"


def test_an_old_scp_leaves_a_file(collector: Collector) -> None:
    target = collector.directory / "dmesg.1"
    answer = collector.ask(f"scp -t {target}", b"C0600 5 ../../evil\nhello\0")
    assert target.exists() is False
    assert answer.status != 0
    answer = collector.ask(f"scp -t {target}", b"C0600 5 dmesg.1\nhello\0")
    assert answer.status == 0
    assert target.read_text() == "hello"


def hostile_wishes(directory: Path) -> list[str | None]:
    d, beside = str(directory), str(directory.parent / "web10")
    return [
        *(None, "", " ", "sh", "bash -i", "/bin/sh", "ls", f"cat {d}/old/dump.1", f"rm -rf {d}/old", "id\n"),
        *(f"mkdir -p {d}/x; touch {d}/pwned", f"mkdir -p {d}/x\ntouch {d}/pwned", f"mkdir -p {d}/x && id"),
        *(
            f"mkdir -p {d}/$(touch {d}/pwned)",
            f"mkdir -p {d}/`touch {d}/pwned`",
            f"mkdir -p {d}/$HOME",
            f"mkdir -p {d}/a|id",
        ),
        *(
            f"mkdir -p {d}/*",
            f"mkdir -p {d}/?ld/x",
            f"mkdir -p {d}/o*d",
            f"dd of={d}/ne?",
            f"mkdir -p {d}/[o]ld/x",
            f"mkdir -p {d}/~",
            f"mkdir -p {d}/é",
        ),
        *(
            f"mkdir -p {d}/a\\ b",
            f'mkdir -p "{d}/x"',
            f"mkdir -p '{d}/x' '{d}/y'",
            f"mkdir -p '{d}/a b'",
            f"mkdir -p '{d}/x",
        ),
        *(
            f"mkdir -p {d}/x'; id '",
            f"mkdir {d}",
            f"mkdir -m 0777 {d}/x",
            f"mkdir {beside}/x",
            f"mkdir -p -m 0777 {d}/x",
            f"mkdir -p {d}/x {beside}/x",
            "mkdir -p",
        ),
        *(
            f"mkdir -p {beside}/x",
            f"mkdir -p {d}0/x",
            f"mkdir -p {d}/../web10/x",
            f"mkdir -p {d}/..",
            f"mkdir -p {d}/./x",
        ),
        *(
            "mkdir -p /tmp/x",
            "mkdir -p x",
            "mkdir -p ../x",
            "mkdir -p /",
            f"mkdir -p {d}/out/x",
            f"mkdir -p {d}/dangling/x",
        ),
        *(f"MKDIR -p {d}/x", f"/bin/mkdir -p {d}/x", f"exec mkdir -p {d}/x", f"eval mkdir -p {d}/x", f"-p {d}/x"),
        *("dd", "dd bs=512", f"dd of={d}", f"dd of={d}/", f"dd of={d}/old", f"dd of={d}/out", f"dd of={d}/dangling"),
        *(
            f"dd of={d}/a of={d}/b",
            f"dd of={d}/a of={beside}/dump",
            f"dd of={beside}/dump of={d}/a",
            f"dd of={beside}/dump",
        ),
        *(
            f"dd of={d}/a if=/etc/passwd",
            f"dd if={beside}/dump of={d}/a",
            f"dd of={d}/a oflag=append",
            f"dd bs=1 of={d}/a",
        ),
        *(
            f"dd of={d}/old/dump.1",
            f"dd of={d}/out/dump",
            f"dd of={d}/../web10/dump",
            f"dd  {d}/a",
            f"dd of={d}/a conv=notrunc",
        ),
        *(
            f"umask 0077 && mkdir -p {d}/x",
            f"umask 0077; dd of={d}/a",
            f"umask 077; mkdir -p {d}/x",
            f"umask 077; mkdir -p {d}/x && id",
            f"umask 077; mkdir -p {d}/x && cat > {d}/x/vmcore && id",
            f"umask 077; mkdir -p {d}/x && cat < {d}/old/dump.1",
            f"umask 077; mkdir -p {d}/x && cat >> {d}/old/dump.1",
            f"umask 077; mkdir -p {d}/x && cat > {d}/old/dump.1",
            f"umask 077; mkdir -p {d}/x && cat > {beside}/vmcore",
            f"umask 077; mkdir -p {beside}/x && cat > {d}/vmcore",
            f"umask 077; mkdir -p {d}/x || cat > {d}/vmcore",
            f"umask 000; mkdir -p {d}/x && cat > {d}/x/vmcore",
            f"umask 077; rm -rf {d}/old && cat > {d}/vmcore",
            f"umask 0000 && dd of={d}/a",
            "umask 0077 && sh",
        ),
        *(f"umask 0077 && dd of={d}/a && id", "umask 0077", "umask 0077 &&", "umask 0077 && dd"),
        *(f"mv {d}/old/dump.1 {d}/gone", f"mv {d}/old {d}/new", f"mv {d}/out {d}/in", f"mv {beside}/dump {d}/stolen"),
        *(
            f"mv {d}/part-incomplete {beside}/dump",
            f"mv {d}/part-incomplete {d}/old/dump.1",
            f"mv {d}/part-incomplete {d}/old",
        ),
        *(
            f"mv {d}/part-incomplete {d}/out/x",
            f"mv -t {d} {beside}/dump",
            f"mv {d}/part-incomplete",
            f"mv {d}/missing-incomplete {d}/x",
        ),
        *(
            f"mv {d}/part-incomplete {d}",
            f"mv --target-directory={d} {beside}/dump",
            f"mv -f {d}/part-incomplete {d}/x",
        ),
        *(
            "df",
            "df /",
            "df -P /",
            f"df -P {d} /",
            f"df --output=source {d}",
            f"df -P {d}/out",
            "mktemp -dqp /tmp",
            "mktemp",
        ),
        *(
            f"mktemp -qp {d}",
            f"mktemp -dqp {d} --suffix=x",
            f"rmdir {d}",
            f"rmdir {d}/",
            f"rmdir {beside}",
            f"rmdir -p {d}/old",
        ),
        *(
            "cat",
            "cat >",
            f"cat >{d}/a",
            f"cat > {d}",
            f"cat > {d}/old",
            f"cat > {d}/out",
            f"cat > {d}/dangling",
            f"cat > {d}/old/dump.1",
            f"cat > {d}/out/vmcore",
            f"cat > {beside}/vmcore",
            f"cat > {d}/../web10/vmcore",
            f"cat > {d}/a {d}/b",
            f"cat {beside}/dump > {d}/a",
            f"cat > {d}/a;id",
            f"cat > {d}/$(id)",
        ),
        *(
            f"ls -l {d}",
            f"ls -l {d}/old",
            f"ls -l {d}/old/dump.1",
            f"ls -l {beside}",
            f"ls -la {d}/part-incomplete",
            f"ls -l {d}/out/part-incomplete",
        ),
        *(
            f"dd of={d}/part-incomplete && id",
            f"dd of={d}/part-incomplete && mv {d}/part-incomplete {d}/old/dump.1",
            f"dd of={d}/part-incomplete && mv {d}/old/dump.1 {d}/gone",
            f"dd of={d}/part-incomplete && mv {d}/part-incomplete {beside}/dump",
            f"dd of={beside}/x-incomplete && mv {beside}/x-incomplete {d}/stolen",
            f"dd of={d}/new && mv {d}/new {d}/newer",
            f"dd of={d}/part-incomplete && mv {d}/part-incomplete {d}/x && id",
            f"dd of={d}/part-incomplete; mv {d}/part-incomplete {d}/x",
            f"dd of={d}/part-incomplete && mv -f {d}/part-incomplete {d}/x",
        ),
        *(f"test -d {beside}", f"test -d {d} -o -d /etc", f"test -x {d}", f"test {d} -ef /", f"[ -d {d} ]"),
        *(f"scp -f {d}/old/dump.1", f"scp -t {beside}/x", f"scp -t {d}", f"scp -t {d}/old", f"scp -r -t {d}/x"),
        *(
            f"scp -t {d}/old/dump.1",
            f"scp -t {d}/out",
            f"scp -S /bin/sh -t {d}/x",
            f"scp -t -oProxyCommand=id {d}/x",
            "scp",
        ),
        *("/usr/lib/openssh/sftp-server", "internal-sftp", "sftp-server", "rsync --server . /", "git-upload-pack x"),
        *(
            "\x1b[31mred",
            "a" * 5000,
            "mkdir -p \x00"[:-1],
            f"mkdir\t-p\t{d}/x",
            f"mkdir -p\r {d}/x",
            "*",
            f"$(touch {d}/pwned)",
        ),
    ]


def test_everything_else_is_refused_and_changes_nothing(collector: Collector) -> None:
    (collector.directory / "part-incomplete").write_text("half")
    before = collector.tree()
    wishes = hostile_wishes(collector.directory)
    for wish in wishes:
        answer = collector.ask(wish, b"sent")
        assert answer.status == 126, (wish, answer)
        assert answer.out == "", wish
        assert answer.err.startswith("pulumi-kdump: refused: "), wish
        # One readable message, whatever was asked: no control characters, no screens full.
        assert answer.err.replace("\n", "").isprintable(), wish
        assert len(answer.err) < 800, wish
        assert collector.tree() == before, wish


@pytest.mark.parametrize(
    ("wish", "said"),
    [
        ("mkdir -p {d}/../x", "'.' or '..'"),
        ("mkdir -p /etc", "not below"),
        ("mkdir -p {d}/out/x", "symbolic link"),
        ("dd of={d}/old/dump.1", "never overwritten"),
        ("dd of={d}/a of={d}/b", "more than one of="),
        ("/usr/lib/openssh/sftp-server", "the vmcore does not need it"),
        ("", "a login"),
        ("id", "do not need. The command was: id\n"),
    ],
)
def test_a_refusal_says_what_was_wrong(collector: Collector, wish: str, said: str) -> None:
    assert said in collector.ask(wish.format(d=collector.directory)).err


def test_a_second_attempt_may_overwrite_what_is_not_complete(collector: Collector) -> None:
    for name in ("dump-incomplete", "dump-incomplete.gz", "vmcore-dmesg-incomplete.txt"):
        for content in (b"first, and longer", b"second"):
            assert collector.ask(f"dd of={collector.directory}/{name}", content).status == 0
        assert (collector.directory / name).read_bytes() == b"second"


def test_globs_and_variables_of_the_session_mean_nothing(collector: Collector) -> None:
    """Files whose names a glob would find are around, and IFS and CDPATH come from the session."""
    (collector.root / "mkdir").write_text("")
    assert collector.ask("mkdi* -p x").status == 126
    assert collector.ask(f"mkdir -p {collector.directory}/new").status == 0
    assert (collector.directory / "new").is_dir()


@pytest.mark.parametrize("directory", ["", "/", "relative", "/nonexistent/kdump"])
def test_without_a_directory_nothing_works(collector: Collector, directory: str) -> None:
    answer = collector.ask("mkdir -p /nonexistent/kdump/x", directory=directory)
    assert answer.status == 126
    assert "directory" in answer.err


def test_a_trailing_slash_of_the_directory_does_not_matter(collector: Collector) -> None:
    answer = collector.ask(f"mkdir -p {collector.directory}/x", directory=f"{collector.directory}/")
    assert answer.status == 0


def test_a_failure_of_the_command_is_reported_as_it_is(collector: Collector) -> None:
    answer = collector.ask(f"dd of={collector.directory}/missing/a", b"x")
    assert answer.status not in (0, 126)
    assert "missing" in answer.err


def test_the_forced_command_names_the_script_and_the_directory() -> None:
    assert receiver.command("/srv/kdump/web1") == "/usr/local/lib/pulumi-kdump/receive /srv/kdump/web1"
    for directory in ("/", "srv", "/srv/a b", "/srv/$(id)", "/srv/../x", "/srv/x/"):
        with pytest.raises(Refusal) as caught:
            receiver.command(directory)
        assert caught.value.setting == "directory"


def test_the_script_is_plain_ascii_for_any_sh(tmp_path: Path) -> None:
    assert receiver.script().isascii()
    assert receiver.script().startswith("#!/bin/sh\n")
    file = tmp_path / "receive"
    file.write_text(receiver.script())
    for shell in ("dash", "bash"):
        subprocess.run([f"/bin/{shell}", "-n", str(file)], check=True)
