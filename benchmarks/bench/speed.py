"""Seconds and peak memory by size, our own detector and the others taking turns."""

from __future__ import annotations

import statistics
import tempfile
from collections.abc import Sequence
from pathlib import Path

from bench import measure
from bench.portfolios import Portfolio, Tables
from bench.quality import Row

RATIO_LIMIT = 3.0
"""`ringfinder run` may take so many times as long as the afternoon's script."""

COLUMNS = (
    *("suite", "family", "requests", "method", "outcome", "runs"),
    *("seconds_min", "seconds_median", "peak_mib", "ratio_min", "ratio_median"),
)


def race(suite: str, portfolio: Portfolio, tables: Tables, methods: Sequence[str], repetitions: int) -> list[Row]:
    """Time every method `repetitions` times, taking turns, so that a noisy minute strikes all alike.

    Ratios are to the afternoon's script of the same race; a method that was stopped is not repeated.
    """
    runs: dict[str, list[measure.Measured]] = {method: [] for method in methods}
    for _ in range(repetitions):
        for method in methods:
            if any(run.outcome == "stopped" for run in runs[method]):
                continue
            with tempfile.TemporaryDirectory(prefix="bench-") as scratch:
                run = measure.measure(measure.command(method, tables.folder, Path(scratch, "out")), Path(scratch))
            runs[method].append(run)
            print(
                f"{portfolio.name}, {method}: {run.shown} s, {run.peak_mib:.0f} MiB, {run.outcome}",
                flush=True,
            )
            if run.outcome == "failed":
                print(run.told, flush=True)
    yard = runs.get(measure.AFTERNOON, [])
    return [_row(suite, portfolio, method, own, yard) for method, own in runs.items()]


def _row(
    suite: str,
    portfolio: Portfolio,
    method: str,
    runs: Sequence[measure.Measured],
    yard: Sequence[measure.Measured],
) -> Row:
    outcome = next((run.outcome for run in runs if run.outcome != "ok"), "ok")
    row: Row = dict.fromkeys(COLUMNS, "")
    row.update(suite=suite, family=portfolio.family, requests=portfolio.requests, method=method)
    row.update(outcome=outcome, runs=len(runs), peak_mib=round(max(run.peak_mib for run in runs)))
    if outcome == "stopped":
        row.update(seconds_min=runs[-1].shown, seconds_median=runs[-1].shown)
    if outcome != "ok":
        return row
    least, middle = _least_and_middle(runs)
    row.update(seconds_min=round(least, 2), seconds_median=round(middle, 2))
    if yard and all(run.outcome == "ok" for run in yard):
        yard_least, yard_middle = _least_and_middle(yard)
        row.update(ratio_min=round(least / yard_least, 2), ratio_median=round(middle / yard_middle, 2))
    return row


def _least_and_middle(runs: Sequence[measure.Measured]) -> tuple[float, float]:
    seconds = [run.seconds for run in runs]
    return min(seconds), statistics.median(seconds)


def too_slow(rows: Sequence[Row], requests: int = 100_000) -> list[str]:
    """Say where our own detector takes more than its share of the afternoon's time at `requests`.

    By the quickest run of each: whatever else runs on the machine only ever adds time.
    """
    own = [row for row in rows if row["method"] == measure.OWN and row["requests"] == requests]
    told = [f"run at {requests} requests: {row['outcome']}" for row in own if row["outcome"] != "ok"]
    return told + [
        f"run at {requests} requests: {row['ratio_min']} times the afternoon's script, limit {RATIO_LIMIT}"
        for row in own
        if row["ratio_min"] and row["ratio_min"] > RATIO_LIMIT
    ]
