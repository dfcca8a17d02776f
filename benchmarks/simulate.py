"""Whether every family is a test at all, and how long a portfolio takes to make.

python benchmarks/simulate.py [--requests N] [--seeds 1,2] [--families town,...] [--work FOLDER]

A family that components of shared values solve measures nothing: B-cubed F1 of that baseline must stay
at or below .65 on plain and .45 on hard and mixed families. Exit code 1 where one does not.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
import time
from pathlib import Path

from ringfinder.evaluate import Evaluation, evaluate_folder, read_truth
from ringfinder.evaluate.baselines import BASELINES, read_holders
from ringfinder.evaluate.baselines.groups import write_groups
from ringfinder.simulate import SCENARIOS, simulate

MOST = {"plain": 0.65, "hard": 0.45, "mixed": 0.45, "honest": 0.0}
"""B-cubed F1 that capped components may reach, by difficulty."""


def main() -> int:
    """Make, measure and print one line for each family and seed; return the exit code."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--requests", type=int, default=5000)
    parser.add_argument("--seeds", default="1", help="separated by commas")
    parser.add_argument("--families", default=",".join(SCENARIOS), help="separated by commas")
    parser.add_argument("--work", type=Path, help="keep the portfolios in this folder")
    options = parser.parse_args()
    easy = 0
    with tempfile.TemporaryDirectory() as scratch:
        work = options.work or Path(scratch)
        for family in options.families.split(","):
            for seed in map(int, options.seeds.split(",")):
                easy += not _measure(work / f"{family}-{seed}", family, options.requests, seed)
    if easy:
        print(f"{easy} portfolios are too easy")
    return int(easy > 0)


def _measure(folder: Path, family: str, requests: int, seed: int) -> bool:
    """One line of figures; whether the portfolio is hard enough."""
    start = time.perf_counter()
    simulate(family, requests, seed, folder, force=True)
    seconds = time.perf_counter() - start
    result = _baseline(folder)
    truth = read_truth(folder.with_name(folder.name + ".labels") / "labels.csv")
    linked = sum(links > 1 for links in truth.links_of.values())
    difficulty = SCENARIOS[family].difficulty
    fine = result.b3_f1 <= MOST[difficulty]
    print(
        f"{family:12} {difficulty:7} seed {seed:<5} {seconds:6.1f} s  rings {result.true_rings:5} "
        f"members {result.true_members / requests:.3f}  linked {linked / max(result.true_members, 1):.2f}  "
        f"components: F1 {result.b3_f1:.3f} false {result.false_rings:5}{'' if fine else '  TOO EASY'}",
        flush=True,
    )
    return fine


def _baseline(folder: Path) -> Evaluation:
    holders = read_holders(folder)
    out = folder.with_name(folder.name + ".components")
    write_groups(BASELINES["components"](holders), holders, out)
    return evaluate_folder(out, folder.with_name(folder.name + ".labels") / "labels.csv")


if __name__ == "__main__":
    sys.exit(main())
