"""Whether a run tells the same rings again: other row order, hash seed, ids, and 1 % more requests.

python benchmarks/stability.py [--family mixed] [--requests 5000]

Exit code 1 where what must be identical is not: rows shuffled, and another hash seed. Other ids and more
rows are shown only.
"""

from __future__ import annotations

import argparse
import csv
import os
import random
import subprocess
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

from bench import RESULTS, results
from bench.portfolios import OWN, Portfolio, prepare
from ringfinder.evaluate import Found, FoundRing, Stability, read_found, stability

Rows = list[list[str]]
_IDS = ("request_id", "policy_no", "applicant_id", "person_id", "insured_id", "related_person_id")


def main() -> int:
    """Run the portfolio in each form; return the exit code."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--family", default="mixed")
    parser.add_argument("--requests", type=int, default=5000)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    tables = prepare(Portfolio(OWN, options.family, options.requests, options.seed, "develop"))
    chance = random.Random(options.seed)
    with tempfile.TemporaryDirectory(prefix="bench-") as scratch:
        work = Path(scratch)
        base = _run(tables.folder, work / "base")
        less = _run(
            _changed(tables.folder, work / "less-in", lambda name, rows: _without(name, rows, chance)), work / "less"
        )
        told = {
            "rows shuffled": stability(
                base, _run(_changed(tables.folder, work / "in", _shuffler(chance)), work / "out")
            ),
            "hash seed": stability(base, _run(tables.folder, work / "seed", PYTHONHASHSEED="77")),
            "ids renamed": stability(
                base, _renamed(_run(_changed(tables.folder, work / "ids-in", _rename), work / "ids"))
            ),
            "1 % more requests": stability(less, base),
        }
    _keep(options.family, options.requests, told)
    for what, result in told.items():
        print(f"{what:18} {result}")
    return int(not (told["rows shuffled"].identical and told["hash seed"].identical))


def _run(folder: Path, out: Path, **environment: str) -> Found:
    command = [sys.executable, "-m", "ringfinder", "run", str(folder), "--out", str(out)]
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL, env={**os.environ, **environment})
    return read_found(out)


def _changed(folder: Path, out: Path, change: Callable[[str, Rows], Rows]) -> Path:
    """Every table with its rows changed; the header stays."""
    out.mkdir()
    for path in sorted(folder.glob("*.csv")):
        with path.open(encoding="utf-8", newline="") as file:
            header, *rows = csv.reader(file)
        with (out / path.name).open("w", encoding="utf-8", newline="") as file:
            csv.writer(file).writerows([header, *change(path.stem, [header, *rows])[1:]])
    return out


def _shuffler(chance: random.Random) -> Callable[[str, Rows], Rows]:
    def shuffle(_: str, rows: Rows) -> Rows:
        return [rows[0], *chance.sample(rows[1:], len(rows) - 1)]

    return shuffle


def _without(name: str, rows: Rows, chance: random.Random) -> Rows:
    """One request in a hundred is not there yet."""
    return rows if name != "surrender_requests" else [rows[0], *(row for row in rows[1:] if chance.random() >= 0.01)]


def _rename(_: str, rows: Rows) -> Rows:
    """Identifiers written backwards: others, in another order, and easily undone."""
    places = [place for place, name in enumerate(rows[0]) if name in _IDS]
    return [rows[0], *([cell[::-1] if place in places else cell for place, cell in enumerate(row)] for row in rows[1:])]


def _renamed(found: Found) -> Found:
    """Rings with the identifiers that they had."""
    return Found(
        tuple(
            FoundRing(r.ring_id, r.score, r.flagged, r.q_value, {q[::-1]: v for q, v in r.roles.items()})
            for r in found.rings
        )
    )


def _keep(family: str, requests: int, told: dict[str, Stability]) -> None:
    RESULTS.mkdir(exist_ok=True)
    with (RESULTS / results.FILES["stability"]).open("w", encoding="utf-8", newline="") as file:
        figures = [
            {"family": family, "requests": requests, "change": what, **one.to_dict()} for what, one in told.items()
        ]
        writer = csv.DictWriter(file, list(figures[0]), lineterminator="\n")
        writer.writeheader()
        writer.writerows(figures)
    results.write_document()


if __name__ == "__main__":
    sys.exit(main())
