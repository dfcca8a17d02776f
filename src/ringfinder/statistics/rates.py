"""The rates of a period, each beside its cohort: counts on both sides, an interval, and an exact test.

The cohort of a value is everything else in its dimension; that of an agent are the other agents of the same branch,
as long as these are enough to compare with. What is unknown (a request without a branch) is told and not tested.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from types import MappingProxyType

import numpy as np

from ringfinder.graph.arrays import BoolArray, FloatArray
from ringfinder.statistics.counts import Counted, summed
from ringfinder.statistics.facts import AGENT
from ringfinder.statistics.settings import StatSettings
from ringfinder.statistics.shares import false_discovery, more_than_cohort, ratio_interval, wilson

OTHERS, SAME_BRANCH = "others", "same_branch"
POLICY, REQUEST = "policy", "request"


@dataclass(frozen=True)
class Measure:
    """A rate of two counts.

    Parameters
    ----------
    level
        What is counted, where that is not said by the name: policies in force, or requests.
    share
        Whether the numerator is a part of the denominator; else both are counts of their own.
    """

    name: str
    numerator: str
    denominator: str
    level: str = ""
    share: bool = True


SURRENDER_RATE = "surrender_rate"
MEASURES = (
    Measure(SURRENDER_RATE, "policies_surrendered", "policies_in_force", POLICY),
    Measure(SURRENDER_RATE, "surrenders_paid", "requests", REQUEST),
    Measure("negotiated_share", "negotiated", "kind_known"),
    Measure("paid_above_share", "paid_above", "settled"),
    Measure("complaint_ratio", "complaints", "requests", share=False),
    Measure("regulator_share", "complaints_regulator", "complaints_source_known"),
)
"""All rates. The surrender rate is that of policies where these are known, else of requests, and says which."""


@dataclass(frozen=True, slots=True)
class Rate:
    """One rate beside its cohort; NaN where there is nothing to count from.

    `q` is the false-discovery rate at which this value is among the warnings, of all tests of the period.
    """

    dimension: str
    value: str | None
    measure: str
    level: str
    numerator: int
    denominator: int
    rate: float
    low: float
    high: float
    cohort: str = ""
    cohort_numerator: int = 0
    cohort_denominator: int = 0
    cohort_rate: float = np.nan
    p: float = np.nan
    q: float = np.nan

    def warned(self, settings: StatSettings) -> bool:
        """Whether it is on the list of warnings."""
        return bool(self.q <= settings.false_discovery)


def measures_of(counted: Counted) -> Iterator[Measure]:
    """The measures that the counts allow; the surrender rate once."""
    seen: set[str] = set()
    for measure in MEASURES:
        there = measure.numerator in counted.counts and measure.denominator in counted.counts
        if there and measure.name not in seen:
            seen.add(measure.name)
            yield measure


def overall(counted: Counted, settings: StatSettings) -> list[Rate]:
    """The rates of the whole period."""
    found = []
    for measure in measures_of(counted):
        k, n = (np.array([counted.total(name)]) for name in (measure.numerator, measure.denominator))
        (rate,), (low,), (high,) = _rate(k, n), *_interval(measure, k, n, settings)
        sides = (float(rate), float(low), float(high))
        found.append(Rate("", None, measure.name, measure.level, int(k[0]), int(n[0]), *sides))
    return found


def rates(
    counted: Sequence[Counted], settings: StatSettings, agent_branch: Mapping[str, str] = MappingProxyType({})
) -> list[Rate]:
    """The rates of every value of every dimension, with the q of all tests together."""
    found = [
        rate for one in counted for measure in measures_of(one) for rate in _of(one, measure, settings, agent_branch)
    ]
    q = false_discovery(np.array([rate.p for rate in found], float))
    return [replace(rate, q=float(each)) for rate, each in zip(found, q, strict=True)]


def _of(counted: Counted, measure: Measure, settings: StatSettings, agent_branch: Mapping[str, str]) -> list[Rate]:
    k, n = counted.counts[measure.numerator], counted.counts[measure.denominator]
    others, base, near = _cohort(counted, k, n, settings, agent_branch)
    p = more_than_cohort(k, n, others, base, share=measure.share)
    named = np.array([name is not None for name in counted.names], np.bool_)
    p = np.where(named, p, np.nan)
    low, high = _interval(measure, k, n, settings)
    rate, cohort_rate = _rate(k, n), _rate(others, base)
    return [
        Rate(
            counted.dimension,
            counted.names[at],
            measure.name,
            measure.level,
            numerator=int(k[at]),
            denominator=int(n[at]),
            rate=float(rate[at]),
            low=float(low[at]),
            high=float(high[at]),
            cohort=SAME_BRANCH if near[at] else OTHERS,
            cohort_numerator=int(others[at]),
            cohort_denominator=int(base[at]),
            cohort_rate=float(cohort_rate[at]),
            p=float(p[at]),
        )
        for at in np.flatnonzero((k > 0) | (n > 0)).tolist()
    ]


def _cohort(
    counted: Counted, k: FloatArray, n: FloatArray, settings: StatSettings, agent_branch: Mapping[str, str]
) -> tuple[FloatArray, FloatArray, BoolArray]:
    """Numerator and denominator of each value's cohort, and whether it is of the same branch."""
    others, base = k.sum() - k, n.sum() - n
    if counted.dimension != AGENT:
        return others, base, np.zeros(len(k), np.bool_)
    branch = [agent_branch.get(name or "") for name in counted.names]
    code = {name: number for number, name in enumerate(sorted({name for name in branch if name}))}
    of = np.array([code.get(name or "", -1) for name in branch], np.int64)
    known = of >= 0
    near_k, near_n = (summed(of[known], each[known], len(code) + 1) for each in (k, n))
    near = known & (near_n[of] - n >= settings.least_cohort)
    return np.where(near, near_k[of] - k, others), np.where(near, near_n[of] - n, base), near


def _rate(k: FloatArray, n: FloatArray) -> FloatArray:
    found: FloatArray = k / np.where(n > 0, n, np.nan)
    return found


def _interval(measure: Measure, k: FloatArray, n: FloatArray, settings: StatSettings) -> tuple[FloatArray, FloatArray]:
    return (wilson if measure.share else ratio_interval)(k, n, settings.confidence)
