"""Record rows that arrive one by one: understood as the rows of a file are, and refused with the reason."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence

import numpy as np
import pyarrow as pa
from sqlalchemy import Connection

from ringfinder.errors import InputError
from ringfinder.ingest import HeaderMapping, RawTable, understand
from ringfinder.ingest.raw import positions
from ringfinder.pipeline.erasing.gate import Gate
from ringfinder.records.portfolio import IncomingTable
from ringfinder.records.tables import TABLES
from ringfinder.store import INTAKE, Workspace

Given = Mapping[str, str | None]
"""One row: column of the contract -> what was written; empty or None where missing."""

_SHOWN = 5


def record(
    workspace: Workspace,
    rows: Mapping[str, Sequence[Given]],
    actor: str,
    connection: Connection | None = None,
) -> dict[str, tuple[int, ...]]:
    """Record rows of the contract's tables, all of them or none.

    Parameters
    ----------
    rows
        By table.
    actor
        Who hands them over, as the journal names that one.
    connection
        A transaction of the caller's, where it is to hold something else too; the caller commits.

    Returns
    -------
    dict[str, tuple[int, ...]]
        Number of each row by table; equal rows of one call are one.

    Raises
    ------
    InputError
        If a row cannot be used, with table, row, column and reason; nothing was recorded.
    SurroundingsError
        If the database cannot be written; nothing was recorded.
    """
    return record_understood(workspace, understand_all(rows), actor, connection)


def understand_all(rows: Mapping[str, Sequence[Given]]) -> list[IncomingTable]:
    """Facts of the rows of some tables (see `understand_rows`), ready to be recorded."""
    return [understand_rows(table, given) for table, given in rows.items() if given]


def record_understood(
    workspace: Workspace, arrived: Sequence[IncomingTable], actor: str, connection: Connection | None = None
) -> dict[str, tuple[int, ...]]:
    """Record rows that were understood before (see `record`), so that a transaction lasts no longer than it must."""
    with workspace.intake.recording(connection) as transaction:
        # Asked once nobody else records: an erasure that was committed meanwhile holds for these rows.
        gate = Gate.of(workspace, [], transaction)
        for incoming in arrived:
            if gate.without_erased(incoming) is not incoming:
                raise InputError(
                    f"{incoming.table}: a row is of a person who was erased, or names one",
                    remedy="nothing of that person may be kept; record the others without it",
                )
        return workspace.intake.add(transaction, arrived, actor)


def understand_rows(table: str, given: Sequence[Given]) -> IncomingTable:
    """Facts of rows as somebody wrote them; shape (rows less those equal to another, columns).

    Raises
    ------
    InputError
        If one cannot be used.
    """
    if table not in TABLES:
        raise InputError(f"there is no table {table!r}", remedy=f"tables are {', '.join(TABLES)}")
    _check_columns(table, given)
    said = json.dumps([table, *map(dict, given)], ensure_ascii=False, sort_keys=True)
    found = understand(table, INTAKE, hashlib.sha256(said.encode()).hexdigest(), _as_raw(table, given), HeaderMapping())
    if found.rejects:
        reasons = [f"{table}, row {one.line}: {one.column or 'row'}: {one.reason}" for one in found.rejects]
        more = f" (and {len(reasons) - _SHOWN} more)" if len(reasons) > _SHOWN else ""
        raise InputError(
            "; ".join(reasons[:_SHOWN]) + more,
            remedy="mend these cells and hand the rows over again; none was recorded",
        )
    return found


def _check_columns(table: str, given: Sequence[Given]) -> None:
    """Columns must be of the contract: where a file's are set aside with a word, one row has nobody to read it."""
    known = TABLES[table].by_name
    for number, row in enumerate(given, 1):
        for column, value in row.items():
            if column not in known:
                raise InputError(
                    f"{table}, row {number}: {column[:40]!r} is no column of the contract",
                    remedy=f"columns are {', '.join(known)}",
                )
            if value is not None and not isinstance(value, str):
                raise InputError(
                    f"{table}, row {number}: {column} is a {type(value).__name__}",
                    remedy="write every cell as text, as a file would hold it",
                )


def _as_raw(table: str, given: Sequence[Given]) -> RawTable:
    """The rows as a file would hold them, with every column that one of them has or none may lack."""
    headers = list(dict.fromkeys([*TABLES[table].required, *(column for row in given for column in row)]))
    columns = [pa.array([row.get(name) or None for row in given], pa.string()) for name in headers]
    return RawTable(
        headers=tuple(headers),
        cells=pa.table([pa.chunked_array([column]) for column in columns], names=positions(len(headers))),
        lines=np.arange(1, len(given) + 1),
        header_text="",
        original=lambda places: ["" for _ in places],
    )
