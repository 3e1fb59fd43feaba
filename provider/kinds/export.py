"""One directory of a collector, exported over NFS to one host."""

from __future__ import annotations

import asyncio
from typing import Annotated, Any

from pydantic import Field, ValidationError, field_validator

from kdump.dialects import exports
from kdump.errors import Refusal, refusals_in
from kdump.labels import checked_label
from provider.families import family_of
from provider.families.base import Family
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
from provider.shell.script import Call, call

_DERIVED = ("all_squash", "anonuid=", "anongid=")


class Wanted(Wire):
    """Directory, client and how it is exported."""

    directory: HostDirectory = Field(description="The one host's directory.")
    client: Annotated[
        str,
        shaped(
            r"(?!-)[A-Za-z0-9.:/\[\]_-]+",
            "a host name, an address or a network",
            "10.0.0.5 or 10.0.0.0/24",
            "Anything else means more than one host to exports(5), or an option",
        ),
    ] = Field(description="The host as the collector sees it: name, address or network.")
    options: list[str] = Field(description="Options of exports(5), without the ones that squashTo decides.")
    squash_to: UserName = Field(description="All that the host writes belongs to this user.")
    label: Label = Field(description="The host's name; names the file.")
    served: bool = Field(default=True, description="The NFS server is running and offers the export.")

    @field_validator("options")
    @classmethod
    def _known(cls, values: list[str]) -> list[str]:
        for value in values:
            if value.startswith((*_DERIVED, "no_root_squash", "no_all_squash", "root_squash")):
                raise Refusal(
                    "",
                    value,
                    "options that say nothing of users",
                    "Leave it out",
                    "squashTo decides who the host's root becomes",
                )
        try:
            exports.Export(directory="/srv", client="host", options=tuple(values))
        except ValidationError as wrong:
            first = refusals_in(wrong)[0]
            raise Refusal("", first.found, first.needed, first.instead, first.why) from None
        return values

    @property
    def file(self) -> str:
        """The file the export is kept in."""
        return f"/etc/exports.d/{exports.file_name(self.label)}"


class Export(Kind[Wanted]):
    """A file of its own in /etc/exports.d; the NFS server is started for the first and put back with the last."""

    token = "kdump:collector:Export"
    wanted = Wanted
    replace_on = frozenset({"directory", "label"})

    def store(self, wanted: Wanted) -> str:
        return store_name("Export", wanted.label)

    async def inspect(self, host: Host, wanted: Wanted) -> Found:
        family = await family_of(host)
        file, directory, etab, identity, active = await asyncio.gather(
            host.file(wanted.file),
            host.file(wanted.directory),
            host.file("/var/lib/nfs/etab"),
            host.run("getent", "passwd", wanted.squash_to),
            family.services.active(host, family.nfs.server_service),
        )
        if not file.exists:
            return Found(None, {})
        entries = exports.parse(file.text)
        if len(entries) != 1:
            nothing = {"client": "", "options": [], "squashTo": "", "served": False}
            return Found({"label": wanted.label, "directory": wanted.directory, **nothing}, {})
        entry = entries[0]
        uid = [*identity.text.strip().split(":"), "", "", ""][2]
        anonymous = next((o.partition("=")[2] for o in entry.options if o.startswith("anonuid=")), "")
        offered = any(
            line.split("\t")[0] == wanted.directory and f"\t{entry.client}(" in line for line in etab.text.splitlines()
        )
        return Found(
            {
                "label": wanted.label,
                "directory": wanted.directory,
                "client": entry.client
                if entry.directory == wanted.directory
                else f"{entry.client} of {entry.directory}",
                "options": [o for o in entry.options if not o.startswith(_DERIVED)],
                "squashTo": wanted.squash_to
                if anonymous == uid and "all_squash" in entry.options
                else (anonymous or "nobody declared"),
                "served": offered and active and directory.kind == "directory",
            },
            {},
        )

    async def claim(self, host: Host, wanted: Wanted) -> None:
        await host.claim()
        await host.part("nfs-server").claim()

    async def apply(self, host: Host, wanted: Wanted) -> None:
        family = await family_of(host)
        await host.claim()
        identity = (await host.run("getent", "passwd", wanted.squash_to)).text.strip().split(":")
        if len(identity) < 4:
            raise host.refuse(
                "squashTo", f"there is no user {wanted.squash_to}", "Its Account has to be made first; run up again."
            )
        await refuse_others_directory(host, wanted.directory, wanted.squash_to)
        await self._start_server(host, family)
        squash = ("all_squash", f"anonuid={identity[2]}", f"anongid={identity[3]}")
        entry = exports.Export(directory=wanted.directory, client=wanted.client, options=(*wanted.options, *squash))
        await host.act(
            call("a_directory", wanted.directory, "700", f"{wanted.squash_to}:"),
            call("a_directory", "/etc/exports.d", "=", "="),
            call("a_put", wanted.file, "644", "root:root", "any", exports.render(entry, wanted.label)),
            call("a_run", "exportfs", "exportfs", "-ra"),
        )

    async def _start_server(self, host: Host, family: Family) -> None:
        server, services, name = host.part("nfs-server"), family.services, family.nfs.server_service
        await family.packages.install(server, [family.nfs.server_package])
        enabled, active = await asyncio.gather(services.enabled(server, name), services.active(server, name))
        await server.act(
            call("a_note", "enabled", enabled),
            call("a_note", "active", "active" if active else "inactive"),
            *services.enable(name),
            *services.start(name),
        )

    async def revert(self, host: Host, wanted: Wanted) -> list[str]:
        steps = [call("a_restore", wanted.file)]
        if (await host.run("sh", "-c", "command -v exportfs")).code == 0:
            steps.append(call("a_run", "exportfs", "exportfs", "-ra"))
        left = await host.give_up(*steps)
        return left + await self._stop_server(host.part("nfs-server"), await family_of(host))

    async def _stop_server(self, server: Host, family: Family) -> list[str]:
        others = [name for name in await server.names(server.kept("claims", "")) if name != server.stack]
        if others:
            return await server.give_up()
        if await self._serves_others(server):
            return ["the NFS server stays, since it serves other exports", *await server.give_up()]
        name, steps = family.nfs.server_service, list[Call]()
        if await server.note("enabled") == "disabled":
            steps += family.services.disable(name)
        if await server.note("active") == "inactive":
            steps += family.services.stop(name)
        await server.act(*steps)
        left = await family.packages.remove(server)
        return left + await server.give_up()

    async def _serves_others(self, server: Host) -> bool:
        own, names = await asyncio.gather(server.file("/etc/exports"), server.names("/etc/exports.d"))
        return bool(exports.parse(own.text)) or any(name.endswith(".exports") for name in names)

    def imported(self, fragment: str) -> dict[str, Any]:
        if not fragment:
            raise ValueError("an export is imported with its host: ssh://root@vault#web1")
        nothing: dict[str, Any] = {"directory": "", "client": "", "options": [], "squashTo": ""}
        return {"label": checked_label(fragment), **nothing}

    async def taken_over(self, host: Host, wanted: Wanted, fragment: str) -> Wanted:
        """With the directory and the user that its file names."""
        file = await host.file(wanted.file)
        entries = exports.parse(file.text)
        if not file.exists:
            raise host.refuse("", f"{wanted.file} is not there, so there is no export to import", NOTHING_TO_IMPORT)
        if len(entries) != 1:
            raise host.refuse(
                "", f"{wanted.file} has {len(entries)} exports, and one is needed", "Mend or remove the file by hand."
            )
        number = next((o.partition("=")[2] for o in entries[0].options if o.startswith("anonuid=")), "")
        entry = await host.run("getent", "passwd", number) if number else None
        name = entry.text.partition(":")[0] if entry and entry.code == 0 else ""
        return wanted.model_copy(update={"directory": entries[0].directory, "squash_to": name})
