"""Where every candidate group stands: listed or not, its false-discovery rate, alert or review."""

from __future__ import annotations

from dataclasses import dataclass

from ringfinder.detect.analysis import Analysis
from ringfinder.detect.discovery import q_values
from ringfinder.detect.settings import DetectSettings
from ringfinder.graph.arrays import BoolArray, FloatArray
from ringfinder.records.rings import Tier


@dataclass(frozen=True)
class Standing:
    """For each group: whether it is listed, its false-discovery rate (NaN where it is not), whether it is an alert."""

    listed: BoolArray
    q: FloatArray
    alert: BoolArray

    def tier(self, group: int) -> Tier:
        """Tier of a listed group."""
        return Tier.ALERT if self.alert[group] else Tier.REVIEW


def stand(analysis: Analysis, settings: DetectSettings) -> Standing:
    """List the groups that are large enough and told shorter as one; the likeliest of them are alerts."""
    terms = analysis.terms
    listed = (analysis.groups.units >= settings.least_units) & (terms.total > 0)
    q = q_values(analysis, listed, settings)
    return Standing(listed, q, listed & (terms.score > 0) & (q <= settings.most_false))
