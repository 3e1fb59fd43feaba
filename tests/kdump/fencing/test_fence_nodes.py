import pytest
from hypothesis import given
from hypothesis import strategies as st

from kdump.errors import Refusal
from kdump.fencing.nodes import Node, fence_kdump_nodes, other_nodes
from kdump.generations import Generation

NODES = (
    Node(name="node1", rings=("192.0.2.1", "198.51.100.1")),
    Node(name="node2", rings=("192.0.2.2", "198.51.100.2")),
    Node(name="node3", rings=("node3-ring0", "2001:db8::3")),
    Node(name="node4"),
)
ACCEPTING = [generation for generation in Generation if generation.has_kdumpctl]


@pytest.mark.parametrize("generation", ACCEPTING)
def test_all_rings_of_all_other_nodes_are_told(generation: Generation) -> None:
    assert fence_kdump_nodes(NODES, "node1", generation) == (
        *("192.0.2.2", "198.51.100.2"),
        *("node3-ring0", "2001:db8::3"),
        "node4",
    )
    assert len(ACCEPTING) == 7  # 7, 8.0, 8.1, 9.0, 9.2, 9.7, and 10 with Fedora


def test_red_hat_6_is_told_ipv4_only() -> None:
    assert "2001:db8::3" not in fence_kdump_nodes(NODES, "node1", Generation.EL6_3)
    assert "node3-ring0" in fence_kdump_nodes(NODES, "node1", Generation.EL6_3)
    with pytest.raises(Refusal, match="an IPv4 address of node2"):
        fence_kdump_nodes([Node(name="node1"), Node(name="node2", rings=("2001:db8::2",))], "node1", Generation.EL6_3)


@pytest.mark.parametrize(
    ("generation", "instead"),
    [
        (Generation.NETDUMP, "Raise the delay"),
        (Generation.EL5, "Raise post_fail_delay"),
        (Generation.EL6_0, "On 6.2 add a fence_kdump device to cluster.conf"),
        (Generation.SUSE_CALIBRATE, "KDUMP_POSTSCRIPT"),
        (Generation.SUSE_2, "KDUMP_POSTSCRIPT"),
        (Generation.KDUMP_TOOLS, "Raise the delay"),
    ],
)
def test_releases_without_the_option_are_told_what_to_use_instead(generation: Generation, instead: str) -> None:
    with pytest.raises(Refusal) as refused:
        fence_kdump_nodes(NODES, "node1", generation)
    assert instead in refused.value.instead
    assert str(generation) in refused.value.why


def test_every_generation_is_decided() -> None:
    refused = set()
    for generation in Generation:
        try:
            fence_kdump_nodes(NODES, "node1", generation)
        except Refusal:
            refused.add(generation)
    assert refused == set(Generation) - {*ACCEPTING, Generation.EL6_3}


def test_a_host_that_is_no_node_or_the_only_one_is_refused() -> None:
    with pytest.raises(Refusal, match="the name of one node"):
        other_nodes(NODES, "node9")
    with pytest.raises(Refusal, match="the name of one node"):
        other_nodes([*NODES, NODES[0]], "node1")
    with pytest.raises(Refusal, match="another node"):
        other_nodes(NODES[:1], "node1")


@pytest.mark.parametrize(
    ("ring", "own"),
    [
        ("node1", ()),
        ("NODE1", ()),
        ("192.0.2.1", ()),  # a ring of node1
        ("203.0.113.7", ("203.0.113.7",)),  # what hostname -I gives
        ("2001:DB8:0::7", ("2001:db8::7",)),
        ("[2001:db8::7]", ("2001:db8::7",)),
    ],
)
def test_the_hosts_own_names_and_addresses_are_never_told(ring: str, own: tuple[str, ...]) -> None:
    nodes = [NODES[0], Node(name="node2", rings=(ring,))]
    with pytest.raises(Refusal, match=r"not those of node1 itself.*rings of node2"):
        other_nodes(nodes, "node1", own)


def test_what_only_looks_like_the_hosts_own_is_told() -> None:
    # kdumpctl of 7 would take 192.0.2.1 for part of 192.0.2.12: that is for the verdicts to say.
    nodes = [Node(name="node1", rings=("192.0.2.12",)), Node(name="node2", rings=("192.0.2.1",))]
    assert fence_kdump_nodes(nodes, "node1", Generation.EL7) == ("192.0.2.1",)


def test_what_would_be_two_words_is_refused() -> None:
    with pytest.raises(Refusal, match="fenceKdumpNodes"):
        other_nodes([NODES[0], Node(name="node2", rings=("192.0.2.2 192.0.2.3",))], "node1")


@given(st.integers(2, 9), st.integers(0, 3), st.integers(0, 8))
def test_each_other_ring_is_told_once_and_no_own_one(count: int, rings: int, which: int) -> None:
    nodes = [Node(name=f"n{n}", rings=tuple(f"192.0.{ring}.{n}" for ring in range(rings))) for n in range(count)]
    host = nodes[which % count]
    told = other_nodes(nodes, host.name)
    assert len(told) == len(set(told)) == (count - 1) * max(rings, 1)
    assert not set(told) & {host.name, *host.rings}
