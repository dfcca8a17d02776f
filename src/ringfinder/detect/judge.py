r"""A value is judged by what its users show, and what users show is learnt from the values that were judged.

Problem
    Families, employers, village clerks and rings all share values. Which shared values are a ring's?
Method
    Expectation and maximisation over values (a mixture of honest values, values of rings that press
    for refunds and values of rings that live on commission):

    1. Each sign has a profile: how often rings show it and how often everybody does. An episode gets
       the log likelihood ratio of its signs, and the context of its letter and its agent: the share of
       others with the same one that are taken for ring members (never counting itself).
    2. A value with ``n`` households of which ``h`` look harmed (sums of ``1/(1+exp(-llr))``) has the
       factor ``ln BB(h, n; ring) - ln BB(h, n; honest)`` with Beta-binomial densities: groups differ
       in harm also where everybody is honest, so a large value passes no threshold by a trace of bias.
    3. With the share of ring values of its kind, and with how ring values differ from others in who
       has them on file and in how many branches and agents their users come from, it gets a probability.
    4. Profiles and shares are learnt anew from these probabilities, with prior profiles as imaginary cases.
Paper
    Dempster, Laird, Rubin (1977), Maximum likelihood from incomplete data via the EM algorithm.
    Skellam (1948), A probability distribution derived from the binomial distribution (Beta-binomial).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from scipy.special import betaln, expit, logit

from ringfinder.detect.attributes import Attributes
from ringfinder.detect.holdings import ACCOUNT, FLOW, KINDS, Holdings
from ringfinder.detect.settings import DetectSettings
from ringfinder.detect.signs import COMMISSION, HELD_UNKNOWN, PRESSURE, SIZES, Signs
from ringfinder.graph.arrays import FloatArray, IntArray

PROFILES: Mapping[str, tuple[float, ...]] = {
    # claim: no complaint, one, one for everything; for the cash value, for somewhat more, for most of the premium
    "claim": (0.30, 0.04, 0.12, 0.03, 0.02, 0.04, 0.15, 0.05, 0.25),
    "takeover": (0.65, 0.35),
    "payee": (0.75, 0.25),
    # callback: not called, the letter is their own, somebody else is behind it
    "callback": (0.90, 0.02, 0.08),
    # held: within cooling-off, to two and a half months, until commission has vested, longer, unknown
    "held": (0.01, 0.20, 0.72, 0.05, 0.02),
    "premium": (0.50, 0.50),
}
"""How often members of rings are imagined to show each category before anything is learnt [published: the shares in
reported cases, rounded; learnt from the portfolio after that]."""

LEAST_USUAL = 0.02
"""The least share of harm that honest people are thought to show."""

LEAST_RATE = 0.002
"""A portfolio without any ring is still judged as if one episode in five hundred belonged to one."""


@dataclass(frozen=True)
class Profile:
    """Shares of each category of each sign among ring members and among everybody else."""

    ring: Mapping[str, FloatArray]
    others: Mapping[str, FloatArray]

    def ratio(self, sign: str, settings: DetectSettings) -> FloatArray:
        """Log likelihood ratio of each category, kept within bounds."""
        found = np.log(self.ring[sign] / self.others[sign])
        if sign == "held":
            found[HELD_UNKNOWN] = 0.0
        bounded: FloatArray = np.clip(found, -settings.least_ratio, settings.most_ratio)
        return bounded


@dataclass(frozen=True)
class Judgement:
    """What is believed of every value and every episode.

    Parameters
    ----------
    value
        Probability that a value is a ring's.
    pressure, commission
        Log likelihood ratio of the signs of each episode.
    context
        What letter and agent add to `pressure`.
    profile
        Shares that were learnt.
    harmed, vested
        For each value the sum of its households that look harmed, by pressure and by commission.
    belief
        Of each episode, that it is a member of a ring that presses.
    usual_pressure, usual_commission
        Mean of "looks harmed" over all episodes.
    rate
        Share of episodes that are taken for ring members.
    kind_share
        Share of ring values among the shared values of each kind.
    beforehand
        Log odds of each value before its users are looked at: by its kind and its shape.
    """

    value: FloatArray
    pressure: FloatArray
    commission: FloatArray
    context: FloatArray
    profile: Profile
    harmed: FloatArray
    vested: FloatArray
    belief: FloatArray
    usual_pressure: float
    usual_commission: float
    rate: float
    kind_share: FloatArray
    beforehand: FloatArray


def group_factor(harmed: FloatArray, units: FloatArray, usual: float, mean: float, s: DetectSettings) -> FloatArray:
    """Factor (nats) of `harmed` of `units` households: a ring with mean `mean` against honest groups around `usual`."""
    a, b = mean * s.ring_precision, (1 - mean) * s.ring_precision
    c, d = usual * s.honest_precision, (1 - usual) * s.honest_precision
    found: FloatArray = (betaln(harmed + a, units - harmed + b) - betaln(a, b)) - (
        betaln(harmed + c, units - harmed + d) - betaln(c, d)
    )
    return found


OWN_SIGNS = ("payee", "premium")
"""Signs of an account itself, by pressure and by commission: no harm of a link by that account."""


def value_factors(
    pressed: FloatArray, vested: FloatArray, units: FloatArray, usual: tuple[float, float], s: DetectSettings
) -> tuple[FloatArray, FloatArray]:
    """Factors of values by pressure and by commission; `pressed` and `vested` are their harmed households."""
    first = group_factor(pressed, units, usual[0], s.ring_mean, s)
    second = group_factor(vested, units, usual[1], s.commission_mean, s) + np.log(s.commission_odds)
    return first, second


def context_of(total: FloatArray, others: FloatArray, rate: float, weight: float, cap: float) -> FloatArray:
    """What the others with one letter or agent say: `total` of the `others` are believed to be ring members."""
    share = (total + weight * rate) / (others + weight)
    found: FloatArray = np.clip(logit(share) - logit(rate), -1.0, cap)
    return found


def judge(
    holdings: Holdings, signs: Signs, attributes: Attributes, settings: DetectSettings, shape: Mapping[str, IntArray]
) -> Judgement:
    """Judge all values; `shape` are categories of values that are compared between ring values and others."""
    return _Learner(holdings, signs, attributes, settings, shape).run()


def _usual(ratio: FloatArray) -> float:
    """Mean of "looks harmed" over all episodes; nowhere is there no harm at all."""
    return max(float(expit(ratio).mean()), LEAST_USUAL) if len(ratio) else LEAST_USUAL


class _Learner:
    """One run of expectation and maximisation."""

    def __init__(
        self,
        holdings: Holdings,
        signs: Signs,
        attributes: Attributes,
        settings: DetectSettings,
        shape: Mapping[str, IntArray],
    ) -> None:
        self._holdings, self._settings, self._shape = holdings, settings, shape
        self._signs = {name: signs.episode[name] for name in (*PRESSURE, *COMMISSION)}
        self._contexts = [
            (attributes[family][0].of, weight, cap)
            for family, weight, cap in (
                ("letter", settings.letter_weight, settings.letter_cap),
                ("agent", settings.agent_weight, settings.agent_cap),
            )
            if attributes[family]
        ]
        self._kind = holdings.kind
        self._shared = (holdings.households > 1) & (holdings.kind != FLOW)
        self._prior = np.array([getattr(settings, f"share_{kind}") for kind in KINDS])
        nobody = np.zeros(holdings.used.shape[1])
        self._belief = {"pressure": nobody, "commission": nobody}

    def run(self) -> Judgement:
        """Repeat until the profiles have settled; a fixed number of rounds, so that runs repeat."""
        share, context = self._prior, np.zeros(self._holdings.used.shape[1])
        extra = np.zeros(len(self._kind))
        for _ in range(self._settings.rounds):
            profile = self._profile()
            pressure, commission = (self._ratio(profile, names) for names in (PRESSURE, COMMISSION))
            usual = (_usual(pressure), _usual(commission))
            value, by_commission, harmed, looks = self._values(
                profile, (pressure + context, commission), usual, share, extra
            )
            self._believe(value, by_commission, looks)
            share, extra = self._shares(value), self._shapes(value)
            rate = max(float(self._belief["pressure"].mean()), LEAST_RATE)
            context = self._context(rate)
        beforehand = extra + logit(share)[self._kind]
        belief = self._belief["pressure"]
        return Judgement(
            value, pressure, commission, context, profile, *harmed, belief, *usual, rate, share, beforehand
        )

    def _profile(self) -> Profile:
        """Shares among believed members, with the imagined ones, and among the rest."""
        ring, others = {}, {}
        any_ring = np.maximum(self._belief["pressure"], self._belief["commission"])
        for names, belief, weight in (
            (PRESSURE, self._belief["pressure"], self._settings.pressure_cases),
            (COMMISSION, self._belief["commission"], self._settings.commission_cases),
        ):
            honest = 1 - (belief if names is PRESSURE else any_ring)
            for name in names:
                category, size = self._signs[name], SIZES[name]
                counted = np.bincount(category, belief, size) + weight * np.array(PROFILES[name])
                rest = np.bincount(category, honest, size) + 0.5
                ring[name], others[name] = counted / counted.sum(), rest / rest.sum()
                if not (category != category[:1]).any():
                    ring[name] = others[name]  # the table that would tell is not there, or all are alike
        return Profile(ring, others)

    def _ratio(self, profile: Profile, names: Sequence[str]) -> FloatArray:
        found = np.zeros(self._holdings.used.shape[1])
        for name in names:
            found += profile.ratio(name, self._settings)[self._signs[name]]
        return found

    def _values(
        self,
        profile: Profile,
        ratios: tuple[FloatArray, FloatArray],
        usual: tuple[float, float],
        share: FloatArray,
        extra: FloatArray,
    ) -> tuple[FloatArray, FloatArray, tuple[FloatArray, FloatArray], tuple[FloatArray, FloatArray]]:
        """Probability of each value, commission's part of it, its harmed households, and how its users look.

        A fact never serves as link and as harm of that link: a payee is no harm of an account, nor is
        the payer of a premium.
        """
        s, holdings = self._settings, self._holdings
        account = self._kind[holdings.used.rows] == ACCOUNT
        looks, sums = [], []
        for ratio, own in zip(ratios, OWN_SIGNS, strict=True):
            without = ratio - profile.ratio(own, s)[self._signs[own]]
            look = expit(np.where(account, without[holdings.used.columns], ratio[holdings.used.columns]))
            looks.append(look)
            sums.append(holdings.by_household(look))
        first, second = value_factors(sums[0], sums[1], holdings.households.astype(np.float64), usual, s)
        odds = np.logaddexp(first, second) + extra + logit(share)[self._kind]
        value = np.where(self._kind == FLOW, expit(holdings.surprise), np.where(self._shared, expit(odds), 0.0))
        return value, expit(second - first), (sums[0], sums[1]), (looks[0], looks[1])

    def _believe(self, value: FloatArray, by_commission: FloatArray, looks: tuple[FloatArray, FloatArray]) -> None:
        """Belief in each episode: its best value times how it looks itself."""
        rows, columns = self._holdings.used.rows, self._holdings.used.columns
        for name, part, look in (
            ("pressure", value * (1 - by_commission), looks[0]),
            ("commission", value * by_commission, looks[1]),
        ):
            best = np.zeros(self._holdings.used.shape[1])
            np.maximum.at(best, columns, part[rows] * look)
            self._belief[name] = best

    def _shares(self, value: FloatArray) -> FloatArray:
        """Share of ring values of each kind, with the prior share as imagined values."""
        kinds, weight = len(KINDS), self._settings.kind_cases
        found = np.bincount(self._kind[self._shared], value[self._shared], kinds) + weight * self._prior
        known: FloatArray = found / (np.bincount(self._kind[self._shared], minlength=kinds) + weight)
        return known

    def _shapes(self, value: FloatArray) -> FloatArray:
        """What the shape of a value adds: how much more common its category is among ring values than among others."""
        extra, weight = np.zeros(len(value)), self._settings.shape_cases
        kind, ring = self._kind[self._shared], value[self._shared]
        for category in self._shape.values():
            size = int(category.max(initial=0)) + 1
            cell = kind * size + category[self._shared]
            tables = [np.bincount(cell, part, len(KINDS) * size).reshape(-1, size) for part in (ring, 1 - ring)]
            usual = tables[0].sum(0) + tables[1].sum(0) + 0.5
            usual /= usual.sum()
            # Each kind leans on all kinds, and those on no difference.
            pooled = [(table.sum(0) + weight * usual) / (table.sum() + weight) for table in tables]
            learnt = [
                (table + weight * whole) / (table.sum(1, keepdims=True) + weight)
                for table, whole in zip(tables, pooled, strict=True)
            ]
            ratio = np.clip(np.log(learnt[0] / learnt[1]), -self._settings.shape_cap, self._settings.shape_cap)
            extra[self._shared] += ratio.reshape(-1)[cell]
        return extra

    def _context(self, rate: float) -> FloatArray:
        """What letter and agent say: the share of believed members among the others with the same one."""
        belief = self._belief["pressure"]
        found = np.zeros(len(belief))
        for category, weight, cap in self._contexts:
            known = category >= 0
            mine = category[known]
            total = np.bincount(mine, belief[known])[mine] - belief[known]
            others: FloatArray = np.bincount(mine)[mine].astype(np.float64) - 1.0
            found[known] += context_of(total, others, rate, weight, cap)
        return found
