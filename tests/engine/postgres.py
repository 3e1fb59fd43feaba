"""A PostgreSQL server of the tests' own: in a folder, on a free port of the loopback interface, gone with the test."""

from __future__ import annotations

import pwd
import shutil
import socket
import subprocess
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

from tests.machine import install

PACKAGE = "postgresql"
USER = "postgres"


def programs() -> Path:
    """The folder of the server's programs; Debian's package is installed when there is none."""
    install(lambda: () if _folders() else (PACKAGE,))
    return _folders()[-1]


def _folders() -> Sequence[Path]:
    return sorted(program.parent for program in Path("/usr/lib/postgresql").glob("*/bin/initdb"))


@contextmanager
def server() -> Iterator[str]:
    """A running server. Yields the URL of its database, with a password that a URL has to carry."""
    where = programs()
    # Not below pytest's own folders, which are for their owner alone.
    with TemporaryDirectory(prefix="kdump-postgres-") as name:
        shutil.chown(name, USER, USER)
        with _running(where, Path(name)) as url:
            yield url


@contextmanager
def _running(where: Path, folder: Path) -> Iterator[str]:
    data, run = folder / "data", folder / "run"
    run.mkdir()
    shutil.chown(run, USER, USER)
    secret = folder / "password"
    secret.write_text("tests")
    shutil.chown(secret, USER)
    _as_postgres([where / "initdb", "-D", data, "-A", "scram-sha-256", "--pwfile", secret, "-E", "UTF8"])
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    options = f"-c listen_addresses=127.0.0.1 -p {port} -k {run} -c fsync=off"
    _as_postgres([where / "pg_ctl", "-D", data, "-o", options, "-w", "-l", folder / "log", "start"])
    try:
        yield f"postgres://{USER}:tests@127.0.0.1:{port}/{USER}?sslmode=disable"
    finally:
        _as_postgres([where / "pg_ctl", "-D", data, "-m", "immediate", "-w", "stop"])


def _as_postgres(command: Sequence[object]) -> None:
    user = pwd.getpwnam(USER)
    subprocess.run(
        list(map(str, command)), check=True, user=user.pw_uid, group=user.pw_gid, cwd="/",
        stdout=subprocess.DEVNULL, stdin=subprocess.DEVNULL,
    )  # fmt: skip
