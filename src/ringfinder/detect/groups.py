"""Candidate groups: blocks of linked episodes, joined, and with loose episodes attached."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ringfinder.detect.attach import attach
from ringfinder.detect.attributes import Attributes
from ringfinder.detect.holdings import Holdings
from ringfinder.detect.join import join_apart, join_linked
from ringfinder.detect.judge import Judgement
from ringfinder.detect.settings import DetectSettings
from ringfinder.detect.signs import Signs
from ringfinder.graph.arrays import BoolArray, FloatArray, IntArray, Pairs, pairs
from ringfinder.graph.communities import communities
from ringfinder.graph.episodes import Episodes
from ringfinder.graph.links import link_units, pair_weight
from ringfinder.graph.network import Network


@dataclass(frozen=True)
class Groups:
    """Candidate groups as arrays.

    Parameters
    ----------
    of_episode
        Group of each episode, -1 for none.
    count
        Number of groups.
    inside
        Pairs (group, what) for founding values and flows that at least two households of the group hold.
    users
        For each of these pairs the number of households of the group.
    odds
        Of episodes that share nothing and were attached: how well they fit, in nats; NaN for all others.
    units
        Households of each group.
    """

    of_episode: IntArray
    count: int
    inside: Pairs
    users: IntArray
    odds: FloatArray
    units: IntArray


def founding(holdings: Holdings, judgement: Judgement, no_door: BoolArray) -> BoolArray:
    """What may found a group: more likely a ring's than not; an address without a door never."""
    vague = np.zeros(len(holdings.kind), np.bool_)
    vague[: len(no_door)] = no_door
    found: BoolArray = (judgement.value > 0.5) & ~vague  # noqa: PLR2004 - more likely than not
    return found


def form_groups(
    network: Network,
    episodes: Episodes,
    holdings: Holdings,
    founds: BoolArray,
    signs: Signs,
    attributes: Attributes,
    judgement: Judgement,
    settings: DetectSettings,
) -> Groups:
    """Link, cut, join and attach."""
    held = holdings.used.only(founds[holdings.used.rows])
    weight = pair_weight(holdings.households.astype(np.float64), network.units, settings.rarity_exponent)
    links = link_units(held, np.where(founds, weight, 0.0), settings.full_pairs)
    block = communities(links, settings.cut_above, settings.leiden_seed)
    linked = np.zeros(len(episodes), np.bool_)
    linked[held.columns] = True
    group = join_linked(np.where(linked, block, -1), held, attributes, settings)
    group = join_apart(group, episodes.day, attributes, settings)
    units = _units(group, episodes)
    grown = attach(group, units >= settings.least_units, signs, attributes, judgement, settings)
    return _groups(grown.group, grown.odds, episodes, held)


def _units(group: IntArray, episodes: Episodes) -> IntArray:
    """Households of each group."""
    shape = (int(group.max(initial=-1)) + 1, int(episodes.unit.max(initial=-1)) + 1)
    return pairs(group, episodes.unit, shape).row_sizes


def _groups(group: IntArray, odds: FloatArray, episodes: Episodes, held: Pairs) -> Groups:
    count = int(group.max(initial=-1)) + 1
    mine = group[held.columns]
    known = mine >= 0
    width = np.int64(held.shape[0])
    trio = (
        np.unique(np.stack([mine[known], held.rows[known], episodes.unit[held.columns[known]]], axis=1), axis=0)
        if known.any()
        else np.empty((0, 3), np.int64)
    )
    key, users = np.unique(trio[:, 0] * width + trio[:, 1], return_counts=True)
    kept = users > 1
    inside = Pairs(key[kept] // max(width, 1), key[kept] % max(width, 1), (count, int(width)))
    return Groups(group, count, inside, users[kept].astype(np.int64), odds, _units(group, episodes))
