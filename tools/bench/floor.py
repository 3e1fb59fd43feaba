"""What plain ssh takes for the same: one connection per host, one script, nothing in between."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from pathlib import Path

from provider.shell.script import questions
from provider.survey import SURVEY
from tests.provider.fixture.host import FixtureHost
from tools.bench.run import Taken, run

AT_ONCE = 16

# What a careful administrator would write for hosts of Red Hat's family: set the reservation on every entry, write the
# configuration, have the capture image made before what is loaded goes, load it, and look whether it is all there.
CONVERGE = """\
set -e
PATH=/usr/sbin:/usr/bin:/sbin:/bin
rpm -q kexec-tools >/dev/null || dnf -y -q install kexec-tools
grubby --update-kernel=ALL --args="crashkernel=%(crashkernel)s"
cat >/etc/kdump.conf.new <<'END'
path /var/crash
core_collector makedumpfile -c --message-level 7 -d 31
auto_reset_crashkernel no
END
chmod 644 /etc/kdump.conf.new
mv /etc/kdump.conf.new /etc/kdump.conf
systemctl enable kdump >/dev/null 2>&1
kdumpctl rebuild
systemctl restart kdump
set +e
"""


def converge(hosts: Sequence[FixtureHost], folder: Path, crashkernel: str) -> Taken:
    """Look at all hosts, make them ready, and look again, as a script does that changes only what differs."""
    return _on_all(hosts, folder, _look(ends=False) + (CONVERGE % {"crashkernel": crashkernel}).encode() + _look())


def look(hosts: Sequence[FixtureHost], folder: Path) -> Taken:
    """Read everything of all hosts that the provider reads, by the very script that it sends."""
    return _on_all(hosts, folder, _look())


def _look(*, ends: bool = True) -> bytes:
    script = questions(SURVEY.all)[1]
    return script if ends else script.removesuffix(b"exit 0\n")


def _on_all(hosts: Sequence[FixtureHost], folder: Path, script: bytes) -> Taken:
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "script").write_bytes(script)
    (folder / "known_hosts").write_text("".join(f"{h.address} {key}\n" for h in hosts for key in h.host_keys))
    (folder / "addresses").write_text("".join(f"{host.address}\n" for host in hosts))
    login = (
        f"ssh -F none -o BatchMode=yes -o StrictHostKeyChecking=yes -o UserKnownHostsFile={folder}/known_hosts "
        f"-o IdentitiesOnly=yes -i {hosts[0].template.identity}"
    )
    command = f"xargs -P {AT_ONCE} -I @ sh -c '{login} -l root @ sh -s <script >/dev/null' <addresses"
    return run(["sh", "-c", command], folder, _environment())[0]


def _environment() -> Mapping[str, str]:
    return {name: value for name, value in os.environ.items() if not name.startswith("SSH_")}
