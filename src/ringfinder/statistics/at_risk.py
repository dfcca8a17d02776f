"""Policies in force whose holders a ring may be about to reach: for protection and callback, never for refusal.

Reasons, each with its rows:

``fresh_value``   a contact of the policyholder that was first seen in the last days is a shared value of an alert ring;
``member``        the policyholder has a request of the last days in an alert ring, and this policy is another one;
``ex_agent_book`` the policy was written by an agent who left, whose clients ask more often than those of others who
                  left (an exact Poisson test by policy-days, false discovery over all such agents).

Policies with a request for the whole of them that still stands are left out: there is nothing left to protect.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from ringfinder.graph.arrays import BoolArray
from ringfinder.graph.columns import whole
from ringfinder.records.portfolio import FILE, LINE
from ringfinder.records.rings import AttributeKey, RowRef, Tier
from ringfinder.statistics.books import Book, books_under_attack
from ringfinder.statistics.facts import Facts
from ringfinder.statistics.rings import RunRings
from ringfinder.statistics.settings import StatSettings
from ringfinder.statistics.sightings import KINDS, fresh_sightings

PURPOSE = (
    "本名单用于保护与回访：提醒投保人、核实联系方式与本人意愿；不得用于拒绝或拖延任何退保申请。",
    "For protection and callback: warn the policyholder, check contacts and own will; never to refuse or delay.",
)
"""Stands on every copy of the list."""

REASONS = ("fresh_value", "member", "ex_agent_book")
_EPOCH = date(1970, 1, 1)


@dataclass(frozen=True, slots=True)
class RiskReason:
    """Why a policy is listed.

    Parameters
    ----------
    zh, en
        The sentence; ``{0}`` stands for the value in `values`, raw personal data that is masked when it is shown.
    rings
        Alert rings that it is about.
    """

    name: str
    zh: str
    en: str
    counts: Mapping[str, float] = field(default_factory=dict)
    values: tuple[AttributeKey, ...] = ()
    rings: tuple[str, ...] = ()
    rows: tuple[RowRef, ...] = ()


@dataclass(frozen=True, slots=True)
class AtRisk:
    """A policy in force with the reasons to call its holder; money in fen, None where unknown."""

    policy_no: str
    applicant_id: str
    branch: str | None
    agent: str | None
    premium_paid: int | None
    cash_value: int | None
    reasons: tuple[RiskReason, ...]

    @property
    def order(self) -> tuple[int, int, int]:
        """Its place in the list: the most kinds of reasons first, then the most reasons, then the most premium."""
        return -len({one.name for one in self.reasons}), -len(self.reasons), -(self.premium_paid or 0)


@dataclass(frozen=True)
class RiskList:
    """Policies at risk as of a day, the most reasons first.

    Parameters
    ----------
    known
        Whether the tables tell which policies are in force; where they do not, the list is empty and says so.
    in_force
        Policies that were looked at.
    total
        Policies at risk, of which `policies` may be a part.
    """

    known: bool
    as_of: date | None
    in_force: int
    total: int
    policies: tuple[AtRisk, ...]


def surrender_risks(facts: Facts, run: RunRings, settings: StatSettings) -> RiskList:
    """The policies at risk as of the latest event of the facts."""
    portfolio, policies = facts.portfolio, facts.policies
    ends = portfolio.has("policies", "ended_on") or portfolio.has("policies", "status")
    if not (portfolio.has("policies", "issued_on") and ends) or np.isnan(facts.today):
        return RiskList(known=False, as_of=None, in_force=0, total=0, policies=())
    now = policies.in_force_on(facts.today) & ~_asked(facts)
    found: dict[int, list[RiskReason]] = {}
    by_person = _policies_of(facts, now)
    for person, reason in [*_fresh(facts, run, settings), *_members(facts, run, settings)]:
        for row in by_person.get(person, ()):
            found.setdefault(row, []).append(reason)
    for book in books_under_attack(facts, settings):
        reason = _ex_agent(book)
        for row in np.flatnonzero(now & book.policies).tolist():
            found.setdefault(row, []).append(reason)
    listed = [_listed(facts, row, reasons) for row, reasons in sorted(found.items())]
    listed.sort(key=lambda one: (one.order, one.policy_no))
    return RiskList(
        known=True, as_of=_day(facts.today), in_force=int(now.sum()), total=len(listed), policies=tuple(listed)
    )


def _asked(facts: Facts) -> BoolArray:
    """Policies with a request for the whole of them that was not taken back."""
    requests = facts.requests
    found = np.zeros(len(facts.policies.issued), np.bool_)
    found[requests.policy[requests.full & (requests.policy >= 0)]] = True
    return found


def _policies_of(facts: Facts, now: BoolArray) -> dict[str, list[int]]:
    found: dict[str, list[int]] = {}
    rows = np.flatnonzero(now)
    holders = facts.policies.rows["applicant_id"].take(rows).to_pylist()
    for row, person in zip(rows.tolist(), holders, strict=True):
        found.setdefault(person, []).append(row)
    return found


def _fresh(facts: Facts, run: RunRings, settings: StatSettings) -> Iterator[tuple[str, RiskReason]]:
    """Fresh values of people that alert rings share, one reason for each person and value."""
    wanted = {key for key in run.values if key.kind in KINDS}
    for (person, key), seen in fresh_sightings(facts, wanted, facts.today - settings.fresh_days).items():
        first, rings = min(one.day for one in seen), tuple(run.values[key])
        when, named = _day(first), ", ".join(rings)
        yield (
            person,
            RiskReason(
                "fresh_value",
                f"{when} 新出现的{KINDS[key.kind][0]} {{0}} 也见于预警线索 {named}。",
                f"the {KINDS[key.kind][1]} {{0}}, first seen on {when}, is shared in the alert ring(s) {named}.",
                {"rings": len(rings), "days": int(facts.today) - int(first)},
                (key,),
                rings,
                tuple(dict.fromkeys(one.row for one in seen)),
            ),
        )


def _members(facts: Facts, run: RunRings, settings: StatSettings) -> Iterator[tuple[str, RiskReason]]:
    """People with a fresh request in an alert ring."""
    rows = facts.requests.rows
    wanted = pa.array(sorted(name for name, ring in run.ring.items() if run.tier[ring] == Tier.ALERT), pa.string())
    kept = facts.requests.applied >= facts.today - settings.fresh_days
    kept &= pc.is_in(whole(rows["request_id"]), value_set=wanted).to_numpy(zero_copy_only=False)
    columns = ("request_id", "applicant_id", "applied_at", FILE, LINE)
    for one in rows.select(columns).filter(pa.array(kept)).to_pylist():
        ring, when = run.ring[one["request_id"]], one["applied_at"].date()
        reason = RiskReason(
            "member",
            f"投保人 {when} 就另一张保单提出的申请在预警线索 {ring} 中。",
            f"the policyholder's request of {when} about another policy is in the alert ring {ring}.",
            {"rings": 1},
            (),
            (ring,),
            (RowRef("surrender_requests", one["request_id"], one[FILE], one[LINE]),),
        )
        yield one["applicant_id"], reason


def _ex_agent(book: Book) -> RiskReason:
    left = _day(book.left_on)
    return RiskReason(
        "ex_agent_book",
        f"承保业务员 {book.agent_no} 已于 {left} 离职；其客户此后提出 {book.requests} 件申请，"
        f"按同期对照预期 {book.expected:.1f} 件（q = {book.q:.4f}）。",
        f"agent {book.agent_no}, who wrote it, left on {left}; the clients have made {book.requests} requests since,"
        f" where {book.expected:.1f} would be expected by the cohort (q = {book.q:.4f}).",
        {"requests": book.requests, "expected": book.expected, "q": book.q, "policies": int(book.policies.sum())},
        (),
        (),
        book.rows,
    )


def _listed(facts: Facts, row: int, reasons: Sequence[RiskReason]) -> AtRisk:
    policies = facts.policies
    columns = ("policy_no", "applicant_id", "agent_no", "premium_paid", "cash_value")
    (one,) = policies.rows.select(columns).slice(row, 1).to_pylist()
    branch = policies.by["branch"]
    return AtRisk(
        one["policy_no"],
        one["applicant_id"],
        branch.names[branch.codes[row]],
        one["agent_no"],
        one["premium_paid"],
        one["cash_value"],
        tuple(sorted(reasons, key=lambda each: (REASONS.index(each.name), -len(each.rings)))),
    )


def _day(since: float) -> date:
    return _EPOCH + timedelta(days=int(since))
