"""Who holds which shared value: the incidence that all baselines start from.

Read from the tables as they are handed over (CSV with English or Chinese headers), brought to the
same normal forms as everywhere, one unit for each `applicant_id`. Values of complaints belong to the
applicant whose request names the complaint, else to the applicant of the complaint. What stands in
`persons` as an applicant's own does not link that applicant: without this rule families make nine of
ten groups, and the baselines would be too weak to measure anything by.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv as pa_csv
from numpy.typing import NDArray

from ringfinder.errors import InputError
from ringfinder.normalize import normalize_array
from ringfinder.records.kinds import ColumnKind
from ringfinder.records.tables import TABLES

Ints = NDArray[np.int64]

DEGREE_CAP = 50
"""Values with more holders are dropped before any method sees them."""

REQUESTS = "surrender_requests"
COMPLAINTS = "complaints"
PERSONS = "persons"
REQUEST_COLUMNS: tuple[tuple[str, ColumnKind], ...] = (
    ("phone", ColumnKind.PHONE),
    ("address", ColumnKind.ADDRESS),
    ("email", ColumnKind.EMAIL),
    ("payout_account", ColumnKind.BANK_ACCOUNT),
    ("delegate_id_no", ColumnKind.ID_NO),
    ("delegate_phone", ColumnKind.PHONE),
    ("device_id", ColumnKind.DEVICE),
)
COMPLAINT_COLUMNS: tuple[tuple[str, ColumnKind], ...] = (
    ("phone", ColumnKind.PHONE),
    ("sender_phone", ColumnKind.PHONE),
    ("sender_address", ColumnKind.ADDRESS),
)
FILED_COLUMNS: tuple[tuple[str, ColumnKind], ...] = (
    ("phone", ColumnKind.PHONE),
    ("address", ColumnKind.ADDRESS),
    ("email", ColumnKind.EMAIL),
    ("bank_account", ColumnKind.BANK_ACCOUNT),
    ("id_no", ColumnKind.ID_NO),
)

Parts = dict[ColumnKind, list[tuple[Ints, pa.ChunkedArray]]]
"""Per kind, columns of raw text with the unit of every row (-1 for none)."""


@dataclass(frozen=True)
class Holders:
    """Applicants and the shared values they hold.

    Parameters
    ----------
    requests
        Shape (Q,): ids of the requests.
    applicant_of
        Shape (Q,): which unit made each request.
    units
        Number of units; they are numbered by sorted `applicant_id`.
    unit, value
        Shape (E,): each pair of a unit and a value that it holds, once, sorted by value; values held
        by one unit alone are left out, and the rest are numbered without gaps.
    values
        Number of values.
    """

    requests: NDArray[np.object_]
    applicant_of: Ints
    applicants: NDArray[np.object_]
    unit: Ints
    value: Ints

    @property
    def units(self) -> int:
        """Number of applicants."""
        return int(self.applicants.size)

    @property
    def values(self) -> int:
        """Number of shared values."""
        return int(self.value[-1]) + 1 if self.value.size else 0

    def capped(self, most: int) -> Holders:
        """Leave out values with more than `most` holders."""
        counts = np.bincount(self.value, minlength=self.values)
        return _numbered(self, self.unit, self.value, counts <= most)


def read_holders(folder: Path) -> Holders:
    """Read the requests, complaints and persons of a folder of CSV files.

    Raises
    ------
    InputError
        If there are no surrender requests, or the table lacks its keys.
    """
    tables = {name: _read(folder, name) for name in (REQUESTS, COMPLAINTS, PERSONS)}
    if tables[REQUESTS] is None:
        raise InputError(f"{folder} holds no {REQUESTS}.csv", remedy="baselines read plain CSV folders")
    return holders({name: table for name, table in tables.items() if table is not None})


def holders(tables: Mapping[str, pa.Table]) -> Holders:
    """Incidence of applicants and shared values from tables of raw text."""
    requests = tables[REQUESTS]
    names = pc.unique(requests["applicant_id"]).sort()
    applicant_of = _codes(requests["applicant_id"], names)
    stated: Parts = {}
    filed: Parts = {}
    _collect(stated, requests, REQUEST_COLUMNS, applicant_of)
    if COMPLAINTS in tables:
        complainant = _complainants(tables[COMPLAINTS], requests, applicant_of, names)
        _collect(stated, tables[COMPLAINTS], COMPLAINT_COLUMNS, complainant)
    if PERSONS in tables:
        _collect(filed, tables[PERSONS], FILED_COLUMNS, _codes(tables[PERSONS]["person_id"], names))
    units, values = _incidence(stated, filed)
    bare = Holders(_objects(requests["request_id"]), applicant_of, _objects(names), units, values)
    return _numbered(bare, units, values, np.bincount(values, minlength=bare.values) > 1)


def _collect(parts: Parts, table: pa.Table, columns: tuple[tuple[str, ColumnKind], ...], unit: Ints) -> None:
    for column, kind in columns:
        if column in table.column_names:
            parts.setdefault(kind, []).append((unit, table[column]))


def _incidence(stated: Parts, filed: Parts) -> tuple[Ints, Ints]:
    """Distinct pairs (unit, value) over all kinds, sorted by value, without a unit's own filed values."""
    pairs = [np.empty((0, 2), np.int64)]
    offset = 0
    for kind in sorted(stated):
        own = filed.get(kind, [])
        columns = stated[kind] + own
        raw = pa.chunked_array([chunk for _, column in columns for chunk in column.chunks], pa.string())
        forms = pa.chunked_array([normalize_array(kind, raw).forms]).combine_chunks().dictionary_encode()
        codes = forms.indices.fill_null(-1).to_numpy(zero_copy_only=False).astype(np.int64)
        unit = np.concatenate([owner for owner, _ in columns])
        known = (codes >= 0) & (unit >= 0)
        width = max(1, len(forms.dictionary))
        is_own = np.arange(codes.size) >= codes.size - sum(len(column) for _, column in own)
        keys = np.setdiff1d((unit * width + codes)[known & ~is_own], (unit * width + codes)[known & is_own])
        pairs.append(np.stack([keys // width, keys % width + offset], axis=1))
        offset += width
    found = np.concatenate(pairs)
    found = found[np.lexsort((found[:, 0], found[:, 1]))]
    return found[:, 0], found[:, 1]


def _complainants(complaints: pa.Table, requests: pa.Table, applicant_of: Ints, names: pa.Array) -> Ints:
    """Unit behind each complaint: of the request that names it, else its own applicant, else -1."""
    own = np.full(len(complaints), -1, np.int64)
    if "applicant_id" in complaints.column_names:
        own = _codes(complaints["applicant_id"], names)
    if "complaint_id" not in requests.column_names or "complaint_id" not in complaints.column_names:
        return own
    ids = pc.unique(complaints["complaint_id"])
    named = _codes(requests["complaint_id"], ids)
    request_unit = np.full(len(ids), -1, np.int64)
    request_unit[named[named >= 0]] = applicant_of[named >= 0]
    through_request = request_unit[_codes(complaints["complaint_id"], ids)]
    return np.where(through_request >= 0, through_request, own)


def _codes(column: pa.ChunkedArray, names: pa.Array) -> Ints:
    """Place of every cell in `names`, -1 where it is not among them."""
    found = pc.index_in(column, value_set=names)
    codes: Ints = found.fill_null(-1).to_numpy().astype(np.int64)
    return codes


def _objects(column: pa.Array | pa.ChunkedArray) -> NDArray[np.object_]:
    return np.array(column.to_pylist(), dtype=np.object_)


def _numbered(whole: Holders, unit: Ints, value: Ints, keep: NDArray[np.bool_]) -> Holders:
    """Keep the values marked in `keep`, numbered without gaps."""
    pairs = keep[value] if value.size else np.zeros(0, np.bool_)
    places = np.cumsum(keep) - 1
    return Holders(whole.requests, whole.applicant_of, whole.applicants, unit[pairs], places[value[pairs]])


def _read(folder: Path, table: str) -> pa.Table | None:
    """Read a table's CSV as text under the English headers; None where there is none."""
    declared = TABLES[table]
    path = next((p for name in (table, *declared.zh) if (p := folder / f"{name}.csv").is_file()), None)
    if path is None:
        return None
    english = {zh: column.name for column in declared.columns for zh in column.zh}
    for encoding in ("utf8", "gb18030"):
        try:
            with pa_csv.open_csv(path, read_options=pa_csv.ReadOptions(encoding=encoding)) as reader:
                header = reader.schema.names
            return _read_text(path, encoding, header).rename_columns([english.get(n, n) for n in header])
        except (pa.ArrowInvalid, UnicodeDecodeError) as error:
            last = error
    raise InputError(f"{path} cannot be read as CSV", remedy="baselines read plain CSV folders") from last


def _read_text(path: Path, encoding: str, header: list[str]) -> pa.Table:
    """Read every cell as text; an empty cell is missing."""
    return pa_csv.read_csv(
        path,
        read_options=pa_csv.ReadOptions(encoding=encoding),
        parse_options=pa_csv.ParseOptions(newlines_in_values=True),
        convert_options=pa_csv.ConvertOptions(
            column_types=dict.fromkeys(header, pa.string()), strings_can_be_null=True, null_values=[""]
        ),
    )
