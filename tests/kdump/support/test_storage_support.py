"""Which storage each release's capture kernel can write to: against the vendors' lists and the build scripts."""

import pytest

from kdump.errors import Refusal
from kdump.platforms import platform_named
from kdump.support.standing import Standing
from kdump.support.storage import LAYERS, ROWS, storage_problems, storage_support

RED_HAT = (
    *("rhel-5.11", "rhel-6.2", "rhel-6.10"),
    *("rhel-7.9", "rhel-8.0", "rhel-8.10", "rhel-9.0", "rhel-9.4", "rhel-10.0"),
)
FROM_7 = RED_HAT[3:]

S, U, N, E = Standing.SUPPORTED, Standing.UNKNOWN, Standing.UNSUPPORTED, Standing.REFUSED


def standing(name: str, layer: str, architecture: str = "x86_64") -> Standing:
    return storage_support(platform_named(name, architecture), (layer,))[0].standing


@pytest.mark.parametrize(
    ("layer", "standings"),
    [
        ("ext3", dict.fromkeys(RED_HAT, S)),
        ("ext4", {"rhel-5.11": U, **dict.fromkeys(RED_HAT[1:], S)}),
        ("xfs", {"rhel-5.11": E, **dict.fromkeys(RED_HAT[1:], S)}),
        ("btrfs", {"rhel-5.11": E, "rhel-6.10": S, **dict.fromkeys(FROM_7, N), "sles-15.7": S}),
        ("gfs2", dict.fromkeys(RED_HAT[1:], N)),
        ("glusterfs", dict.fromkeys(RED_HAT[1:], N)),
        ("virtiofs", {**dict.fromkeys(RED_HAT[:7], E), "rhel-9.1": E, "rhel-9.2": S, "rhel-9.7": S, "fedora-42": S}),
        ("raw", {**dict.fromkeys(RED_HAT, S), "sles-15.7": E, "debian-12": E}),
        ("lvm", dict.fromkeys(RED_HAT, S)),
        (
            "lvm-thin",
            {
                **dict.fromkeys(("rhel-6.10", "rhel-7.9", "rhel-8.0", "rhel-8.7", "rhel-9.1"), N),
                **dict.fromkeys(("rhel-8.8", "rhel-8.10", "rhel-9.2"), U),
                **dict.fromkeys(("rhel-9.3", "rhel-9.7", "rhel-10.0"), S),
            },
        ),
        ("mdraid", dict.fromkeys(RED_HAT, S)),
        ("bios-raid", dict.fromkeys(RED_HAT[1:], N)),
        ("hardware-raid", dict.fromkeys(RED_HAT[1:], S)),
        ("multipath", {"rhel-5.11": N, "rhel-6.2": N, "rhel-6.3": S, **dict.fromkeys(FROM_7, S)}),
        ("luks", {"rhel-6.2": N, "rhel-6.10": E, "rhel-7.9": N, "rhel-8.10": N, "rhel-9.4": N, "rhel-10.0": S}),
        ("fc", dict.fromkeys(RED_HAT[1:], S)),
        ("iscsi-software", {"rhel-6.2": N, "rhel-6.3": S, **dict.fromkeys(FROM_7, S)}),
        ("iscsi-hba", {"rhel-6.10": N, **dict.fromkeys(FROM_7, S)}),
        ("ibft", dict.fromkeys(RED_HAT[1:], N)),
        ("fcoe-hardware", {"rhel-6.10": N, **dict.fromkeys(FROM_7, S)}),
        ("nvme", {"rhel-8.10": U, "rhel-9.4": S}),
        ("nvme-fc", {"rhel-9.4": S, "rhel-8.10": U}),
        ("nvme-tcp", {"rhel-10.0": S, "rhel-9.4": U}),
    ],
)
def test_what_a_release_supports(layer: str, standings: dict[str, Standing]) -> None:
    assert {name: standing(name, layer) for name in standings} == standings
    for name, expected in standings.items():
        assert bool(storage_problems(platform_named(name), (layer,))) == (expected in (N, E)), name


def test_encrypted_targets_work_on_x86_64_alone() -> None:
    assert standing("rhel-10.0", "luks", "x86_64") is S
    assert standing("rhel-10.0", "luks", "aarch64") is N


def test_each_layer_of_a_stack_is_judged_and_the_refusal_shows_the_stack() -> None:
    problems = storage_problems(platform_named("rhel-6.10"), ("gfs2", "lvm-thin", "luks", "fc"), "target.device")
    assert [problem.needed.split(",")[0] for problem in problems] == [
        "something other than gfs2",
        "something other than lvm-thin",
        "something other than luks",
    ]
    assert {problem.setting for problem in problems} == {"target.device"}
    assert {problem.found for problem in problems} == {"gfs2 on lvm-thin on luks on fc"}
    assert "ends with an error" in problems[2].why


def test_multipath_on_5_is_told_the_way_round_it() -> None:
    (problem,) = storage_problems(platform_named("rhel-5.11"), ("ext3", "multipath", "fc"))
    assert "Blacklist the LUN in multipath.conf" in problem.instead
    assert "udev" in problem.instead


def test_an_unknown_layer_is_refused_with_the_known_ones() -> None:
    with pytest.raises(Refusal, match="one of ext2, ext3") as caught:
        storage_problems(platform_named("rhel-9.4"), ("ext4", "floppy"))
    assert caught.value.found == "floppy"


def test_what_no_source_speaks_of_is_unknown_and_no_problem() -> None:
    assert standing("debian-12", "ext4") is U
    assert storage_problems(platform_named("debian-12"), ("ext4", "lvm", "nvme")) == []


@pytest.mark.parametrize("name", [*RED_HAT, "rhel-8.7", "rhel-8.8", "rhel-9.2", "rhel-9.3", "sles-15.7", "debian-12"])
def test_no_two_rows_speak_of_the_same_release(name: str) -> None:
    for architecture in ("x86_64", "aarch64", "ppc64le"):
        features = [row.feature for row in ROWS if row.holds_for(platform_named(name, architecture))]
        assert len(features) == len(set(features))


def test_every_row_names_its_source_and_every_problem_what_to_do_instead() -> None:
    assert len(LAYERS) > 20
    for row in ROWS:
        assert row.source, row
        assert row.why, row
        assert not row.why.endswith("."), row
        if row.standing in (N, E):
            assert row.instead, row
