"""NFS version 4 before release 6.3."""

import pytest

from kdump.errors import Refusal
from kdump.platforms import platform_named
from kdump.support.nfs_versions import nfs4_problem
from kdump.targets import AnyTarget, LocalTarget, NfsTarget, NfsVersion


def over_nfs(version: NfsVersion | None) -> NfsTarget:
    return NfsTarget(server="vault", export="/srv/kdump/web1", version=version)


@pytest.mark.parametrize("name", ["rhel-5.11", "rhel-6.0", "centos-6.2"])
@pytest.mark.parametrize("version", ["4", "4.0", "4.1", "4.2"])
def test_before_6_3_it_is_refused(name: str, version: NfsVersion) -> None:
    problem = nfs4_problem(over_nfs(version), platform_named(name))
    assert problem is not None
    assert (problem.setting, problem.found) == ("target.version", version)
    assert "version 3" in problem.instead


@pytest.mark.parametrize("name", ["rhel-6.3", "rhel-6.10", "rhel-9.4", "sles-12.5", "debian-11"])
def test_from_6_3_on_and_elsewhere_it_is_not(name: str) -> None:
    assert nfs4_problem(over_nfs("4"), platform_named(name)) is None


@pytest.mark.parametrize("target", [over_nfs("3"), over_nfs(None), LocalTarget()])
def test_other_versions_and_other_targets_are_none_of_this(target: AnyTarget) -> None:
    assert nfs4_problem(target, platform_named("rhel-6.0")) is None


def test_a_release_nobody_knows_is_refused() -> None:
    with pytest.raises(Refusal):
        nfs4_problem(over_nfs("4"), platform_named("rhel-11.0"))
