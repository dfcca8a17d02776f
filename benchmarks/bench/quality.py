"""Judge methods on portfolios: run, evaluate, gate, and one row of figures for each."""

from __future__ import annotations

import statistics
import tempfile
from collections.abc import Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bench import measure, portfolios
from bench.reference import Level
from ringfinder.evaluate import Evaluation, evaluate_folder

GATE = "components"
"""The baseline that decides whether a family is a test at all."""

PLAIN_LIMIT, HARD_LIMIT = 0.65, 0.45
METRICS = (
    "true_rings",
    "flagged",
    "listed",
    "request_precision",
    "request_recall",
    "reach",
    "b3_precision",
    "b3_recall",
    "b3_f1",
    "average_precision",
    "average_precision_all",
    "matches",
    "over_merge",
    "fragmentation",
    "false_rings",
    "false_rings_per_10000",
    "role_accuracy",
)
BANDS = ("3-5", "6-19", "20+")
COLUMNS = (
    *("suite", "source", "family", "requests", "seeds", "seed", "counts_as", "method", "outcome"),
    *METRICS,
    *(f"recall_{band}" for band in BANDS),
    *("seconds", "peak_mib"),
)
Row = dict[str, Any]


@dataclass(frozen=True)
class Task:
    """What a suite measures: portfolios, methods, and how many processes at once."""

    suite: str
    portfolios: Sequence[portfolios.Portfolio]
    methods: Sequence[str]
    foreign: Path | None = None
    jobs: int = 2


def judge(task: Task) -> list[Row]:
    """Run every method on every portfolio; rows in the order of the portfolios and methods."""
    with ThreadPoolExecutor(task.jobs) as pool:
        rows = pool.map(lambda portfolio: _judge_one(task, portfolio), task.portfolios)
        return [row for portfolio_rows in rows for row in portfolio_rows]


def _judge_one(task: Task, portfolio: portfolios.Portfolio) -> list[Row]:
    tables = portfolios.prepare(portfolio, task.foreign)
    rows = []
    for method in task.methods:
        with tempfile.TemporaryDirectory(prefix="bench-") as scratch:
            out = Path(scratch, "out")
            run = measure.measure(measure.command(method, tables.folder, out), Path(scratch))
            result = evaluate_folder(out, tables.labels) if run.outcome == "ok" else None
        rows.append(_row(task.suite, portfolio, method, run, result))
        if run.outcome == "failed":
            print(f"{portfolio.name}, {method} failed: {run.told}", flush=True)
    gate = next((row for row in rows if row["method"] == GATE), None)
    for row in rows:
        row["counts_as"] = counts_as(portfolio, gate)
    f1, false = rows[0]["b3_f1"], rows[0]["false_rings"]
    print(
        f"{portfolio.name}: {rows[0]['method']} F1 {f1}, {false} false rings, {rows[0]['counts_as']}",
        flush=True,
    )
    return rows


def counts_as(portfolio: portfolios.Portfolio, gate: Row | None) -> str:
    """`honest` without a true ring, `test`, or `not a test` where plain components do well already."""
    if gate is None or gate["outcome"] != "ok":
        return "unknown"
    if not gate["true_rings"]:
        return "honest"
    return "test" if gate["b3_f1"] <= (HARD_LIMIT if portfolio.hard else PLAIN_LIMIT) else "not a test"


def _row(
    suite: str,
    portfolio: portfolios.Portfolio,
    method: str,
    run: measure.Measured,
    result: Evaluation | None,
) -> Row:
    row: Row = dict.fromkeys(COLUMNS, "")
    row.update(
        suite=suite,
        source=portfolio.source,
        family=portfolio.family,
        requests=portfolio.requests,
        seeds=portfolio.seeds,
        seed=portfolio.seed,
        method=method,
        outcome=run.outcome,
        seconds=run.shown,
        peak_mib=round(run.peak_mib),
    )
    if result is not None:
        row.update({name: _figure(getattr(result, name)) for name in METRICS})
        row.update({f"recall_{band}": _figure(result.recall_by_size[band]) for band in BANDS})
    return row


def _figure(value: float | None) -> float | str:
    """Return a figure as it stands in the CSV files: four places, nothing where there is none."""
    return "" if value is None else round(value, 4)


def levels(rows: Iterable[Row]) -> list[Level]:
    """Mean figures of our own detector by family and set of seeds; a failed run counts as F1 0."""
    groups: dict[tuple[str, str, int, str], list[Row]] = {}
    for row in rows:
        if row["method"] == measure.OWN:
            key = (row["source"], row["family"], int(row["requests"]), row["seeds"])
            groups.setdefault(key, []).append(row)
    return [
        Level(
            *key,
            b3_f1=statistics.fmean(float(row["b3_f1"] or 0) for row in group),
            false_rings=statistics.fmean(float(row["false_rings"] or 0) for row in group),
        )
        for key, group in groups.items()
    ]
