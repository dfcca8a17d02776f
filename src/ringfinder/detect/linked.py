"""Rings that pass contacts or clients to one another: shown as linked, never melted into one."""

from __future__ import annotations

import numpy as np

from ringfinder.detect.analysis import Analysis
from ringfinder.detect.holdings import IP
from ringfinder.graph.arrays import BoolArray, IntArray, distinct, pairs

MOST_BETWEEN = 10
"""Groups that share one value: more are a public one."""

MOST_LINKED = 10
"""Linked rings that one ring names."""


def linked_groups(analysis: Analysis, listed: BoolArray) -> dict[int, list[tuple[int, IntArray, int]]]:
    """For each listed group the others that hold one of its values.

    Returns
    -------
    dict
        Group to (other group, shared values, requests of the group that show them), most values first.
    """
    network, groups = analysis.network, analysis.groups
    of = groups.of_episode[analysis.episodes.of_request]
    uses = network.uses
    group = of[uses.request]
    known = (group >= 0) & (network.values.kind[uses.code] != IP)
    known[known] = listed[group[known]]
    held = pairs(uses.code[known], group[known], (len(network.values), groups.count))
    between = (held.row_sizes > 1) & (held.row_sizes <= MOST_BETWEEN)
    found: dict[tuple[int, int], list[int]] = {}
    for value in np.flatnonzero(between).tolist():
        sharing = held.columns[held.starts[value] : held.starts[value + 1]].tolist()
        for one in sharing:
            for other in sharing:
                if one != other:
                    found.setdefault((one, other), []).append(value)
    shown = pairs(uses.code[known], uses.request[known], (len(network.values), network.count))
    result: dict[int, list[tuple[int, IntArray, int]]] = {}
    for (one, other), values in found.items():
        rows = np.concatenate([shown.columns[shown.starts[value] : shown.starts[value + 1]] for value in values])
        mine = len(distinct(rows[of[rows] == one]))
        result.setdefault(one, []).append((other, np.array(values), mine))
    for links in result.values():
        links.sort(key=lambda link: (-len(link[1]), link[0]))
        del links[MOST_LINKED:]
    return result
