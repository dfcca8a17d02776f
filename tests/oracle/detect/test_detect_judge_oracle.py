"""The factor of a value against the integrals that it stands for."""

import math

import numpy as np
import pytest
from scipy import integrate

from ringfinder.detect import DetectSettings
from ringfinder.detect.judge import group_factor


def marginal(harmed: float, units: float, a: float, b: float) -> float:
    """Logarithm of the mean likelihood when the share has a Beta density, integrated in the logit."""
    peak = max(_log_density(t / 10, harmed + a, units - harmed + b) for t in range(-3000, 3001))
    return _area(harmed + a, units - harmed + b, peak) + peak - _area(a, b, 0.0)


def _log_density(t: float, a: float, b: float) -> float:
    return -a * math.log1p(math.exp(-t)) - b * math.log1p(math.exp(t))


def _area(a: float, b: float, peak: float) -> float:
    """Logarithm of the integral by the trapezoid rule, which is as good as exact for what dies off on both sides."""
    t = np.linspace(-300, 300, 600_001)
    density = np.exp(-a * np.logaddexp(0, -t) - b * np.logaddexp(0, t) - peak)
    return math.log(float(integrate.trapezoid(density, t)))


@pytest.mark.parametrize(
    ("harmed", "units", "usual"),
    [(3.0, 3.0, 0.2), (4.2, 10.0, 0.3), (49.0, 50.0, 0.1), (0.0, 7.0, 0.4), (0.3, 2.0, 0.02)],
)
def test_group_factor_is_the_ratio_of_two_marginal_likelihoods(harmed: float, units: float, usual: float) -> None:
    s = DetectSettings()
    ring = marginal(harmed, units, s.ring_mean * s.ring_precision, (1 - s.ring_mean) * s.ring_precision)
    honest = marginal(harmed, units, usual * s.honest_precision, (1 - usual) * s.honest_precision)
    found = group_factor(np.array([harmed]), np.array([units]), usual, s.ring_mean, s)
    assert math.isclose(float(found[0]), ring - honest, rel_tol=1e-5, abs_tol=1e-6)


def test_more_harm_always_says_more_and_a_trace_of_bias_passes_no_threshold_on_a_large_value() -> None:
    s = DetectSettings()
    harmed = np.arange(0, 31, dtype=float)
    found = group_factor(harmed, np.full(31, 30.0), 0.1, s.ring_mean, s)
    assert (np.diff(found) > 0).all()
    large = group_factor(np.array([0.13 * 20_000]), np.array([20_000.0]), 0.1, s.ring_mean, s)
    assert large[0] < 0
