"""Supervision of refund money (C5): what was paid, into whose account, and after what.

Findings of a refund, each a lead to look at and none a verdict:

``paid_above``        more than the cash value was paid;
``third_party``       the payee's name is neither the applicant's nor that of anybody recorded as related;
``new_account``       the account was filed for the applicant at most 30 days before the money went there;
``not_on_file``       accounts are on file for the applicant, and this is none of them;
``shared_account``    other applicants' refunds of the same selection went there too;
``after_complaint``   a complaint that the request names, or one about its policy within 150 days, came first;
``extra_paid``        a complaint was closed with a payment of its own (a row of complaints, not of requests).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np
import pyarrow.compute as pc

from ringfinder.graph.arrays import BoolArray, IntArray
from ringfinder.graph.columns import days, encode, lookup, numbers
from ringfinder.records.portfolio import FILE, LINE
from ringfinder.records.rings import AttributeKey, RowRef
from ringfinder.statistics.facts import Facts
from ringfinder.statistics.payees import Payees
from ringfinder.statistics.period import Period
from ringfinder.statistics.rings import RunRings, ring_of
from ringfinder.statistics.settings import StatSettings

FINDINGS = (
    "paid_above",
    "third_party",
    "new_account",
    "not_on_file",
    "shared_account",
    "after_complaint",
    "extra_paid",
)
_OF_REQUESTS = FINDINGS[:-1]
_EPOCH = date(1970, 1, 1)
_APART = 1e6  # days between the complaints of one policy and those of the next: more than any date


@dataclass(frozen=True, slots=True)
class Refund:
    """A payment with a finding, and the row behind it; money in fen, None where unknown.

    `account` is raw personal data, and so is `payee`: mask before showing.
    """

    row: RowRef
    policy_no: str | None
    applicant_id: str | None
    ring_id: str
    branch: str | None
    paid_on: date
    account: AttributeKey | None
    payee: str | None
    cash_value: int | None
    paid: int
    paid_minus_cash_value: int | None
    findings: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class SharedAccount:
    """An account that took refunds of several people; `related` tells whether records tie them all together."""

    account: AttributeKey
    applicants: int
    refunds: int
    paid: int
    paid_minus_cash_value: int
    related: bool
    rows: tuple[RowRef, ...]


@dataclass(frozen=True, slots=True)
class FindingSum:
    """How often a finding was made, of a ring (`ring_id`) or of all refunds (empty)."""

    finding: str
    ring_id: str
    refunds: int
    applicants: int
    paid: int
    paid_minus_cash_value: int


@dataclass(frozen=True)
class Supervised:
    """The refunds of a period or ring.

    Parameters
    ----------
    refunds, applicants, paid, paid_minus_cash_value
        Of all payments, with and without a finding; the last of those whose cash value is known.
    rows
        Payments with a finding, the largest excess first.
    """

    refunds: int
    applicants: int
    paid: int
    paid_minus_cash_value: int
    rows: tuple[Refund, ...]
    accounts: tuple[SharedAccount, ...]
    sums: tuple[FindingSum, ...]
    of_rings: tuple[FindingSum, ...]


def supervise(
    facts: Facts,
    settings: StatSettings,
    run: RunRings,
    period: Period | None = None,
    ring_id: str | None = None,
) -> Supervised:
    """Refunds paid in a period (None: whenever) to requests of a ring (None: to all)."""
    requests = facts.requests
    day = requests.refunded_on
    kept = ~np.isnan(day)
    if period is not None:
        kept &= (day >= period.start) & (day < period.end)
    ring = ring_of(requests, run)
    if ring_id is not None:
        kept &= np.asarray(ring == ring_id)
    rows = np.flatnonzero(kept)
    payees = Payees(facts, rows)
    flags: dict[str, BoolArray] = {
        "paid_above": requests.paid[rows] > requests.cash[rows],
        "third_party": payees.third_party(),
        "new_account": payees.new_account(settings.new_account_days),
        "not_on_file": payees.not_on_file(),
        "shared_account": payees.shared(),
        "after_complaint": _after_complaint(facts, rows, settings),
    }
    found = [*_refunds(facts, rows, ring, payees, flags), *_extra(facts, period, ring_id, ring)]
    found.sort(key=lambda one: (-(one.paid_minus_cash_value or 0), -one.paid, one.row.table, one.row.key))
    above = requests.paid[rows] - requests.cash[rows]
    by_ring: dict[str, list[Refund]] = {}
    for one in found:
        if one.ring_id:
            by_ring.setdefault(one.ring_id, []).append(one)
    return Supervised(
        len(rows),
        pc.count_distinct(requests.rows["applicant_id"].take(rows)).as_py(),
        int(requests.paid[rows].sum()),
        int(np.nansum(above)),
        tuple(found),
        _accounts(found, payees),
        tuple(_sums(found, "")),
        tuple(one for name, rows_of in sorted(by_ring.items()) for one in _sums(rows_of, name)),
    )


def _after_complaint(facts: Facts, rows: IntArray, settings: StatSettings) -> BoolArray:
    complaints, requests = facts.complaints, facts.requests
    day = requests.refunded_on[rows]
    named = lookup(requests.rows["complaint_id"].take(rows), complaints.rows["complaint_id"])
    found = np.zeros(len(rows), np.bool_)
    found[named >= 0] = complaints.received[named[named >= 0]] <= day[named >= 0]
    (own, about), _ = encode(requests.rows["policy_no"].take(rows), complaints.rows["policy_no"])
    told = np.flatnonzero(about >= 0)
    told = told[np.lexsort((complaints.received[told], about[told]))]
    keys = about[told] * _APART + complaints.received[told]
    at = np.searchsorted(keys, own * _APART + day, side="right") - 1
    before = (at >= 0) & (own >= 0)
    last = told[at[before]]
    near = day[before] - complaints.received[last] <= settings.complaint_days
    found[before] |= (about[last] == own[before]) & near
    return found


def _refunds(
    facts: Facts,
    rows: IntArray,
    ring: np.ndarray[tuple[int], np.dtype[np.object_]],
    payees: Payees,
    flags: dict[str, BoolArray],
) -> Iterable[Refund]:
    requests = facts.requests
    some = np.flatnonzero(np.logical_or.reduce(list(flags.values()))) if len(rows) else rows
    columns = ("request_id", "policy_no", "applicant_id", "payout_name", FILE, LINE)
    told = requests.rows.select(columns).take(rows[some]).to_pylist()
    branch = requests.by["branch"]
    for at, one in zip(some.tolist(), told, strict=True):
        row = rows[at]
        cash = requests.cash[row]
        yield Refund(
            RowRef("surrender_requests", one["request_id"], one[FILE], one[LINE]),
            one["policy_no"],
            one["applicant_id"],
            str(ring[row]),
            branch.names[branch.codes[row]],
            _day(requests.refunded_on[row]),
            payees.account(at),
            one["payout_name"],
            None if np.isnan(cash) else int(cash),
            int(requests.paid[row]),
            None if np.isnan(cash) else int(requests.paid[row] - cash),
            tuple(name for name in _OF_REQUESTS if flags[name][at]),
        )


def _extra(
    facts: Facts, period: Period | None, ring_id: str | None, ring: np.ndarray[tuple[int], np.dtype[np.object_]]
) -> Iterable[Refund]:
    """Complaints closed with a payment of their own; they belong to the ring that their policy is in."""
    complaints = facts.complaints
    paid, closed = numbers(complaints.rows["paid_extra"]), days(complaints.rows["closed_at"])
    day = np.where(np.isnan(closed), complaints.received, closed)
    kept = paid > 0
    if period is not None:
        kept &= (day >= period.start) & (day < period.end)
    policies = facts.requests.rows["policy_no"].to_pylist()
    in_ring = {name: its for name, its in zip(policies, ring.tolist(), strict=True) if its}
    branch = complaints.by["branch"]
    columns = ("complaint_id", "applicant_id", "policy_no", FILE, LINE)
    rows = np.flatnonzero(kept)
    for row, one in zip(rows.tolist(), complaints.rows.select(columns).take(rows).to_pylist(), strict=True):
        named = complaints.request[row]
        policy_no = one["policy_no"] or (policies[named] if named >= 0 else None)
        its_ring = in_ring.get(policy_no, "")
        if ring_id is not None and its_ring != ring_id:
            continue
        yield Refund(
            RowRef("complaints", one["complaint_id"], one[FILE], one[LINE]),
            policy_no,
            one["applicant_id"],
            its_ring,
            branch.names[branch.codes[row]],
            _day(day[row]),
            None,
            None,
            None,
            int(paid[row]),
            None,
            ("extra_paid",),
        )


def _day(since: float) -> date:
    return _EPOCH + timedelta(days=int(since))


def _sums(found: Sequence[Refund], ring_id: str) -> Iterable[FindingSum]:
    """Every finding, also the ones that were not made; of a ring only those that were."""
    for name in FINDINGS:
        rows = [one for one in found if name in one.findings]
        if rows or not ring_id:
            yield FindingSum(
                name,
                ring_id,
                len(rows),
                len({one.applicant_id for one in rows if one.applicant_id}),
                sum(one.paid for one in rows),
                sum(one.paid_minus_cash_value or 0 for one in rows),
            )


def _accounts(found: Sequence[Refund], payees: Payees) -> tuple[SharedAccount, ...]:
    rows: dict[AttributeKey, list[Refund]] = {}
    for one in found:
        if one.account and "shared_account" in one.findings:
            rows.setdefault(one.account, []).append(one)
    shared = [
        SharedAccount(
            key,
            payees.people(key),
            len(held),
            sum(one.paid for one in held),
            sum(one.paid_minus_cash_value or 0 for one in held),
            payees.related(key),
            tuple(one.row for one in held),
        )
        for key, held in rows.items()
    ]
    return tuple(sorted(shared, key=lambda one: (-one.applicants, -one.paid, one.account.value)))
