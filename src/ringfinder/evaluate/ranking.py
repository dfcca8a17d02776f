"""What the order of the rings is worth: the curve over the score, and the calibration of q."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from ringfinder.evaluate.metrics import harmonic, per_ten_thousand, share
from ringfinder.evaluate.overlap import Overlap

Q_LEVELS: tuple[float, ...] = (0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1.0)
_Z95 = 1.959963984540054


@dataclass(frozen=True, slots=True)
class CurvePoint:
    """What flagging every listed ring with at least `threshold` would give."""

    threshold: float
    rings: int
    false_rings: int
    false_rings_per_10000: float | None
    b3_precision: float
    b3_recall: float
    b3_f1: float


@dataclass(frozen=True, slots=True)
class QLevel:
    """Rings that claim a false share of at most `level`, and the share that was seen.

    `low` and `high` bound the observed share with 95 % confidence (Wilson's score interval).
    """

    level: float
    rings: int
    largest_q: float
    observed: float
    low: float
    high: float


def curve(overlap: Overlap) -> list[CurvePoint]:
    """B-cubed against false rings for every threshold over the score, strictest first.

    Whether a ring was flagged plays no part. B-cubed sums are additive over found rings, so one pass
    of cumulative sums gives all points: O(rings + pairs).
    """
    rings = overlap.size.size
    squares = overlap.shared.astype(np.float64) ** 2
    precision_part = np.bincount(overlap.found, squares / overlap.size[overlap.found], minlength=rings)
    recall_part = np.bincount(overlap.found, squares / overlap.true_size[overlap.true], minlength=rings)
    sums = np.cumsum(precision_part), np.cumsum(recall_part), np.cumsum(overlap.size)
    false = np.cumsum(overlap.true_in_ring == 0)
    points = []
    for last in _last_of_each_score(overlap):
        precision = share(sums[0][last], sums[2][last])
        recall = share(sums[1][last], overlap.true_size.sum())
        points.append(
            CurvePoint(
                threshold=float(overlap.score[last]),
                rings=last + 1,
                false_rings=int(false[last]),
                false_rings_per_10000=per_ten_thousand(overlap, int(false[last])),
                b3_precision=precision,
                b3_recall=recall,
                b3_f1=harmonic(precision, recall),
            )
        )
    return points


def _last_of_each_score(overlap: Overlap) -> list[int]:
    """Places (rings fall in score) after which a lower score begins: equal scores fall together."""
    ends = np.append(np.diff(overlap.score) != 0, True)[: overlap.score.size]
    found: list[int] = np.flatnonzero(ends).tolist()
    return found


def thin(points: list[CurvePoint], most: int = 12) -> list[CurvePoint]:
    """At most `most` points of a curve for people: the ends, the best F1, and an even spread."""
    if len(points) <= most:
        return points
    best = max(range(len(points)), key=lambda place: points[place].b3_f1)
    spread = np.linspace(0, len(points) - 1, most - 1).round().astype(int).tolist()
    return [points[place] for place in sorted({*spread, best})]


def calibration(overlap: Overlap) -> list[QLevel]:
    """Claimed q against the observed share of false rings, for every level that has a ring.

    A q-value is the share of false rings among all rings at least as good, so each level takes every
    listed ring with ``q <= level`` and compares its largest q with ``(rings without a true member) /
    rings``. Rings without a q-value are left out.
    """
    false = overlap.true_in_ring == 0
    levels = []
    for level in Q_LEVELS:
        within = overlap.q_value <= level  # a missing q is NaN: never within
        rings = int(within.sum())
        if rings:
            wrong = int(false[within].sum())
            low, high = wilson(wrong, rings)
            largest = float(overlap.q_value[within].max())
            levels.append(QLevel(level, rings, largest, wrong / rings, low, high))
    return levels


def wilson(successes: int, trials: int) -> tuple[float, float]:
    """Wilson's 95 % score interval of a share.

    References
    ----------
    Wilson: Probable inference, the law of succession, and statistical inference, JASA 22 (1927).
    """
    proportion = successes / trials
    z2 = _Z95**2
    centre = (proportion + z2 / (2 * trials)) / (1 + z2 / trials)
    half = _Z95 / (1 + z2 / trials) * math.sqrt(proportion * (1 - proportion) / trials + z2 / (4 * trials**2))
    return max(0.0, centre - half), min(1.0, centre + half)
