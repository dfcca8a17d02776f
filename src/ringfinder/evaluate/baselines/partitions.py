"""Baselines that part the graph of applicants: components, Louvain, Leiden, label propagation.

Two applicants are linked when they share a value, with the number of shared values as weight. Values
with more than 50 holders are dropped first, as everybody does who has met a branch's own phone.

References
----------
Blondel et al.: Fast unfolding of communities in large networks, J. Stat. Mech. P10008 (2008).
Traag, Waltman, van Eck: From Louvain to Leiden, Scientific Reports 9 (2019).
Raghavan, Albert, Kumara: Near linear time algorithm to detect community structures, Phys. Rev. E 76 (2007).
"""

from __future__ import annotations

import random
from collections.abc import Callable

import igraph as ig
import numpy as np
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from ringfinder.evaluate.baselines.groups import Group, groups_of
from ringfinder.evaluate.baselines.holders import DEGREE_CAP, Holders, Ints

SEED = 20260101
"""igraph's methods draw at random; the same draws every time."""

Method = Callable[[ig.Graph], "ig.VertexClustering"]


def components(holders: Holders) -> list[Group]:
    """Every connected component of at least three applicants over values with at most 50 holders."""
    capped = holders.capped(DEGREE_CAP)
    ones = np.ones(capped.unit.size, np.int8)
    nodes = capped.units + capped.values
    incidence = coo_array((ones, (capped.unit, capped.value + capped.units)), shape=(nodes, nodes))
    _, labels = connected_components(incidence, directed=False)
    return groups_of(labels[: capped.units].astype(np.int64), capped)


def louvain(holders: Holders) -> list[Group]:
    """Modularity by igraph's multilevel method (Louvain), resolution 1."""
    return _communities(holders, lambda graph: graph.community_multilevel(weights="weight"))


def leiden(holders: Holders) -> list[Group]:
    """Modularity by igraph's Leiden, resolution 1, until nothing improves."""
    return _communities(
        holders,
        lambda graph: graph.community_leiden("modularity", weights="weight", n_iterations=-1),
    )


def label_propagation(holders: Holders) -> list[Group]:
    """Each applicant takes the commonest label around it, until all have."""
    return _communities(holders, lambda graph: graph.community_label_propagation(weights="weight"))


def _communities(holders: Holders, method: Method) -> list[Group]:
    """Part the weighted graph of the applicants that share anything."""
    capped = holders.capped(DEGREE_CAP)
    first, second, weight = pairs(capped)
    linked, ends = np.unique(np.concatenate([first, second]), return_inverse=True)
    edges = ends.reshape(2, -1).T
    graph = ig.Graph(n=linked.size, edges=edges, edge_attrs={"weight": weight.tolist()})
    ig.set_random_number_generator(random.Random(SEED))  # noqa: S311 - repeatable draws, no secret
    labels = np.full(capped.units, -1, np.int64)
    labels[linked] = method(graph).membership
    return groups_of(labels, capped)


def pairs(holders: Holders) -> tuple[Ints, Ints, Ints]:
    """All pairs of units that share a value: smaller unit, larger unit, number of shared values.

    Values with the same number of holders are expanded together: O(sum of k²) in array operations.
    """
    counts = np.bincount(holders.value, minlength=holders.values)
    starts = np.concatenate([[0], np.cumsum(counts)[:-1]]) if counts.size else np.empty(0, np.int64)
    width = max(1, holders.units)
    keys = [np.empty(0, np.int64)]
    for size in np.unique(counts).tolist():
        members = holders.unit[starts[counts == size][:, None] + np.arange(size)]
        one, other = np.triu_indices(size, k=1)
        low = np.minimum(members[:, one], members[:, other])
        high = np.maximum(members[:, one], members[:, other])
        keys.append((low * width + high).ravel())
    key, weight = np.unique(np.concatenate(keys), return_counts=True)
    return key // width, key % width, weight.astype(np.int64)
