"""Quality of eight own families at 5,000 requests and speed at 10^5: under three minutes, for commits.

python benchmarks/quick.py [--freeze]
"""

from __future__ import annotations

import argparse
import sys
import time

from bench import families
from bench.measure import AFTERNOON, OWN
from bench.portfolios import OWN as OWN_SOURCE
from bench.portfolios import Portfolio, prepare
from bench.quality import GATE, Task, judge
from bench.speed import race
from bench.suite import conclude

REQUESTS = 5_000
SPEED_REQUESTS = 100_000
REPETITIONS = 3


def main() -> int:
    """Run the suite; return the exit code."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--jobs", type=int, default=2, help="portfolios at once")
    parser.add_argument("--freeze", action="store_true", help="make what is measured the reference")
    options = parser.parse_args()
    start = time.perf_counter()
    rows = judge(Task("quick", families.quick(REQUESTS), (OWN, GATE), jobs=options.jobs))
    portfolio = Portfolio(OWN_SOURCE, families.SPEED_FAMILY, SPEED_REQUESTS, families.SPEED_SEED, "speed")
    races = race("quick", portfolio, prepare(portfolio), [AFTERNOON, OWN], REPETITIONS)
    code = conclude("quick", rows, races, freeze=options.freeze)
    print(f"took {time.perf_counter() - start:.0f} s")
    return code


if __name__ == "__main__":
    sys.exit(main())
