"""What a run found, before it is written."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from ringfinder.detect.analysis import Analysis
from ringfinder.detect.settings import DetectSettings
from ringfinder.detect.standing import Standing


@dataclass(frozen=True)
class Found:
    """What a run found, before it is written.

    Parameters
    ----------
    groups
        Group of each ring, in the order of `rings`.
    rings
        Lasting ids.
    """

    analysis: Analysis
    standing: Standing
    settings: DetectSettings
    groups: Sequence[int]
    rings: Sequence[str]
