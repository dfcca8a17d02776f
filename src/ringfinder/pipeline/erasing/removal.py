"""The rows of one table without a person: own rows go, cells of others' rows that name the person are blank.

Whose a row is, its columns say: the person's customer numbers, or a policy of that person where the row
names nobody. In the rows of others a delegate, payee, sender or insured who is the person is blank, and so is
every value that is the person's alone; a phone that another customer filed as well is that other one's.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Protocol

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from ringfinder.ingest.cells import flat
from ringfinder.ingest.hashing import hash_rows
from ringfinder.pipeline.erasing.texts import Words
from ringfinder.records.contract import Column, Table
from ringfinder.records.kinds import ColumnKind
from ringfinder.records.portfolio import HASH, normal_form, remarks
from ringfinder.records.tables import TABLES

BoolArray = npt.NDArray[np.bool_]

PERSON, POLICY, COMPLAINT = "person", "policy", "complaint"

OWNERS: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "surrender_requests": ("applicant_id",),
        "persons": ("person_id",),
        "contacts": ("person_id",),
        "contact_changes": ("person_id",),
        "policies": ("applicant_id",),
        "complaints": ("applicant_id",),
        "relations": ("person_id", "related_person_id"),
        "visits": ("person_id",),
    }
)
"""Columns that say whose a row is."""

BY_POLICY = ("complaints", "visits", "callbacks", "claims", "data_access")
"""Tables whose rows, where they name nobody, are those of the policy's applicant."""

REFERENCES: Mapping[tuple[str, str], str] = MappingProxyType(
    {
        ("policies", "insured_id"): PERSON,
        ("policies", "replaces_policy_no"): POLICY,
        ("surrender_requests", "complaint_id"): COMPLAINT,
        ("complaints", "policy_no"): POLICY,
        ("visits", "policy_no"): POLICY,
    }
)
"""Cells by which rows of others point to the person."""

TOGETHER: Mapping[str, tuple[tuple[str, ...], ...]] = MappingProxyType(
    {
        "surrender_requests": (
            ("delegate_name", "delegate_id_no", "delegate_phone"),
            ("payout_name", "payout_account"),
        ),
        "complaints": (("sender_name", "sender_phone", "sender_address"),),
        "agents": (("name", "id_no", "phone", "licence_no"),),
    }
)
"""Cells that describe one and the same somebody: where one is the person, all are."""

LISTS = ("known_attributes", "watchlist")
"""Tables of values: a value that is the person's alone is a row of the person's."""


class Marks(Protocol):
    """What tells the person."""

    def has(self, kind: str, values: pa.Array, *, alone: bool = True) -> BoolArray:
        """Which values of a kind are the person's, shape (n,); with `alone` nobody else's."""


@dataclass(frozen=True)
class Taken:
    """Rows that stay, which of the former rows went, and how many cells are blank now."""

    rows: pa.Table
    removed: BoolArray
    blanked: int

    @property
    def changed(self) -> bool:
        """Whether anything was taken out."""
        return bool(self.blanked or self.removed.any())


def take_out(name: str, rows: pa.Table, marks: Marks, words: Words | None = None) -> Taken:
    """The rows of table `name` without the person; free texts are searched for `words`."""
    table = TABLES[name]
    removed = _own(table, rows, marks)
    stays = rows.filter(pa.array(~removed)) if removed.any() else rows
    blank = _named_cells(table, stays, marks)
    told = _texts(table, stays, words) if words else {}
    touched = np.zeros(stays.num_rows, np.bool_)
    count = 0
    for column, mask in blank.items():
        if mask.any():
            stays = _blank(stays, table.by_name[column], mask)
            touched |= mask
            count += int(mask.sum())
    for column, texts in told.items():
        mask = np.zeros(stays.num_rows, np.bool_)
        mask[list(texts)] = True
        kept = pc.replace_with_mask(flat(stays[column]), pa.array(mask), pa.array(list(texts.values()), pa.string()))
        stays = stays.set_column(stays.schema.get_field_index(column), stays.schema.field(column), kept)
        touched |= mask
        count += len(texts)
    return Taken(_hashed_anew(table, stays, touched) if count else stays, removed, count)


def own_rows(name: str, rows: pa.Table, marks: Marks) -> BoolArray:
    """Which rows of table `name` are the person's, shape (n,)."""
    return _own(TABLES[name], rows, marks)


def columns_that_tell(name: str) -> list[str]:
    """Columns that `own_rows` looks at, and the key."""
    told = [*TABLES[name].key, *OWNERS.get(name, ()), *(["policy_no"] if name in BY_POLICY else [])]
    told += ["kind", "value", normal_form("value")] if name in LISTS else []
    return list(dict.fromkeys(told))


def _own(table: Table, rows: pa.Table, marks: Marks) -> BoolArray:
    """Rows that are the person's."""
    found = np.zeros(rows.num_rows, np.bool_)
    for column in OWNERS.get(table.name, ()):
        found |= marks.has(PERSON, flat(rows[column]))
    if table.name in BY_POLICY:
        nobody = np.ones(rows.num_rows, np.bool_)
        for column in OWNERS.get(table.name, ()):
            nobody &= flat(rows[column]).is_null().to_numpy(zero_copy_only=False)
        found |= nobody & marks.has(POLICY, flat(rows["policy_no"]))
    if table.name == "complaints":
        found |= marks.has(COMPLAINT, flat(rows["complaint_id"]))
    if table.name in LISTS:
        found |= _cells(table.by_name["value"], rows, marks)
    return found


def _named_cells(table: Table, rows: pa.Table, marks: Marks) -> dict[str, BoolArray]:
    """Cells that name the person, by column."""
    found: dict[str, BoolArray] = {}
    for column in table.columns:
        kind = REFERENCES.get((table.name, column.name))
        if kind:
            found[column.name] = marks.has(kind, flat(rows[column.name]))
        elif column.normalised and not column.required:
            found[column.name] = _cells(column, rows, marks)
    for group in TOGETHER.get(table.name, ()):
        mask = _somebody(table, rows, group, marks, found)
        for column_name in group:
            found[column_name] = mask & flat(rows[column_name]).is_valid().to_numpy(zero_copy_only=False)
    return found


def _somebody(
    table: Table, rows: pa.Table, group: tuple[str, ...], marks: Marks, found: Mapping[str, BoolArray]
) -> BoolArray:
    """Rows in which a group of cells describes the person.

    One value that is the person's alone suffices; a name that others bear as well needs a value beside it.
    """
    names = [name for name in group if table.by_name[name].kind is ColumnKind.NAME]
    values = [name for name in group if table.by_name[name].normalised]
    alone = np.zeros(rows.num_rows, np.bool_)
    called, holding = alone.copy(), alone.copy()
    for name in names:
        alone |= marks.has(ColumnKind.NAME.value, flat(rows[name]))
        called |= marks.has(ColumnKind.NAME.value, flat(rows[name]), alone=False)
    for name in values:
        alone |= found[name]
        holding |= _cells(table.by_name[name], rows, marks, alone=False)
    return alone | (called & holding)


def _cells(column: Column, rows: pa.Table, marks: Marks, *, alone: bool = True) -> BoolArray:
    """Cells of a column with a value of the person's, by normal form or as written."""
    written, forms = flat(rows[column.name]), flat(rows[normal_form(column.name)])
    if column.kind is not ColumnKind.VARIANT:
        kind = column.kind.value
        return marks.has(kind, forms, alone=alone) | marks.has(kind, written, alone=alone)
    found = np.zeros(rows.num_rows, np.bool_)
    which = flat(rows[column.variant_of])
    for kind in which.unique().drop_null().to_pylist():
        chosen = pc.fill_null(pc.equal(which, kind), fill_value=False).to_numpy(zero_copy_only=False)
        found |= chosen & (marks.has(kind, forms, alone=alone) | marks.has(kind, written, alone=alone))
    return found


def _texts(table: Table, rows: pa.Table, words: Words) -> dict[str, dict[int, str]]:
    """Free texts that name the person, as they are without it: column -> row -> text."""
    found: dict[str, dict[int, str]] = {}
    for column in table.columns:
        if column.kind is ColumnKind.TEXT:
            texts = enumerate(rows[column.name].to_pylist())
            found[column.name] = {row: words.without(text) for row, text in texts if text and words.inside(text)}
    return {column: texts for column, texts in found.items() if texts}


def _blank(rows: pa.Table, column: Column, mask: BoolArray) -> pa.Table:
    names = [column.name, *([normal_form(column.name)] if column.normalised else [])]
    for name in names:
        place = rows.schema.get_field_index(name)
        kept = pc.if_else(pa.array(mask), pa.scalar(None, rows.schema.field(name).type), flat(rows[name]))
        rows = rows.set_column(place, rows.schema.field(name), kept)
    if column.normalised:
        place = rows.schema.get_field_index(remarks(column.name))
        kept = pc.if_else(pa.array(mask), pa.scalar(0, pa.uint16()), flat(rows[remarks(column.name)]))
        rows = rows.set_column(place, rows.schema.field(place), kept)
    return rows


def _hashed_anew(table: Table, rows: pa.Table, touched: BoolArray) -> pa.Table:
    """Rows whose hash is that of what they hold now: the former one would tell a blank phone by trying all."""
    columns = {column.name: flat(rows[column.name].filter(pa.array(touched))) for column in table.columns}
    hashes = flat(rows[HASH]).to_numpy().copy()
    hashes[touched] = hash_rows(columns)
    place = rows.schema.get_field_index(HASH)
    return rows.set_column(place, rows.schema.field(HASH), pa.array(hashes))
