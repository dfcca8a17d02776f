"""FRAUDAR: dense blocks of applicants and values, found by greedy peeling.

Problem: in the bipartite graph of applicants and values, find the set S of nodes that maximises
``g(S) = f(S) / |S|``, with ``f(S) = Σ over edges inside S of 1 / log(d + 5)``, d the number of holders of
the edge's value. The logarithm makes popular values count little, so that camouflage by them is cheap
to see through.

Method: remove the node with the least weight inside, again and again, and keep the best set on the
way; at least half of the optimum. Several blocks are taken one after the other: the best block is
removed and the rest is peeled again. The densest set always lies within one connected component (the
g of a union of separate parts is between theirs), so components are peeled apart and only what is left
of the component of the block just taken is peeled again; the blocks are the same or denser.

The same values as in the other baselines are dropped first: with branch devices in the graph the
method melts a dozen rings into one block in spite of its column weights.

Complexity: O(E log V) for each peeling.

References
----------
Hooi, Song, Beutel, Shah, Shin, Faloutsos: FRAUDAR: Bounding graph fraud in the face of camouflage,
KDD 2016. Charikar: Greedy approximation algorithms for finding dense components, APPROX 2000.
"""

from __future__ import annotations

import heapq
import math
from dataclasses import dataclass

import numpy as np

from ringfinder.evaluate.baselines.groups import FEWEST_APPLICANTS, Group
from ringfinder.evaluate.baselines.holders import DEGREE_CAP, Holders

REQUESTS_PER_BLOCK = 500
"""Blocks stop at one for so many requests: the method has no threshold of its own."""

_COLUMN_OFFSET = 5

Adjacency = dict[int, dict[int, float]]
"""Node to neighbour to edge weight; applicants are 0 .. units - 1, values follow."""


@dataclass(frozen=True)
class Block:
    """The densest set that peeling met, and its density g."""

    nodes: frozenset[int]
    density: float


def fraudar(holders: Holders) -> list[Group]:
    """Take the densest blocks of at least three applicants, scored by density, one after the other."""
    most = max(1, math.ceil(holders.requests.size / REQUESTS_PER_BLOCK))
    edges = adjacency(holders.capped(DEGREE_CAP))
    waiting = [_entry(edges, part) for part in parts(edges, list(edges))]
    heapq.heapify(waiting)
    groups: list[Group] = []
    while waiting and len(groups) < most:
        density, _, block, nodes = heapq.heappop(waiting)
        units = np.array(sorted(node for node in block if node < holders.units), np.int64)
        if units.size >= FEWEST_APPLICANTS:
            groups.append(Group(units, -density))
        rest = _without(edges, nodes, block)
        for part in parts(edges, rest):
            heapq.heappush(waiting, _entry(edges, part))
    return groups


def adjacency(holders: Holders) -> Adjacency:
    """Weighted bipartite graph: an edge to a value with d holders weighs 1 / log(d + 5)."""
    degree = np.bincount(holders.value, minlength=holders.values)
    weight = 1 / np.log(degree + _COLUMN_OFFSET)
    edges: Adjacency = {}
    for unit, value in zip(holders.unit.tolist(), holders.value.tolist(), strict=True):
        node = holders.units + value
        edges.setdefault(unit, {})[node] = float(weight[value])
        edges.setdefault(node, {})[unit] = float(weight[value])
    return edges


def peel(edges: Adjacency, nodes: list[int]) -> Block:
    """Peel `nodes` by least weight inside and return the best set on the way; ties by node number."""
    inside = {node: sum(edges[node].values()) for node in nodes}
    queue = [(weight, node) for node, weight in inside.items()]
    heapq.heapify(queue)
    total = sum(inside.values()) / 2
    best, best_left = total / len(nodes), len(nodes)
    removed: list[int] = []
    while queue:
        weight, node = heapq.heappop(queue)
        if inside.get(node) != weight:
            continue  # an older entry: the node was removed, or has lost a neighbour since
        del inside[node]
        removed.append(node)
        total -= weight
        for other, edge in edges[node].items():
            if other in inside:
                inside[other] -= edge
                heapq.heappush(queue, (inside[other], other))
        if inside and total / len(inside) > best:
            best, best_left = total / len(inside), len(inside)
    return Block(frozenset(removed[len(removed) - best_left :]), best)


def parts(edges: Adjacency, nodes: list[int]) -> list[list[int]]:
    """Connected parts of `nodes`, each of at least two nodes."""
    left = set(nodes)
    found = []
    for start in nodes:
        if start not in left:
            continue
        left.discard(start)
        part = [start]
        for node in part:  # grows while it is walked
            near = [other for other in edges[node] if other in left]
            left.difference_update(near)
            part.extend(near)
        if len(part) > 1:
            found.append(part)
    return found


def _entry(edges: Adjacency, part: list[int]) -> tuple[float, int, frozenset[int], list[int]]:
    """Heap entry of a part: densest first, ties by the smallest node (no two parts share one)."""
    block = peel(edges, part)
    return -block.density, min(part), block.nodes, part


def _without(edges: Adjacency, nodes: list[int], block: frozenset[int]) -> list[int]:
    """Cut a block out of the graph; return what is left of `nodes`."""
    for node in block:
        for other in edges.pop(node):
            if other not in block:
                del edges[other][node]
    return [node for node in nodes if node not in block and edges[node]]
