"""Cluster fencing that waits for the dump: what the cluster has once, and what every node has."""

from provider.kinds.fencing.cluster import Fencing
from provider.kinds.fencing.node import FenceNode

__all__ = ["FenceNode", "Fencing"]
