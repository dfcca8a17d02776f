"""Intervals and tests against SciPy, and false discovery against a few lines of its definition."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from ringfinder.statistics import shares
from ringfinder.statistics.shares import false_discovery, more_than_cohort, ratio_interval, wilson


@given(st.integers(1, 3000).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n))), st.sampled_from([0.8, 0.95]))
def test_wilson_is_that_of_scipy(counts: tuple[int, int], confidence: float) -> None:
    k, n = counts
    expected = stats.binomtest(k, n).proportion_ci(confidence, method="wilson")
    (low,), (high,) = wilson(np.array([k], float), np.array([n], float), confidence)
    assert low == pytest.approx(expected.low, abs=1e-12)
    assert high == pytest.approx(expected.high, abs=1e-12)
    assert 0 <= low <= k / n <= high <= 1


def test_nothing_counted_has_no_interval() -> None:
    low, high = wilson(np.zeros(1), np.zeros(1), 0.95)
    assert np.isnan([*low, *high]).all()
    low, high = ratio_interval(np.array([3.0]), np.zeros(1), 0.95)
    assert np.isnan([*low, *high]).all()


@given(st.integers(0, 400), st.integers(1, 400))
def test_the_interval_of_a_ratio_holds_it(k: int, n: int) -> None:
    (low,), (high,) = ratio_interval(np.array([k], float), np.array([n], float), 0.95)
    assert 0 <= low <= k / n <= high
    share = stats.binomtest(k, k + n).proportion_ci(0.95, method="wilson")
    assert low == pytest.approx(share.low / (1 - share.low), rel=1e-9, abs=1e-12)


@given(
    st.integers(1, 60).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n))),
    st.integers(1, 900).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n))),
)
def test_shares_are_tested_as_scipy_does(own: tuple[int, int], cohort: tuple[int, int]) -> None:
    (k, n), (others, base) = own, cohort
    (p,) = more_than_cohort(*(np.array([each], float) for each in (k, n, others, base)), share=True)
    expected = stats.fisher_exact(np.array([[k, n - k], [others, base - others]]), alternative="greater").pvalue
    assert p == pytest.approx(expected, rel=1e-8, abs=1e-300)


def test_long_tails_are_summed_as_short_ones_are(monkeypatch: pytest.MonkeyPatch) -> None:
    sides = [np.array(each, float) for each in ([30, 5, 0], [80, 40, 9], [50, 70, 3], [900, 700, 50])]
    short = more_than_cohort(*sides, share=True)
    monkeypatch.setattr(shares, "_SHORT", 1)
    assert more_than_cohort(*sides, share=True) == pytest.approx(short, rel=1e-9)


@given(st.integers(0, 50), st.integers(1, 500), st.integers(0, 400), st.integers(1, 5000))
def test_ratios_are_tested_as_poisson_counts(k: int, n: int, others: int, base: int) -> None:
    (p,) = more_than_cohort(*(np.array([each], float) for each in (k, n, others, base)), share=False)
    expected = stats.binomtest(k, k + others, n / (n + base), "greater").pvalue if k + others else 1.0
    assert p == pytest.approx(expected, rel=1e-8)


def test_without_a_cohort_nothing_is_tested() -> None:
    one, none = np.array([1.0]), np.zeros(1)
    assert np.isnan(more_than_cohort(one, one, none, none, share=True)).all()
    assert np.isnan(more_than_cohort(none, none, one, one, share=False)).all()


@given(st.lists(st.floats(0, 1) | st.just(math.nan), max_size=30))
def test_false_discovery_is_what_its_definition_says(p: list[float]) -> None:
    made = sorted(each for each in p if not math.isnan(each))

    def q_of(own: float) -> float:
        levels = [each * len(made) / rank for rank, each in enumerate(made, 1) if each >= own]
        return min(1.0, *levels)

    found = false_discovery(np.array(p, float))
    for own, q in zip(p, found, strict=True):
        assert math.isnan(q) if math.isnan(own) else q == pytest.approx(q_of(own), abs=1e-12)


def test_false_discovery_of_a_known_list() -> None:
    # Benjamini and Hochberg (1995), section 4: the first four of fifteen at 0.05.
    p = [0.0001, 0.0004, 0.0019, 0.0095, 0.0201, 0.0278, 0.0298, 0.0344, 0.0459]
    p += [0.3240, 0.4262, 0.5719, 0.6528, 0.7590, 1.0]
    assert (false_discovery(np.array(p)) <= 0.05).sum() == 4
