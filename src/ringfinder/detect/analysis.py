"""From the facts to scored groups: every step of detection in its order, as arrays."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from ringfinder.detect.attributes import Attributes, find_attributes
from ringfinder.detect.flows import Flows, find_flows
from ringfinder.detect.groups import Groups, form_groups, founding
from ringfinder.detect.holdings import Holdings, hold
from ringfinder.detect.judge import Judgement, judge
from ringfinder.detect.score import Terms, score_groups
from ringfinder.detect.settings import DetectSettings
from ringfinder.detect.signs import Signs, find_signs
from ringfinder.graph.arrays import BoolArray, IntArray, pairs
from ringfinder.graph.columns import days
from ringfinder.graph.episodes import Episodes, find_episodes
from ringfinder.graph.letters import letter_clusters
from ringfinder.graph.network import Limits, Network, build_network
from ringfinder.records.portfolio import Portfolio

Progress = Callable[[str], None]
"""Told the name of each step as it begins."""


class Stopwatch:
    """Times the steps of a run and tells the progress."""

    def __init__(self, progress: Progress | None = None) -> None:
        self._progress = progress
        self._since = time.perf_counter()
        self._name = ""
        self.seconds: dict[str, float] = {}

    def begin(self, name: str) -> None:
        """End the step before and begin the next; an empty name ends the last."""
        now = time.perf_counter()
        if self._name:
            self.seconds[self._name] = self.seconds.get(self._name, 0.0) + now - self._since
        self._since, self._name = now, name
        if name and self._progress:
            self._progress(name)


@dataclass(frozen=True)
class Analysis:
    """Everything that is known when all groups have their scores."""

    network: Network
    episodes: Episodes
    letter: IntArray
    signs: Signs
    attributes: Attributes
    flows: Flows
    holdings: Holdings
    judgement: Judgement
    founds: BoolArray
    groups: Groups
    terms: Terms


def limits_of(settings: DetectSettings) -> Limits:
    """The settings that the graph stage needs."""
    return Limits(
        fresh_days=settings.fresh_days,
        household=(settings.household_least, settings.household_most),
        most_relations=settings.most_relations,
        counter_share=settings.counter_share,
        spread_share=settings.spread_share,
        spread_least=settings.spread_least,
    )


def analyse(portfolio: Portfolio, settings: DetectSettings, watch: Stopwatch) -> Analysis:
    """Run all steps up to the scores."""
    watch.begin("network")
    network = build_network(portfolio, limits_of(settings))
    applied = days(network.requests["applied_at"])
    episodes = find_episodes(network.people.of_request, network.unit, applied, settings.episode_days)
    watch.begin("letters")
    letter = _letters(network)
    watch.begin("signs")
    signs = find_signs(network, episodes, settings)
    attributes = find_attributes(network, episodes, letter, signs.held_days, use_time=bool(settings.use_time))
    flows = find_flows(network, episodes, settings)
    holdings = hold(network, episodes, flows)
    watch.begin("judge")
    judgement = judge(holdings, signs, attributes, settings, _shapes(network, holdings, attributes))
    founds = founding(holdings, judgement, network.values.no_door)
    watch.begin("groups")
    groups = form_groups(network, episodes, holdings, founds, signs, attributes, judgement, settings)
    watch.begin("score")
    terms = score_groups(network.units, episodes, holdings, groups, attributes, judgement, settings)
    return Analysis(network, episodes, letter, signs, attributes, flows, holdings, judgement, founds, groups, terms)


def _letters(network: Network) -> IntArray:
    """Cluster of the letter that goes with each request, -1 for none."""
    found = np.full(network.count, -1, np.int64)
    rows, owners = network.joins.complaints
    cluster = letter_clusters(network.portfolio.table("complaints")["text"])
    known = cluster[rows] >= 0
    np.maximum.at(found, owners[known], cluster[rows[known]])
    return found


def _shapes(network: Network, holdings: Holdings, attributes: Attributes) -> dict[str, IntArray]:
    """Categories of values: who has it on file, and from how many branches and agents its users come."""
    count = len(holdings.kind)
    filed = np.zeros(count, np.int64)
    filed[: len(network.values)] = network.values.filed
    found = {"filed": filed}
    for family in ("branch", "agent"):
        for one in attributes[family]:
            held = pairs(holdings.used.rows, one.of[holdings.used.columns], (count, len(one.background)))
            distinct = held.row_sizes
            found[family] = np.where(distinct <= 1, 0, np.where(distinct < _MOSTLY * holdings.households, 1, 2))
    return found


_MOSTLY = 0.6  # distinct branches to households: nearly everybody comes from elsewhere
