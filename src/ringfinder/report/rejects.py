"""What was not loaded: every reason in one list, and the original rows to mend and load again."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from ringfinder.records.portfolio import IncomingTable, Reject
from ringfinder.report.sheets import FILE_MODE, write_sheet

REASONS = ("file", "line", "column", "value", "reason")


def write_reasons(path: Path, rejects: Sequence[Reject]) -> None:
    """Write `rejects.csv`: a line for every reason, values of personal columns masked."""
    write_sheet(path, REASONS, ((one.file, one.line, one.column, one.value, one.reason) for one in rejects))


def write_originals(folder: Path, incoming: IncomingTable) -> Path | None:
    """Append the rejected rows of a file to `<table>.csv`, verbatim under their own header.

    Files of one table with different headers get files of their own, so that each loads as it is
    once it is mended. Returns the file, or None where nothing was rejected.
    """
    if not incoming.rejected_rows:
        return None
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    path = folder / f"{incoming.table}.csv"
    number = 1
    while path.exists() and _header(path) != incoming.header:
        number += 1
        path = folder / f"{incoming.table}-{number}.csv"
    fresh = not path.exists()
    with path.open("a", encoding="utf-8-sig" if fresh else "utf-8", newline="") as file:
        path.chmod(FILE_MODE)
        if fresh:
            file.write(incoming.header + "\r\n")
        for row in incoming.rejected_rows.values():
            file.write(row + "\r\n")
    return path


def _header(path: Path) -> str:
    with path.open(encoding="utf-8-sig", newline="") as file:
        return file.readline().rstrip("\r\n")
