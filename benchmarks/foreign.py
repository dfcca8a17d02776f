"""Quality on the two foreign simulators, whose portfolios our own simulator did not make.

python benchmarks/foreign.py --portfolios DIR [--quick] [--freeze]
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from bench.measure import OWN
from bench.portfolios import Portfolio
from bench.quality import GATE, Task, judge
from bench.suite import conclude

A_PLAIN = ("open", "sparse", "clean", "mixed", "one_channel", "dirty", "drip", "waves", "arbitrage")
FAMILIES = {
    "A": (*A_PLAIN, *(f"hard_{name}" for name in A_PLAIN)),
    "B": (
        *("town", "leak", "online", "payee", "letters"),
        *("slow", "poach", "arbitrage", "quiet", "overlap", "all"),
    ),
}
QUICK = {"A": ("open", "one_channel", "hard_mixed", "hard_clean"), "B": ("town", "payee", "quiet", "all")}


def main() -> int:
    """Run the suite; return the exit code."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--portfolios", type=Path, required=True, help="folder with simulator_a.py and simulator_b.py")
    parser.add_argument("--quick", action="store_true", help="eight of the families")
    parser.add_argument("--requests", type=int, default=20_000)
    parser.add_argument("--seeds", type=int, nargs="+", default=[1])
    parser.add_argument("--jobs", type=int, default=2, help="portfolios at once")
    parser.add_argument("--freeze", action="store_true", help="make what is measured the reference")
    options = parser.parse_args()
    missing = [s for s in FAMILIES if not (options.portfolios / f"simulator_{s.lower()}.py").is_file()]
    if missing:
        print(f"foreign simulators {', '.join(missing)} are not there: nothing measured")
        return 0
    families = QUICK if options.quick else FAMILIES
    chosen = [
        Portfolio(source, family, options.requests, seed, "foreign")
        for source, names in families.items()
        for family in names
        for seed in options.seeds
    ]
    suite = "foreign-quick" if options.quick else "foreign"
    rows = judge(Task(suite, chosen, (OWN, GATE), options.portfolios.resolve(), options.jobs))
    return conclude(suite, rows, [], freeze=options.freeze)


if __name__ == "__main__":
    sys.exit(main())
