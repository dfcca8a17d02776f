"""Putting a lead report together from a stored ring and the facts of its run."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from ringfinder.graph.network import Limits, build_network
from ringfinder.records.portfolio import Portfolio
from ringfinder.records.rings import Ring
from ringfinder.report.lead.chronicle import events
from ringfinder.report.lead.content import (
    Explanation,
    Given,
    LeadReport,
    RunFacts,
    Term,
)
from ringfinder.report.lead.entries import (
    Agent,
    Associate,
    Letter,
    Member,
    PolicyMoney,
    SharedValue,
    Totals,
)
from ringfinder.report.lead.names import Names
from ringfinder.report.lead.parties import people
from ringfinder.report.lead.reading import RingFacts
from ringfinder.report.lead.rows import RowBook, reference
from ringfinder.report.lead.statements import Told, limits, source, unverified, verified
from ringfinder.report.masking import Masker
from ringfinder.report.summary import summary
from ringfinder.report.timeline import timeline
from ringfinder.report.written import figures, rounded
from ringfinder.store import Run
from ringfinder.store.manifest import Batch


def lead_report(
    ring: Ring,
    run: Run,
    portfolio: Portfolio,
    batches: Sequence[Batch],
    limits_of_graph: Limits | None = None,
    *,
    masked: bool,
    given: Given | None = None,
) -> LeadReport:
    """The report of one ring.

    Parameters
    ----------
    ring, run
        As stored.
    portfolio
        The facts that the run looked at, with cells as written.
    batches
        The loads that brought them, for the hashes of their files.
    limits_of_graph
        What made households in that run; the defaults where None.
    masked
        Whether personal values are masked; whoever says no has checked that they may be shown.
    given
        What stands on the cover.
    """
    names = Names(Masker.of([ring], reveal=not masked))
    book = RowBook(portfolio, batches, names)
    parts = _Parts(ring, RingFacts(ring, build_network(portfolio, limits_of_graph)), book, names)
    told = Told(
        parts.facts,
        book,
        names,
        _run(run),
        people(parts.facts, book, names),
        parts.members,
        parts.policies,
        parts.totals,
        parts.shared,
        parts.agents,
        parts.evidence,
    )
    said_zh, said_en = summary(ring)
    return LeadReport(
        given=given or Given(),
        masked=masked,
        ring_id=ring.ring_id,
        run=told.run,
        tier=ring.tier.value,
        kind=ring.kind,
        score=rounded(ring.score),
        q_value=None if ring.q_value is None else rounded(ring.q_value),
        zh=said_zh,
        en=said_en,
        requests=len(ring.members),
        households=ring.units,
        first_at=ring.first_at,
        last_at=ring.last_at,
        source=tuple(source(told)),
        people=told.people,
        members=parts.members,
        policies=parts.policies,
        totals=parts.totals,
        exposure=ring.money,
        shared=parts.shared,
        associates=tuple(
            Associate(one.role.value, one.key.kind, names.masker.show(one.key), one.requests) for one in ring.associates
        ),
        timeline=events(told),
        periods=tuple(timeline(ring)),
        letters=parts.letters,
        agents=parts.agents,
        verified=tuple(verified(told)),
        unverified=tuple(unverified(told)),
        explanations=tuple(
            Explanation(one.name, one.ruled_out, one.zh, one.en, figures(one.counts)) for one in ring.hypotheses
        ),
        for_members=tuple(term for term in parts.evidence if term.weight < 0),
        evidence=parts.evidence,
        limits=tuple(limits(told)),
        rows=book.rows(),  # last: by now every row has its number
    )


def _run(run: Run) -> RunFacts:
    return RunFacts(
        run.run_id,
        run.as_of,
        run.known_at,
        run.window_months,
        run.settings_hash,
        run.code_version,
        run.batches,
        run.requests,
    )


@dataclass(frozen=True)
class _Parts:
    """The tables of a report; rows get their numbers in the order in which the tables are asked for."""

    ring: Ring
    facts: RingFacts
    book: RowBook
    names: Names

    @cached_property
    def members(self) -> tuple[Member, ...]:
        shared: dict[str, list[int]] = {}
        for number, value in enumerate(self.ring.shared, 1):
            for request in value.requests:
                shared.setdefault(request, []).append(number)
        return tuple(
            Member(
                number=number,
                request_id=member.request_id,
                person=person,
                applicant_id=member.applicant_id,
                policy_no=_cell(row, "policy_no"),
                role=member.role.value,
                weight=rounded(member.weight, 3),
                applied_at=member.applied_at,
                kind=_cell(row, "kind"),
                channel=_cell(row, "channel"),
                branch_code=_cell(row, "branch_code") or _cell(policy, "branch_code"),
                status=_cell(row, "status"),
                shared=tuple(shared.get(member.request_id, ())),
                row=self.book.number(member.row),
            )
            for number, (member, person, row, policy) in enumerate(
                zip(self.ring.members, self.facts.people, self.facts.requests, self.facts.policies, strict=True), 1
            )
        )

    @cached_property
    def policies(self) -> tuple[PolicyMoney, ...]:
        return tuple(self._policies())

    def _policies(self) -> Iterator[PolicyMoney]:
        seen: set[str | None] = {None}
        for member, row, policy in zip(self.members, self.facts.requests, self.facts.policies, strict=True):
            cash, paid = _cell(row, "cash_value"), _cell(row, "paid_amount")
            yield PolicyMoney(
                member=member.number,
                request_id=member.request_id,
                policy_no=member.policy_no,
                first=member.policy_no not in seen,
                product_code=_cell(policy, "product_code"),
                issued_on=_cell(policy, "issued_on"),
                agent_no=_cell(policy, "agent_no"),
                premium_paid=_cell(policy, "premium_paid"),
                policy_cash_value=_cell(policy, "cash_value"),
                cash_value=cash,
                requested=_cell(row, "requested_amount"),
                agreed=_cell(row, "agreed_amount"),
                paid=paid,
                paid_at=_cell(row, "paid_at"),
                difference=None if paid is None or cash is None else paid - cash,
                payout_account=self.names.value("bank_account", row, "payout_account") if row else None,
                payout_name=self.names.name(row["payout_name"]) if row else None,
                row=self.book.number(reference("policies", policy)) if policy else None,
            )
            seen.add(member.policy_no)

    @cached_property
    def totals(self) -> Totals:
        lines = self.policies
        return Totals(
            policies=sum(one.first for one in lines),
            premium_paid=_sum(one.premium_paid for one in lines if one.first),
            cash_value=_sum(one.cash_value for one in lines),
            requested=_sum(one.requested for one in lines),
            agreed=_sum(one.agreed for one in lines),
            paid=_sum(one.paid for one in lines),
            difference=_sum(one.difference for one in lines),
        )

    @cached_property
    def shared(self) -> tuple[SharedValue, ...]:
        number = {member.request_id: member for member in self.members}
        found = []
        for place, value in enumerate(self.ring.shared, 1):
            users = [number[request] for request in value.requests]
            found.append(
                SharedValue(
                    number=place,
                    kind=value.key.kind,
                    value=self.names.masker.show(value.key),
                    people=len({member.person for member in users}),
                    households=value.members,
                    requests=len(users),
                    holders=value.holders,
                    first_at=value.first_at,
                    last_at=value.last_at,
                    weight=rounded(value.weight),
                    members=tuple(member.number for member in users),
                )
            )
        return tuple(found)

    @cached_property
    def letters(self) -> tuple[Letter, ...]:
        found = []
        for number, copies in enumerate(self.facts.letters, 1):
            cells = [one.cells for one in copies.complaints]
            places = sorted({place for one in copies.complaints for place in one.members})
            found.append(
                Letter(
                    number=number,
                    complaints=tuple(row["complaint_id"] for row in cells),
                    members=tuple(place + 1 for place in places),
                    copies=copies.everywhere,
                    first_at=cells[0]["received_at"],
                    last_at=cells[-1]["received_at"],
                    text=None if self.names.masked else cells[0]["text"],
                    rows=self.book.of("complaints", cells),
                )
            )
        return tuple(found)

    @cached_property
    def agents(self) -> tuple[Agent, ...]:
        books = Counter(one.agent_no for one in self.policies if one.agent_no and one.first)
        found = []
        for number, policies in sorted(books.items(), key=lambda pair: (-pair[1], pair[0])):
            row = self.facts.agents.get(number)
            left = _cell(row, "left_on")
            last = max(
                (self.members[one.member - 1].applied_at or left) for one in self.policies if one.agent_no == number
            )
            found.append(
                Agent(
                    agent_no=number,
                    name=self.names.name(_cell(row, "name")),
                    branch_code=_cell(row, "branch_code"),
                    manager_no=_cell(row, "manager_no"),
                    joined_on=_cell(row, "hired_on"),
                    left_on=left,
                    policies=policies,
                    left_first=left is not None and left < last,
                    row=self.book.number(reference("agents", row)) if row else None,
                )
            )
        return tuple(found)

    @cached_property
    def evidence(self) -> tuple[Term, ...]:
        masker = self.names.masker
        return tuple(
            Term(
                number=number,
                indicator=term.indicator,
                weight=rounded(term.weight),
                zh=masker.fill(term.zh, term.values),
                en=masker.fill(term.en, term.values),
                counts=figures(term.counts),
                baseline=figures(term.baseline),
                values=tuple((key.kind, masker.show(key)) for key in term.values),
                rows=self.book.numbers(term.rows),
            )
            for number, term in enumerate(sorted(self.ring.evidence, key=lambda term: -term.weight), 1)
        )


def _cell(row: Any, column: str) -> Any:
    """A cell of a row, None where there is no row or nothing in it."""
    return None if row is None else row[column] if row[column] != "" else None


def _sum(amounts: Iterable[int | None]) -> int:
    return sum(amount for amount in amounts if amount is not None)
