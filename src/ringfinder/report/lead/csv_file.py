"""`evidence.csv`: the rows behind a report, one line each; no cell runs as a formula."""

from __future__ import annotations

import csv
import io

from ringfinder.report.lead.content import LeadReport
from ringfinder.report.lead.speech import printable
from ringfinder.report.sheets import safe

COLUMNS = ("row", "table", "key", "file", "line", "batch", "sha256", "terms", "cells")
_MARK = "\N{ZERO WIDTH NO-BREAK SPACE}"  # by which spreadsheets know UTF-8


def as_csv(report: LeadReport) -> bytes:
    """Every row of the evidence: where it stands, its hash, the terms that rest on it, its cells."""
    terms: dict[int, list[str]] = {}
    for term in report.evidence:
        for row in term.rows:
            terms.setdefault(row, []).append(str(term.number))
    text = io.StringIO(newline="")
    writer = csv.writer(text)
    writer.writerow(COLUMNS)
    for one in report.rows:
        cells = "; ".join(f"{name}={cell}" for name, cell in one.cells)
        behind = " ".join(terms.get(one.number, ()))
        line = (one.number, one.table, one.key, one.file, one.line, one.batch, one.sha256, behind, cells)
        writer.writerow([safe(printable(str(cell)) if cell is not None else "") for cell in line])
    return (_MARK + text.getvalue()).encode()
