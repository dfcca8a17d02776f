"""What the tests of stability share: simulated portfolios, ways of handing them over, partitions compared."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from ringfinder.pipeline.frames import load
from ringfinder.records.portfolio import Portfolio, normal_form
from ringfinder.records.rings import Detection
from ringfinder.records.tables import TABLES
from ringfinder.simulate import simulate

REQUESTS = 3_000
IDS = {
    "requests": ("request_id",),
    "persons": ("person_id", "applicant_id", "insured_id", "related_person_id"),
    "policies": ("policy_no", "replaces_policy_no"),
    "agents": ("agent_no", "manager_no"),
    "complaints": ("complaint_id",),
}
"""Columns that name one kind of thing, in whatever table."""


def simulated(scenario: str, folder: Path) -> Portfolio:
    """A portfolio of one family."""
    simulate(scenario, REQUESTS, 1, folder)
    return load(folder).portfolio


def shuffled(portfolio: Portfolio, seed: int) -> Portfolio:
    """The same facts with the rows of every table in another order."""
    chance = np.random.default_rng(seed)
    names = list(portfolio.tables)
    chance.shuffle(names)
    tables = {name: portfolio.tables[name] for name in names}
    return replace(
        portfolio,
        tables={name: rows.take(pa.array(chance.permutation(rows.num_rows))) for name, rows in tables.items()},
    )


def renamed(portfolio: Portfolio, seed: int) -> tuple[Portfolio, dict[str, str]]:
    """The same facts under random ids, and the old id of each new request."""
    chance = np.random.default_rng(seed)
    tables, back = dict(portfolio.tables), {}
    for kind, columns in IDS.items():
        places = [(name, one) for name, rows in tables.items() for one in columns if one in TABLES[name].by_name]
        cells = pa.chunked_array([chunk for name, one in places for chunk in tables[name][one].chunks], pa.string())
        old = cells.unique().drop_null().to_pylist()
        new = [f"X{number:08d}" for number in chance.choice(10**8, len(old), replace=False).tolist()]
        if kind == "requests":
            back = dict(zip(new, old, strict=True))
        for name, one in places:
            rows = tables[name]
            known = pc.index_in(rows[one].combine_chunks(), value_set=pa.array(old), skip_nulls=True)
            tables[name] = rows.set_column(rows.column_names.index(one), one, pa.array(new).take(known))
            assert normal_form(one) not in rows.column_names
    return replace(portfolio, tables=tables), back


def told(detection: Detection, names: dict[str, str] | None = None) -> list[tuple[float, float, str, tuple[str, ...]]]:
    """Score and q to the last bit, tier and members of every ring, in order."""
    return [
        (
            ring.score,
            -1.0 if ring.q_value is None else ring.q_value,
            ring.tier.value,
            tuple(sorted((names or {}).get(one.request_id, one.request_id) for one in ring.members)),
        )
        for ring in detection.rings
    ]


def best_jaccard(before: Detection, after: Detection) -> float:
    """Mean over the rings before of the best Jaccard, by requests, with a ring after."""
    rings = [{one.request_id for one in ring.members} for ring in after.rings]
    best = []
    for ring in before.rings:
        mine = {one.request_id for one in ring.members}
        best.append(max((len(mine & other) / len(mine | other) for other in rings), default=0.0))
    return float(np.mean(best))


def write_split(portfolio_folder: Path, out: Path, seed: int) -> None:
    """The tables of a folder with their rows shuffled and the requests in two files."""
    out.mkdir()
    chance = np.random.default_rng(seed)
    for path in sorted(portfolio_folder.glob("*.csv")):
        header, *lines = path.read_text(encoding="utf-8").splitlines()
        chance.shuffle(lines)
        parts = [lines]
        if path.stem == "surrender_requests":
            parts = [lines[: len(lines) // 3], lines[len(lines) // 3 :]]
        for number, part in enumerate(parts):
            name = path.name if number == 0 else f"{path.stem}_{number}.csv"
            (out / name).write_text("\n".join([header, *part]) + "\n", encoding="utf-8")
