"""Which of our own families are measured, at which seeds."""

from __future__ import annotations

from bench.portfolios import OWN, Portfolio
from ringfinder.simulate import SCENARIOS

DEVELOP_SEEDS = (1, 2)
"""May be looked at while a method is built."""

TEST_SEEDS = (1001, 1002)
"""Say how good a method is; nothing is ever tuned on them."""

QUICK: tuple[str, ...] = ()
"""Eight families for commits: plain, hard and honest ones of different channels."""

SPEED_FAMILY, SPEED_SEED = "mixed", 7


def quick(requests: int) -> list[Portfolio]:
    """The eight families, one develop seed each."""
    return [Portfolio(OWN, family, requests, DEVELOP_SEEDS[0], "develop") for family in QUICK]


def every(requests: int) -> list[Portfolio]:
    """All families at all develop and test seeds."""
    return [
        Portfolio(OWN, family, requests, seed, name)
        for name, seeds in (("develop", DEVELOP_SEEDS), ("test", TEST_SEEDS))
        for family in SCENARIOS
        for seed in seeds
    ]
