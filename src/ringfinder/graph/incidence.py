"""Who used which value, where and when: the bipartite incidence of requests and values.

A use is one cell that belongs to a request: its own columns, the account that paid its premium, the
complaints about its policy, the contact changes of its applicant shortly before, the callbacks around
it. The phone of a visit's spokesperson is no use: people who were really mis-sold to go to the counter
together, and one of them speaks.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from enum import IntEnum

import numpy as np
import pyarrow as pa

from ringfinder.graph.arrays import BoolArray, FloatArray, IntArray
from ringfinder.graph.codes import Codes
from ringfinder.graph.columns import days, lookup
from ringfinder.graph.joins import both, match, within
from ringfinder.graph.people import People
from ringfinder.records.portfolio import Portfolio


class Source(IntEnum):
    """In which role a value was used."""

    REQUEST = 0
    PAYEE = 1
    DELEGATE = 2
    CHANGE = 3
    COMPLAINT = 4
    SENDER = 5
    CALLBACK = 6
    PREMIUM = 7


@dataclass(frozen=True)
class Uses:
    """Uses of the values of one kind; equally long arrays."""

    request: IntArray
    code: IntArray
    source: IntArray
    day: FloatArray

    def only(self, keep: BoolArray) -> Uses:
        """The uses for which `keep` is true."""
        return Uses(self.request[keep], self.code[keep], self.source[keep], self.day[keep])

    @staticmethod
    def join(parts: list[Uses]) -> Uses:
        """All uses of several lists."""
        return Uses(
            *(np.concatenate([getattr(part, name) for part in parts]) for name in ("request", "code", "source", "day"))
        )


@dataclass(frozen=True)
class Joins:
    """Pairs (row of a table, request) for every table whose rows belong to requests.

    `policy` is the row of `policies` of each request, -1 where the policy is unknown.
    """

    complaints: tuple[IntArray, IntArray]
    changes: tuple[IntArray, IntArray]
    callbacks: tuple[IntArray, IntArray]
    visits: tuple[IntArray, IntArray]
    policy: IntArray


def join_tables(portfolio: Portfolio, requests: pa.Table, people: People, fresh_days: float) -> Joins:
    """Attach complaints, contact changes, callbacks and visits to the requests they are about."""
    applied = days(requests["applied_at"])
    person = people.of_request
    complaints = _complaints(portfolio, requests, people)
    changes = portfolio.table("contact_changes")
    change_day = days(changes["changed_at"])
    changed = within(
        match(people.of_table(portfolio, "contact_changes"), person), change_day, applied, -fresh_days, 1.0
    )
    callbacks = portfolio.table("callbacks")
    called = within(of_one_policy(callbacks, requests), days(callbacks["called_at"]), applied, -30.0, 90.0)
    visits = portfolio.table("visits")
    by_policy = of_one_policy(visits, requests)
    by_person = match(people.of_table(portfolio, "visits"), person)
    visited = within(
        both(by_policy, by_person, right_rows=len(applied)), days(visits["visited_at"]), applied, -60.0, 60.0
    )
    policy = lookup(requests["policy_no"], portfolio.table("policies")["policy_no"])
    return Joins(complaints, changed, called, visited, policy)


def of_one_policy(table: pa.Table, requests: pa.Table) -> tuple[IntArray, IntArray]:
    """Pairs (row of a table, request) that are about one policy."""
    policies = requests["policy_no"].combine_chunks().dictionary_encode()
    return match(lookup(table["policy_no"], policies.dictionary), policies.indices.to_numpy().astype(np.int64))


def _complaints(portfolio: Portfolio, requests: pa.Table, people: People) -> tuple[IntArray, IntArray]:
    """Complaints by their number and by the policy; without either, by the applicant within 90 days."""
    table = portfolio.table("complaints")
    named = lookup(requests["complaint_id"], table["complaint_id"])
    by_id = np.flatnonzero(named >= 0)
    by_policy = of_one_policy(table, requests)
    received, applied = days(table["received_at"]), days(requests["applied_at"])
    person = people.of_table(portfolio, "complaints", "applicant_id").copy()
    person[table["policy_no"].is_valid().to_numpy()] = -1
    by_person = within(match(person, people.of_request), received, applied, -90.0, 30.0)
    return both((named[by_id], by_id), by_policy, by_person, right_rows=requests.num_rows)


def uses_of(portfolio: Portfolio, requests: pa.Table, codes: Codes, joins: Joins) -> Uses:
    """Every use of a value of one kind."""
    applied = days(requests["applied_at"])
    parts = [
        Uses(row[known], code[known], np.full(known.sum(), source), day[known])
        for row, code, source, day in _cells(portfolio, codes, joins, applied)
        for known in [code >= 0]
    ]
    return Uses.join(parts)


OWN = (
    ("phone", "phone", Source.REQUEST),
    ("address", "address", Source.REQUEST),
    ("email", "email", Source.REQUEST),
    ("bank_account", "payout_account", Source.PAYEE),
    ("phone", "delegate_phone", Source.DELEGATE),
    ("id_no", "delegate_id_no", Source.DELEGATE),
    ("device", "device_id", Source.REQUEST),
    ("ip", "ip", Source.REQUEST),
)
"""Kind, column and source of the cells of a request itself."""

AROUND = (
    ("phone", "complaints", "phone", Source.COMPLAINT),
    ("phone", "complaints", "sender_phone", Source.SENDER),
    ("address", "complaints", "sender_address", Source.SENDER),
    ("phone", "callbacks", "number", Source.CALLBACK),
)
"""Kind, table, column and source of the cells around it."""

_WHEN = {"complaints": "received_at", "callbacks": "called_at"}


def _cells(
    portfolio: Portfolio, codes: Codes, joins: Joins, applied: FloatArray
) -> Iterator[tuple[IntArray, IntArray, Source, FloatArray]]:
    """Request, code, source and day of every cell of the kind."""
    for kind, column, source in OWN:
        if kind == codes.kind:
            yield np.arange(len(applied)), codes.of("surrender_requests", column), source, applied
    for kind, table, column, source in AROUND:
        if kind == codes.kind:
            rows, owners = getattr(joins, table)
            yield owners, codes.of(table, column)[rows], source, days(portfolio.table(table)[_WHEN[table]])[rows]
    if codes.kind == "bank_account":
        policy = joins.policy
        paid = np.flatnonzero(policy >= 0)
        payer = codes.of("policies", "premium_payer_account")[policy[paid]]
        yield paid, payer, Source.PREMIUM, applied[paid]
    if ("contact_changes", "new_value") in codes.columns:
        rows, owners = joins.changes
        day = days(portfolio.table("contact_changes")["changed_at"])
        yield owners, codes.of("contact_changes", "new_value")[rows], Source.CHANGE, day[rows]
