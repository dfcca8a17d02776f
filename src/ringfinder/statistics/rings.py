"""The rings of a run as a period saw them, by tier and kind, and what is at stake: at risk, requested, agreed, paid.

Sums are those of the requests of the period. A request is in one ring at most, and the premium at risk of a policy goes
with its first unpaid request, so that the parts add up to all requests of the period.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np

from ringfinder.graph.arrays import FloatArray, IntArray, pick
from ringfinder.graph.columns import encode, numbers
from ringfinder.records.rings import AttributeKey, Money, Tier
from ringfinder.statistics.counts import within
from ringfinder.statistics.facts import Facts, Requests
from ringfinder.statistics.period import Period

NONE_TIER, NO_RUN = "none", "no_run"
"""Requests in no ring of the run; and all requests where there is no run, for which rings are unknown."""


_ORDER = ("", Tier.ALERT, Tier.REVIEW, NONE_TIER, NO_RUN)


@dataclass(frozen=True)
class RunRings:
    """What the statistics need of a stored run.

    Parameters
    ----------
    run_id
        Empty where there is no run.
    tier, kind
        Of each ring that the caller sees.
    ring
        Of each request in one of these.
    values
        Shared values of alert rings, each with these rings.
    """

    run_id: str = ""
    tier: Mapping[str, str] = field(default_factory=dict)
    kind: Mapping[str, str] = field(default_factory=dict)
    ring: Mapping[str, str] = field(default_factory=dict)
    values: Mapping[AttributeKey, Sequence[str]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Stake:
    """Rings of one tier and kind (`kind` is empty for a whole tier) with the requests of the period in them.

    `money` is in fen, as `ringfinder.records.rings.Money` says.
    """

    tier: str
    kind: str
    rings: int
    requests: int
    applicants: int
    money: Money


def by_kind(facts: Facts, period: Period, run: RunRings) -> list[Stake]:
    """Rings with a request in the period by tier and kind."""
    rows, ring = _rows(facts, period, run)
    groups = {name: (run.tier[name], run.kind[name]) for name in set(ring.tolist()) if name}
    return _stakes(facts, rows, ring, [groups.get(name, ("", "")) for name in ring.tolist()], skip=("", ""))


def by_tier(facts: Facts, period: Period, run: RunRings) -> list[Stake]:
    """All requests of the period: those in rings by tier, and those in none."""
    rows, ring = _rows(facts, period, run)
    without = NONE_TIER if run.run_id else NO_RUN
    return _stakes(facts, rows, ring, [(run.tier[name] if name else without, "") for name in ring.tolist()])


def ring_of(requests: Requests, run: RunRings) -> np.ndarray[tuple[int], np.dtype[np.object_]]:
    """Id of each request's ring, empty where it is in none."""
    return np.array([run.ring.get(name, "") for name in requests.rows["request_id"].to_pylist()], object)


def _rows(facts: Facts, period: Period, run: RunRings) -> tuple[IntArray, np.ndarray[tuple[int], np.dtype[np.object_]]]:
    rows = np.flatnonzero(within(facts.requests.applied, period))
    return rows, ring_of(facts.requests, run)[rows]


def _stakes(
    facts: Facts,
    rows: IntArray,
    ring: np.ndarray[tuple[int], np.dtype[np.object_]],
    groups: Sequence[tuple[str, str]],
    skip: tuple[str, str] | None = None,
) -> list[Stake]:
    requests = facts.requests
    names = sorted(set(groups), key=lambda one: (_ORDER.index(one[0]), one[1]))
    code = np.array([names.index(one) for one in groups], np.int64)
    (applicant,), _ = encode(requests.rows["applicant_id"].take(rows))
    at_risk = _at_risk(facts, rows)
    above = {
        name: np.nan_to_num(np.maximum(amount[rows] - requests.cash[rows], 0.0))
        for name, amount in (("requested", requests.requested), ("agreed", requests.agreed), ("paid", requests.paid))
    }
    found = []
    for number, (tier, kind) in enumerate(names):
        if (tier, kind) == skip:
            continue
        own = code == number
        money = Money(int(at_risk[own].sum()), **{name: int(each[own].sum()) for name, each in above.items()})
        found.append(
            Stake(
                tier,
                kind,
                len({name for name in ring[own].tolist() if name}),
                int(own.sum()),
                len(np.unique(applicant[own])),
                money,
            )
        )
    return found


def _at_risk(facts: Facts, rows: IntArray) -> FloatArray:
    """Premium paid above the cash value of each request not paid yet, each policy at its first one."""
    requests, table = facts.requests, facts.policies.rows
    policy = requests.policy[rows]
    premium = pick(numbers(table["premium_paid"]), policy, np.nan)
    cash = np.where(
        np.isnan(requests.cash[rows]), pick(numbers(table["cash_value"]), policy, np.nan), requests.cash[rows]
    )
    waiting = np.flatnonzero(np.isnan(requests.paid[rows]) & (policy >= 0))
    waiting = waiting[np.argsort(requests.applied[rows][waiting], kind="stable")]
    _, first = np.unique(policy[waiting], return_index=True)
    found = np.zeros(len(rows))
    kept = waiting[first]
    found[kept] = np.nan_to_num(np.maximum(premium[kept] - cash[kept], 0.0))
    return found
