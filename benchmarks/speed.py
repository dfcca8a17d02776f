"""Speed and peak memory of `ringfinder run` beside the afternoon's script and the baselines.

python benchmarks/speed.py [--requests 100000] [--repetitions 3] [--family NAME] [--baselines]
"""

from __future__ import annotations

import argparse
import sys

from bench.families import SPEED_FAMILY, SPEED_SEED
from bench.measure import AFTERNOON, OWN
from bench.portfolios import OWN as OWN_SOURCE
from bench.portfolios import Portfolio, prepare
from bench.speed import race
from bench.suite import conclude
from ringfinder.evaluate.baselines import BASELINES


def main() -> int:
    """Time the methods at each size; return the exit code."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--requests", type=int, nargs="+", default=[100_000])
    parser.add_argument("--repetitions", type=int, default=3)
    parser.add_argument("--family", default=SPEED_FAMILY)
    parser.add_argument("--baselines", action="store_true", help="time the baselines too")
    options = parser.parse_args()
    methods = [AFTERNOON, OWN, *(BASELINES if options.baselines else ())]
    races = []
    for requests in options.requests:
        portfolio = Portfolio(OWN_SOURCE, options.family, requests, SPEED_SEED, "speed")
        races += race("speed", portfolio, prepare(portfolio), methods, options.repetitions)
    return conclude("speed", [], races, freeze=False)


if __name__ == "__main__":
    sys.exit(main())
