"""Dirichlet-multinomial factors against the urn that they stand for, drawn one ball after the other."""

import math
import random
from collections import Counter
from collections.abc import Sequence

import numpy as np
import pytest

from ringfinder.detect.coding import (
    CONCENTRATIONS,
    Tally,
    averaged,
    factor,
    factors,
    factors_of_pairs,
    gain_of_one_more,
)

Draw = tuple[list[int], list[int], list[float], int]


def drawn(seed: int) -> Draw:
    """Group and category of each row (-1 for none), background, number of groups."""
    chance = random.Random(seed)
    categories, groups, size = chance.randint(2, 6), chance.randint(1, 5), chance.randint(0, 40)
    weights = [chance.random() + 0.05 for _ in range(categories)]
    background = [weight / sum(weights) for weight in weights]
    group = [chance.randint(-1, groups - 1) for _ in range(size)]
    return group, [chance.randint(-1, categories - 1) for _ in range(size)], background, groups


def urn(sequence: Sequence[int], background: Sequence[float], k: float) -> float:
    """Log probability by Pólya's urn less that of independent draws: no gamma function anywhere."""
    seen: Counter[int] = Counter()
    total = 0.0
    for number, category in enumerate(sequence):
        share = background[category]
        if math.isfinite(k):
            total += math.log((seen[category] + k * share) / (number + k)) - math.log(share)
        seen[category] += 1
    return total


def mixture(sequence: Sequence[int], background: Sequence[float]) -> float:
    terms = [math.exp(urn(sequence, background, k)) for k in (*CONCENTRATIONS, math.inf)]
    return math.log(sum(terms) / len(terms))


def rows_of(group: Sequence[int], category: Sequence[int], wanted: int) -> list[int]:
    return [c for g, c in zip(group, category, strict=True) if g == wanted and c >= 0]


@pytest.mark.parametrize("seed", range(25))
def test_factors_are_those_of_the_urn(seed: int) -> None:
    group, category, background, groups = drawn(seed)
    found = factor(Tally.of(np.array(group, int), np.array(category, int), groups), np.array(background))
    for wanted in range(groups):
        assert math.isclose(found[wanted], mixture(rows_of(group, category, wanted), background), abs_tol=1e-9)


@pytest.mark.parametrize("seed", range(25))
def test_factors_of_pairs_are_those_of_both_as_one(seed: int) -> None:
    group, category, background, groups = drawn(seed)
    chance = random.Random(seed)
    left, right = (np.array([chance.randrange(groups) for _ in range(4)]) for _ in range(2))
    apart = left != right
    left, right = left[apart], right[apart]
    tally, shares = Tally.of(np.array(group, int), np.array(category, int), groups), np.array(background)
    found = averaged(factors_of_pairs(tally, factors(tally, shares), shares, left, right))
    for place, (one, other) in enumerate(zip(left.tolist(), right.tolist(), strict=True)):
        both = rows_of(group, category, one) + rows_of(group, category, other)
        assert math.isclose(found[place], mixture(both, background), abs_tol=1e-9)


@pytest.mark.parametrize("seed", range(25))
def test_gain_of_one_more_is_the_difference_of_the_mixtures(seed: int) -> None:
    group, category, background, groups = drawn(seed)
    tally = Tally.of(np.array(group, int), np.array(category, int), groups)
    asked = [(g, c) for g in range(groups) for c in range(-1, len(background))]
    found = gain_of_one_more(
        tally, np.array(background), np.array([g for g, _ in asked]), np.array([c for _, c in asked])
    )
    for (one, more), gain in zip(asked, found.tolist(), strict=True):
        before = rows_of(group, category, one)
        after = mixture([*before, more], background) if more >= 0 else mixture(before, background)
        assert math.isclose(gain, after - mixture(before, background), abs_tol=1e-9)


def test_at_every_concentration_alone_too() -> None:
    sequence, background = [0, 0, 1, 0, 2], [0.5, 0.3, 0.2]
    found = factors(Tally.of(np.zeros(5, int), np.array(sequence), 1), np.array(background))[0]
    for place, k in enumerate((*CONCENTRATIONS, math.inf)):
        assert math.isclose(found[place], urn(sequence, background, k), abs_tol=1e-9)


def test_a_group_like_everybody_gains_nothing_and_a_tight_one_does() -> None:
    background = np.full(10, 0.1)
    like_all = factor(Tally.of(np.zeros(100, int), np.arange(100) % 10, 1), background)[0]
    tight = factor(Tally.of(np.zeros(10, int), np.zeros(10, int), 1), background)[0]
    assert like_all <= 0
    assert tight > 10
