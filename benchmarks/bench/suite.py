"""What every suite does at its end: keep the figures, compare them with the reference, say what fell."""

from __future__ import annotations

from collections.abc import Sequence

from bench import REFERENCE, reference, results, speed
from bench.quality import Row, levels


def conclude(
    suite: str, rows: Sequence[Row], races: Sequence[Row], *, freeze: bool, also: Sequence[str] = (), keep: bool = True
) -> int:
    """Write results; return 1 when a family fell, a run failed, speed broke its limit or `also` says so, else 0."""
    if keep:
        results.keep(suite, rows, races)
    failures = [
        f"{row['source']} {row['family']} seed {row['seed']}, {row['method']}: the run failed"
        for row in rows
        if row["outcome"] == "failed"
    ]
    if failures and freeze:
        print("a run failed: nothing is frozen")
        freeze = False
    failures += [*speed.too_slow(races), *also]
    for name in ("own", "foreign"):
        path = REFERENCE / results.FILES[name]
        measured = [level for level in levels(rows) if (level.source == "own") == (name == "own")]
        if freeze and measured:
            reference.freeze(path, measured)
            print(f"frozen: {path.name} ({len(measured)} levels); commit it alone, with the reason")
        frozen = reference.read(path)
        failures += reference.falls(measured, frozen)
        for note in reference.notes(measured, frozen):
            print(f"note: {note}")
    for failure in failures:
        print(f"FALLEN: {failure}")
    where = "; figures in benchmarks/results/RESULTS.md" if keep else ""
    print(f"{suite}: {'failed' if failures else 'passed'}{where}")
    return 1 if failures else 0
