r"""Score of a candidate group: what it took to be this way, and what must carry an alarm.

Formula
    ``total = pressure + commission + flow + sharing + agent + branch + letter + time + held - ln(groups)``,
    all in nats and one-sided; ``carry = max(pressure, commission - its odds, flow - its margin)``;
    ``score = min(total, carry)``, with a margin where few households share one value. Honest life
    explains one shared thing, one time, one agent and one letter for nothing, so an alarm needs harm
    of its members or a flow of clients.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from scipy.special import expit

from ringfinder.detect.attributes import FAMILIES, Attributes
from ringfinder.detect.groups import Groups
from ringfinder.detect.holdings import FLOW, Holdings
from ringfinder.detect.judge import Judgement, group_factor
from ringfinder.detect.settings import DetectSettings
from ringfinder.graph.arrays import BoolArray, FloatArray, IntArray, pairs
from ringfinder.graph.episodes import Episodes

CARRIERS = ("pressure", "commission", "flow")
"""Terms that can carry an alarm."""


@dataclass(frozen=True)
class Terms:
    """Terms of every group in nats.

    Parameters
    ----------
    parts
        By name: `CARRIERS`, ``sharing``, the families of attributes, ``search`` (negative).
    harmed
        Households that look harmed, by pressure and by commission, of each group.
    carry
        What carries the alarm of each group: place in `CARRIERS`.
    total, score
        Sum of the parts; the smaller of it and what carries.
    """

    parts: Mapping[str, FloatArray]
    harmed: Mapping[str, FloatArray]
    carry: IntArray
    total: FloatArray
    score: FloatArray


def score_groups(
    network_units: int,
    episodes: Episodes,
    holdings: Holdings,
    groups: Groups,
    attributes: Attributes,
    judgement: Judgement,
    settings: DetectSettings,
    among: int | None = None,
) -> Terms:
    """Score every group.

    Parameters
    ----------
    network_units
        Households that made a request.
    among
        Number of groups that were searched, where `groups` are only some of them.
    """
    units = groups.units.astype(np.float64)
    harmed = {
        "pressure": _harmed(groups, episodes, judgement.pressure),
        "commission": _harmed(groups, episodes, judgement.commission),
    }
    carried = {
        "pressure": group_factor(harmed["pressure"], units, judgement.usual_pressure, settings.ring_mean, settings),
        "commission": group_factor(
            harmed["commission"], units, judgement.usual_commission, settings.commission_mean, settings
        )
        + np.log(settings.commission_odds),
        "flow": _flow(groups, holdings) - settings.flow_alert,
    }
    parts = {name: np.maximum(term, 0.0) for name, term in carried.items()}
    helped = _may_be_kin(holdings, groups, settings)
    parts["sharing"] = _sharing(network_units, holdings, groups)
    for family in FAMILIES:
        parts[family] = np.maximum(attributes.factor(family, groups.of_episode, groups.count), 0.0)
    parts["search"] = np.full(groups.count, -np.log(max(among or groups.count, 1)))
    stacked = np.stack([carried[name] for name in CARRIERS]) if groups.count else np.empty((len(CARRIERS), 0))
    total = np.sum(list(parts.values()), axis=0) if groups.count else np.empty(0)
    score = np.minimum(total, stacked.max(axis=0) - settings.kin_margin * helped)
    return Terms(parts, harmed, stacked.argmax(axis=0), total, score)


def _harmed(groups: Groups, episodes: Episodes, ratio: FloatArray) -> FloatArray:
    """Sum over the households of each group of how harmed their most harmed episode looks."""
    known = np.flatnonzero(groups.of_episode >= 0)
    width = np.int64(max(int(episodes.unit.max(initial=-1)) + 1, 1))
    keys, home = np.unique(groups.of_episode[known] * width + episodes.unit[known], return_inverse=True)
    best = np.zeros(len(keys))
    np.maximum.at(best, home.reshape(-1), expit(ratio[known]))
    return np.bincount(keys // width, best, groups.count).astype(np.float64)


def _flow(groups: Groups, holdings: Holdings) -> FloatArray:
    """Surprise of the best flow inside each group; far below zero where there is none."""
    best = np.full(groups.count, -99.0)
    flows = holdings.kind[groups.inside.columns] == FLOW
    np.maximum.at(best, groups.inside.rows[flows], holdings.surprise[groups.inside.columns[flows]])
    return best


def _may_be_kin(holdings: Holdings, groups: Groups, settings: DetectSettings) -> BoolArray:
    """Few households on one shared value: a relative who helps everybody looks the same."""
    values = groups.inside.rows[holdings.kind[groups.inside.columns] != FLOW]
    found: BoolArray = (groups.units <= settings.kin_units) & (np.bincount(values, minlength=groups.count) == 1)
    return found


def _sharing(network_units: int, holdings: Holdings, groups: Groups) -> FloatArray:
    """Nats that shared values save: each further user is told by the value; the best one is given to honest life."""
    values = holdings.kind[groups.inside.columns] != FLOW
    rows, what = groups.inside.rows[values], groups.inside.columns[values]
    surprise = np.log(max(network_units, 2) / np.maximum(holdings.households[what], 2)) * (groups.users[values] - 1)
    best = np.zeros(groups.count)
    np.maximum.at(best, rows, surprise)
    found: FloatArray = np.bincount(rows, surprise, groups.count) - best
    return found


def members_by_group(groups: Groups, episodes: Episodes) -> tuple[IntArray, IntArray]:
    """Requests of each group, group by group, in canonical order, and where each group starts."""
    of = groups.of_episode[episodes.of_request]
    found = pairs(of, np.arange(len(of)), (groups.count, len(of)))
    return found.columns, found.starts
