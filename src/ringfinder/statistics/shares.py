r"""Shares with their intervals, exact tests against a cohort, and false discovery.

Wilson
    The interval of a share ``k / n`` holds every ``p`` that a score test at the chosen level does not refuse:
    ``(p_hat + z^2 / 2n -+ z sqrt(p_hat (1 - p_hat) / n + z^2 / 4n^2)) / (1 + z^2 / n)``. Unlike the textbook
    interval it is of use for small ``n`` and for shares near 0 and 1.
    Source: Wilson (1927), Probable inference, the law of succession, and statistical inference.
Ratio of two counts
    Given their sum, ``k`` of ``k + n`` events is binomial where both are Poisson counts, with the odds ``k / n`` that
    are asked for: the ends of the Wilson interval of that share, as odds. Source: Przyborowski and Wilenski (1940).
Share against a cohort
    Given all margins, ``k`` is hypergeometric where both draw from one share (Fisher's exact test, one side): the
    cohort's own chance is in it, which a binomial test against its share as if that were known would leave out.
Ratio against a cohort
    Given all ``k + k_c`` events, ``k`` is binomial with the probability ``n / (n + n_c)`` (the exact Poisson test).
False discovery
    The smallest level at which a test is among the discoveries: ``q_(i) = min over j >= i of p_(j) m / j``.
    Source: Benjamini and Hochberg (1995), Controlling the false discovery rate.
"""

from __future__ import annotations

import numpy as np
from scipy import special, stats

from ringfinder.graph.arrays import FloatArray, ranges

_SHORT = 2_000


def wilson(count: FloatArray, total: FloatArray, confidence: float) -> tuple[FloatArray, FloatArray]:
    """Interval of shares ``count / total``; NaN where the total is 0. Shapes (n,)."""
    z = float(stats.norm.ppf((1 + confidence) / 2))
    n = np.where(total > 0, total, np.nan)
    share = count / n
    middle = share + z * z / (2 * n)
    half = z * np.sqrt(share * (1 - share) / n + z * z / (4 * n * n))
    low, high = (middle - half) / (1 + z * z / n), (middle + half) / (1 + z * z / n)
    # The ends are exact where nothing or everything was counted; rounding would put them beside 0 and 1.
    return np.where(count == 0, 0.0 * n, low), np.where(count == total, 1.0 + 0.0 * n, high)


def ratio_interval(count: FloatArray, base: FloatArray, confidence: float) -> tuple[FloatArray, FloatArray]:
    """Interval of ratios ``count / base`` of two counts; NaN where the base is 0, the upper end may be infinite."""
    low, high = wilson(count, count + base, confidence)
    with np.errstate(divide="ignore", invalid="ignore"):
        found = low / (1 - low), high / (1 - high)
    known = base > 0
    return np.where(known, found[0], np.nan), np.where(known, found[1], np.nan)


def more_than_cohort(
    count: FloatArray, total: FloatArray, cohort_count: FloatArray, cohort_total: FloatArray, *, share: bool
) -> FloatArray:
    """Chance of as many or more where both are alike; NaN where one side has nothing to count from. Shapes (n,).

    Parameters
    ----------
    share
        Whether each of the total is counted or not (hypergeometric); else both are counts (binomial).
    """
    found = np.full(len(count), np.nan)
    told = (total > 0) & (cohort_total > 0)
    k, n, others, base = (each[told] for each in (count, total, cohort_count, cohort_total))
    if share:
        found[told] = _hypergeometric(k, n, others, base)
    else:
        found[told] = stats.binom.sf(k - 1, k + others, n / (n + base))
    capped: FloatArray = np.minimum(found, 1.0)
    return capped


def _hypergeometric(k: FloatArray, n: FloatArray, others: FloatArray, base: FloatArray) -> FloatArray:
    """Chance of `k` or more among `n`, where `k + others` are counted among `n + base`.

    SciPy sums one tail after another (0.3 ms each); here all terms of the short ones are summed at once.
    """
    most = np.minimum(n, k + others)
    sizes = (most - k + 1).astype(np.int64)
    short = sizes <= _SHORT
    found = np.empty(len(k))
    found[~short] = [
        stats.hypergeom.sf(a - 1, b + d, a + c, b)
        for a, b, c, d in zip(*(each[~short] for each in (k, n, others, base)), strict=True)
    ]
    owner = np.repeat(np.flatnonzero(short), sizes[short])
    j = ranges(k[short].astype(np.int64), sizes[short]).astype(np.float64)
    hits, all_n, total = (k + others)[owner], n[owner], (n + base)[owner]
    terms = np.exp(_choose(hits, j) + _choose(total - hits, all_n - j) - _choose(total, all_n))
    found[short] = np.bincount(owner, terms, minlength=len(k))[short]
    return found


def _choose(n: FloatArray, k: FloatArray) -> FloatArray:
    """Logarithm of the binomial coefficient; minus infinity where there is none."""
    with np.errstate(divide="ignore", invalid="ignore"):
        found = special.gammaln(n + 1) - special.gammaln(k + 1) - special.gammaln(n - k + 1)
    chosen: FloatArray = np.where((k < 0) | (k > n), -np.inf, found)
    return chosen


def false_discovery(p: FloatArray) -> FloatArray:
    """The q of each test among all that were made; NaN where none was. Shape (n,)."""
    found = np.full(len(p), np.nan)
    made = np.flatnonzero(~np.isnan(p))
    order = made[np.argsort(p[made], kind="stable")]
    steps = p[order] * len(order) / np.arange(1, len(order) + 1)
    found[order] = np.minimum(np.minimum.accumulate(steps[::-1])[::-1], 1.0)
    return found
