"""What was changed by hand on a real host, in words, and an exit code for the nightly check."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.project_copy import copy_checkout
from tests.provider.conftest import StartHost
from tests.provider.pulumi_stack import Fleet, local

pytestmark = [pytest.mark.fixture, pytest.mark.engine]
ENVIRONMENT = "source engine/env.sh; export PULUMI_CONFIG_PASSPHRASE=test;"
# The hosts of these tests have small disks, which the policy pack rightly refuses.
ADVISORY = {"all": "advisory"}


def test_drift_is_found_named_and_gone_once_it_was_repaired(tmp_path: Path, start_host: StartHost) -> None:
    fleet = Fleet(tmp_path / "project")
    copy_checkout(fleet.folder)
    hosts = {name: start_host(name) for name in ("web1", "web2")}
    (fleet.folder / "stacks" / "policies.test.json").write_text(json.dumps(ADVISORY))
    fleet.declare({name: local(host) for name, host in hosts.items()}, start_host("vault"))
    comment = f"{ENVIRONMENT} python -m report comment -s test"

    fleet.shell(f"{ENVIRONMENT} pulumi up --yes --skip-preview -s test --non-interactive")
    assert "## test: ✅ no drift" in fleet.shell(f"{comment} --drift")

    told = fleet.shell(f"export PULUMI_KDUMP_FACTS=recorded; {comment}")
    assert "## test: ✅ nothing to change" in told
    assert "recorded by the last `up`; no machine was asked in this preview; the oldest are of " in told

    hosts["web1"].write("/etc/default/kdump-tools", 'USE_KDUMP="1"\nKDUMP_COREDIR="/var/mine"\n')
    # Though the stack may say that previews ask no host: this one is to.
    told = fleet.shell(f"export PULUMI_KDUMP_FACTS=recorded; {comment} --drift", code=1)
    assert "## test: ❌ 1 host (web1) drifted" in told
    assert "directory of dumps `/var/crash` → `/var/mine`" in told

    hosts["web2"].stop()
    told = fleet.shell(f"{comment} --drift", code=1)
    assert "1 host (web1) drifted; 1 host (web2) could not be read" in told
