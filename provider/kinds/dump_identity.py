"""The key a host dumps with, and the pinned keys of its collectors. The private half never leaves the host."""

from __future__ import annotations

import asyncio
from typing import Any, Literal

from pydantic import Field, field_validator

from kdump.dialects import known_hosts
from kdump.public_keys import checked_public_key
from kdump.targets import checked_server
from provider.host import Host
from provider.kinds.base import NOTHING_TO_IMPORT, Found, Kind, Path, Wire, store_name
from provider.shell.script import call, to_bytes

KNOWN_HOSTS = "/root/.ssh/known_hosts"
_TYPES = {"ssh-rsa": "rsa", "ssh-ed25519": "ed25519"}


class Wanted(Wire):
    """A key pair on the host and whom it trusts."""

    path: Path = Field(
        default="/root/.ssh/kdump_id_rsa",
        description="Path of the private key on the host; made there when it is not there yet.",
    )
    key_type: Literal["rsa", "ed25519", "ecdsa"] = Field(
        default="rsa", description="Type of the key: rsa works with every release, also in FIPS mode."
    )
    known_hosts: dict[str, list[str]] = Field(
        description="Collector, under exactly the name the dump configuration uses -> its public host keys."
    )

    @field_validator("known_hosts")
    @classmethod
    def _some_keys(cls, values: dict[str, list[str]]) -> dict[str, list[str]]:
        for name, keys in values.items():
            if not keys:
                raise ValueError(
                    f"no public host key of the collector {name} is known, so the host could not tell it from "
                    "another machine; the collector has to be reached first"
                )
        return {
            checked_server(name, name): sorted(checked_public_key(key, name) for key in keys)
            for name, keys in values.items()
        }


class DumpIdentity(Kind[Wanted]):
    """A key of its own for every host, and its collectors' keys in root's known_hosts."""

    token = "kdump:host:DumpIdentity"
    wanted = Wanted
    outputs = {"publicKey": (str, "Public half of the key, as in authorized_keys, without a comment.")}
    replace_on = frozenset({"path"})
    renewed_by = {"publicKey": frozenset({"path", "keyType"})}

    def store(self, wanted: Wanted) -> str:
        return store_name("DumpIdentity", wanted.path)

    async def inspect(self, host: Host, wanted: Wanted) -> Found:
        public, known = await asyncio.gather(
            host.run("ssh-keygen", "-y", "-P", "", "-f", wanted.path), host.file(KNOWN_HOSTS)
        )
        words = public.text.split()
        usable = public.code == 0 and len(words) >= 2
        key_type = (_TYPES.get(words[0]) or "ecdsa") if usable else "none"
        names = {name: sorted(known_hosts.keys_of(known.text, name)) for name in wanted.known_hosts}
        return Found(
            {
                "path": wanted.path,
                "keyType": key_type,
                "knownHosts": {name: keys for name, keys in names.items() if keys},
            },
            {"publicKey": " ".join(words[:2]) if usable else ""},
        )

    async def apply(self, host: Host, wanted: Wanted) -> None:
        found = await self.inspect(host, wanted)
        known = await host.file(KNOWN_HOSTS)
        text = known.text
        for name, keys in wanted.known_hosts.items():
            text = known_hosts.with_keys(text, name, keys)
        steps = [call("a_directory", "/root/.ssh", "=" if known.exists else "700", "root:root")]
        if found.inputs and found.inputs["keyType"] != wanted.key_type:
            await self._refuse_unreadable(host, wanted.path, found.inputs["keyType"])
            steps.append(call("a_identity", wanted.path, wanted.key_type, f"kdump@{host.name}"))
        if text != known.text:
            mode = "=" if known.exists else "600"
            steps.append(call("a_put", KNOWN_HOSTS, mode, "=", known.sum, to_bytes(text)))
        await host.act(*steps)

    async def _refuse_unreadable(self, host: Host, path: str, key_type: str) -> None:
        """Someone's key that cannot be used (a passphrase, a mode too open) is not thrown away for a new one."""
        # Asked by `test`, not read: nothing of a private key is ever sent here.
        there, ours = await asyncio.gather(
            host.run("test", "-e", path), host.run("test", "-e", host.kept("ours", path))
        )
        if key_type == "none" and there.code == 0 and ours.code != 0:
            raise host.refuse(
                "dumpIdentity.path",
                f"{path} is there but cannot be used as a private key without a passphrase",
                "Mend its mode (600), name another path, or remove it by hand.",
            )

    async def revert(self, host: Host, wanted: Wanted) -> list[str]:
        known, ours = await asyncio.gather(host.file(KNOWN_HOSTS), host.file(host.kept("ours", KNOWN_HOSTS)))
        steps = [call("a_restore", wanted.path), call("a_restore", f"{wanted.path}.pub")]
        if known.exists and known.content != ours.content:
            # Others have added lines since: only ours go.
            text = known.text
            for name in wanted.known_hosts:
                text = known_hosts.without_keys(text, name)
            if text != known.text:
                steps.append(call("a_put", KNOWN_HOSTS, "=", "=", known.sum, to_bytes(text)))
        else:
            steps.append(call("a_restore", KNOWN_HOSTS))
        return await host.give_up(*steps)

    def imported(self, fragment: str) -> dict[str, Any]:
        words = [word for word in fragment.split(",") if word]
        paths = [word for word in words if word.startswith("/")]
        if len(paths) > 1:
            raise ValueError(f"{paths[1]!r} is a second key; needed the path of one, and names of collectors")
        servers = [checked_server(word) for word in words if word not in paths]
        return {"knownHosts": {name: [] for name in servers}} | ({"path": paths[0]} if paths else {})

    async def taken_over(self, host: Host, wanted: Wanted, fragment: str) -> Wanted:
        """As it is; a host that has neither a key at the path nor one of the collectors' has nothing to import."""
        found = (await self.inspect(host, wanted)).inputs
        if found and found["keyType"] == "none" and not found["knownHosts"]:
            named = f", and {KNOWN_HOSTS} no key of {', '.join(wanted.known_hosts)}" if wanted.known_hosts else ""
            raise host.refuse("", f"{wanted.path} is no private key that can be used{named}", NOTHING_TO_IMPORT)
        return wanted
