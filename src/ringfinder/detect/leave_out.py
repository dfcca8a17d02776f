"""How much hangs on one thing: what remains without it, who is central, and what would change the verdict."""

from __future__ import annotations

import igraph
import numpy as np
from scipy.special import expit

from ringfinder.detect.dossier import Archive, Dossier
from ringfinder.detect.indicators import written
from ringfinder.detect.judge import group_factor
from ringfinder.detect.score import CARRIERS
from ringfinder.detect.settings import DetectSettings
from ringfinder.graph.arrays import FloatArray, IntArray
from ringfinder.records.rings import AttributeKey, Central, Change, Without

MOST_LEFT_OUT, MOST_CENTRAL = 3, 3
_LARGEST_DRAWN = 2000  # links; betweenness of more tells nobody anything and takes seconds
_MOST_MORE = 200
_TO_ALERT = (
    "若再有 {more} 户显出同样的迹象，即达到预警。",
    "{more} more household(s) with the same signs would make it an alert.",
)
_TO_REVIEW = (
    "若 {fewer} 户的迹象得到合理解释（现有 {harmed} 户），即不再构成预警。",
    "If the signs of {fewer} household(s) had an honest explanation (of {harmed} now), it would be no alert.",
)
_REGISTERED = (
    "若将用得最多的共用信息登记为善意共用，余下仍相互关联的有 {units} 户，评分为 {score}。",
    (
        "If the most used value were registered as honestly shared, {units} household(s) would still hang together, "
        "with a score of {score}."
    ),
)


class LeaveOut:
    """Leave-one-value-out and its kin, for one group after another."""

    def __init__(self, archive: Archive, settings: DetectSettings) -> None:
        self._archive, self._settings = archive, settings
        self._a = archive.analysis

    def without(self, dossier: Dossier) -> tuple[Without, ...]:
        """What remains without each of the most used values."""
        rows, columns = self._links(dossier)
        found = []
        for value in dossier.values[:MOST_LEFT_OUT].tolist():
            kept = rows != value
            left = self._largest(dossier, rows[kept], columns[kept])
            units = len(set(self._a.episodes.unit[left].tolist()))
            found.append(Without(self._archive.key(value), round(self._score(dossier, left, units), 4), units))
        return tuple(found)

    def _links(self, dossier: Dossier) -> tuple[IntArray, IntArray]:
        """Pairs (value, place of episode) of the group."""
        used = self._a.holdings.used.turned
        parts = [used.columns[used.starts[one] : used.starts[one + 1]] for one in dossier.episodes]
        what = np.concatenate(parts) if parts else np.empty(0, np.int64)
        place = np.repeat(np.arange(len(parts)), [len(part) for part in parts])
        mine = np.isin(what, np.concatenate([dossier.values, dossier.flows]))
        return what[mine], place[mine]

    def _largest(self, dossier: Dossier, rows: IntArray, columns: IntArray) -> IntArray:
        """Episodes of the part with the most households that still hangs together."""
        # Sets are joined by hand: a group is small, and an array call costs more than its work.
        parent = list(range(len(dossier.episodes)))

        def root(one: int) -> int:
            while parent[one] != one:
                parent[one] = one = parent[parent[one]]
            return one

        first: dict[int, int] = {}
        for value, place in zip(rows.tolist(), columns.tolist(), strict=True):
            parent[root(place)] = root(first.setdefault(value, place))
        unit = self._a.episodes.unit[dossier.episodes].tolist()
        parts: dict[int, list[int]] = {}
        for place in sorted(set(columns.tolist())):
            parts.setdefault(root(place), []).append(place)
        best = max(parts.values(), key=lambda part: (len({unit[one] for one in part}), -part[0]), default=[])
        found: IntArray = dossier.episodes[np.array(best, np.int64)]
        return found

    def _score(self, dossier: Dossier, episodes: IntArray, units: int) -> float:
        """Score of the rest by what carries the whole; a rest of fewer than the least households has none."""
        judgement = self._a.judgement
        if units < self._settings.least_units:
            return 0.0
        carrier = CARRIERS[int(self._a.terms.carry[dossier.group])]
        total = float(self._a.terms.total[dossier.group])
        if carrier == "flow":
            return min(total, float(self._a.terms.score[dossier.group]))
        ratio = judgement.pressure if carrier == "pressure" else judgement.commission
        home = np.unique(self._a.episodes.unit[episodes], return_inverse=True)[1].reshape(-1)
        look = np.zeros(units)
        np.maximum.at(look, home, expit(ratio[episodes]))  # a household counts by its most harmed episode
        harmed = float(look.sum())
        rest = self._carried(carrier, np.array([harmed]), np.array([float(units)]), len(dossier.values) - 1)
        return min(total, float(rest[0]))

    def _carried(self, carrier: str, harmed: FloatArray, units: FloatArray, values: int) -> FloatArray:
        """Score of groups with so many harmed of so many households and so many shared values, by one carrier."""
        s, judgement = self._settings, self._a.judgement
        kin = np.where((units <= s.kin_units) & (values == 1), s.kin_margin, 0.0)
        if carrier == "pressure":
            return group_factor(harmed, units, judgement.usual_pressure, s.ring_mean, s) - kin
        found = group_factor(harmed, units, judgement.usual_commission, s.commission_mean, s)
        return found + float(np.log(s.commission_odds)) - kin

    def central(self, dossier: Dossier) -> tuple[Central, ...]:
        """Values and applicants through which most of the shortest paths run."""
        rows, columns = self._links(dossier)
        if not len(rows) or len(rows) > _LARGEST_DRAWN:
            return ()
        what, place = np.unique(rows, return_inverse=True)
        size = len(dossier.episodes)
        graph = igraph.Graph(size + len(what), np.column_stack([columns, place.reshape(-1) + size]))
        most = (size + len(what) - 1) * (size + len(what) - 2) / 2
        share = np.array(graph.betweenness()) / max(most, 1.0)
        order = np.lexsort((np.arange(len(share)), -np.round(share, 9)))[:MOST_CENTRAL]
        values = len(self._a.network.values)
        found = []
        for node in order[share[order] > 0].tolist():
            if node >= size:
                thing = int(what[node - size])
                if thing < values:
                    found.append(Central(self._archive.key(thing), round(float(share[node]), 4)))
                continue
            request = dossier.requests[self._a.episodes.of_request[dossier.requests] == dossier.episodes[node]][:1]
            name = self._archive.text("applicant_id", request)[0]
            found.append(Central(AttributeKey("applicant", name), round(float(share[node]), 4)))
        return tuple(found)

    def changes(self, dossier: Dossier, without: tuple[Without, ...]) -> tuple[Change, ...]:
        """What would make the group an alert, or none."""
        found = []
        carrier = CARRIERS[int(self._a.terms.carry[dossier.group])]
        if carrier != "flow":
            found.append(self._households(dossier, carrier))
        if without:
            found.append(_change("registered", _REGISTERED, units=without[0].units, score=round(without[0].score, 2)))
        return tuple(found)

    def _households(self, dossier: Dossier, carrier: str) -> Change:
        """How many households more, or fewer, with signs of harm."""
        harmed = float(self._a.terms.harmed[carrier][dossier.group])
        units = np.full(dossier.units, float(dossier.units))
        steps = np.arange(1, dossier.units + 1, dtype=np.float64)
        if self._a.terms.score[dossier.group] > 0:
            left = self._carried(carrier, np.maximum(harmed - steps, 0), units, len(dossier.values))
            return _change("explained", _TO_REVIEW, fewer=int(steps[np.argmax(left <= 0)]), harmed=round(harmed))
        more = np.arange(1, _MOST_MORE, dtype=np.float64)
        grown = self._carried(carrier, harmed + more, dossier.units + more, len(dossier.values))
        return _change(
            "more_signs", _TO_ALERT, more=int(more[np.argmax(grown > 0)]) if (grown > 0).any() else _MOST_MORE
        )


def _change(name: str, sentence: tuple[str, str], **counts: float) -> Change:
    numbers = {key: float(number) for key, number in counts.items()}
    shown = {key: written(number) for key, number in numbers.items()}
    return Change(name, numbers, sentence[0].format(**shown), sentence[1].format(**shown))
