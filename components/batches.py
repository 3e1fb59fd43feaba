"""Which hosts may reboot at the same time: in the order of their names, never two nodes of one cluster."""

from collections.abc import Mapping, Sequence


def batches(hosts: Sequence[str], size: int, cluster_of: Mapping[str, str]) -> list[list[str]]:
    """*hosts* in their order, cut into batches of at most *size* hosts and at most one of a cluster each.

    A host with a node of its cluster in the batch begins the next one: order is kept, and batches may be smaller.
    Two nodes that are away together can cost a cluster its quorum, and each may be all that runs a service.
    """
    found: list[list[str]] = []
    for host in hosts:
        cluster = cluster_of.get(host)
        beside = {cluster_of.get(each) for each in found[-1]} if found else set()
        if not found or len(found[-1]) == size or (cluster is not None and cluster in beside):
            found.append([])
        found[-1].append(host)
    return found
