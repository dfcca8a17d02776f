"""Books of agents who left, and whether their clients ask for surrender more than those of others who left.

Orphaned policies surrender more by nature, so that a book is compared with other orphaned books, by policy-days since
the agent left, and only where there are too few of these with all other policies.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ringfinder.graph.arrays import BoolArray, FloatArray, IntArray
from ringfinder.graph.columns import days, lookup
from ringfinder.records.portfolio import FILE, LINE
from ringfinder.records.rings import RowRef
from ringfinder.statistics.counts import summed
from ringfinder.statistics.facts import Facts
from ringfinder.statistics.settings import StatSettings
from ringfinder.statistics.shares import false_discovery, more_than_cohort

_DAYS_A_MONTH = 365.25 / 12


@dataclass(frozen=True)
class Book:
    """A book with more requests since its agent left than its cohort.

    Parameters
    ----------
    expected
        Requests in as many policy-days of the cohort.
    policies
        Which policies are in it, shape (all policies,).
    rows
        The requests.
    """

    agent_no: str
    left_on: float
    requests: int
    expected: float
    q: float
    policies: BoolArray
    rows: tuple[RowRef, ...]


def books_under_attack(facts: Facts, settings: StatSettings) -> list[Book]:
    """Books whose requests are too many for chance, at the false-discovery rate of the settings."""
    agents = facts.portfolio.table("agents")
    left = days(agents["left_on"])
    gone = (left <= facts.today) & (left > facts.today - settings.left_months * _DAYS_A_MONTH)
    if not gone.any():
        return []
    of = lookup(facts.policies.rows["agent_no"], agents["agent_no"].filter(gone))
    left = left[gone]
    since = facts.today - settings.left_months * _DAYS_A_MONTH
    exposure, requests = _exposure(facts, np.where(of >= 0, left[of], since)), _requests(facts, of, left, since)
    size = len(left) + 1  # the last one: policies of nobody who left
    place = np.where(of >= 0, of, size - 1)
    held = np.bincount(place[exposure > 0], minlength=size)
    days_of = summed(place, exposure, size)
    count = summed(place[facts.requests.policy[requests]], np.ones(len(requests)), size)
    orphaned = held[:-1].sum() - held[:-1] >= settings.least_cohort
    cohort = [np.where(orphaned, each[:-1].sum() - each[:-1], each.sum() - each[:-1]) for each in (count, days_of)]
    k, n = count[:-1], days_of[:-1]
    q = false_discovery(more_than_cohort(k, n, *cohort, share=False))
    names = agents["agent_no"].filter(gone).to_pylist()
    with np.errstate(invalid="ignore", divide="ignore"):
        expected = cohort[0] / cohort[1] * n
    return [
        Book(
            names[at],
            float(left[at]),
            int(k[at]),
            float(expected[at]),
            float(q[at]),
            of == at,
            _rows(facts, requests[of[facts.requests.policy[requests]] == at]),
        )
        for at in sorted(np.flatnonzero(q <= settings.false_discovery).tolist(), key=lambda at: names[at])
    ]


def _exposure(facts: Facts, since: FloatArray) -> FloatArray:
    """Days in force of each policy since a day of its own; 0 where its end must be and is not known."""
    policies = facts.policies
    ended = np.where(np.isnan(policies.ended), facts.today, np.minimum(policies.ended, facts.today))
    held = ended - np.maximum(policies.issued, since)
    return np.where(policies.own & ~policies.gone & (held > 0), held, 0.0)


def _requests(facts: Facts, of: IntArray, left: FloatArray, since: float) -> IntArray:
    """Rows of the requests about these policies since then, each policy once, the first."""
    requests, policies = facts.requests, facts.policies
    rows = np.flatnonzero(requests.policy >= 0)
    policy = requests.policy[rows]
    begin = np.where(of[policy] >= 0, left[of[policy]], since)
    there = policies.own[policy] & ~policies.gone[policy]
    rows = rows[(requests.applied[rows] >= begin) & (requests.applied[rows] <= facts.today) & there]
    rows = rows[np.argsort(requests.applied[rows], kind="stable")]
    _, first = np.unique(requests.policy[rows], return_index=True)
    return np.sort(rows[first])


def _rows(facts: Facts, rows: IntArray) -> tuple[RowRef, ...]:
    told = facts.requests.rows.select(["request_id", FILE, LINE]).take(rows).to_pylist()
    return tuple(RowRef("surrender_requests", one["request_id"], one[FILE], one[LINE]) for one in told)
