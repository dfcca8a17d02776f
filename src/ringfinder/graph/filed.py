"""Contacts as the insurer held them before anything that belongs to a request.

Filed contacts are rolled back to what stood before a change younger than `fresh_days`: a ring
changes the contact first and asks for the money afterwards.
"""

from __future__ import annotations

import numpy as np
import pyarrow as pa

from ringfinder.graph.arrays import FloatArray, IntArray, Pairs, contains, distinct, pairs
from ringfinder.graph.codes import Codes
from ringfinder.graph.columns import days
from ringfinder.graph.people import People
from ringfinder.records.portfolio import Portfolio

FILED_KINDS: tuple[str, ...] = ("phone", "address", "email", "bank_account")
"""Kinds that the tables of persons, contacts and changes hold."""


def first_day(people: People, applied: FloatArray, default: float) -> FloatArray:
    """Day of each person's first request; `default` for those who made none."""
    first = np.full(people.count, np.inf)
    np.minimum.at(first, people.of_request, applied)
    first[np.isinf(first)] = default
    return first


def filed_values(portfolio: Portfolio, people: People, codes: Codes, first: FloatArray, fresh_days: float) -> Pairs:
    """Pairs (person, code) that were on file for at least `fresh_days` before the person's first request."""
    person, code = _on_file(portfolio, people, codes, first, fresh_days)
    past = _history(portfolio, people, codes, first, fresh_days)
    return pairs(np.concatenate([person, past[0]]), np.concatenate([code, past[1]]), (people.count, len(codes.values)))


def _on_file(
    portfolio: Portfolio, people: People, codes: Codes, first: FloatArray, fresh_days: float
) -> tuple[IntArray, IntArray]:
    """Contacts of `persons`, with recent changes undone."""
    person = people.of_table(portfolio, "persons")
    code = codes.of("persons", codes.kind)
    changes = portfolio.table("contact_changes")
    who, when = people.of_table(portfolio, "contact_changes"), days(changes["changed_at"])
    old, new = codes.of("contact_changes", "old_value"), codes.of("contact_changes", "new_value")
    known = (who >= 0) & ((old >= 0) | (new >= 0))
    recent = known & (when > first[who] - fresh_days)
    settled = known & ~recent
    width = np.int64(len(codes.values) + 1)
    undone = distinct(who[recent] * width + new[recent])
    held, value = np.concatenate([person, who[known]]), np.concatenate([code, old[known]])
    before = ~contains(undone, held * width + value)
    return (
        np.concatenate([held[before], who[settled]]),
        np.concatenate([value[before], new[settled]]),
    )


def _history(
    portfolio: Portfolio, people: People, codes: Codes, first: FloatArray, fresh_days: float
) -> tuple[IntArray, IntArray]:
    """Contacts of the history table that began long enough before the first request."""
    table: pa.Table = portfolio.table("contacts")
    who, since = people.of_table(portfolio, "contacts"), days(table["since"])
    long = (who >= 0) & ~(since > first[who] - fresh_days)
    return who[long], codes.of("contacts", "value")[long]
