"""One host's way into a collector: its key, allowed to write dumps below one directory and nothing else."""

from __future__ import annotations

import asyncio
import re
from typing import Annotated, Any

from pydantic import Field

from kdump import receiver
from kdump.dialects import authorized_keys
from kdump.labels import checked_label
from provider.host import Host
from provider.kinds.base import (
    NOTHING_TO_IMPORT,
    Found,
    HostDirectory,
    Kind,
    Label,
    UserName,
    Wire,
    refuse_others_directory,
    shaped,
    store_name,
)
from provider.shell.script import call, to_bytes


class Wanted(Wire):
    """Key, directory and whose they are."""

    user: UserName = Field(description="The collector's user that receives dumps.")
    public_key: Annotated[
        str,
        shaped(
            r"(ssh-rsa|ssh-ed25519|ecdsa-sha2-[a-z0-9-]+) [A-Za-z0-9+/]+=*",
            "a public key: its type, a blank, its body",
            "ssh-ed25519 AAAA...",
            "Options and comments are written by us",
        ),
    ] = Field(
        description="The host's public key (DumpIdentity.publicKey).",
    )
    directory: HostDirectory = Field(description="The one directory it may write below.")
    label: Label = Field(description="The host's name, kept in the comment.")
    restricted: bool = Field(default=True, description="The line allows nothing but dumps below the directory.")
    directory_owner: str = Field(default="", description="Owner and mode of the directory; default: the user's, 700.")

    def command(self) -> str:
        """The forced command of the key."""
        return receiver.command(self.directory)


class AuthorizedKey(Kind[Wanted]):
    """A restricted line in the user's authorized_keys, and the host's own directory."""

    token = "kdump:collector:AuthorizedKey"
    wanted = Wanted
    replace_on = frozenset({"user", "directory", "label"})

    def store(self, wanted: Wanted) -> str:
        return store_name("AuthorizedKey", wanted.user, wanted.label)

    async def _file_of(self, host: Host, user: str) -> str:
        entry = await host.run("getent", "passwd", user)
        fields = entry.text.strip().split(":")
        if entry.code != 0 or len(fields) < 7:
            raise host.refuse(
                "collector.user", f"there is no user {user}", "Its Account has to be made first; run up again."
            )
        return f"{fields[5]}/.ssh/authorized_keys"

    async def inspect(self, host: Host, wanted: Wanted) -> Found:
        entry = await host.run("getent", "passwd", wanted.user)
        if entry.code != 0:
            return Found(None, {})
        path = await self._file_of(host, wanted.user)
        file, directory, owner = await asyncio.gather(
            host.file(path), host.file(wanted.directory), host.run("id", "-un", wanted.user)
        )
        line = authorized_keys.find(file.text, wanted.label)
        if line is None and directory.kind != "directory":
            return Found(None, {})
        key = line.public_key if line else ""
        restricted = bool(
            line and line.line.strip() == authorized_keys.entry(key, wanted.label, wanted.command()).strip()
        )
        private = directory.owner == owner.text.strip() and directory.mode == "700"
        return Found(
            {
                "user": wanted.user,
                "publicKey": key,
                "directory": wanted.directory,
                "label": wanted.label,
                "restricted": restricted or line is None,
                "directoryOwner": "" if private else f"{directory.owner or directory.kind} {directory.mode}".strip(),
            },
            {},
        )

    async def apply(self, host: Host, wanted: Wanted) -> None:
        path = await self._file_of(host, wanted.user)
        await refuse_others_directory(host, wanted.directory, wanted.user)
        file = await host.file(path)
        line = authorized_keys.entry(wanted.public_key, wanted.label, wanted.command())
        text = authorized_keys.with_entry(file.text, wanted.label, line)
        await host.act(
            call("a_directory", wanted.directory, "700", f"{wanted.user}:"),
            call("a_directory", path.rpartition("/")[0], "=", "="),
            call("a_edit", path, "=" if file.exists else "644", "=" if file.exists else "root:root", file.sum,
                 to_bytes(text)),
        )  # fmt: skip

    async def revert(self, host: Host, wanted: Wanted) -> list[str]:
        steps = []
        if (await host.run("getent", "passwd", wanted.user)).code == 0:
            path = await self._file_of(host, wanted.user)
            file = await host.file(path)
            text = authorized_keys.without_entry(file.text, wanted.label)
            if text != file.text:
                if text.strip() or not re.fullmatch(r"/var/lib/pulumi-kdump-[^/]+/\.ssh/authorized_keys", path):
                    steps.append(call("a_edit", path, "=", "=", file.sum, to_bytes(text)))
                else:
                    steps.append(call("a_delete", path, file.sum))
        return await host.give_up(*steps)

    def imported(self, fragment: str) -> dict[str, Any]:
        user, _, rest = fragment.partition(":")
        label, _, directory = rest.partition(":")
        if not user or not label:
            raise ValueError("an authorized key is imported with its user and its host: ssh://root@vault#kdump:web1")
        return {"user": user, "publicKey": "", "directory": directory, "label": checked_label(label)}

    async def taken_over(self, host: Host, wanted: Wanted, fragment: str) -> Wanted:
        """With the directory that its line allows, where the id names none."""
        path = await self._file_of(host, wanted.user)
        line = authorized_keys.find((await host.file(path)).text, wanted.label)
        if line is None:
            raise host.refuse("", f"{path} has no line that is marked as {wanted.label}'s", NOTHING_TO_IMPORT)
        allowed = line.command.removeprefix(f"{receiver.PATH} ")
        directory = wanted.directory or (allowed if allowed.startswith("/") and allowed != line.command else "")
        if not directory:
            raise host.refuse(
                "",
                f"the line of {wanted.label} in {path} names no directory",
                f"Name it in the id: #{wanted.user}:{wanted.label}:/srv/kdump/{wanted.label}",
            )
        return wanted.model_copy(update={"directory": directory})
