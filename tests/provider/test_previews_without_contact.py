"""A preview that is told not to contact a host does not, whatever it previews; up and refresh do."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator
from typing import Any

import pytest
from pulumi.runtime.proto import provider_pb2

from provider.connection import Connection
from provider.states import States
from provider.wire import UNKNOWN
from tests.provider.engine_driver import Engine, Failed
from tests.provider.every_kind import BOOT, CONFIGURATION, INPUTS, boot, configuration
from tests.provider.fixture.host import FixtureHost, free_address

pytestmark = pytest.mark.fixture


class Doorbell:
    """Listens where a host would, counts who comes, and shows each the door."""

    def __init__(self) -> None:
        self.rung = 0
        self._listener = socket.create_server((free_address(), 22))
        self._thread = threading.Thread(target=self._answer, daemon=True)
        self._thread.start()

    @property
    def connection(self) -> dict[str, Any]:
        """The way there, which previews do not take."""
        host = self._listener.getsockname()[0]
        return {"host": host, "user": "root", "sshConfig": "/dev/null", "contactInPreview": False}

    def _answer(self) -> None:
        while True:
            try:
                visitor, _ = self._listener.accept()
            except OSError:
                return
            self.rung += 1
            visitor.close()

    def close(self) -> None:
        """Stop listening."""
        self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        self._thread.join(10)


@pytest.fixture
def doorbell() -> Iterator[Doorbell]:
    """Someone who counts connections."""
    bell = Doorbell()
    yield bell
    bell.close()


@pytest.mark.parametrize("token", INPUTS)
def test_a_preview_of_something_new_contacts_nobody_and_up_does(
    engine: Engine, host: FixtureHost, doorbell: Doorbell, token: str
) -> None:
    one, wanted = engine.resource(token), {**INPUTS[token](host), "connection": doorbell.connection}
    seen = one.preview(wanted)
    schema = engine.schema()["resources"][token]
    outputs = {"machineId", *schema["properties"]} - set(schema["inputProperties"])
    assert {name: seen[name] for name in outputs} == dict.fromkeys(outputs, UNKNOWN)
    assert (doorbell.rung, engine.log.warnings) == (0, [])
    with pytest.raises(Failed):
        one.up(wanted)
    assert doorbell.rung == 1


def test_a_preview_that_may_contact_does(engine: Engine, host: FixtureHost, doorbell: Doorbell) -> None:
    engine.resource(BOOT).preview(boot(host, connection={**doorbell.connection, "contactInPreview": True}))
    assert doorbell.rung == 1
    assert "up will fail here" in engine.log.warnings[0]


def test_a_preview_of_a_change_contacts_nobody_and_keeps_what_is_known(
    engine: Engine, host: FixtureHost, doorbell: Doorbell
) -> None:
    one = engine.resource(BOOT)
    one.up(boot(host, connection=host.connection(contactInPreview=False)))
    changed = boot(host, crashkernel="512M", connection=doorbell.connection)
    assert one.diff(changed).diffs == ["crashkernel"]
    assert one.preview(changed)["machineId"] == host.machine_id
    assert (doorbell.rung, engine.log.warnings) == (0, [])
    one.preview({**changed, "connection": {**doorbell.connection, "contactInPreview": True}})
    assert doorbell.rung == 1
    with pytest.raises(Failed):
        one.up(changed)


def test_a_refresh_contacts_whatever_previews_do(engine: Engine, host: FixtureHost, doorbell: Doorbell) -> None:
    one = engine.resource(BOOT)
    one.up(boot(host))
    one.inputs["connection"] = doorbell.connection
    with pytest.raises(Failed):
        one.refresh()
    assert doorbell.rung == 1


def test_up_after_such_a_preview_makes_it_so_and_a_changed_mind_is_no_change(engine: Engine, host: FixtureHost) -> None:
    one, silent = engine.resource(CONFIGURATION), host.connection(contactInPreview=False)
    assert one.preview(configuration(host, connection=silent))["machineId"] == UNKNOWN
    assert one.up(configuration(host, connection=silent)) == "create"
    assert one.outputs["machineId"] == host.machine_id
    assert one.inputs["connection"]["contactInPreview"] is False
    assert one.refresh() == {}
    assert one.diff(configuration(host)).changes == provider_pb2.DiffResponse.DIFF_NONE
    assert one.up(configuration(host)) == "same"


def test_what_previews_do_makes_no_other_session() -> None:
    states, way = States(), Connection(host="web1", user="root")
    silent = way.model_copy(update={"contact_in_preview": False})
    assert states.asking(way) is states.asking(silent)
    assert states.sessions.of(silent) is states.sessions.of(way)
    assert states.asking(Connection(host="web1", user="ops")) is not states.asking(way)
