"""The user on a collector that owns the dumps, and the directory all dumps lie below."""

from __future__ import annotations

import asyncio
import re
from typing import Any

from pydantic import Field

from kdump import receiver
from provider.host import Host
from provider.kinds.base import NOTHING_TO_IMPORT, Directory, Found, Kind, UserName, Wire, store_name
from provider.shell.script import Call, call

RECEIVER = receiver.PATH
_PUBLIC_KEY = re.compile(r"[a-z0-9@.-]+ AAAA[A-Za-z0-9+/]+=*( |$)")


def home_of(user: str) -> str:
    """The home of a user that we make: root's own, so that a dumping host cannot change its own key line."""
    return f"/var/lib/pulumi-kdump-{user}"


class Wanted(Wire):
    """User and base directory."""

    user: UserName = Field(description="Login name; made when there is none.")
    directory: Directory = Field(description="All dumps lie below this directory.")
    present: bool = Field(default=True, description="User, directory and the program that receives dumps are there.")


class Account(Kind[Wanted]):
    """One for each collector; several stacks may share it. Gone when the last of them lets go."""

    token = "kdump:collector:Account"
    wanted = Wanted
    outputs = {
        "uid": (int, "User id on the collector."),
        "gid": (int, "Group id on the collector."),
        "hostKeys": (list, "Public SSH host keys of the collector, read from it."),
    }
    renewed_by = {"uid": frozenset({"user"}), "gid": frozenset({"user"})}
    replace_on = frozenset({"user"})
    shared = True

    def store(self, wanted: Wanted) -> str:
        return store_name("Account", wanted.user)

    async def inspect(self, host: Host, wanted: Wanted) -> Found:
        entry, directory, script, ssh_folder, keys = await asyncio.gather(
            host.run("getent", "passwd", wanted.user),
            host.file(wanted.directory),
            host.file(RECEIVER),
            host.file(f"{home_of(wanted.user)}/.ssh"),
            host_keys(host),
        )
        fields = entry.text.strip().split(":")
        known = entry.code == 0 and len(fields) >= 7
        safe = (script.mode, script.owner, script.group) == ("755", "root", "root")
        # The folder of a user that was there before us is that user's own business.
        safe = safe and (not ssh_folder.exists or (ssh_folder.mode, ssh_folder.owner) == ("755", "root"))
        present = known and safe and script.text == receiver.script() and directory.kind == "directory"
        return Found(
            {"user": wanted.user, "directory": wanted.directory, "present": present},
            {"uid": int(fields[2]) if known else -1, "gid": int(fields[3]) if known else -1, "hostKeys": keys},
        )

    async def claim(self, host: Host, wanted: Wanted) -> None:
        await host.claim()
        await host.part("receiver").claim()

    async def apply(self, host: Host, wanted: Wanted) -> None:
        exists = (await host.run("getent", "passwd", wanted.user)).code == 0
        home = home_of(wanted.user)
        steps: list[Call] = [call("a_note", "user", "present" if exists else "absent")]
        if not exists:
            steps += [
                call("a_directory", home, "755", "root:root"),
                # "*": no password will ever fit, but the account is not locked, which would shut out keys, too.
                call("a_run", "useradd", "useradd", "--system", "--user-group", "--no-create-home", "--home-dir", home,
                     "--shell", "/bin/sh", "--password", "*", "--comment", "receives crash dumps", wanted.user),
                call("a_directory", f"{home}/.ssh", "755", "root:root"),
            ]  # fmt: skip
        steps += [
            call("a_directory", wanted.directory, "=", "="),
        ]
        await host.act(*steps)
        # All accounts of a collector use the one program: it goes with the last of them.
        await host.part("receiver").act(
            call("a_directory", RECEIVER.rpartition("/")[0], "=", "="),
            call("a_put", RECEIVER, "755", "root:root", "any", receiver.script()),
        )

    async def revert(self, host: Host, wanted: Wanted) -> list[str]:
        others = [name for name in await host.names(host.kept("claims", "")) if name != host.stack]
        made = not others and await host.note("user") == "absent"
        left = await host.give_up(*([call("a_remove_user", wanted.user)] if made else []))
        return left + await self._leave_receiver(host.part("receiver"))

    async def _leave_receiver(self, shared: Host) -> list[str]:
        others = [name for name in await shared.names(shared.kept("claims", "")) if name != shared.stack]
        return await shared.give_up(*([] if others else [call("a_restore", RECEIVER)]))

    def imported(self, fragment: str) -> dict[str, Any]:
        user, _, directory = fragment.partition(":")
        return {"user": user or "kdump", "directory": directory or "/srv/kdump"}

    async def taken_over(self, host: Host, wanted: Wanted, fragment: str) -> Wanted:
        """As it is; without its user there is nothing to import."""
        if (await host.run("getent", "passwd", wanted.user)).code != 0:
            raise host.refuse(
                "", f"there is no user {wanted.user}, so there is no account to import", NOTHING_TO_IMPORT
            )
        return wanted


async def host_keys(host: Host) -> list[str]:
    """The public SSH host keys of a host ("type base64"), sorted."""
    said = await host.run("sh", "-c", "cat /etc/ssh/ssh_host_*_key.pub")
    return sorted(" ".join(line.split()[:2]) for line in said.text.splitlines() if _PUBLIC_KEY.match(line))
