"""What is counted in a period, by each value of a dimension; every value, the unknown one too, so that parts add up."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

import numpy as np

from ringfinder.graph.arrays import BoolArray, FloatArray, IntArray
from ringfinder.statistics.facts import MONTH, REQUEST_CHANNEL, Facts, Requests
from ringfinder.statistics.period import Period
from ringfinder.statistics.settings import StatSettings

Column = tuple[str, str]

_R, _C, _P = "surrender_requests", "complaints", "policies"
NEEDS: Mapping[str, tuple[Column, ...]] = MappingProxyType(
    {
        "requests": (),
        "surrenders": (),
        "surrenders_paid": ((_R, "paid_amount"),),
        "kind_known": ((_R, "kind"),),
        "negotiated": ((_R, "kind"),),
        "settled": ((_R, "paid_amount"), (_R, "cash_value")),
        "paid_above": ((_R, "paid_amount"), (_R, "cash_value")),
        "requested_amount": ((_R, "requested_amount"),),
        "agreed_amount": ((_R, "agreed_amount"),),
        "paid_amount": ((_R, "paid_amount"),),
        "settled_paid": ((_R, "paid_amount"), (_R, "cash_value")),
        "settled_cash_value": ((_R, "paid_amount"), (_R, "cash_value")),
        "paid_minus_cash_value": ((_R, "paid_amount"), (_R, "cash_value")),
        "complaints": ((_C, "received_at"),),
        "complaints_repeated": ((_C, "received_at"),),
        "complaints_source_known": ((_C, "source"),),
        "complaints_regulator": ((_C, "source"),),
        "policies_in_force": ((_P, "issued_on"),),
        "policies_surrendered": ((_P, "issued_on"),),
    }
)
"""Every count, and the columns without which it is unknown (never 0)."""

MONEY = frozenset(
    {
        "requested_amount",
        "agreed_amount",
        "paid_amount",
        "settled_paid",
        "settled_cash_value",
        "paid_minus_cash_value",
    }
)
"""Those in fen."""


@dataclass(frozen=True)
class Counted:
    """Counts by the values of one dimension, in the order of `names`; what is unknown is not among them."""

    dimension: str
    names: tuple[str | None, ...]
    counts: Mapping[str, FloatArray]

    def total(self, name: str) -> float:
        """Of all values."""
        return float(self.counts[name].sum())


def policies_known(facts: Facts, settings: StatSettings) -> bool:
    """Whether a rate may be made of the policies in force: they are there, with their ends, and are no mere extract."""
    portfolio, policies = facts.portfolio, facts.policies
    ends = portfolio.has(_P, "ended_on") or portfolio.has(_P, "status")
    if not (portfolio.has(_P, "issued_on") and ends):
        return False
    in_force = policies.in_force(-np.inf, np.inf)
    asked = np.zeros(len(in_force), np.bool_)
    asked[facts.requests.policy[facts.requests.policy >= 0]] = True
    return bool(in_force.any()) and bool((~asked[in_force]).mean() >= settings.mostly)


def count(facts: Facts, period: Period, dimension: str, settings: StatSettings) -> Counted:
    """Every count of a period by the values of a dimension.

    A request counts by the day it was made, a complaint by the day it came, whatever became of them later. A policy
    is surrendered in the month of its first whole surrender in the period, if it was in force in that month.
    """
    asked = np.flatnonzero(within(facts.requests.applied, period))
    came = np.flatnonzero(within(facts.complaints.received, period))
    if dimension == MONTH:
        names: tuple[str | None, ...] = tuple(period.months())
        of_request = _month(facts.requests.applied[asked], period)
        of_complaint = _month(facts.complaints.received[came], period)
    else:
        coded = facts.requests.by[dimension]
        names, of_request = coded.names, coded.codes[asked]
        of_complaint = facts.complaints.by[dimension].codes[came]
    found = _of_requests(facts, asked, of_request, len(names))
    found |= _of_complaints(facts, came, of_complaint, len(names))
    if dimension != REQUEST_CHANNEL and policies_known(facts, settings):
        found |= _of_policies(facts, period, dimension, asked, len(names))
    known = {name for name, needs in NEEDS.items() if all(facts.portfolio.has(*one) for one in needs)}
    return Counted(dimension, names, {name: found[name] for name in NEEDS if name in known and name in found})


def within(dates: FloatArray, period: Period) -> BoolArray:
    """Which dates (days since 1970) lie in a period."""
    return (dates >= period.start) & (dates < period.end)


def _month(dates: FloatArray, period: Period) -> IntArray:
    """Number of the month of each day, from the first of the period."""
    months = np.floor(dates).astype("datetime64[D]").astype("datetime64[M]").astype(np.int64)
    return months - int(np.datetime64(period.first, "M").astype(np.int64))


def summed(codes: IntArray, values: FloatArray | BoolArray, size: int) -> FloatArray:
    """Sum of the values of each code, 0 where there are none; shape (size,)."""
    return np.bincount(codes, values.astype(np.float64), size).astype(np.float64)


def settled_of(requests: Requests, rows: IntArray) -> tuple[BoolArray, FloatArray]:
    """Which of some requests were paid with their cash value known, and by how much more (fen, NaN where not)."""
    above = requests.paid[rows] - requests.cash[rows]
    return ~np.isnan(above), above


def _of_requests(facts: Facts, rows: IntArray, codes: IntArray, size: int) -> dict[str, FloatArray]:
    requests = facts.requests
    kind = requests.rows["kind"].take(rows)
    paid, cash = requests.paid[rows], requests.cash[rows]
    settled, above = settled_of(requests, rows)
    each: dict[str, FloatArray] = {
        "requests": np.ones(len(rows)),
        "surrenders": requests.full[rows].astype(float),
        "surrenders_paid": (requests.full[rows] & ~np.isnan(paid)).astype(float),
        "kind_known": kind.is_valid().to_numpy().astype(float),
        "negotiated": np.asarray(kind.to_numpy() == "negotiated", float),
        "settled": settled.astype(float),
        "paid_above": (settled & (above > 0)).astype(float),
        "requested_amount": np.nan_to_num(requests.requested[rows]),
        "agreed_amount": np.nan_to_num(requests.agreed[rows]),
        "paid_amount": np.nan_to_num(paid),
        "settled_paid": np.where(settled, paid, 0.0),
        "settled_cash_value": np.where(settled, cash, 0.0),
        "paid_minus_cash_value": np.where(settled, above, 0.0),
    }
    return {name: summed(codes, values, size) for name, values in each.items()}


def _of_complaints(facts: Facts, rows: IntArray, codes: IntArray, size: int) -> dict[str, FloatArray]:
    found = facts.complaints
    first = found.first[rows]
    each = {
        "complaints": first,
        "complaints_repeated": ~first,
        "complaints_source_known": first & found.source_known[rows],
        "complaints_regulator": first & found.regulator[rows],
    }
    return {name: summed(codes, values, size) for name, values in each.items()}


def _of_policies(facts: Facts, period: Period, dimension: str, rows: IntArray, size: int) -> dict[str, FloatArray]:
    policies, requests = facts.policies, facts.requests
    rows = rows[requests.full[rows] & (requests.policy[rows] >= 0)]
    rows = rows[np.argsort(requests.applied[rows], kind="stable")]
    _, first = np.unique(requests.policy[rows], return_index=True)
    rows = rows[first]
    month, policy = _month(requests.applied[rows], period), requests.policy[rows]
    edges = [int(np.datetime64(f"{name}-01", "D").astype(np.int64)) for name in period.months()]
    starts, ends = [period.start, *edges[1:]], [*edges[1:], period.end]
    there = np.array([policies.in_force(*span) for span in zip(starts, ends, strict=True)])
    held = there[month, policy]
    if dimension == MONTH:
        codes, in_force = month[held], there.sum(axis=1).astype(float)
    else:
        by = policies.by[dimension].codes
        codes, in_force = by[policy[held]], np.bincount(by[policies.in_force(period.start, period.end)], minlength=size)
    return {
        "policies_in_force": in_force.astype(float),
        "policies_surrendered": np.bincount(codes, minlength=size).astype(float),
    }
