"""The terms of a ring's score, each with its numbers, what they are compared with, and the rows behind it.

`PARTS` add up to the total of the score; what `pressure` and `commission` are made of follows sign by
sign, and what speaks for the members has a negative weight.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence

import numpy as np
from scipy.special import expit

from ringfinder.detect.base_rates import BaseRates
from ringfinder.detect.dossier import Archive, Dossier
from ringfinder.detect.holdings import KINDS
from ringfinder.detect.indicators import expected_count
from ringfinder.detect.surroundings import Surroundings
from ringfinder.detect.terms import divergence, term
from ringfinder.graph.arrays import BoolArray, FloatArray, distinct
from ringfinder.records.rings import AttributeKey, Evidence

PARTS = (
    "pressure", "commission", "flow", "same_agent", "ex_agent", "same_branch", "same_letter", "burst", "same_holding",
    "one_shared_thing", "search", *(f"shared_{kind}" for kind in KINDS if kind != "flow"),
)  # fmt: skip
"""Indicators whose weights add up to the total of a score."""

MOST_NAMED = 5
"""Shared values named in one sentence."""

SPANS = (7.0, 14.0, 30.0, 60.0, 120.0, 240.0, 450.0, 900.0)
"""Spans of days: a week to two and a half years, each about twice the last."""

_HALF = 0.5


class EvidenceMaker:
    """Makes the terms of one group after another."""

    def __init__(self, archive: Archive, rates: BaseRates) -> None:
        self._archive, self._rates, self._around = archive, rates, Surroundings(archive)
        self._a = archive.analysis
        self._holders = self._a.holdings.households
        held = archive.analysis.signs.held_days
        self._held_days = np.sort(held[~np.isnan(held)])
        self._copies = np.bincount(archive.analysis.letter[archive.analysis.letter >= 0])
        self._looks = {
            "pressure": expit(self._a.judgement.pressure),
            "commission": expit(self._a.judgement.commission),
        }

    def terms(self, dossier: Dossier) -> tuple[Evidence, ...]:
        """All terms of a group, the weightiest first."""
        found = [
            *self._harm(dossier),
            *self._flows(dossier),
            *self._shared(dossier),
            *self._in_common(dossier),
            *self._signs(dossier),
            *self._for_members(dossier),
            self._search(dossier),
        ]
        return tuple(sorted(found, key=lambda term: (-term.weight, term.indicator)))

    def _part(self, name: str, dossier: Dossier) -> float:
        return float(self._a.terms.parts[name][dossier.group])

    def _harm(self, dossier: Dossier) -> Iterator[Evidence]:
        """Pressure and commission: how many households look harmed."""
        for name, look in self._looks.items():
            weight = self._part(name, dossier)
            if weight <= 0:
                continue
            harmed = look[dossier.episodes] > _HALF
            units = distinct(self._a.episodes.unit[dossier.episodes[harmed]])
            rows = dossier.requests[np.isin(self._a.episodes.of_request[dossier.requests], dossier.episodes[harmed])]
            counts = {"units": float(dossier.units), "harmed": float(len(units))}
            yield term(name, weight, counts, {"rate": self._rates.looks[name]}, self._archive.rows(rows))

    def _flows(self, dossier: Dossier) -> Iterator[Evidence]:
        flows, first = self._a.flows, len(self._a.network.values)
        weight = self._part("flow", dossier)
        if weight <= 0 or not len(dossier.flows):
            return
        best = int(dossier.flows[np.argmax(flows.surprise[dossier.flows - first])]) - first
        used = flows.used.columns[flows.used.starts[best] : flows.used.starts[best + 1]]
        rows = dossier.requests[np.isin(self._a.episodes.of_request[dossier.requests], used)]
        counts = {"households": float(flows.households[best])}
        yield term("flow", weight, counts, {"expected": float(flows.expected[best])}, self._archive.rows(rows))

    def _shared(self, dossier: Dossier) -> Iterator[Evidence]:
        """One term for each kind of shared value, and the best one taken off."""
        network = self._a.network
        kind = network.values.kind[dossier.values]
        holders = self._holders[dossier.values]
        surprise = np.log(max(network.units, 2) / np.maximum(holders, 2)) * (dossier.users - 1)
        used_by = [self._archive.uses_inside(int(value), dossier.requests)[0] for value in dossier.values]
        for number in distinct(kind).tolist():
            chosen = kind == number
            values = dossier.values[chosen]
            rows = distinct(np.concatenate([used_by[place] for place in np.flatnonzero(chosen)]))
            counts = {
                "members": float(len(distinct(network.unit[rows]))),
                "values": float(len(values)),
                "holders": float(holders[chosen].sum()),
            }
            of_all = dossier.units / max(network.units, 1)
            expected = {"expected": expected_count(counts["holders"] * of_all)}
            named = self._archive.keys(values[:MOST_NAMED])
            weight = float(surprise[chosen].sum())
            yield term(f"shared_{KINDS[number]}", weight, counts, expected, self._archive.rows(rows), named)
        if len(surprise):
            best = int(np.argmax(surprise))
            named = self._archive.keys(dossier.values[best : best + 1])
            counts = {"members": float(dossier.users[best])}
            behind = self._archive.rows(used_by[best])
            yield term("one_shared_thing", -float(surprise[best]), counts, {}, behind, named)

    def _in_common(self, dossier: Dossier) -> Iterator[Evidence]:
        """Agent, branch, letter, time and time of holding."""
        for family, make in (
            ("agent", self._agent),
            ("branch", self._branch),
            ("letter", self._letter),
            ("time", self._time),
            ("held", self._held),
        ):
            weight = self._part(family, dossier)
            if weight > 0:
                yield make(dossier, weight)

    def _agent(self, dossier: Dossier, weight: float) -> Evidence:
        agent, mine = _most_common(self._archive.policy_cells("agent_no", dossier.requests))
        rows = dossier.requests[mine]
        left = self._archive.agent_left[rows[0]]
        gone = bool(left < self._archive.day[rows].max())
        expected = self._rates.agents.get(agent, 0.0) * len(mine)
        counts = {"requests": float(len(mine)), "shown": float(len(rows))}
        name = "ex_agent" if gone else "same_agent"
        named = (AttributeKey("agent", agent),)
        return term(name, weight, counts, {"expected": expected_count(expected)}, self._archive.rows(rows), named)

    def _branch(self, dossier: Dossier, weight: float) -> Evidence:
        cells = self._archive.text("branch_code", dossier.requests)
        branch, mine = _most_common(cells)
        expected = self._rates.branches.get(branch, 0.0) * len(mine)
        counts = {"requests": float(len(mine)), "shown": float(mine.sum())}
        rows, named = self._archive.rows(dossier.requests[mine]), (AttributeKey("branch", branch),)
        return term("same_branch", weight, counts, {"expected": expected_count(expected)}, rows, named)

    def _letter(self, dossier: Dossier, weight: float) -> Evidence:
        letter = self._a.letter[dossier.requests]
        kinds, count = np.unique(letter[letter >= 0], return_counts=True)
        copied = kinds[count > 1]
        mine = np.isin(letter, copied)
        holders = int(self._copies[copied].sum())
        counts = {
            "requests": float(len(letter)),
            "shown": float(mine.sum()),
            "letters": float(len(copied)),
            "holders": float(holders),
        }
        expected = {"expected": expected_count(holders * len(letter) / max(len(self._a.letter), 1))}
        return term("same_letter", weight, counts, expected, self._archive.rows(dossier.requests[mine]))

    def _time(self, dossier: Dossier, weight: float) -> Evidence:
        """The densest span against the usual flow of requests around it."""
        day = np.sort(self._archive.day[dossier.requests])
        inside, expected, start, span = _densest(day, self._rates.days, len(day))
        mine = (self._archive.day[dossier.requests] >= start) & (self._archive.day[dossier.requests] <= start + span)
        counts = {"requests": float(len(day)), "shown": float(inside), "days": float(span)}
        rows = self._archive.rows(dossier.requests[mine])
        return term("burst", weight, counts, {"expected": expected_count(expected)}, rows)

    def _held(self, dossier: Dossier, weight: float) -> Evidence:
        """The half of the members that lies closest together."""
        held = self._a.signs.held_days[dossier.requests]
        known = np.sort(held[~np.isnan(held)])
        half = max((len(known) + 1) // 2, 1)
        width = known[half - 1 :] - known[: len(known) - half + 1]
        start = int(np.argmin(width))
        least, most = np.floor(known[start]), np.ceil(known[start + half - 1])
        mine = (held >= least) & (held <= most)
        everybody = np.searchsorted(self._held_days, most, "right") - np.searchsorted(self._held_days, least)
        counts = {"requests": float(len(held)), "shown": float(mine.sum()), "least": float(least), "most": float(most)}
        expected = {"expected": expected_count(float(everybody) / len(self._a.letter) * len(held))}
        return term("same_holding", weight, counts, expected, self._archive.rows(dossier.requests[mine]))

    def _signs(self, dossier: Dossier) -> Iterator[Evidence]:
        """Signs that are more common in the group than elsewhere."""
        for name, shown in self._rates.flags.items():
            yield from self._compared(name, shown, dossier, 1.0)
        yield from self._around.terms(dossier)

    def _compared(self, name: str, shown: BoolArray, dossier: Dossier, sign: float) -> Iterator[Evidence]:
        """A term for a sign that is more common than among all others; one request may be chance."""
        mine = shown[dossier.requests]
        count, of = int(mine.sum()), len(mine)
        rate = float((self._rates.totals[name] - count) / max(len(shown) - of, 1))
        if count < 2 or count / of <= rate:  # noqa: PLR2004 - two
            return
        counts = {"requests": float(of), "shown": float(count)}
        rows = self._archive.rows(dossier.requests[mine])
        yield term(name, sign * divergence(count, of, rate), counts, {"rate": rate}, rows)

    def _for_members(self, dossier: Dossier) -> Iterator[Evidence]:
        """What speaks for the members: honest papers, kin, own letters, hardship."""
        for name, shown in self._rates.honest.items():
            yield from self._compared(name, shown, dossier, -1.0)
        persons = len(distinct(self._archive.person[dossier.requests]))
        if persons > dossier.units:
            counts = {"applicants": float(persons), "units": float(dossier.units)}
            rows = self._archive.rows(dossier.requests)
            yield term("recorded_kin", -float(np.log(persons / dossier.units)), counts, {}, rows)

    def _search(self, dossier: Dossier) -> Evidence:
        groups = self._a.groups.count
        rows = self._archive.rows(dossier.requests)
        return term("search", self._part("search", dossier), {"groups": float(groups)}, {}, rows)


def _most_common(cells: Sequence[str | None]) -> tuple[str, BoolArray]:
    """The commonest cell and where it stands; of equals the one that comes first."""
    known = Counter(cell for cell in cells if cell)
    best = max(known, key=lambda cell: known[cell])
    return best, np.array([cell == best for cell in cells])


def _densest(day: FloatArray, everybody: FloatArray, size: int) -> tuple[int, float, float, float]:
    """The span that surprises most: requests inside, expected ones, its first day and its days (Poisson scan)."""
    best = (-1.0, size, float(size), float(day[0]), float(max(np.ceil(day[-1] - day[0]), 1)))
    for span in SPANS:
        last = np.searchsorted(day, day + span, side="right")
        inside = (last - np.arange(len(day))).astype(float)
        usual = np.searchsorted(everybody, day + span, side="right") - np.searchsorted(everybody, day, side="left")
        expected = np.maximum(size * usual / len(everybody), 1e-9)
        gain = np.where(inside > expected, inside * np.log(inside / expected) - (inside - expected), 0.0)
        at = int(np.argmax(gain))
        if gain[at] > best[0]:
            best = (float(gain[at]), int(inside[at]), float(expected[at]), float(day[at]), span)
    return best[1], best[2], best[3], best[4]
