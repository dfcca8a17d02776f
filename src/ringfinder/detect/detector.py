"""One run of detection: a pure function of the facts and the settings."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ringfinder.detect.analysis import Analysis, Progress, Stopwatch, analyse
from ringfinder.detect.assemble import Assembler
from ringfinder.detect.coverage import coverage
from ringfinder.detect.settings import DetectSettings
from ringfinder.detect.standing import Standing, stand
from ringfinder.records.portfolio import Portfolio
from ringfinder.records.rings import Detection


@dataclass(frozen=True)
class Found:
    """The outcome of a run, and what it was made from.

    Parameters
    ----------
    analysis, standing
        None where there is no request.
    groups
        Group of each ring.
    """

    detection: Detection
    analysis: Analysis | None
    standing: Standing | None
    groups: tuple[int, ...]


def detect(portfolio: Portfolio, settings: DetectSettings | None = None, progress: Progress | None = None) -> Detection:
    """Find rings in a portfolio; see `find`."""
    return find(portfolio, settings, progress).detection


def find(portfolio: Portfolio, settings: DetectSettings | None = None, progress: Progress | None = None) -> Found:
    """Find rings in a portfolio, and keep what they were found by.

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
        return Found(Detection((), coverage(portfolio), settings.hash, 0, {}), None, None, ())
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
    detection = Detection(rings, coverage(portfolio), settings.hash, analysis.network.count, watch.seconds)
    return Found(detection, analysis, standing, tuple(int(group) for group in order))
