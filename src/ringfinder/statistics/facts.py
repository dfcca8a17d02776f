"""The facts as they are counted: requests, policies and complaints, each with its branch, channel, product and agent.

What a row does not name is taken from its policy; what nobody names is unknown and counted as such, so that the parts
add up to the whole. Somebody who is bound to branches has the rows of these alone, and every figure is made of them.
"""

from __future__ import annotations

from collections.abc import Mapping
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from ringfinder.graph.arrays import NONE, BoolArray, FloatArray, IntArray, pick
from ringfinder.graph.columns import days, encode, integers, is_one_of, lookup, numbers, whole
from ringfinder.graph.people import components
from ringfinder.records.portfolio import Portfolio, normal_form

BRANCH, SALES_CHANNEL, REQUEST_CHANNEL, PRODUCT, AGENT, MONTH = (
    "branch",
    "sales_channel",
    "request_channel",
    "product",
    "agent",
    "month",
)
DIMENSIONS = (BRANCH, SALES_CHANNEL, REQUEST_CHANNEL, PRODUCT, AGENT, MONTH)
"""What everything is told by."""

_OF_POLICY = {BRANCH: "branch_code", SALES_CHANNEL: "channel", PRODUCT: "product_code", AGENT: "agent_no"}
_ENDED = (
    "ended",
    "terminated",
    "surrendered",
    "lapsed",
    "expired",
    "matured",
    "cancelled",
    "终止",
    "失效",
    "中止",
    "退保",
    "已退保",
    "满期",
    "解约",
    "注销",
)
"""Words for a policy that is in force no more; the column is free, and any other word says nothing."""


@dataclass(frozen=True)
class Coded:
    """A column as codes of sorted names; the last one is None and stands for what is unknown."""

    codes: IntArray
    names: tuple[str | None, ...]

    def of(self, rows: IntArray | BoolArray) -> IntArray:
        """Codes of some rows."""
        return self.codes[rows]


@dataclass(frozen=True)
class Requests:
    """Surrender requests by id; days since 1970, money in fen, NaN where unknown. All of shape (n,).

    Parameters
    ----------
    policy
        Row of the policy, -1 where it is not known.
    full
        Surrenders of the whole policy: neither partial nor within the cooling-off time, and not taken back.
    """

    rows: pa.Table
    policy: IntArray
    applied: FloatArray
    paid_on: FloatArray
    cash: FloatArray
    requested: FloatArray
    agreed: FloatArray
    paid: FloatArray
    full: BoolArray
    by: Mapping[str, Coded]

    def __len__(self) -> int:
        return len(self.policy)

    @cached_property
    def refunded_on(self) -> FloatArray:
        """The day of the payment; where only the sum is known, that of the request; NaN where nothing was paid."""
        return np.where(self.paid > 0, np.where(np.isnan(self.paid_on), self.applied, self.paid_on), np.nan)


@dataclass(frozen=True)
class Policies:
    """Policies by number; `ended` is NaN where none is known, `gone` where one must be.

    Parameters
    ----------
    own
        Which are of the caller's branches.
    """

    rows: pa.Table
    issued: FloatArray
    ended: FloatArray
    gone: BoolArray
    own: BoolArray
    by: Mapping[str, Coded]

    def in_force(self, start: float, end: float) -> BoolArray:
        """Those in force on some day from `start` to before `end`, of the caller's branches."""
        there = (self.issued < end) & ~self.gone
        return self.own & there & (np.isnan(self.ended) | (self.ended >= start))

    def in_force_on(self, day: float) -> BoolArray:
        """Those issued by a day that have not ended by then, of the caller's branches."""
        return self.own & (self.issued <= day) & ~self.gone & (np.isnan(self.ended) | (self.ended > day))


@dataclass(frozen=True)
class Complaints:
    """Complaints by id.

    Parameters
    ----------
    request
        Row of the first request that names it, else of the first about its policy; -1 where there is none.
    first
        Whether it is the first copy of its letter: one that several bodies forwarded is one.
    regulator, source_known
        Of the letter: whether any copy came through the regulator, or says where from it came.
    """

    rows: pa.Table
    request: IntArray
    received: FloatArray
    first: BoolArray
    regulator: BoolArray
    source_known: BoolArray
    by: Mapping[str, Coded]


@dataclass(frozen=True)
class Facts:
    """Everything that is counted."""

    portfolio: Portfolio
    requests: Requests
    policies: Policies
    complaints: Complaints
    agent_branch: Mapping[str, str]
    as_of: datetime | None

    @property
    def today(self) -> float:
        """The day of the latest event, as days since 1970; NaN in an empty portfolio."""
        return np.nan if self.as_of is None else float(np.datetime64(self.as_of, "us").astype(np.int64) / 86_400e6)


def gather(portfolio: Portfolio, branches: AbstractSet[str] | None = None) -> Facts:
    """Rows of `branches` (None: of all) with what they belong to."""
    policies = portfolio.table("policies").sort_by("policy_no")
    requests = portfolio.table("surrender_requests").sort_by("request_id")
    complaints = portfolio.table("complaints").sort_by("complaint_id")
    policy = lookup(requests["policy_no"], policies["policy_no"])
    branch = pc.coalesce(whole(requests["branch_code"]), taken(policies, "branch_code", policy))
    if branches is not None:
        kept = _of(branch, branches)
        requests, branch, policy = requests.filter(pa.array(kept)), branch.filter(pa.array(kept)), policy[kept]
    request = _request_of(complaints, requests)
    of_letter = lookup(complaints["policy_no"], policies["policy_no"])
    of_letter = np.where(of_letter >= 0, of_letter, pick(policy, request, NONE))
    letter_branch = pc.coalesce(taken(policies, "branch_code", of_letter), branch.take(_rows(request)))
    first, regulator, source = _letters(complaints)
    if branches is not None:
        mine = _of(letter_branch, branches)
        complaints, letter_branch = complaints.filter(pa.array(mine)), letter_branch.filter(pa.array(mine))
        request, of_letter, first = request[mine], of_letter[mine], first[mine]
        regulator, source = regulator[mine], source[mine]
    of_request, of_policy, of_complaint = _dimensions(
        policies, (requests, branch, policy), (letter_branch, of_letter, request)
    )
    own = np.ones(len(policies), np.bool_) if branches is None else _of(whole(policies["branch_code"]), branches)
    agents = portfolio.table("agents")
    return Facts(
        portfolio,
        _requests(requests, policy, of_request),
        _policies(policies, own, of_policy),
        Complaints(complaints, request, days(complaints["received_at"]), first, regulator, source, of_complaint),
        dict(zip(agents["agent_no"].to_pylist(), agents["branch_code"].to_pylist(), strict=True)),
        portfolio.as_of,
    )


def _of(branch: pa.Array, branches: AbstractSet[str]) -> BoolArray:
    """Which rows are of the branches; what names none is of nobody who is bound to some."""
    found: BoolArray = pc.is_in(branch, value_set=pa.array(sorted(branches), pa.string())).to_numpy(
        zero_copy_only=False
    )
    return found


def taken(table: pa.Table, column: str, rows: IntArray) -> pa.Array:
    """Texts of a column at some rows, null where a row is -1."""
    if not len(table):
        return pa.nulls(len(rows), pa.string())
    return whole(table[column]).cast(pa.string()).take(_rows(rows))


def _rows(rows: IntArray) -> pa.Array:
    return pa.array(rows, mask=rows < 0)


def _requests(rows: pa.Table, policy: IntArray, by: Mapping[str, Coded]) -> Requests:
    part = is_one_of(rows["kind"], "partial", "cooling_off")
    back = is_one_of(rows["desk_outcome"], "persuaded", "withdrawn")
    return Requests(
        rows,
        policy,
        days(rows["applied_at"]),
        days(rows["paid_at"]),
        numbers(rows["cash_value"]),
        numbers(rows["requested_amount"]),
        numbers(rows["agreed_amount"]),
        numbers(rows["paid_amount"]),
        full=~part & ~back,
        by=by,
    )


def _policies(rows: pa.Table, own: BoolArray, by: Mapping[str, Coded]) -> Policies:
    ended = days(rows["ended_on"])
    gone = is_one_of(rows["status"], *_ENDED) & np.isnan(ended)
    return Policies(rows, days(rows["issued_on"]), ended, gone, own, by)


def _request_of(complaints: pa.Table, requests: pa.Table) -> IntArray:
    """Row of the first request that names each complaint, else of the first about its policy, else -1."""
    named, about = (_first_with(complaints[column], requests[column]) for column in ("complaint_id", "policy_no"))
    return np.where(named >= 0, named, about)


def _first_with(wanted: pa.ChunkedArray, held: pa.ChunkedArray) -> IntArray:
    """Row of the first of the held texts that equals each wanted one, -1 where none does."""
    (codes, asked), values = encode(held, wanted)
    rows = np.flatnonzero(codes >= 0)
    found, first = np.unique(codes[rows], return_index=True)
    place = np.full(len(values), NONE, np.int64)
    place[found] = rows[first]
    return pick(place, asked, NONE)


def _dimensions(
    policies: pa.Table,
    of_requests: tuple[pa.Table, pa.Array, IntArray],
    of_complaints: tuple[pa.Array, IntArray, IntArray],
) -> tuple[dict[str, Coded], dict[str, Coded], dict[str, Coded]]:
    """Requests, policies and complaints by each dimension but the month, with one coding for the three."""
    requests, branch, policy = of_requests
    letter_branch, of_letter, request = of_complaints
    found: tuple[dict[str, Coded], ...] = ({}, {}, {})
    for name in DIMENSIONS[:-1]:
        if name == REQUEST_CHANNEL:
            channel = whole(requests["channel"])
            texts = [channel, pa.nulls(len(policies), pa.string()), channel.take(_rows(request))]
        else:
            own = whole(policies[_OF_POLICY[name]]).cast(pa.string())
            texts = [taken(policies, _OF_POLICY[name], policy), own, taken(policies, _OF_POLICY[name], of_letter)]
        if name == BRANCH:
            texts = [branch, texts[1], letter_branch]
        for kept, coded in zip(found, _coded(*texts), strict=True):
            kept[name] = coded
    return found[0], found[1], found[2]


def _coded(*texts: pa.Array) -> list[Coded]:
    codes, values = encode(*texts)
    order = pc.array_sort_indices(values)
    rank = np.empty(len(values) + 1, np.int64)
    rank[order.to_numpy()] = np.arange(len(values))
    rank[-1] = len(values)  # also the place of -1
    names = (*values.take(order).to_pylist(), None)
    return [Coded(rank[one], names) for one in codes]


def _letters(complaints: pa.Table) -> tuple[BoolArray, BoolArray, BoolArray]:
    """Which complaint is the first copy of its letter, and what any copy says of the source."""
    count = len(complaints)
    if not count:
        return (np.zeros(0, np.bool_),) * 3
    left, right = [], []
    for codes in (
        _codes(complaints["regulator_ref"]),
        _codes(complaints[normal_form("waybill_no")]),
        _same(complaints),
    ):
        rows = np.flatnonzero(codes >= 0)
        _, first, inverse = np.unique(codes[rows], return_index=True, return_inverse=True)
        left.append(rows)
        right.append(rows[first][inverse])
    number, letter = components(count, np.concatenate(left), np.concatenate(right))
    order = np.argsort(days(complaints["received_at"]), kind="stable")
    _, place = np.unique(letter[order], return_index=True)
    first_copy = np.zeros(count, np.bool_)
    first_copy[order[place]] = True
    regulator = is_one_of(complaints["source"], "regulator")
    known: BoolArray = whole(complaints["source"].is_valid()).to_numpy(zero_copy_only=False)
    any_regulator: BoolArray = np.bincount(letter[regulator], minlength=number)[letter] > 0
    any_known: BoolArray = np.bincount(letter[known], minlength=number)[letter] > 0
    return first_copy, any_regulator, any_known


def _codes(column: pa.ChunkedArray) -> IntArray:
    return integers(whole(column).dictionary_encode().indices)


def _same(complaints: pa.Table) -> IntArray:
    """One number for the same text of the same applicant, -1 where one of the two is missing."""
    applicant, text = _codes(complaints["applicant_id"]), _codes(complaints["text"])
    both = text * (applicant.max(initial=0) + 1) + applicant
    return np.where((applicant >= 0) & (text >= 0), both, NONE)
