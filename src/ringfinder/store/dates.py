"""Which cells were known on a date: rows of later events drop out, later cells are blank.

A run as of a past date must not know what came after it: whether a complaint was upheld, an agent
had left, or a contact had been changed (data contract, "Two dates").
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from types import MappingProxyType

import pyarrow as pa
import pyarrow.compute as pc

from ringfinder.records.portfolio import normal_form, remarks

EVENT_DATES: Mapping[str, str] = MappingProxyType(
    {
        "surrender_requests": "applied_at",
        "contacts": "since",
        "contact_changes": "changed_at",
        "policies": "issued_on",
        "agents": "hired_on",
        "complaints": "received_at",
        "visits": "visited_at",
        "callbacks": "called_at",
        "claims": "claimed_at",
        "data_access": "accessed_at",
        "watchlist": "since",
    }
)
"""The date of a row's event: a later row was not there yet; a row without one was."""

FOLLOWS: Mapping[str, Mapping[str, tuple[str, ...]]] = MappingProxyType(
    {
        "surrender_requests": {
            "paid_at": ("paid_at", "paid_amount"),
            "desk_outcome_at": ("desk_outcome_at", "desk_outcome"),
        },
        "contacts": {"until": ("until",)},
        "policies": {"ended_on": ("ended_on", "status")},
        "agents": {"left_on": ("left_on",)},
        "complaints": {"closed_at": ("closed_at", "outcome", "paid_extra")},
    }
)
"""For each table: date -> cells that are blank while that date is later or unknown."""

DECIDED_BY = ("paid_at", "desk_outcome_at")
"""`agreed_amount` and `status` of a request are known once one of these has come."""

FILED = ("phone", "address", "email", "bank_account")


def latest_event(tables: Mapping[str, pa.Table]) -> datetime | None:
    """The latest date of any event or of any cell that follows a date."""
    columns = [(name, date) for name, date in EVENT_DATES.items()]
    columns += [(name, date) for name, dates in FOLLOWS.items() for date in dates if date != "until"]
    found = [pc.max(tables[name][date]).as_py() for name, date in columns if name in tables]
    return max((date for date in found if date is not None), default=None)


def as_of(tables: Mapping[str, pa.Table], moment: datetime) -> dict[str, pa.Table]:
    """The tables as they were known at `moment` (local time)."""
    cut = {name: _blanked(name, _without_later(name, table, moment), moment) for name, table in tables.items()}
    if "persons" in cut and "contact_changes" in tables:
        cut["persons"] = _roll_back(cut["persons"], tables["contact_changes"], moment)
    return cut


def _not_later(dates: pa.ChunkedArray, moment: datetime, *, unknown: bool) -> pa.ChunkedArray:
    return pc.fill_null(pc.less_equal(dates, pa.scalar(moment, dates.type)), fill_value=unknown)


def _without_later(name: str, table: pa.Table, moment: datetime) -> pa.Table:
    date = EVENT_DATES.get(name)
    return table.filter(_not_later(table[date], moment, unknown=True)) if date else table


def _blanked(name: str, table: pa.Table, moment: datetime) -> pa.Table:
    for date, columns in FOLLOWS.get(name, {}).items():
        known = _not_later(table[date], moment, unknown=False)
        for column in columns:
            table = _blank(table, column, known)
    if name == "surrender_requests":
        # The dates themselves are blank by now where they are later.
        known = pc.or_(*(pc.is_valid(table[date]) for date in DECIDED_BY))
        for column in ("agreed_amount", "status"):
            table = _blank(table, column, known)
    return table


def _blank(table: pa.Table, column: str, known: pa.ChunkedArray) -> pa.Table:
    values = table[column]
    kept = pc.if_else(known, values, pa.scalar(None, values.type))
    return table.set_column(table.schema.get_field_index(column), table.schema.field(column), kept)


def _roll_back(persons: pa.Table, changes: pa.Table, moment: datetime) -> pa.Table:
    """Filed contacts before changes after `moment`, of which the extract already knew."""
    later = changes.filter(pc.greater(changes["changed_at"], pa.scalar(moment, pa.timestamp("us"))))
    if not later.num_rows:
        return persons
    later = later.sort_by([("changed_at", "ascending"), ("change_id", "ascending")])
    place = {person: row for row, person in enumerate(persons["person_id"].to_pylist())}
    as_known = persons["contacts_as_of"].to_pylist()
    undone: dict[str, dict[int, int]] = {field: {} for field in FILED}
    columns = ("person_id", "field", "changed_at")
    for number, (person, field, changed) in enumerate(zip(*(later[c].to_pylist() for c in columns), strict=True)):
        row = place.get(person)
        if row is None or field not in undone or (as_known[row] is not None and changed > as_known[row]):
            continue
        undone[field].setdefault(row, number)
    for field, rows in undone.items():
        if rows:
            persons = _restore(persons, field, rows, later)
    return persons


def _restore(persons: pa.Table, field: str, rows: dict[int, int], changes: pa.Table) -> pa.Table:
    order = sorted(rows)
    source = pa.array([rows[row] for row in order])
    chosen = pa.array([row in rows for row in range(persons.num_rows)])
    for own, old in (
        (field, "old_value"),
        (normal_form(field), normal_form("old_value")),
        (remarks(field), remarks("old_value")),
    ):
        if own not in persons.column_names:  # what was written may have been left on the disk
            continue
        values = persons[own].combine_chunks()
        before = changes[old].take(source).combine_chunks().cast(values.type)
        restored = pc.replace_with_mask(values, chosen, before)
        persons = persons.set_column(persons.schema.get_field_index(own), persons.schema.field(own), restored)
    return persons
