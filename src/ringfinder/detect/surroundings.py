"""What happened around a ring: visits together, one operator's look-ups, values on the watchlist.

None of it takes part in the score: it is for whoever reads the lead.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from functools import cached_property

import numpy as np

from ringfinder.detect.dossier import Archive, Dossier
from ringfinder.detect.indicators import expected_count
from ringfinder.detect.terms import term
from ringfinder.graph.arrays import BoolArray, FloatArray, IntArray, distinct, pick
from ringfinder.graph.columns import days, numbers
from ringfinder.graph.incidence import of_one_policy
from ringfinder.graph.network import LINKING_KINDS
from ringfinder.records.rings import Evidence

WARNING = 3
"""People at a counter from which the insurer's rules warn (four are an alarm)."""

_NAMED = 5


class Surroundings:
    """Terms about what is around a group; each table is joined once."""

    def __init__(self, archive: Archive) -> None:
        self._archive = archive
        self._network = archive.analysis.network
        self._read: dict[tuple[str, str], FloatArray] = {}

    def _days(self, table: str, column: str) -> FloatArray:
        """Dates of a whole table as days, read once."""
        if (table, column) not in self._read:
            self._read[table, column] = days(self._network.portfolio.table(table)[column])
        return self._read[table, column]

    def terms(self, dossier: Dossier) -> Iterator[Evidence]:
        """All of them."""
        yield from self._visits(dossier)
        yield from self._look_ups(dossier)
        yield from self._watched(dossier)

    def _visits(self, dossier: Dossier) -> Iterator[Evidence]:
        visit, request = _of(self._visited, dossier.requests)
        if not len(visit):
            return
        when = np.floor(self._days("visits", "visited_at")[visit])
        where = self._archive.cells("visits", "branch_code").take(visit).to_pylist()
        place = list(zip(when.tolist(), where, strict=True))
        counted = Counter(place)
        best = max(counted, key=lambda one: (counted[one], -one[0], str(one[1])))
        mine = np.array([one == best for one in place])
        came = len(distinct(self._archive.person[request[mine]]))
        if came < WARNING:
            return
        party = np.nan_to_num(numbers(self._archive.cells("visits", "party_size").take(visit[mine])))
        counts = {"shown": float(came), "people": float(max(party.max(), came))}
        rows = self._archive.table_rows("visits", "visit_id", distinct(visit[mine]))
        yield term("collective_visit", np.log(came), counts, {}, rows)

    @cached_property
    def _visited(self) -> tuple[IntArray, IntArray]:
        return _by_request(self._network.joins.visits, self._network.count)

    def _look_ups(self, dossier: Dossier) -> Iterator[Evidence]:
        """One operator who looked at many of the policies before the first request."""
        looked, request = _of(self._accessed, dossier.requests)
        before = self._days("data_access", "accessed_at")[looked] < self._archive.day[dossier.requests].min()
        looked, request = looked[before], request[before]
        if not len(looked):
            return
        operators = self._archive.cells("data_access", "operator").take(looked).to_pylist()
        seen = {(name, int(one)) for name, one in zip(operators, request, strict=True)}
        counted = Counter(name for name, _ in seen)
        best = max(counted, key=lambda name: (counted[name], name))
        shown, of = counted[best], len(dossier.requests)
        expected = self._operators[best] * of
        if shown < WARNING or shown <= expected:
            return
        counts, baseline = {"requests": float(of), "shown": float(shown)}, {"expected": expected_count(expected)}
        mine = distinct(looked[np.array([name == best for name in operators])])
        rows = self._archive.table_rows("data_access", "policy_no", mine)
        yield term("looked_up", shown * np.log(shown / expected) - (shown - expected), counts, baseline, rows)

    @cached_property
    def _accessed(self) -> tuple[IntArray, IntArray]:
        table = self._network.portfolio.table("data_access")
        return _by_request(of_one_policy(table, self._network.requests), self._network.count)

    @cached_property
    def _operators(self) -> dict[str, float]:
        """Share of the requests whose policy each operator looked at."""
        looked, request = self._accessed
        operators = self._network.portfolio.table("data_access")["operator"].take(looked).to_pylist()
        counted = Counter(name for name, _ in set(zip(operators, request.tolist(), strict=True)))
        return {name: count / self._network.count for name, count in counted.items()}

    def _watched(self, dossier: Dossier) -> Iterator[Evidence]:
        mine = self._on_watchlist[dossier.values]
        if not mine.any():
            return
        values = dossier.values[mine]
        used = distinct(np.concatenate([self._archive.uses_inside(int(one), dossier.requests)[0] for one in values]))
        counts = {"values": float(len(values)), "members": float(len(distinct(self._network.unit[used])))}
        named = self._archive.keys(values[:_NAMED])
        yield term("watchlisted", np.log1p(len(values)), counts, {}, self._archive.rows(used), named)

    @cached_property
    def _on_watchlist(self) -> BoolArray:
        """Whether each value of the network is listed on the day of its last use."""
        network = self._network
        found = np.zeros(len(network.values), np.bool_)
        table = network.portfolio.table("watchlist")
        if not len(table):
            return found
        last = np.full(len(network.values), -np.inf)
        np.maximum.at(last, network.uses.code, network.uses.day)
        until, since = days(table["valid_to"]), days(table["since"])
        for number, kind in enumerate(LINKING_KINDS):
            chosen = np.flatnonzero(network.values.kind == number)
            if kind not in network.codes or not len(chosen):
                continue
            listed = network.codes[kind].of("watchlist", "value")
            code = network.values.code[chosen]
            row = np.full(len(network.codes[kind].values), -1, np.int64)
            row[listed[listed >= 0]] = np.flatnonzero(listed >= 0)
            at = pick(row, code, -1)
            day = last[chosen]
            found[chosen] = (at >= 0) & ~(pick(until, at, np.nan) < day) & ~(pick(since, at, np.nan) > day)
        return found


def _by_request(joined: tuple[IntArray, IntArray], requests: int) -> tuple[IntArray, IntArray]:
    """Pairs (row, request) in the order of requests, with where each request starts in place of the requests."""
    rows, owners = joined
    order = np.argsort(owners, kind="stable")
    return rows[order], owners[order] if requests else owners


def _of(joined: tuple[IntArray, IntArray], requests: IntArray) -> tuple[IntArray, IntArray]:
    """Rows that belong to some requests, and the request of each."""
    rows, owners = joined
    start, end = np.searchsorted(owners, requests), np.searchsorted(owners, requests, side="right")
    at = np.concatenate([np.arange(first, last) for first, last in zip(start, end, strict=True)] or [np.empty(0, int)])
    return rows[at.astype(np.int64)], owners[at.astype(np.int64)]
