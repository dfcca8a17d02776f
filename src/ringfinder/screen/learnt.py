"""What the last run learnt, read once: profiles, usual rates, and its place among all scores."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ringfinder.detect.coding import Attribute
from ringfinder.detect.judge import Judgement, Profile, context_of
from ringfinder.detect.settings import DetectSettings
from ringfinder.detect.signs import COMMISSION, PRESSURE
from ringfinder.graph.arrays import FloatArray, IntArray
from ringfinder.index.files import Files

_NOTHING = np.empty(0)


@dataclass(frozen=True)
class Learnt:
    """Numbers of the last run.

    Parameters
    ----------
    units, episodes, groups
        How many households, episodes and candidate groups the run had.
    usual
        Mean of "looks harmed" over all episodes, by pressure and by commission.
    """

    index: Files
    settings: DetectSettings
    profile: Profile
    units: int
    episodes: int
    groups: int
    usual: tuple[float, float]
    rate: float

    @classmethod
    def of(cls, index: Files) -> Learnt:
        """Read what the index says."""
        said: Mapping[str, Any] = index.about["numbers"]
        shares = {
            side: {name: np.array(values) for name, values in said["profile"][side].items()}
            for side in ("ring", "others")
        }
        return cls(
            index,
            DetectSettings(**said["settings"]),
            Profile(shares["ring"], shares["others"]),
            said["units"],
            said["episodes"],
            said["groups"],
            (said["usual"][0], said["usual"][1]),
            said["rate"],
        )

    @cached_property
    def ratios(self) -> Mapping[str, FloatArray]:
        """Log likelihood ratio of each category of each sign."""
        return {name: self.profile.ratio(name, self.settings) for name in (*PRESSURE, *COMMISSION)}

    def looks(self, signs: Mapping[str, int], context: float) -> tuple[float, float]:
        """Log likelihood ratios of one episode by its signs, the first with its context."""
        pressure = sum(float(self.ratios[name][signs[name]]) for name in PRESSURE)
        return pressure + context, sum(float(self.ratios[name][signs[name]]) for name in COMMISSION)

    def context(self, categories: Mapping[str, int]) -> float:
        """What the others with the same letter and agent say."""
        found = 0.0
        s = self.settings
        for family, weight, cap in (
            ("letter", s.letter_weight, s.letter_cap),
            ("agent", s.agent_weight, s.agent_cap),
        ):
            category = categories.get(family, -1)
            if category >= 0:
                total = np.array([float(self.index.array(f"belief.{family}")[category])])
                others = np.array([float(self.index.array(f"count.{family}")[category])])
                found += float(context_of(total, others, self.rate, weight, cap)[0])
        return found

    def judgement(self, pressure: FloatArray, commission: FloatArray, context: FloatArray) -> Judgement:
        """The judgement of a few episodes, with what was learnt from all."""
        return Judgement(
            _NOTHING, pressure, commission, context, self.profile, _NOTHING, _NOTHING, _NOTHING,
            self.usual[0], self.usual[1], self.rate, _NOTHING, _NOTHING,
        )  # fmt: skip

    def attribute(
        self, family: str, place: int, categories: IntArray, background: NDArray[Any] | None = None
    ) -> Attribute:
        """An attribute of a few episodes, with the background of all."""
        shares = self.index.array(f"attribute.{family}{place}.background") if background is None else background
        return Attribute(categories, shares)

    def resolutions(self, family: str) -> int:
        """How many resolutions a family has."""
        return int(self.index.number("families")[family])

    def q_value(self, score: float) -> float:
        """False-discovery rate of a score: that of the ring with the next lower one."""
        scores, rates = self.index.array("ranked.score"), self.index.array("ranked.q")
        at = int(np.searchsorted(-np.asarray(scores), -score, side="left"))
        return float(rates[at]) if at < len(rates) else 1.0
