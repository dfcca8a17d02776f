"""One run of detection: a pure function of the facts and the settings."""

from __future__ import annotations

import time
from collections.abc import Callable

import numpy as np

from ringfinder.detect.assemble import Assembler, harmed_requests
from ringfinder.detect.coverage import coverage
from ringfinder.detect.groups import form_groups
from ringfinder.detect.harm import harm_of
from ringfinder.detect.judge import founding, judge_values
from ringfinder.detect.score import score_groups
from ringfinder.detect.settings import DetectSettings
from ringfinder.graph.columns import days
from ringfinder.graph.communities import communities
from ringfinder.graph.links import link_units, pair_weight
from ringfinder.graph.network import Limits, build_network
from ringfinder.records.portfolio import Portfolio
from ringfinder.records.rings import Detection, Tier

Progress = Callable[[str], None]
"""Told the name of each step as it begins."""


class Stopwatch:
    """Times the steps of a run and tells the progress."""

    def __init__(self, progress: Progress | None) -> None:
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


def detect(portfolio: Portfolio, settings: DetectSettings | None = None, progress: Progress | None = None) -> Detection:
    """Find rings in a portfolio.

    Parameters
    ----------
    portfolio
        The facts; everything but `surrender_requests` may be absent.
    settings
        All constants; the defaults where None.
    progress
        Called with the name of each step.
    """
    settings = settings or DetectSettings()
    watch = Stopwatch(progress)
    watch.begin("network")
    network = build_network(portfolio, limits_of(settings))
    watch.begin("harm")
    harm = harm_of(network, settings)
    held, factor = judge_values(network, harm, settings)
    watch.begin("communities")
    founds = founding(network, factor, settings)
    weight = pair_weight(held.row_sizes.astype(float), network.units, settings.rarity_exponent)
    links = link_units(held.only(founds[held.rows]), np.where(founds, weight, 0.0), settings.full_pairs)
    block = communities(links, settings.cut_above, settings.leiden_seed)
    groups = form_groups(network, block, founds, settings.least_units)
    watch.begin("score")
    terms = score_groups(network, groups, days(network.requests["applied_at"]), harmed_requests(harm), factor, settings)
    watch.begin("rings")
    assembler = Assembler(network, groups, harm, terms, factor)
    listed = np.flatnonzero(terms.total > 0)
    order = listed[np.argsort(-terms.score[listed], kind="stable")]
    rings = tuple(
        assembler.ring(int(group), Tier.ALERT if terms.score[group] > 0 else Tier.REVIEW, None) for group in order
    )
    watch.begin("")
    return Detection(rings, coverage(portfolio), settings.hash, network.count, watch.seconds)
