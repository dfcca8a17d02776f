"""Quality of all own families, develop and test seeds apart; speed and memory to 10^6; all baselines.

python benchmarks/full.py [--only quality|speed] [--freeze] [--trial]
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Mapping

from bench import families
from bench.measure import AFTERNOON, OWN
from bench.portfolios import OWN as OWN_SOURCE
from bench.portfolios import Portfolio, prepare
from bench.quality import Row, Task, judge
from bench.speed import race
from bench.suite import conclude
from ringfinder.evaluate.baselines import BASELINES

REQUESTS = 20_000
SIZES = {10_000: 3, 100_000: 3, 1_000_000: 1}
"""Requests, and how often each method runs."""
TRIAL_REQUESTS, TRIAL_SIZES = 1_000, {10_000: 1}


def main() -> int:
    """Run both parts, each concluded by itself; return the worse exit code."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--only", choices=("quality", "speed"), help="one part alone")
    parser.add_argument("--jobs", type=int, default=2, help="portfolios at once")
    parser.add_argument("--freeze", action="store_true", help="make what is measured the reference")
    parser.add_argument(
        "--trial", action="store_true", help="everything at small sizes, to see that it works; keeps nothing"
    )
    options = parser.parse_args()
    requests, sizes = (TRIAL_REQUESTS, TRIAL_SIZES) if options.trial else (REQUESTS, SIZES)
    keep, freeze = not options.trial, options.freeze and not options.trial
    codes = []
    if options.only != "speed":
        rows = judge(Task("full", families.every(requests), (OWN, *BASELINES), jobs=options.jobs))
        codes.append(conclude("full", rows, [], freeze=freeze, also=families.too_few_tests(rows), keep=keep))
    if options.only != "quality":
        codes.append(conclude("full-speed", [], _races(sizes), freeze=False, keep=keep))
    return max(codes)


def _races(sizes: Mapping[int, int]) -> list[Row]:
    methods = [AFTERNOON, OWN, *BASELINES]
    races = []
    for requests, repetitions in sizes.items():
        portfolio = Portfolio(OWN_SOURCE, families.SPEED_FAMILY, requests, families.SPEED_SEED, "speed")
        races += race("full-speed", portfolio, prepare(portfolio), methods, repetitions)
    return races


if __name__ == "__main__":
    sys.exit(main())
