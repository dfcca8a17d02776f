"""Screening against the batch, and its speed in this process.

python benchmarks/screening.py [--requests 100000] [--family mixed] [--held-back 1000] [--seed 1]

Half of the requests held back are members of rings. Writes benchmarks/results/screening.csv.
"""

from __future__ import annotations

import argparse
import csv
import shutil
from collections import Counter
from pathlib import Path

import numpy as np

from bench import RESULTS
from ringfinder.detect import detect
from ringfinder.pipeline.held_back import Ending, held_back
from ringfinder.pipeline.load import load_folder
from ringfinder.settings import Settings
from ringfinder.simulate import simulate
from ringfinder.store import Workspace

WORK = Path(__file__).parent / "work" / "screening"


def main() -> None:
    """Measure and write."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--requests", type=int, default=100_000)
    parser.add_argument("--family", default="mixed")
    parser.add_argument("--held-back", type=int, default=1_000)
    parser.add_argument("--seed", type=int, default=1)
    asked = parser.parse_args()
    shutil.rmtree(WORK, ignore_errors=True)
    WORK.mkdir(parents=True)
    simulate(asked.family, asked.requests, asked.seed, WORK / "tables")
    with Workspace.open(Settings(WORK / "w")) as workspace:
        load_folder(workspace, WORK / "tables")
        portfolio = workspace.portfolio()
    chance = np.random.default_rng(asked.seed)
    members = sorted(member.request_id for ring in detect(portfolio).rings for member in ring.members)
    others = sorted(set(portfolio.table("surrender_requests")["request_id"].to_pylist()) - set(members))
    half = asked.held_back // 2
    wanted = {*chance.choice(members, half, replace=False), *chance.choice(others, half, replace=False)}
    _write(held_back(portfolio, wanted, WORK / "index"), asked)


def _write(endings: list[Ending], asked: argparse.Namespace) -> None:
    taken = np.percentile([one.seconds * 1000 for one in endings], [50, 90, 99])
    counted = Counter(
        "same" if one.same else f"{one.way}: {_sort(one.said)} by screening, {_sort(one.truth)} by the batch"
        for one in endings
    )
    rows = [
        ("requests", asked.requests),
        ("family", asked.family),
        ("held back", len(endings)),
        ("share that ends alike", round(counted["same"] / len(endings), 4)),
        *((f"ends: {name}", count) for name, count in counted.most_common()),
        *(
            (f"milliseconds, {name}", round(float(number), 2))
            for name, number in zip(("median", "9 of 10", "99 of 100"), taken, strict=True)
        ),
    ]
    with (RESULTS / "screening.csv").open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(("what", "number"))
        writer.writerows(rows)
    for name, number in rows:
        print(f"{name:70} {number}")


def _sort(ring: str) -> str:
    return {"": "none", "new": "a new ring"}.get(ring, "a ring")


if __name__ == "__main__":
    main()
