"""`pulumi import` of every kind of state: what is on the host comes back, and what is not there is said in words."""

from __future__ import annotations

from typing import Any

import pytest

from provider.kinds import KINDS
from provider.kinds.import_words import words_of
from tests.provider.clear_messages import assert_clear
from tests.provider.conftest import StartEngine, StartHost
from tests.provider.engine_driver import Engine, Failed
from tests.provider.every_kind import (
    ACCOUNT,
    BOOT,
    CONFIGURATION,
    EXPORT,
    IDENTITY,
    INPUTS,
    KEY,
    SERVICE,
    SYSCTLS,
    with_account,
)
from tests.provider.fixture.host import FixtureHost

FRAGMENTS = {
    BOOT: "nmi_watchdog",
    CONFIGURATION: "",
    SERVICE: "",
    IDENTITY: "/root/.ssh/kdump_id_rsa,vault.example.org",
    SYSCTLS: "",
    ACCOUNT: "kdump:/srv/kdump",
    KEY: "kdump:web1",
    EXPORT: "web1",
}
DEBIAN = {"family": "debian", "distribution": "debian", "release": "12", "architecture": "x86_64",
          "virtualisation": "none"}  # fmt: skip


def identifier(host: FixtureHost, fragment: str) -> str:
    """The id that names a state of a fixture host."""
    connection = host.connection()
    keys = "".join(f"&hostKeys={key.replace(' ', '%20').replace('+', '%2B')}" for key in connection["hostKeys"][:1])
    where = f"ssh://root@{host.address}?identityFile={connection['identityFile']}&sshConfig=/dev/null{keys}"
    return f"{where}#{fragment}" if fragment else where


@pytest.mark.fixture
@pytest.mark.parametrize("token", FRAGMENTS)
def test_what_is_declared_after_an_import_is_no_change(
    engine: Engine, start_engine: StartEngine, host: FixtureHost, token: str
) -> None:
    with_account(engine, host, token)
    wanted: dict[str, Any] = INPUTS[token](host)
    engine.resource(token).up(wanted)
    before = host.listing(times=True)
    one = start_engine().resource(token, "imported")
    one.adopt(identifier(host, FRAGMENTS[token]))
    # As the engine does after an import, which warns of inputs that the provider itself would refuse.
    assert one.checked(one.inputs) == one.inputs
    assert one.up(wanted) == "same"
    assert one.refresh() == {}
    assert host.listing(times=True) == before


@pytest.mark.fixture
@pytest.mark.parametrize("token", [BOOT, CONFIGURATION, SYSCTLS])
def test_a_declared_platform_is_named_in_the_id(
    engine: Engine, start_engine: StartEngine, host: FixtureHost, token: str
) -> None:
    wanted = INPUTS[token](host, platform=DEBIAN)
    engine.resource(token).up(wanted)
    one = start_engine().resource(token, "imported")
    one.adopt(identifier(host, ",".join(filter(None, (FRAGMENTS[token], "platform=debian-12")))))
    assert one.inputs["platform"] == DEBIAN
    assert one.up(wanted) == "same"


@pytest.mark.fixture
def test_one_boot_entry_that_differs_shows_in_an_import_and_is_repaired(
    engine: Engine, start_engine: StartEngine, host: FixtureHost
) -> None:
    wanted = INPUTS[BOOT](host)
    engine.resource(BOOT).up(wanted)
    menu = host.read("/boot/grub/grub.cfg")
    one = start_engine().resource(BOOT, "imported")
    host.path("/boot/grub/grub.cfg").write_text(menu.replace("crashkernel=256M", "crashkernel=64M", 1))
    with pytest.raises(Failed, match="its boot entries differ: crashkernel is 64M on one, 256M on another"):
        one.adopt(identifier(host, FRAGMENTS[BOOT]))
    host.path("/boot/grub/grub.cfg").write_text(menu.replace("crashkernel=256M", "", 1))
    one.adopt(identifier(host, FRAGMENTS[BOOT]))
    assert one.up(wanted) == "update"
    assert one.refresh() == {}
    assert host.read("/boot/grub/grub.cfg") == menu


@pytest.mark.fixture
def test_an_authorized_key_comes_with_the_directory_that_its_line_allows(
    engine: Engine, start_engine: StartEngine, host: FixtureHost
) -> None:
    with_account(engine, host, KEY)
    engine.resource(KEY).up(INPUTS[KEY](host, directory="/srv/kdump/elsewhere"))
    one = start_engine().resource(KEY, "imported")
    one.adopt(identifier(host, "kdump:web1"))
    assert one.inputs["directory"] == "/srv/kdump/elsewhere"
    host.run('sed -i \'s,command="[^"]*",command="/bin/true",\' /var/lib/pulumi-kdump-kdump/.ssh/authorized_keys')
    with pytest.raises(Failed, match=r"names no directory\. Name it in the id: #kdump:web1:/srv/kdump/web1"):
        one.adopt(identifier(host, "kdump:web1"))
    one.adopt(identifier(host, "kdump:web1:/srv/kdump/elsewhere"))
    assert one.inputs["restricted"] is False


@pytest.mark.fixture
def test_an_export_to_another_user_shows_in_an_import(
    engine: Engine, start_engine: StartEngine, host: FixtureHost
) -> None:
    with_account(engine, host, EXPORT)
    engine.resource(EXPORT).up(INPUTS[EXPORT](host))
    file = "/etc/exports.d/pulumi-kdump-web1.exports"
    host.run(f"sed -i 's/anonuid=[0-9]*/anonuid=4711/' {file}")
    one = start_engine().resource(EXPORT, "imported")
    one.adopt(identifier(host, "web1"))
    assert one.inputs["squashTo"] == "4711"
    host.write(file, "")
    with pytest.raises(Failed, match="has 0 exports, and one is needed"):
        one.adopt(identifier(host, "web1"))


NOTHING = {
    BOOT: "no boot entry there has crashkernel= or nmi_watchdog",
    CONFIGURATION: "/etc/default/kdump-tools is not there",
    SERVICE: "the package kdump-tools is not installed",
    IDENTITY: "/root/.ssh/kdump_id_rsa is no private key that can be used",
    SYSCTLS: "no file there sets a sysctl that has to do with panics",
    ACCOUNT: "there is no user kdump",
    KEY: "there is no user kdump",
    EXPORT: "/etc/exports.d/pulumi-kdump-web1.exports is not there",
}


@pytest.mark.fixture
def test_a_host_where_nothing_of_it_is_there_says_so(engine: Engine, start_host: StartHost) -> None:
    host = start_host(complete=False)
    before = host.listing(times=True)
    for token, said in NOTHING.items():
        with pytest.raises(Failed) as failed:
            engine.resource(token).adopt(identifier(host, FRAGMENTS[token]))
        assert said in failed.value.message, token
        assert_clear(failed.value.message, host.address)
        assert "`up`" in failed.value.message or "up" in failed.value.message.split()
    assert host.listing(times=True) == before


@pytest.mark.fixture
def test_a_key_line_of_another_host_is_not_taken(engine: Engine, host: FixtureHost) -> None:
    with_account(engine, host, KEY)
    engine.resource(KEY).up(INPUTS[KEY](host))
    with pytest.raises(Failed, match="has no line that is marked as web2's"):
        engine.resource(KEY, "two").adopt(identifier(host, "kdump:web2"))


@pytest.mark.parametrize(
    ("token", "fragment", "said"),
    [
        (KEY, "", "#kdump:web1"),
        (KEY, "kdump", "#kdump:web1"),
        (EXPORT, "", "#web1"),
        (BOOT, "root", "an argument that has to do with panics"),
        (BOOT, "platform=solaris-11", "a distribution and its release"),
        (BOOT, "panic=1", "'panic=1' is nothing to import"),
        (CONFIGURATION, "architecture=aarch64", "says nothing without platform="),
        (CONFIGURATION, "platform=rhel-9,virtualisation=bochs", "virtualisation is one of none, kvm"),
        (SYSCTLS, "kernel.pid_max", "has nothing to do with panics"),
        (IDENTITY, "/a,/b", "is a second key"),
        (IDENTITY, "/a,b c", "a host name, an IPv4 address"),
    ],
)
def test_ids_that_say_nothing_are_refused(token: str, fragment: str, said: str) -> None:
    with pytest.raises(ValueError, match=r".+") as refused:
        KINDS[token].imported(fragment)
    assert said in str(refused.value)


def test_every_kind_can_be_imported() -> None:
    for token, kind in KINDS.items():
        assert "imported" in vars(type(kind)), token


def test_the_words_of_an_id() -> None:
    words = words_of("nmi_watchdog,panic,platform=rhel-9.4,architecture=aarch64,virtualisation=kvm")
    assert words.names == ("nmi_watchdog", "panic")
    assert words.declared()["platform"] == {
        "family": "redhat", "distribution": "rhel", "release": "9.4", "architecture": "aarch64",
        "virtualisation": "kvm",
    }  # fmt: skip
    assert words_of("").declared() == {}
