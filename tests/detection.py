"""Small portfolios for the tests of graph and detect: rows given as dicts, read as if from files."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import pyarrow as pa

from ringfinder.detect import DetectSettings
from ringfinder.detect.analysis import Analysis, Stopwatch, analyse
from ringfinder.ingest import HeaderMapping, understand
from ringfinder.ingest.columnar import from_arrow
from ringfinder.records.portfolio import Portfolio
from ringfinder.records.rings import Ring

Row = Mapping[str, str | None]


def portfolio(**tables: Sequence[Row]) -> Portfolio:
    """A portfolio of the given rows; a column is present if any row has it."""
    read = {}
    for name, rows in tables.items():
        columns = list(dict.fromkeys(column for row in rows for column in row))
        cells = pa.table({column: pa.array([row.get(column) for row in rows], pa.string()) for column in columns})
        read[name] = understand(name, f"{name}.csv", "", from_arrow(cells, 2), HeaderMapping())
        assert not read[name].rejects, read[name].rejects
    return Portfolio(
        tables={name: incoming.rows for name, incoming in read.items()},
        present={name: incoming.present for name, incoming in read.items()},
    )


def request(number: int, **cells: str | None) -> dict[str, str | None]:
    """An ordinary request of an applicant of its own."""
    day = f"2025-{number % 12 + 1:02d}-{number * 7 % 28 + 1:02d}T10:00"
    usual = {
        "request_id": f"R{number:04d}",
        "policy_no": f"L{number:04d}",
        "applicant_id": f"C{number:04d}",
        "applied_at": day,
        "kind": "surrender",
        "cash_value": "1000",
        "requested_amount": "1000",
        "phone": f"139{number * 7919 % 10**8:08d}",
        "payout_account": f"62170000{number * 104729 % 10**9:09d}",
    }
    return {**usual, **cells}


def town(ring: Sequence[int] = range(12), people: int = 400, **shared: str) -> list[dict[str, str | None]]:
    """`people` ordinary requests; those of `ring` share values and are harmed."""
    rows = []
    for number in range(people):
        row = request(number)
        if number in ring:
            row |= shared | {
                "kind": "negotiated",
                "requested_amount": "5000",
                "applied_at": f"2025-06-{number % 28 + 1:02d}T10:00",
            }
        rows.append(row)
    return rows


def members(rings: Sequence[Ring]) -> list[set[str]]:
    """Requests of each ring."""
    return [{member.request_id for member in ring.members} for ring in rings]


def analysed(data: Portfolio, settings: DetectSettings | None = None) -> Analysis:
    """Everything up to the scores."""
    return analyse(data, settings or DetectSettings(), Stopwatch())


def places(analysis: Analysis) -> dict[str, int]:
    """Row of each request in canonical order."""
    return {key: row for row, key in enumerate(analysis.network.requests["request_id"].to_pylist())}
