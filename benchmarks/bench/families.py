"""Which of our own families are measured, at which seeds."""

from __future__ import annotations

from collections.abc import Sequence

from bench.portfolios import OWN, Portfolio
from bench.quality import Row
from ringfinder.simulate import SCENARIOS

DEVELOP_SEEDS = (1, 2)
"""May be looked at while a method is built."""

TEST_SEEDS = (1001, 1002)
"""Say how good a method is; nothing is ever tuned on them."""

QUICK = ("town", "payee", "device_farm", "arbitrage", "letters", "poach", "mixed", "quiet_hard")
"""Eight families for commits: four plain, two hard, a mixed and an honest one, each held together by something else."""

LEAST_TESTS = 12
"""So many of our own families must count as tests, else the simulator has become too easy."""

SPEED_FAMILY, SPEED_SEED = "mixed", 7


def quick(requests: int) -> list[Portfolio]:
    """The eight families, one develop seed each."""
    return [Portfolio(OWN, family, requests, DEVELOP_SEEDS[0], "develop") for family in QUICK]


def too_few_tests(rows: Sequence[Row]) -> list[str]:
    """Say so when fewer than `LEAST_TESTS` families pass the gate at every one of their seeds."""
    passed = {row["family"] for row in rows if row["counts_as"] == "test"}
    passed -= {row["family"] for row in rows if row["counts_as"] in ("not a test", "unknown")}
    if len(passed) >= LEAST_TESTS:
        return []
    return [f"{len(passed)} families count as tests, {LEAST_TESTS} must: the simulator is too easy"]


def every(requests: int) -> list[Portfolio]:
    """All families at all develop and test seeds."""
    return [
        Portfolio(OWN, family, requests, seed, name)
        for name, seeds in (("develop", DEVELOP_SEEDS), ("test", TEST_SEEDS))
        for family in SCENARIOS
        for seed in seeds
    ]
