"""One run of detection: a pure function of the facts and the settings."""

from __future__ import annotations

import numpy as np

from ringfinder.detect.analysis import Progress, Stopwatch, analyse
from ringfinder.detect.assemble import Assembler
from ringfinder.detect.coverage import coverage
from ringfinder.detect.settings import DetectSettings
from ringfinder.detect.standing import stand
from ringfinder.records.portfolio import Portfolio
from ringfinder.records.rings import Detection


def detect(portfolio: Portfolio, settings: DetectSettings | None = None, progress: Progress | None = None) -> Detection:
    """Find rings in a portfolio.

    Parameters
    ----------
    portfolio
        The facts; everything but `surrender_requests` may be absent.
    settings
        All constants; the defaults where None.
    progress
        Called with the name of each step.
    """
    settings = settings or DetectSettings()
    watch = Stopwatch(progress)
    if not len(portfolio.table("surrender_requests")):
        return Detection((), coverage(portfolio), settings.hash, 0, {})
    analysis = analyse(portfolio, settings, watch)
    terms = analysis.terms
    watch.begin("false discoveries")
    standing = stand(analysis, settings)
    watch.begin("rings")
    assembler = Assembler(analysis, standing.listed, settings)
    chosen = np.flatnonzero(standing.listed)
    order = chosen[np.argsort(-terms.score[chosen], kind="stable")]
    rings = tuple(assembler.ring(int(group), standing.tier(group), float(standing.q[group])) for group in order)
    watch.begin("")
    return Detection(rings, coverage(portfolio), settings.hash, analysis.network.count, watch.seconds)
