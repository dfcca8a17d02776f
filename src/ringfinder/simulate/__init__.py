"""Portfolios that are made up: an insurer's tables with planted rings and honest look-alikes, and their truth."""

from ringfinder.simulate.families import FIRST_TEST_SEED, PORTFOLIOS, SCENARIOS, Operators, Scenario
from ringfinder.simulate.portfolio import simulate

__all__ = ["FIRST_TEST_SEED", "PORTFOLIOS", "SCENARIOS", "Operators", "Scenario", "simulate"]
