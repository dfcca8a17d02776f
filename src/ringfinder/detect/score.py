r"""Score of a candidate group: what it took to be this way, against honest life.

Formula
    ``S = min(sharing + burst + harm - ln(groups), concentration - margin)`` with
    ``concentration = max(harm, best judged value x share of its users)``: honest life explains one
    shared thing and one time for nothing, so an alarm needs harm.
    burst: ``q ln(q/e) - (q - e)`` for ``q`` requests in the group's densest span of 7 to 900 days
    where ``e`` were to be expected (Poisson scan).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ringfinder.detect.groups import Groups, best_value
from ringfinder.detect.judge import value_factor
from ringfinder.detect.settings import DetectSettings
from ringfinder.graph.arrays import BoolArray, FloatArray
from ringfinder.graph.network import Network

SPANS = (7.0, 14.0, 30.0, 60.0, 120.0, 240.0, 450.0, 900.0)
"""Spans of the scan in days: a week to two and a half years, each about twice the last."""


@dataclass(frozen=True)
class Terms:
    """Terms of every group in nats, one array for each."""

    sharing: FloatArray
    harm: FloatArray
    burst: FloatArray
    best_value: FloatArray
    harmed: FloatArray
    score: FloatArray
    total: FloatArray


def score_groups(
    network: Network,
    groups: Groups,
    applied: FloatArray,
    harmed: BoolArray,
    factor: FloatArray,
    settings: DetectSettings,
) -> Terms:
    """Score every group."""
    sizes = groups.sizes.astype(float)
    sharing = _sharing(network, groups)
    bad = np.zeros((groups.count,))
    unit = network.unit[groups.members.columns]
    shown = harmed[groups.members.columns]
    pair = np.unique(groups.members.rows[shown] * np.int64(max(network.units, 1)) + unit[shown])
    bad += np.bincount(pair // max(network.units, 1), minlength=groups.count)
    rate = float(np.clip(settings.base_rate_factor * harmed.mean(), 0.01, 0.95)) if len(harmed) else 0.5
    harm = value_factor(bad, sizes, rate, settings.judge_prior)
    burst = _burst(groups, applied)
    best = best_value(groups, factor)
    total = sharing + burst + harm - np.log(max(groups.count, 1))
    score = np.minimum(total, np.maximum(harm, best) - settings.alarm_margin)
    return Terms(sharing, harm, burst, best, bad, score, total)


def _sharing(network: Network, groups: Groups) -> FloatArray:
    """Nats that the shared values save: each further user is told by the value instead of by number."""
    holders = np.bincount(network.uses.code, minlength=len(network.values.kind))[groups.inside.columns]
    surprise = np.log(max(network.units, 2) / np.maximum(holders, 2)) * (groups.users - 1)
    best = np.zeros(groups.count)
    total = np.bincount(groups.inside.rows, surprise, groups.count)
    np.maximum.at(best, groups.inside.rows, surprise)
    return total - best


def _burst(groups: Groups, applied: FloatArray) -> FloatArray:
    """Poisson scan of the group's requests over spans of a week to two and a half years."""
    day = applied[groups.members.columns]
    order = np.lexsort((day, groups.members.rows))
    row, day = groups.members.rows[order], day[order]
    count = np.bincount(row, minlength=groups.count).astype(float)
    whole = max(float(np.ptp(applied)) if len(applied) else 0.0, 1.0)
    best = np.zeros(groups.count)
    shifted = row * (4 * whole) + (day - (day.min() if len(day) else 0.0))
    for span in SPANS:
        if span >= whole:
            break
        last = np.searchsorted(shifted, shifted + span, side="right")
        seen = (last - np.arange(len(row))).astype(float)
        expected = count[row] * span / whole
        gain = np.where(seen > expected, seen * np.log(np.maximum(seen, 1) / expected) - (seen - expected), 0.0)
        np.maximum.at(best, row, gain)
    paid: FloatArray = np.maximum(best - np.log(len(SPANS) * np.maximum(count, 1.0)), 0.0)
    return paid
