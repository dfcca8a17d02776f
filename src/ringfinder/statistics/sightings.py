"""Where and when values that rings share were seen with somebody: filed, changed, in a complaint or a request."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from ringfinder.graph.columns import days, whole
from ringfinder.records.portfolio import FILE, LINE, normal_form
from ringfinder.records.rings import AttributeKey, RowRef
from ringfinder.statistics.facts import Facts

KINDS = {
    "phone": ("电话", "phone"),
    "address": ("地址", "address"),
    "email": ("邮箱", "e-mail"),
    "bank_account": ("账户", "account"),
}
"""Contacts, by which a ring reaches people and money."""


@dataclass(frozen=True)
class Sighting:
    """A value seen with a person; `day` is since 1970, minus infinity where a value is on file without a date."""

    person: str
    key: AttributeKey
    day: float
    row: RowRef


@dataclass(frozen=True)
class _Place:
    """Columns of a table that hold values; their kind stands in the column `field` where it is empty here."""

    table: str
    date: str
    person: str
    key: str
    columns: Sequence[tuple[str, str]]


_PLACES = (
    _Place("contact_changes", "changed_at", "person_id", "change_id", (("new_value", ""),)),
    _Place("contacts", "since", "person_id", "person_id", (("value", ""),)),
    _Place(
        "complaints",
        "received_at",
        "applicant_id",
        "complaint_id",
        (("phone", "phone"), ("sender_phone", "phone"), ("sender_address", "address")),
    ),
    _Place("visits", "visited_at", "person_id", "visit_id", (("spokesperson_phone", "phone"),)),
    _Place(
        "surrender_requests",
        "applied_at",
        "applicant_id",
        "request_id",
        (("phone", "phone"), ("address", "address"), ("email", "email"), ("payout_account", "bank_account")),
    ),
)
_ON_FILE = _Place("persons", "contacts_as_of", "person_id", "person_id", tuple((kind, kind) for kind in KINDS))


def fresh_sightings(
    facts: Facts, wanted: AbstractSet[AttributeKey], since: float
) -> Mapping[tuple[str, AttributeKey], Sequence[Sighting]]:
    """Sightings of the wanted values with people with whom none of them was seen before a day.

    A value that is on file without a date counts as old, unless a change or the history of contacts dates it.
    """
    seen: dict[tuple[str, AttributeKey], list[Sighting]] = {}
    for place in _PLACES:
        for one in _seen(facts, place, wanted):
            seen.setdefault((one.person, one.key), []).append(one)
    old = {
        (one.person, one.key)
        for one in _seen(facts, _ON_FILE, wanted)
        if not any(each.row.table in ("contact_changes", "contacts") for each in seen.get((one.person, one.key), ()))
    }
    return {
        name: rows
        for name, rows in sorted(seen.items(), key=lambda item: (item[0][0], item[0][1].kind, item[0][1].value))
        if name not in old and min(one.day for one in rows) >= since
    }


def _seen(facts: Facts, place: _Place, wanted: AbstractSet[AttributeKey]) -> Iterator[Sighting]:
    rows = facts.portfolio.table(place.table)
    values = pa.array(sorted({key.value for key in wanted}), pa.string())
    held = np.zeros(len(rows), np.bool_)
    for column, _ in place.columns:
        held |= pc.is_in(whole(rows[normal_form(column)]), value_set=values).to_numpy(zero_copy_only=False)
    rows = rows.filter(pa.array(held))
    holders = _holders(facts, rows) if "policy_no" in rows.column_names else {}
    dates = np.nan_to_num(days(rows[place.date]), nan=-np.inf).tolist()
    for one, day in zip(rows.to_pylist(), dates, strict=True):
        person = one[place.person] or holders.get(one.get("policy_no"))
        for column, kind in place.columns:
            value, of = one[normal_form(column)], kind or one["field"]
            if person and value and AttributeKey(of, value) in wanted:
                yield Sighting(
                    person, AttributeKey(of, value), day, RowRef(place.table, one[place.key], one[FILE], one[LINE])
                )


def _holders(facts: Facts, rows: pa.Table) -> dict[str, str]:
    """Holder of each policy that the rows name."""
    table = facts.policies.rows
    named = table.filter(pc.is_in(whole(table["policy_no"]), value_set=whole(rows["policy_no"])))
    return dict(zip(named["policy_no"].to_pylist(), named["applicant_id"].to_pylist(), strict=True))
