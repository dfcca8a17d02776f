r"""How many of the rings like this one are none: false-discovery rates, from the model and from decoys.

Formula
    Model: with the score ``S`` as log Bayes factor and a share ``w`` of rings among the candidates
    (learnt by expectation and maximisation, with one imagined ring and one imagined other group), the
    local rate is ``1 / (1 + exp(S + ln(w/(1-w))))``; a ring's rate is the mean over all that score as high.
    Decoys: every episode gets the signs of a random episode of its branch and quarter that is in no
    alert; who shares what, and every household, stay as they are. Values are judged and groups scored
    anew; with ``D`` decoy groups that score as high in ``R`` runs, and ``T`` groups, ``q = ((D + 1)/R)/T``.
    As many runs as ``R T >= 100`` takes.
    The rate of a score is the larger of the two; a ring's q-value is the least rate at which it is still among them.
Paper
    Efron (2008), Microarrays, empirical Bayes and the two-groups model. Käll et al. (2008), Assigning
    significance to peptides identified by tandem mass spectrometry using decoy databases.
"""

from __future__ import annotations

import numpy as np
from scipy.special import expit, logit

from ringfinder.detect.analysis import Analysis
from ringfinder.detect.holdings import FLOW
from ringfinder.detect.judge import group_factor
from ringfinder.detect.settings import DetectSettings
from ringfinder.graph.arrays import BoolArray, FloatArray, IntArray, compact, distinct, pairs
from ringfinder.graph.people import components

_ROUNDS = 50
_QUARTER = 91.3


def q_values(analysis: Analysis, candidates: BoolArray, settings: DetectSettings) -> FloatArray:
    """False-discovery rate of every group; NaN for groups that are no candidates."""
    found = np.full(analysis.groups.count, np.nan)
    score = analysis.terms.score[candidates]
    if not len(score):
        return found
    order = np.argsort(-score, kind="stable")
    ranked = score[order]
    above = np.searchsorted(-ranked, -ranked, side="right").astype(np.float64)
    model = np.cumsum(_local(ranked))[above.astype(np.int64) - 1] / above
    alerts = int((score > 0).sum())
    runs = min(max(int(np.ceil(settings.decoy_groups / max(alerts, 1))), 1), settings.most_decoys) if alerts else 0
    decoys = _decoy_scores(analysis, runs, settings)
    if runs:
        as_high = len(decoys) - np.searchsorted(decoys, ranked, side="left")
        model = np.maximum(model, (as_high + 1) / runs / above)
    q = np.empty(len(score))
    q[order] = np.minimum.accumulate(np.minimum(model, 1.0)[::-1])[::-1]
    found[candidates] = q
    return found


def _local(score: FloatArray) -> FloatArray:
    """Local false-discovery rate of every candidate."""
    share = 0.5
    for _ in range(_ROUNDS):
        share = (float(expit(score + logit(share)).sum()) + 1) / (len(score) + 2)
    found: FloatArray = expit(-(score + logit(share)))
    return found


def _decoy_scores(analysis: Analysis, runs: int, settings: DetectSettings) -> FloatArray:
    """Scores of all decoy groups of all runs, lowest first."""
    chance = np.random.default_rng(settings.leiden_seed)
    strata = _strata(analysis)
    alerted = np.append(analysis.terms.score > 0, values=False)
    pool = ~alerted[analysis.groups.of_episode]
    found = [_decoys(analysis, _drawn(strata, pool, chance), settings) for _ in range(runs)]
    return np.sort(np.concatenate([*found, np.empty(0)]))


def _strata(analysis: Analysis) -> IntArray:
    """Branch and quarter of each episode."""
    quarter = np.floor((analysis.episodes.day - analysis.episodes.day.min(initial=0.0)) / _QUARTER).astype(np.int64)
    branch = analysis.attributes["branch"]
    of = branch[0].of + 1 if branch else np.zeros(len(quarter), np.int64)
    return compact(of * np.int64(quarter.max(initial=0) + 1) + quarter)[0]


def _drawn(strata: IntArray, pool: BoolArray, chance: np.random.Generator) -> IntArray:
    """For each episode another one of its stratum from the pool; of the whole pool where its stratum has none."""
    members = np.flatnonzero(pool)
    if not len(members):
        return np.arange(len(strata))
    order = members[np.argsort(strata[members], kind="stable")]
    ordered = strata[order]
    start, end = np.searchsorted(ordered, strata), np.searchsorted(ordered, strata, side="right")
    empty = end == start
    start[empty], end[empty] = 0, len(order)
    at = start + np.floor(chance.random(len(strata)) * (end - start)).astype(np.int64)
    return order[at]


def _decoys(analysis: Analysis, drawn: IntArray, settings: DetectSettings) -> FloatArray:
    """Scores of the groups that are found when every episode shows the signs of another one."""
    holdings, judgement, s = analysis.holdings, analysis.judgement, settings
    units = holdings.households.astype(np.float64)
    looks = [expit(ratio[drawn]) for ratio in (judgement.pressure + judgement.context, judgement.commission)]
    harmed = [holdings.by_household(look[holdings.used.columns]) for look in looks]
    first = group_factor(harmed[0], units, judgement.usual_pressure, s.ring_mean, s)
    second = group_factor(harmed[1], units, judgement.usual_commission, s.commission_mean, s) + np.log(
        s.commission_odds
    )
    founds = (np.logaddexp(first, second) + judgement.beforehand > 0) & (units > 1) & (holdings.kind != FLOW)
    founds[: len(analysis.network.values)] &= ~analysis.network.values.no_door
    used = holdings.used.only(founds[holdings.used.rows])
    if not len(used):
        return np.empty(0)
    size = len(analysis.episodes)
    _, label = components(size + len(founds), used.columns, used.rows + size)
    linked = distinct(used.columns)
    group, count = compact(label[linked])
    homes = pairs(group, analysis.episodes.unit[linked], (count, analysis.network.units))
    scores = []
    for ratio, usual, mean, odds in (
        (judgement.pressure, judgement.usual_pressure, s.ring_mean, 0.0),
        (judgement.commission, judgement.usual_commission, s.commission_mean, float(np.log(s.commission_odds))),
    ):
        best = np.zeros(len(homes))
        width = np.int64(max(homes.shape[1], 1))
        place = np.searchsorted(homes.rows * width + homes.columns, group * width + analysis.episodes.unit[linked])
        np.maximum.at(best, place, expit(ratio[drawn[linked]]))
        total = np.bincount(homes.rows, best, count).astype(np.float64)
        scores.append(group_factor(total, homes.row_sizes.astype(np.float64), usual, mean, s) + odds)
    return np.maximum(*scores)[homes.row_sizes >= s.least_units]
