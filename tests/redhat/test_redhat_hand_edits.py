"""What hands delete or empty on Red Hat hosts, and what needs no change: seen, put right, and claimed."""

from __future__ import annotations

import pytest

from tests.fleet.conftest import StartReleaseHost
from tests.fleet.host import ReleaseHost
from tests.provider.conftest import StartEngine
from tests.provider.engine_driver import Engine
from tests.provider.every_kind import CONFIGURATION, SERVICE, configuration, service
from tests.provider.fixture.host import changes
from tests.provider.test_imports import identifier
from tests.redhat.test_redhat_drift import IMAGE, LOCAL, SYSCONFIG, repaired, reserve
from tests.redhat.test_redhat_life import seen, settled

pytestmark = pytest.mark.fixture


def loaded(host: ReleaseHost) -> str:
    """Whether a capture kernel is loaded, "1" or "0"."""
    return host.run("cat /sys/kernel/kexec_crash_loaded").strip()


@pytest.mark.parametrize("release", ["rhel-7.9", "rhel-9.4"])
@pytest.mark.parametrize("options", [{}, {"KDUMP_COMMANDLINE_APPEND": "irqpoll nr_cpus=1 udev.x=1"}])
def test_a_deleted_sysconfig_comes_back_whole(
    engine: Engine, start_release_host: StartReleaseHost, release: str, options: dict[str, str]
) -> None:
    host = settled(start_release_host(release))
    reserve(host)
    before = seen(host)
    one = engine.resource(CONFIGURATION)
    wanted = configuration(host, target=LOCAL, options=options)
    one.up(wanted)
    written, listed = host.read(SYSCONFIG), host.run(f"stat -c '%a %U %G' {SYSCONFIG}")
    assert "KDUMP_IMG=" in written
    names = {"unrecognised", "options"} if options else {"unrecognised"}
    repaired(one, wanted, lambda: host.run(f"rm {SYSCONFIG}"), names)
    assert (host.read(SYSCONFIG), host.run(f"stat -c '%a %U %G' {SYSCONFIG}")) == (written, listed)
    assert loaded(host) == "1"
    one.destroy()
    assert changes(before, seen(host)) == {}


@pytest.mark.parametrize("release", ["rhel-7.9", "rhel-9.4"])
def test_a_dump_directory_that_is_gone_is_drift(
    engine: Engine, start_release_host: StartReleaseHost, release: str
) -> None:
    host = settled(start_release_host(release))
    one = engine.resource(CONFIGURATION)
    wanted = configuration(host, target={"kind": "local", "path": "/srv/dumps"})
    one.up(wanted)
    host.run("rmdir /srv/dumps")
    found = one.refresh()
    assert found["unrecognised"][1] == [
        "the directory /srv/dumps is not there, and kdump of this release refuses to load without it"
    ]
    one.up(wanted)
    assert one.refresh() == {}
    assert host.path("/srv/dumps").is_dir()


@pytest.mark.parametrize("release", ["rhel-6.10", "rhel-9.4"])
def test_an_image_without_content_is_a_problem(
    engine: Engine, start_release_host: StartReleaseHost, release: str
) -> None:
    host = settled(start_release_host(release))
    reserve(host)
    armed, wish = engine.resource(SERVICE), service(host)
    armed.up(wish)
    repaired(armed, wish, lambda: host.run(f"for image in {IMAGE}; do true >$image; done"), {"problems"})
    assert host.run(f"cat {IMAGE} | wc -c") != "0\n"


def test_a_service_is_on_in_the_run_level_that_the_host_boots_into(
    engine: Engine, start_release_host: StartReleaseHost
) -> None:
    host = settled(start_release_host("rhel-6.10"))
    armed, wish = engine.resource(SERVICE), service(host)
    armed.up(wish)
    repaired(armed, wish, lambda: host.run("chkconfig --level 3 kdump off"), {"enabled"})
    host.write("/etc/inittab", "id:3:initdefault:\n")
    host.run("chkconfig --level 5 kdump off")
    assert armed.refresh() == {}
    repaired(armed, wish, lambda: host.run("chkconfig --level 3 kdump off"), {"enabled"})


def test_what_is_enabled_and_not_to_be_loaded_is_claimed_and_unloaded(
    engine: Engine, start_release_host: StartReleaseHost
) -> None:
    host = settled(start_release_host("rhel-9.4"))
    reserve(host)
    armed = engine.resource(SERVICE)
    wish = service(host, loaded=False)
    armed.up(wish)
    assert loaded(host) == "0"
    assert armed.refresh() == {}
    # Disabled by hand, and enabled by hand again before the update that would have done it.
    host.run("systemctl disable kdump")
    assert set(armed.refresh()) == {"enabled"}
    host.run("systemctl enable kdump; rm -r /var/lib/pulumi-kdump")
    armed.force_update()
    assert host.run("ls /var/lib/pulumi-kdump/DumpService/claims") == f"{'pulumi-kdump.dev'}\n"
    assert "service" in host.run("ls /var/lib/pulumi-kdump/DumpService/notes")
    armed.destroy()


def test_an_import_misses_no_directory_but_the_one_that_is_configured(
    engine: Engine, start_engine: StartEngine, start_release_host: StartReleaseHost
) -> None:
    host = settled(start_release_host("rhel-9.4"))
    engine.resource(CONFIGURATION).up(configuration(host, target={"kind": "local", "path": "/srv/dumps"}))
    host.run("rm -rf /var/crash")
    one = start_engine().resource(CONFIGURATION, "imported")
    one.adopt(identifier(host, ""))
    assert one.inputs["target"] == {"kind": "local", "path": "/srv/dumps"}
    assert one.inputs["unrecognised"] == []
