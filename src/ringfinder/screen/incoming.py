"""One request as it comes in: cells of the contract, typed and brought to normal forms by the code of the loader."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

import numpy as np
import pyarrow as pa

from ringfinder.errors import InputError
from ringfinder.graph.columns import MICROSECONDS_A_DAY
from ringfinder.ingest.amounts import money_cells
from ringfinder.ingest.cells import choice_cells
from ringfinder.ingest.dates import date_cells
from ringfinder.ingest.mapping import DEFAULT_TIMEZONE
from ringfinder.normalize import normalize_array
from ringfinder.records.contract import Table
from ringfinder.records.kinds import ColumnKind, Remark
from ringfinder.records.portfolio import normal_form, remarks
from ringfinder.records.tables import TABLES

_FEN = 100
_SCREENED = ("surrender_requests", "persons", "policies")
_MONEY = ("cash_value", "requested_amount", "agreed_amount")
_HELD: tuple[tuple[ColumnKind, tuple[str, ...]], ...] = (
    (ColumnKind.PHONE, ("phone", "delegate_phone")),
    (ColumnKind.ADDRESS, ("address",)),
    (ColumnKind.EMAIL, ("email",)),
    (ColumnKind.BANK_ACCOUNT, ("payout_account",)),
    (ColumnKind.ID_NO, ("delegate_id_no",)),
    (ColumnKind.DEVICE, ("device_id",)),
    (ColumnKind.IP, ("ip",)),
)
"""Columns of a request by kind: one call for each kind, whose cost is that of a call."""

_FILED = (ColumnKind.PHONE, ColumnKind.ADDRESS, ColumnKind.EMAIL, ColumnKind.BANK_ACCOUNT, ColumnKind.ID_NO)
"""Columns of `persons` that are a person's own."""


@dataclass(frozen=True)
class Incoming:
    """A request to be screened.

    Parameters
    ----------
    cells
        Columns of `surrender_requests` as they were written.
    forms
        Normal form of each cell that has one.
    applied
        Day since 1970 (fractions are hours).
    money
        Columns of money in fen; NaN where empty.
    own
        Normal forms that the person sent along has, by kind.
    policy
        What the policy sent along says, where it is not known: issued (day), premium (fen), agent_no.
    """

    cells: Mapping[str, str]
    forms: Mapping[str, str]
    no_door: bool
    applied: float
    money: Mapping[str, float]
    kind: str
    own: Mapping[str, frozenset[str]] = field(default_factory=dict)
    own_name: str = ""
    policy: Mapping[str, float | str] = field(default_factory=dict)

    @classmethod
    def of(
        cls,
        request: Mapping[str, str],
        person: Mapping[str, str] | None = None,
        policy: Mapping[str, str] | None = None,
    ) -> Incoming:
        """Read the cells.

        Raises
        ------
        InputError
            If a column is unknown, one that is required is empty, or a date or amount cannot be read.
        """
        cells = _known(TABLES["surrender_requests"], request, required=True)
        persons = _known(TABLES["persons"], person or {}, required=False)
        policies = _known(TABLES["policies"], policy or {}, required=False)
        forms, no_door = _forms(cells)
        money = _money("surrender_requests", cells, _MONEY)
        return cls(
            cells,
            forms,
            no_door,
            _day("surrender_requests", "applied_at", cells["applied_at"]),
            money,
            _choice(cells.get("kind", "")),
            _own(persons),
            persons.get("name", ""),
            _policy(policies),
        )

    @classmethod
    def of_stored(cls, cells: Mapping[str, Any]) -> Incoming:
        """A request that was recorded: typed cells with their normal forms, as the intake keeps them."""
        names = [name for _, columns in _HELD for name in columns]
        return cls(
            {name: str(cell) for name, cell in cells.items() if name in TABLES["surrender_requests"].by_name and cell},
            {name: cells[normal_form(name)] for name in names if cells.get(normal_form(name))},
            bool(int(cells.get(remarks("address")) or 0) & int(Remark.NO_DOOR)),
            _day_of_stored(cells["applied_at"]),
            {name: np.nan if cells.get(name) is None else float(cells[name]) for name in _MONEY},
            cells.get("kind") or "",
        )


@dataclass(frozen=True)
class Filed:
    """What is on file of a person: normal forms by kind, and the name."""

    own: Mapping[str, frozenset[str]]
    name: str


def filed_of_stored(cells: Mapping[str, Any]) -> Filed:
    """What is on file of a person who was recorded: cells as the intake keeps them."""
    forms = {kind.value: cells.get(normal_form(kind.value)) for kind in _FILED}
    return Filed({kind: frozenset({form}) for kind, form in forms.items() if form}, cells.get("name") or "")


def policy_of_stored(cells: Mapping[str, Any]) -> dict[str, float | str]:
    """What a policy says that was recorded."""
    found: dict[str, float | str] = {}
    if cells.get("issued_on"):
        found["issued"] = _day_of_stored(cells["issued_on"])
    if cells.get("premium_paid") is not None:
        found["premium"] = float(cells["premium_paid"])
    if cells.get("agent_no"):
        found["agent_no"] = cells["agent_no"]
    return found


def _day_of_stored(text: str) -> float:
    return float(np.datetime64(text, "us").astype(np.int64)) / MICROSECONDS_A_DAY


def _known(table: Table, cells: Mapping[str, str], *, required: bool) -> dict[str, str]:
    found = {name: text.strip() for name, text in cells.items() if text and text.strip()}
    for name in cells:
        if name not in table.by_name:
            raise InputError(f"{table.name} has no column {name!r}", remedy="GET /v1/contract lists all columns")
    if required:
        for column in table.columns:
            if column.required and column.name not in found:
                raise InputError(f"{table.name}.{column.name} is required and empty", remedy="say what it is")
    return found


def _forms(cells: Mapping[str, str]) -> tuple[dict[str, str], bool]:
    forms: dict[str, str] = {}
    no_door = False
    for kind, columns in _HELD:
        there = [name for name in columns if name in cells]
        if there:
            found = normalize_array(kind, pa.array([cells[name] for name in there], pa.string()))
            forms |= {name: form for name, form in zip(there, found.forms.to_pylist(), strict=True) if form is not None}
            if kind is ColumnKind.ADDRESS:
                no_door = bool(int(found.remarks[0]) & int(Remark.NO_DOOR))
    return forms, no_door


def _own(cells: Mapping[str, str]) -> dict[str, frozenset[str]]:
    """What the applicant has on file, by kind."""
    found = {}
    for kind in _FILED:
        if kind.value in cells:
            form = normalize_array(kind, pa.array([cells[kind.value]], pa.string())).forms[0].as_py()
            if form:
                found[kind.value] = frozenset({form})
    return found


def _money(table: str, cells: Mapping[str, str], columns: tuple[str, ...]) -> dict[str, float]:
    read = money_cells(pa.array([cells.get(name) for name in columns], pa.string()), _FEN)
    for name, bad in zip(columns, read.bad, strict=True):
        if bad:
            raise InputError(f"{table}.{name} is {read.reason}", remedy="write yuan with at most two decimals")
    return {
        name: np.nan if fen is None else float(fen) for name, fen in zip(columns, read.cells.to_pylist(), strict=True)
    }


def _day(table: str, name: str, text: str) -> float:
    read = date_cells(TABLES[table].by_name[name], pa.array([text], pa.string()), "", DEFAULT_TIMEZONE)
    if read.bad[0]:
        raise InputError(f"{table}.{name} is {read.reason}", remedy="local time of the insurer")
    return float(read.cells.cast(pa.int64())[0].as_py()) / MICROSECONDS_A_DAY


@lru_cache(maxsize=256)
def _choice(text: str) -> str:
    if not text:
        return ""
    cells, _ = choice_cells(TABLES["surrender_requests"].by_name["kind"], pa.array([text], pa.string()), {})
    return cells[0].as_py() or ""


def _policy(cells: Mapping[str, str]) -> dict[str, float | str]:
    found: dict[str, float | str] = {}
    if "issued_on" in cells:
        found["issued"] = _day("policies", "issued_on", cells["issued_on"])
    if "premium_paid" in cells:
        found["premium"] = _money("policies", cells, ("premium_paid",))["premium_paid"]
    if "agent_no" in cells:
        found["agent_no"] = cells["agent_no"]
    return found
