r"""Components, and communities inside those that fall apart.

Problem
    Partition the units of a weighted graph so that one ring is one block.
Formula
    Modularity inside each component ``C`` as one call of CPM over the whole graph:
    maximise ``sum_ij (w_ij - n_i n_j) [same block]`` with node weights
    ``n_i = s_i / sqrt(2 W_C)``, strength ``s_i`` and total weight ``W_C`` of its component.
    A component is cut only where the modularity of its cut exceeds a threshold, and the parts are
    looked at again.
Complexity
    O(E) for each round.
Paper
    Traag, Waltman, van Eck (2019), From Louvain to Leiden.
"""

from __future__ import annotations

import random
from dataclasses import dataclass

import igraph
import numpy as np

from ringfinder.graph.arrays import BoolArray, FloatArray, IntArray, compact
from ringfinder.graph.people import components


@dataclass(frozen=True)
class Links:
    """Weighted links between units, each once with `left < right`, sorted."""

    left: IntArray
    right: IntArray
    weight: FloatArray
    units: int


def communities(links: Links, cut_above: float, seed: int, rounds: int = 8) -> IntArray:
    """Block of each unit, numbered by first unit; unlinked units are blocks of their own.

    Parameters
    ----------
    cut_above
        A block is cut where the modularity of the cut exceeds this (0 to 1).
    seed
        Of Leiden's own random numbers; the partition is the same for the same links and seed.
    rounds
        How often the parts are looked at again.
    """
    _, block = components(links.units, links.left, links.right)
    for _ in range(rounds):
        inside = block[links.left] == block[links.right]
        cut = _cut_once(links, inside, block, seed)
        better = _modularity(links, inside, block, cut) > cut_above
        if not better.any():
            break
        fresh = np.where(better[block], cut + block.max() + 1, block)
        block, _ = compact(fresh)
        _, block = components(links.units, *_within(links, block))
    return compact(block)[0]


_SMALLEST_CUT = 3
"""A block of two units has no parts."""


def _within(links: Links, block: IntArray) -> tuple[IntArray, IntArray]:
    inside = block[links.left] == block[links.right]
    return links.left[inside], links.right[inside]


def _strengths(links: Links, inside: BoolArray, block: IntArray) -> tuple[FloatArray, FloatArray]:
    """Strength of each unit inside its block, and twice the weight of each block."""
    weight = links.weight * inside
    strength: FloatArray = np.bincount(links.left, weight, links.units).astype(np.float64)
    strength += np.bincount(links.right, weight, links.units)
    return strength, np.bincount(block, strength).astype(np.float64)


def _cut_once(links: Links, inside: BoolArray, block: IntArray, seed: int) -> IntArray:
    """Leiden inside every block of three or more units, all in one call."""
    strength, total = _strengths(links, inside, block)
    active = np.flatnonzero(np.bincount(block)[block] >= _SMALLEST_CUT)
    place = np.full(links.units, -1, np.int64)
    place[active] = np.arange(len(active))
    edges = inside & (place[links.left] >= 0)
    result = np.arange(links.units) + len(active)
    if not edges.any():
        return result
    graph = igraph.Graph(len(active), np.column_stack([place[links.left[edges]], place[links.right[edges]]]))
    node_weights = strength[active] / np.sqrt(np.maximum(total[block[active]], 1e-12))
    result[active] = _leiden(graph, links.weight[edges], node_weights, seed)
    return result


def _leiden(graph: igraph.Graph, weights: FloatArray, node_weights: FloatArray, seed: int) -> IntArray:
    """Run igraph's Leiden with random numbers of its own."""
    igraph.set_random_number_generator(random.Random(seed))  # noqa: S311 - a seeded search, no secret
    try:
        found = graph.community_leiden(
            objective_function="CPM",
            weights=weights,
            node_weights=node_weights,
            resolution=1.0,
            n_iterations=4,
        )
    finally:
        igraph.set_random_number_generator(random)
    return np.asarray(found.membership, np.int64)


def _modularity(links: Links, inside: BoolArray, block: IntArray, cut: IntArray) -> FloatArray:
    """Modularity of the cut of each block."""
    strength, total = _strengths(links, inside, block)
    kept = inside & (cut[links.left] == cut[links.right])
    held = np.bincount(block[links.left], 2 * links.weight * kept, len(total))
    part, parts = compact(cut)
    sums = np.bincount(part, strength, parts)
    owner = np.zeros(parts, np.int64)
    owner[part] = block
    expected = np.bincount(owner, sums**2, len(total))
    safe = np.maximum(total, 1e-12)
    found: FloatArray = held / safe - expected / safe**2
    return found
