"""Fencing in cman's cluster.conf: changed in place, checked, made known to the cluster, and put back."""

from __future__ import annotations

import pytest

from tests.cluster.conftest import FENCING, Cluster
from tests.provider.engine_driver import Engine, Failed

pytestmark = pytest.mark.fixture

CONF = "/etc/cluster/cluster.conf"
POWER = {"n1": ["power-n1"], "n2": ["power-n2"]}
ASK = {"timeoutSeconds": 120, "power": POWER}
BLIND = {"timeoutSeconds": None, "postFailDelaySeconds": 300, "power": {}}


def given(cluster: Cluster, **more: object) -> dict[str, object]:
    """Properties; what is None is not given."""
    return {name: value for name, value in cluster.fencing(**more).items() if value is not None}


def running(cluster: Cluster) -> int:
    """The config_version that the cluster runs with."""
    return int(cluster.host.run("cman_tool version").split()[-1])


@pytest.mark.parametrize(
    ("wanted", "part"),
    [
        (ASK, '<fencedevice agent="fence_kdump" name="kdump" timeout="120"/>'),
        (BLIND, '<fence_daemon post_fail_delay="300"/>'),
    ],
    ids=["fence_kdump", "post_fail_delay"],
)
def test_the_file_is_changed_once_and_the_cluster_knows_it(
    engine: Engine, rhel6: Cluster, wanted: dict[str, object], part: str
) -> None:
    before = rhel6.host.read(CONF)
    one = engine.resource(FENCING)
    assert one.up(given(rhel6, **wanted)) == "create"
    text = rhel6.host.read(CONF)
    assert part in text
    assert 'config_version="2"' in text
    assert running(rhel6) == 2
    assert rhel6.host.run(f"stat -c %a {CONF}").strip() == "640"
    assert one.up(given(rhel6, **wanted)) == "same"
    assert one.refresh() == {}
    one.force_update()
    assert rhel6.host.read(CONF) == text
    one.destroy()
    assert rhel6.host.read(CONF) == before.replace('config_version="1"', 'config_version="3"')
    assert running(rhel6) == 3
    assert not rhel6.host.path("/var/lib/pulumi-kdump").exists()


@pytest.mark.parametrize(
    ("wanted", "by_hand", "drift"),
    [
        (ASK, 's/timeout="120"/timeout="30"/', "timeoutSeconds"),
        (ASK, '/<fencedevice agent="fence_kdump"/d', "timeoutSeconds"),
        (ASK, '/<method name="kdump">/,/<.method>/d', "problems"),
        (BLIND, 's/post_fail_delay="300"/post_fail_delay="0"/', "postFailDelaySeconds"),
    ],
    ids=["timeout", "device", "method", "delay"],
)
def test_what_was_changed_by_hand_is_named_and_repaired(
    engine: Engine, rhel6: Cluster, wanted: dict[str, object], by_hand: str, drift: str
) -> None:
    one = engine.resource(FENCING)
    one.up(given(rhel6, **wanted))
    rhel6.host.run(
        f"sed -i -e '{by_hand}' -e 's/config_version=\"2\"/config_version=\"3\"/' {CONF} && cman_tool version -r"
    )
    assert drift in one.refresh()
    assert one.up(given(rhel6, **wanted)) == "update"
    assert one.refresh() == {}
    assert running(rhel6) == 4


def test_a_file_that_the_cluster_does_not_run_with_is_named_and_made_known(engine: Engine, rhel6: Cluster) -> None:
    one = engine.resource(FENCING)
    one.up(given(rhel6, **ASK))
    rhel6.host.run(f'sed -i \'s/config_version="2"/config_version="3"/\' {CONF}')
    rhel6.host.run("printf '#!/bin/sh\\nexit 0\\n' >/fixture/cluster-sync")
    assert "the cluster runs with config_version 2, and the file has 3" in one.refresh()["problems"][1]
    assert one.up(given(rhel6, **ASK)) == "update"
    assert running(rhel6) == 3


def test_what_is_refused_by_the_cluster_s_own_check_is_put_back(engine: Engine, rhel6: Cluster) -> None:
    before = rhel6.host.read(CONF)
    rhel6.host.write("/usr/local/sbin/ccs_config_validate", "#!/bin/sh\necho 'not like this' >&2\nexit 1\n", 0o755)
    with pytest.raises(Failed, match=r"ccs_config_validate refuses .* as it was before: not like this"):
        engine.resource(FENCING).up(given(rhel6, **ASK))
    assert rhel6.host.read(CONF) == before
    assert running(rhel6) == 1


def test_what_cannot_be_made_known_is_put_back(engine: Engine, rhel6: Cluster) -> None:
    before = rhel6.host.read(CONF)
    script = '#!/bin/sh\n[ "$*" = version ] || { echo no password; exit 1; }\nexec /usr/sbin/cman_tool "$@"\n'
    rhel6.host.write("/usr/local/sbin/cman_tool", script, 0o755)
    with pytest.raises(Failed, match=r"cannot be made known to the other nodes.*ricci.*no password"):
        engine.resource(FENCING).up(given(rhel6, **BLIND))
    assert rhel6.host.read(CONF) == before


def test_what_others_change_stays_when_we_go(engine: Engine, rhel6: Cluster) -> None:
    one = engine.resource(FENCING)
    one.up(given(rhel6, **ASK))
    rhel6.host.run(
        f"sed -i -e 's/^<.cluster>/<rm\\/>&/' -e 's/version=\"2\"/version=\"3\"/' {CONF} && cman_tool version -r"
    )
    one.destroy()
    text = rhel6.host.read(CONF)
    assert "<rm/>" in text
    assert "kdump" not in text
    assert running(rhel6) == 4


def test_another_wish_takes_the_place_of_the_former(engine: Engine, rhel6: Cluster) -> None:
    one = engine.resource(FENCING)
    one.up(given(rhel6, **ASK))
    assert one.up(given(rhel6, **BLIND)) == "update"
    text = rhel6.host.read(CONF)
    assert 'post_fail_delay="300"' in text
    assert "fence_kdump" not in text
    assert one.up(given(rhel6, **ASK)) == "update"
    text = rhel6.host.read(CONF)
    assert "fence_kdump" in text
    assert "post_fail_delay" not in text
    assert running(rhel6) == 4


def test_a_node_or_device_that_the_file_does_not_have_is_refused(engine: Engine, rhel6: Cluster) -> None:
    for power in ({"n1": ["power-n1"], "n9": ["power-n2"]}, {"n1": ["power-n1"], "n2": ["ipmi"]}):
        with pytest.raises(Failed, match=r"power(\.n2)?: found '(n9|ipmi)'"):
            engine.resource(FENCING).up(given(rhel6, timeoutSeconds=120, power=power))
    assert running(rhel6) == 1


def test_where_cman_does_not_run_nothing_is_changed(engine: Engine, rhel6: Cluster) -> None:
    rhel6.host.write("/fixture/cluster-stopped", "")
    before = rhel6.host.read(CONF)
    with pytest.raises(Failed, match="cman does not run here"):
        engine.resource(FENCING).up(given(rhel6, **ASK))
    assert rhel6.host.read(CONF) == before
