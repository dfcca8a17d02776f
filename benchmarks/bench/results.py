"""Keep the figures of every suite in `benchmarks/results/*.csv` and show them in RESULTS.md."""

from __future__ import annotations

import csv
import datetime as dt
import importlib.metadata
import os
import platform
import shutil
import statistics
import subprocess
from collections.abc import Iterable, Sequence
from pathlib import Path

from bench import HERE, RESULTS, measure, quality, speed
from bench.quality import Row

LIBRARIES = ("duckdb", "igraph", "numpy", "pandas", "pyarrow", "scipy")
SETUP_COLUMNS = ("suite", "day", "commit", "cores", "memory_gib", "python", "libraries")
FILES = {
    "own": "quality.csv",
    "foreign": "foreign.csv",
    "speed": "speed.csv",
    "setup": "setup.csv",
    "stability": "stability.csv",
}
HEADS = (
    *("family", "requests", "counts as", "B3 F1", "AP", "AP all", "reach"),
    *("recall 3-5 / 6-19 / 20+", "false rings"),
)
_BAND_COLUMNS = tuple(f"recall_{band}" for band in quality.BANDS)


def keep(suite: str, rows: Sequence[Row], races: Sequence[Row]) -> None:
    """Replace the figures of `suite` in the CSV files and write RESULTS.md anew."""
    RESULTS.mkdir(exist_ok=True)
    own = [row for row in rows if row["source"] == "own"]
    foreign = [row for row in rows if row["source"] != "own"]
    _replace("own", suite, own, quality.COLUMNS)
    _replace("foreign", suite, foreign, quality.COLUMNS)
    _replace("speed", suite, races, speed.COLUMNS)
    _replace("setup", suite, [setup(suite)], SETUP_COLUMNS)
    write_document()


def write_document() -> None:
    """Write RESULTS.md anew from the CSV files."""
    (RESULTS / "RESULTS.md").write_text("\n".join(_document()) + "\n", encoding="utf-8")


def _replace(name: str, suite: str, rows: Sequence[Row], columns: Sequence[str]) -> None:
    """Write the rows of `suite` over its earlier ones; those of other suites stay."""
    path = RESULTS / FILES[name]
    others = [row for row in _read(path) if row["suite"] != suite]
    if not rows and not others:
        return
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, columns, restval="", extrasaction="ignore", lineterminator="\n")
        writer.writeheader()
        writer.writerows(sorted([*others, *rows], key=lambda row: str(row["suite"])))


def _read(path: Path) -> list[dict[str, str]]:
    if not path.is_file():
        return []
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def setup(suite: str) -> Row:
    """What the figures were measured on: no names of hosts or folders."""
    git = shutil.which("git")
    asked = [git or "", "rev-parse", "--short", "HEAD"]
    told = subprocess.run(asked, cwd=HERE, capture_output=True, text=True, check=False) if git else None
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    return {
        "suite": suite,
        "day": dt.datetime.now(tz=dt.UTC).date().isoformat(),
        "commit": told.stdout.strip() if told else "",
        "cores": os.cpu_count(),
        "memory_gib": round(memory),
        "python": platform.python_version(),
        "libraries": " ".join(f"{name} {importlib.metadata.version(name)}" for name in LIBRARIES),
    }


def _document() -> Iterable[str]:
    yield "# Results"
    yield ""
    yield "Written by the scripts in `benchmarks/`; what each figure means: `docs/evaluation.md`."
    yield ""
    yield from _table(SETUP_COLUMNS, [[row[c] for c in SETUP_COLUMNS] for row in _read(RESULTS / FILES["setup"])])
    for title, name in (("Own families", "own"), ("Foreign simulators", "foreign")):
        rows = _read(RESULTS / FILES[name])
        if rows:
            yield from ("", f"## {title}")
            yield from _quality(rows)
    races = _read(RESULTS / FILES["speed"])
    if races:
        yield from ("", "## Speed", "", "Seconds of one process tree; ratios to the afternoon's script.", "")
        shown = [c for c in speed.COLUMNS if c != "family"]
        yield from _table(shown, [[row[c] for c in shown] for row in races])
    steady = _read(RESULTS / FILES["stability"])
    if steady:
        yield from ("", "## Stability", "", "Flagged rings of one portfolio against those of the same one changed.", "")
        yield from _table(list(steady[0]), [list(map(_short, row.values())) for row in steady])


def _short(text: str) -> str:
    """A share with three places; anything else as it is."""
    return f"{float(text):.3f}" if "." in text else text


def _quality(rows: list[dict[str, str]]) -> Iterable[str]:
    """Return a table for each suite and set of seeds, means over the seeds."""
    for suite, seeds in sorted({(row["suite"], row["seeds"]) for row in rows}):
        chosen = [row for row in rows if (row["suite"], row["seeds"]) == (suite, seeds)]
        numbers = ", ".join(sorted({row["seed"] for row in chosen}, key=int))
        yield from ("", f"### {suite}, {seeds} seeds ({numbers})", "")
        others = [m for m in dict.fromkeys(row["method"] for row in chosen) if m != measure.OWN]
        heads = [*HEADS, *(f"{method} F1 (false)" for method in others), "F1 to best other"]
        groups: dict[tuple[str, str, str], list[dict[str, str]]] = {}
        for row in chosen:
            groups.setdefault((row["source"], row["family"], row["requests"]), []).append(row)
        yield from _table(heads, [_line(key, group, others) for key, group in groups.items()])


def _line(key: tuple[str, str, str], group: list[dict[str, str]], others: list[str]) -> list[str]:
    source, family, requests = key
    own = [row for row in group if row["method"] == measure.OWN]
    kinds = " / ".join(dict.fromkeys(row["counts_as"] for row in own))
    by_method = {method: [row for row in group if row["method"] == method] for method in others}
    best = max((_mean(rows, "b3_f1") or 0.0 for rows in by_method.values()), default=0.0)
    f1 = _mean(own, "b3_f1")
    return [
        family if source == "own" else f"{source} {family}",
        requests,
        kinds,
        *(_show(_mean(own, name)) for name in ("b3_f1", "average_precision", "average_precision_all", "reach")),
        " / ".join(_show(_mean(own, band), 2) for band in _BAND_COLUMNS),
        _show(_mean(own, "false_rings"), 1),
        *(_other(rows) for rows in by_method.values()),
        _show(f1 / best if f1 is not None and best else None, 2),
    ]


def _other(rows: list[dict[str, str]]) -> str:
    stopped = next((row["seconds"] for row in rows if row["outcome"] == "stopped"), "")
    return stopped or f"{_show(_mean(rows, 'b3_f1'))} ({_show(_mean(rows, 'false_rings'), 0)})"


def _mean(rows: list[dict[str, str]], column: str) -> float | None:
    values = [float(row[column]) for row in rows if row[column]]
    return statistics.fmean(values) if values else None


def _show(value: float | None, places: int = 3) -> str:
    return "-" if value is None else f"{value:.{places}f}"


def _table(heads: Sequence[str], rows: Sequence[Sequence[str]]) -> Iterable[str]:
    yield "| " + " | ".join(heads) + " |"
    yield "| " + " | ".join("---" for _ in heads) + " |"
    for row in rows:
        yield "| " + " | ".join(row) + " |"
