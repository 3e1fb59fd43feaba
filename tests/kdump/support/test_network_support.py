"""Which network paths each release's capture kernel can use: against the vendors' lists and the build scripts."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kdump.errors import Refusal
from kdump.generations import Generation
from kdump.platforms import Platform, platform_named
from kdump.support.network import ROWS, Layer, NetworkPath, network_problems, network_support
from kdump.support.standing import Standing

PLATFORMS = (
    *("rhel-5.11", "rhel-6.2", "rhel-6.10", "rhel-7.9", "rhel-8.0", "rhel-8.3", "rhel-8.4", "rhel-8.10"),
    *("rhel-9.0", "rhel-9.2", "rhel-9.3", "rhel-9.7", "rhel-10.0", "fedora-42"),
    *("sles-12.5", "sles-15.7", "sles-16.0", "opensuse-tumbleweed", "debian-12", "ubuntu-24.04"),
)


def path(text: str, ip_version: int = 4) -> NetworkPath:
    return NetworkPath.model_validate({"layers": tuple(text.split(" over ")), "ip_version": ip_version})


# Supported or refused, by the vendors' lists and what dracut-module-setup.sh and mkdumprd do.
@pytest.mark.parametrize(
    ("layers", "works", "does_not"),
    [
        ("ethernet", PLATFORMS, ()),
        ("bond over ethernet", PLATFORMS, ()),
        ("vlan over ethernet", PLATFORMS, ()),
        ("bridge over ethernet", PLATFORMS[1:], ("rhel-5.11",)),
        ("team over ethernet", ("rhel-7.9", "rhel-8.10", "debian-12"), ("rhel-5.11", "rhel-6.10", "sles-15.7")),
        ("vlan over bond over ethernet", ("rhel-6.3", "rhel-7.9", "rhel-10.0", "sles-15.7"), ("rhel-5.11", "rhel-6.2")),
        (
            "vlan over bridge over ethernet",
            ("sles-15.7", "debian-12"),
            ("rhel-7.9", "rhel-8.0", "rhel-8.10", "rhel-9.4", "rhel-10.0", "fedora-42"),
        ),
        (
            "vlan over team over ethernet",
            ("ubuntu-24.04",),
            ("rhel-7.9", "rhel-8.0", "rhel-8.3", "rhel-8.10", "rhel-9.2", "rhel-10.0"),
        ),
        ("bridge over bond over ethernet", ("rhel-6.10", "rhel-7.9", "rhel-9.2", "rhel-10.0", "sles-15.7"), ()),
        ("bridge over vlan over bond over ethernet", ("rhel-7.9", "rhel-10.0", "sles-15.7"), ()),
        ("bridge over team over ethernet", ("rhel-7.9", "rhel-8.10"), ("sles-15.7",)),
        ("infiniband", (), ("rhel-6.10", "rhel-7.9", "rhel-8.10", "rhel-9.4", "rhel-10.0")),
        ("wireless", (), ("rhel-6.10", "rhel-7.9", "rhel-8.10", "rhel-9.4", "rhel-10.0")),
        ("ovs-bridge over ethernet", ("rhel-10.0",), ("sles-15.7",)),
    ],
)
def test_what_a_release_supports(layers: str, works: tuple[str, ...], does_not: tuple[str, ...]) -> None:
    for name in works:
        standings = {each.standing for each in network_support(platform_named(name), path(layers))}
        assert standings == {Standing.SUPPORTED}, name
        assert network_problems(platform_named(name), path(layers)) == []
    for name in does_not:
        assert network_problems(platform_named(name), path(layers)), name


@pytest.mark.parametrize(
    ("name", "standing"),
    [
        ("rhel-6.10", Standing.UNSUPPORTED),
        ("rhel-7.9", Standing.UNSUPPORTED),
        ("rhel-8.3", Standing.UNSUPPORTED),
        ("rhel-8.4", Standing.UNKNOWN),  # the list says no, the manual has examples
        ("rhel-9.4", Standing.UNKNOWN),
        ("rhel-10.0", Standing.SUPPORTED),
        ("sles-15.7", Standing.SUPPORTED),
        ("debian-12", Standing.SUPPORTED),
    ],
)
def test_ipv6_by_release(name: str, standing: Standing) -> None:
    protocol = network_support(platform_named(name), path("ethernet", 6))[-1]
    assert (protocol.feature, protocol.standing) == ("IPv6", standing)
    assert bool(network_problems(platform_named(name), path("ethernet", 6))) == (standing is Standing.UNSUPPORTED)


def test_what_the_script_ends_on_is_told_apart_from_what_only_the_list_names() -> None:
    (by_script,) = network_problems(platform_named("rhel-8.3"), path("vlan over team over ethernet"))
    (by_list,) = network_problems(platform_named("rhel-8.4"), path("vlan over team over ethernet"))
    assert "refused by the dump tools" in str(by_script)
    assert "2.0.20-38" in str(by_script)
    assert "unsupported on" in str(by_list)
    assert "tools do not check" in str(by_list)


def test_a_refusal_says_setting_path_release_remedy_and_source() -> None:
    (problem,) = network_problems(
        platform_named("rhel-9.4"), path("vlan over bridge over ethernet"), "hosts.web1.network"
    )
    assert problem.setting == "hosts.web1.network"
    assert problem.found == "vlan over bridge over ethernet"
    assert "vlan over bridge" in problem.needed
    assert "Red Hat Enterprise Linux 9" in problem.needed
    assert problem.instead.startswith("Put the VLAN on the bond")
    assert "module-setup" in problem.why


def test_every_layer_that_does_not_work_is_told() -> None:
    problems = network_problems(platform_named("rhel-6.10"), path("team over infiniband", 6))
    assert [problem.needed.split(",")[0] for problem in problems] == [
        "something other than team",
        "something other than infiniband",
        "something other than IPv6",
    ]


def test_a_pair_that_nobody_speaks_of_is_unknown_and_no_problem() -> None:
    pair = network_support(platform_named("rhel-9.4"), path("bond over vlan over ethernet"))[-1]
    assert (pair.feature, pair.standing) == ("bond over vlan", Standing.UNKNOWN)
    assert "drill" in pair.instead


@pytest.mark.parametrize("layers", [(), ("bond",), ("ethernet", "bond"), ("ethernet", "ethernet"), ("vlan", "bridge")])
def test_layers_that_are_no_path_are_refused(layers: tuple[Layer, ...]) -> None:
    with pytest.raises(ValueError, match="is hardware"):
        NetworkPath(layers=layers)


def test_an_unknown_platform_is_refused() -> None:
    unknown = Platform(family="unknown", distribution="slackware", release="15", architecture="x86_64")
    with pytest.raises(Refusal, match="slackware"):
        network_problems(unknown, path("ethernet"))


@given(
    st.sampled_from(PLATFORMS),
    st.lists(st.sampled_from(["bond", "bridge", "ovs-bridge", "team", "vlan"]), max_size=3),
    st.sampled_from(["ethernet", "infiniband", "wireless"]),
    st.sampled_from([4, 6]),
)
def test_what_does_not_work_alone_works_in_no_path(name: str, upper: list[str], lowest: str, ip: int) -> None:
    platform = platform_named(name)
    whole = {problem.needed for problem in network_problems(platform, path(" over ".join([*upper, lowest]), ip))}
    for part in ([lowest], *([layer, lowest] for layer in upper)):
        alone = {problem.needed for problem in network_problems(platform, path(" over ".join(part)))}
        assert alone <= whole


@pytest.mark.parametrize("name", PLATFORMS)
def test_no_two_rows_speak_of_the_same_release(name: str) -> None:
    for architecture in ("x86_64", "aarch64"):
        features = [row.feature for row in ROWS if row.holds_for(platform_named(name, architecture))]
        assert len(features) == len(set(features))


def test_every_row_names_its_source_and_every_problem_what_to_do_instead() -> None:
    for row in ROWS:
        assert row.source, row
        assert row.why, row
        assert not row.why.endswith("."), row
        if row.standing in (Standing.UNSUPPORTED, Standing.REFUSED):
            assert row.instead, row
        assert Generation.NETDUMP not in row.generations or row.feature == "ethernet", row
