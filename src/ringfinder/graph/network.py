"""The whole way from facts to an incidence of requests and values that may link them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from ringfinder.graph import classes
from ringfinder.graph.arrays import BoolArray, IntArray, Pairs, compact, contains, distinct, pairs
from ringfinder.graph.classes import ValueClass
from ringfinder.graph.codes import Codes, code_values
from ringfinder.graph.columns import days, is_one_of
from ringfinder.graph.delegates import resolve
from ringfinder.graph.filed import FILED_KINDS, filed_values, first_day
from ringfinder.graph.incidence import Joins, Source, Uses, join_tables, uses_of
from ringfinder.graph.order import in_order
from ringfinder.graph.people import People, find_households, find_people, recorded_kin
from ringfinder.records.kinds import Remark
from ringfinder.records.portfolio import Portfolio, remarks

LINKING_KINDS: tuple[str, ...] = ("phone", "address", "email", "bank_account", "delegate", "device", "ip")
"""Kinds of values in a network; a value's `kind` is the place in this tuple."""

_PLACES = ("device", "ip")
"""A registered device or gateway of a branch says where a request was filed, not for whom: it spreads to nothing."""


@dataclass(frozen=True)
class Limits:
    """What the graph stage takes from the settings of detection.

    Parameters
    ----------
    fresh_days
        A contact younger than this was not on file.
    household
        Fewest and most holders of a filed value that make a household.
    most_relations
        Somebody with more recorded relations ties nobody.
    counter_share
        A device whose requests are made at counters by more than this share stands in a branch.
    spread_share, spread_least
        A value of which this share (and number) of requests also show an institution's value does
        not link.
    """

    fresh_days: float = 180.0
    household: tuple[int, int] = (2, 8)
    most_relations: int = 12
    counter_share: float = 0.5
    spread_share: float = 0.4
    spread_least: int = 2


@dataclass(frozen=True)
class Values:
    """Values that survived pruning.

    Parameters
    ----------
    kind
        Place in `LINKING_KINDS`.
    text
        Normal form.
    code
        Place in the codes of the kind; of a delegate in those of the IDs, and behind them of the phones.
    classes
        `ValueClass` of each.
    no_door
        Addresses without a door number.
    filed
        Customers who have the value on file: 0, 1, or 2 for more.
    """

    kind: IntArray
    text: pa.Array
    code: IntArray
    classes: IntArray
    no_door: BoolArray
    filed: IntArray

    def __len__(self) -> int:
        return len(self.kind)


@dataclass(frozen=True)
class Network:
    """Requests in canonical order, who made them, and the values they share.

    Parameters
    ----------
    requests
        `surrender_requests` in canonical order; request numbers are rows of it.
    unit
        Household of each request, numbered by first request.
    uses
        Uses of surviving values (code = number of the value).
    own
        For kinds that are filed: pairs (unit, code) on file, by kind.
    shows_institution
        Requests that show a contact of a branch, employer or public office.
    agent_helped
        Requests that show the phone or ID of an agent in post.
    household
        Household of each person, also of those who made no request.
    classes
        `ValueClass` of every code of each kind in `LINKING_KINDS`, also of those that were pruned.
    """

    portfolio: Portfolio
    requests: pa.Table
    people: People
    joins: Joins
    codes: Mapping[str, Codes]
    unit: IntArray
    units: int
    uses: Uses
    values: Values
    own: Mapping[str, Pairs]
    delegate: IntArray
    shows_institution: BoolArray
    agent_helped: BoolArray
    household: IntArray
    classes: Mapping[str, NDArray[np.int8]]

    @property
    def count(self) -> int:
        """Number of requests."""
        return len(self.unit)


def build_network(portfolio: Portfolio, limits: Limits | None = None) -> Network:
    """Persons, households, value classes and the pruned incidence of a portfolio."""
    limits = limits or Limits()
    portfolio = in_order(portfolio)
    requests = portfolio.table("surrender_requests")
    codes = code_values(portfolio, requests)
    people = find_people(portfolio, requests, codes["id_no"].of("persons", "id_no"))
    applied = days(requests["applied_at"])
    first = first_day(people, applied, float(applied.max(initial=0.0)))
    filed = {kind: filed_values(portfolio, people, codes[kind], first, limits.fresh_days) for kind in FILED_KINDS}
    household = _households(portfolio, people, codes, filed, limits)
    unit, units = compact(household[people.of_request])
    joins = join_tables(portfolio, requests, people, limits.fresh_days)
    return _Pruner(portfolio, requests, people, codes, filed, household, unit, units, joins, limits).run()


def _households(
    portfolio: Portfolio, people: People, codes: Mapping[str, Codes], filed: Mapping[str, Pairs], limits: Limits
) -> IntArray:
    """Household of each person, from filed contacts with a door and recorded kinship."""
    vague = _no_door(portfolio, portfolio.table("surrender_requests"), codes["address"], in_requests=False)
    listed = {kind: ~np.isinf(classes.registry(portfolio, codes[kind]).until) for kind in FILED_KINDS}
    agents = {kind: ~np.isinf(classes.in_post_until(portfolio, codes[kind])) for kind in FILED_KINDS}
    kept = []
    for kind, held in filed.items():
        out = listed[kind] | agents[kind]
        if kind == "address":
            out = out | vague
        kept.append(held.only(~out[held.columns]))
    kin = recorded_kin(portfolio, people, limits.most_relations)
    return find_households(people, kept, kin, *limits.household)


def _no_door(portfolio: Portfolio, requests: pa.Table, codes: Codes, *, in_requests: bool = True) -> BoolArray:
    """Addresses without a door number, by code."""
    vague = np.zeros(len(codes.values), np.bool_)
    for (table, column), code in codes.columns.items():
        if table == "surrender_requests" and not in_requests:
            continue
        rows = requests if table == "surrender_requests" else portfolio.table(table)
        mask = rows[remarks(column)].combine_chunks().fill_null(0).to_numpy(zero_copy_only=False)
        marked = (mask.astype(np.int64) & int(Remark.NO_DOOR) > 0) & (code >= 0)
        vague[code[marked]] = True
    return vague


@dataclass
class _Pruner:
    """Prune in the cheapest order: never-link values, values of one unit, own filed values."""

    portfolio: Portfolio
    requests: pa.Table
    people: People
    codes: Mapping[str, Codes]
    filed: Mapping[str, Pairs]
    household: IntArray
    unit: IntArray
    units: int
    joins: Joins
    limits: Limits

    def run(self) -> Network:
        """Prune every kind and number the surviving values by kind and text."""
        self.delegate = resolve(self.codes["phone"], self.codes["id_no"])
        self.institution = np.zeros(len(self.unit), np.bool_)
        self.helped = np.zeros(len(self.unit), np.bool_)
        self.own = {kind: self._own(held) for kind, held in self.filed.items()}
        parts, kinds, texts, code_of, class_of, vague, filed = [], [], [], [], [], [], []
        offset = 0
        found = {kind: self._prune(kind) for kind in LINKING_KINDS}
        for number, kind in enumerate(LINKING_KINDS):
            uses, value_class = found[kind]
            survivors, place = np.unique(uses.code, return_inverse=True)
            text = self._text(kind, survivors)
            order = np.asarray(pa.compute.sort_indices(text)).astype(np.int64)
            rank = np.empty(len(order), np.int64)
            rank[order] = np.arange(len(order))
            parts.append(Uses(uses.request, rank[place.reshape(-1)] + offset, uses.source, uses.day))
            kinds.append(np.full(len(survivors), number, np.int64))
            texts.append(text.take(pa.array(order)))
            code_of.append(survivors[order])
            class_of.append(value_class[survivors][order])
            is_vague = _no_door(self.portfolio, self.requests, self.codes[kind]) if kind == "address" else None
            vague.append(np.zeros(len(order), np.bool_) if is_vague is None else is_vague[survivors][order])
            filed.append(
                self._filed_by(kind)[survivors][order] if kind in self.filed else np.zeros(len(order), np.int64)
            )
            offset += len(survivors)
        values = Values(
            np.concatenate(kinds),
            pa.chunked_array(texts).combine_chunks(),
            np.concatenate(code_of),
            np.concatenate(class_of),
            np.concatenate(vague),
            np.concatenate(filed),
        )
        pruned = {kind: value_class.astype(np.int8) for kind, (_, value_class) in found.items()}
        return self._spread(Uses.join(parts), values, pruned)

    def _own(self, held: Pairs) -> Pairs:
        """Pairs (unit, code) on file in the household of each unit that made a request."""
        unit_of = np.full(int(self.household.max(initial=-1)) + 1, -1, np.int64)
        unit_of[self.household[self.people.of_request]] = self.unit
        return pairs(unit_of[self.household[held.rows]], held.columns, (self.units, held.shape[1]))

    def _filed_by(self, kind: str) -> IntArray:
        """Customers who have each code on file: 0, 1, or 2 for more."""
        code = self.codes[kind].of("persons", kind)
        return np.minimum(np.bincount(code[code >= 0], minlength=len(self.codes[kind].values)), 2)

    def _text(self, kind: str, wanted: IntArray) -> pa.Array:
        if kind != "delegate":
            return self.codes[kind].values.take(pa.array(wanted))
        both = pa.chunked_array([self.codes["id_no"].values, self.codes["phone"].values], pa.string())
        return both.take(pa.array(wanted)).combine_chunks()

    def _prune(self, kind: str) -> tuple[Uses, IntArray]:
        """Uses that may link, and the class of every code of the kind."""
        if kind == "delegate":
            return self._prune_delegates()
        codes = self.codes[kind]
        uses = uses_of(self.portfolio, self.requests, codes, self.joins)
        value_class = np.zeros(len(codes.values), np.int64)
        uses = self._drop_listed(codes, uses, value_class)
        uses = self._shared(uses, len(codes.values))
        uses = self._drop_classes(codes, uses, value_class)
        if kind in self.own:
            held = self.own[kind]
            keys = held.rows * np.int64(max(held.shape[1], 1)) + held.columns
            mine = contains(keys, self.unit[uses.request] * np.int64(max(held.shape[1], 1)) + uses.code)
            uses = uses.only(~mine)
        return self._shared(uses, len(codes.values)), value_class

    def _prune_delegates(self) -> tuple[Uses, IntArray]:
        ids, phones = self.codes["id_no"], self.codes["phone"]
        size = len(ids.values) + len(phones.values)
        known = self.delegate >= 0
        applied = days(self.requests["applied_at"])
        uses = Uses(np.flatnonzero(known), self.delegate[known], np.full(known.sum(), Source.DELEGATE), applied[known])
        until = np.concatenate(
            [
                np.maximum(classes.in_post_until(self.portfolio, codes), classes.registry(self.portfolio, codes).until)
                for codes in (ids, phones)
            ]
        )
        agent = uses.day <= until[uses.code]
        self.helped[uses.request[agent]] = True
        value_class = np.where(np.isinf(until) & (until < 0), ValueClass.OPEN, ValueClass.AGENT).astype(np.int64)
        uses = uses.only(~agent)
        uses = uses.only(~self._is_kin(uses, ids))
        return self._shared(uses, size), value_class

    def _is_kin(self, uses: Uses, ids: Codes) -> BoolArray:
        """Whether the delegate is of the applicant's own household, by the ID on file."""
        unit_of = np.full(int(self.household.max(initial=-1)) + 1, -1, np.int64)
        unit_of[self.household[self.people.of_request]] = self.unit
        person = self.people.of_table(self.portfolio, "persons")
        code = ids.of("persons", "id_no")
        held = pairs(unit_of[self.household[person]], code, (self.units, len(ids.values)))
        width = np.int64(max(len(ids.values), 1))
        keys = held.rows * width + held.columns
        named = uses.code < len(ids.values)
        return named & contains(keys, self.unit[uses.request] * width + np.where(named, uses.code, 0))

    def _drop_listed(self, codes: Codes, uses: Uses, value_class: IntArray) -> Uses:
        """Without values of the registry and of agents in post, on the day of the use."""
        listed = classes.registry(self.portfolio, codes)
        post = classes.in_post_until(self.portfolio, codes)
        value_class[~np.isinf(post) | (post > 0)] = ValueClass.AGENT
        value_class[~np.isinf(listed.until) | (listed.until > 0)] = ValueClass.REGISTRY
        public = listed.institution[uses.code] & (uses.day <= listed.until[uses.code])
        if codes.kind not in _PLACES:
            self.institution[uses.request[public]] = True
        by_agent = uses.day <= post[uses.code]
        self.helped[uses.request[by_agent]] = True
        return uses.only(~by_agent & ~(uses.day <= listed.until[uses.code]))

    def _drop_classes(self, codes: Codes, uses: Uses, value_class: IntArray) -> Uses:
        """Without junk, institutions by name, values on file with many persons, counters' devices."""
        survivors = distinct(uses.code)
        texts = codes.values.take(pa.array(survivors))
        value_class[survivors[classes.junk(codes.kind, texts)]] = ValueClass.JUNK
        named = survivors[classes.names_institution(codes.kind, texts)]
        value_class[named] = ValueClass.INSTITUTION
        self.institution[uses.request[np.isin(uses.code, named)]] = True
        if codes.kind in self.filed:
            many = self.filed[codes.kind].column_sizes > self.limits.household[1]
            value_class[many] = ValueClass.FILED
        if codes.kind == "device":
            counter = is_one_of(self.requests["channel"], "counter")[uses.request]
            share = np.bincount(uses.code, counter, len(codes.values)) / np.maximum(
                np.bincount(uses.code, minlength=len(codes.values)), 1
            )
            value_class[share > self.limits.counter_share] = ValueClass.COUNTER
        stays = np.isin(value_class[uses.code], (ValueClass.OPEN, ValueClass.AGENT, ValueClass.REGISTRY))
        return uses.only(stays)

    def _shared(self, uses: Uses, codes: int) -> Uses:
        """Only values used by at least two units."""
        held = pairs(uses.code, self.unit[uses.request], (codes, self.units))
        return uses.only(held.row_sizes[uses.code] > 1)

    def _spread(self, uses: Uses, values: Values, pruned: Mapping[str, NDArray[np.int8]]) -> Network:
        """Take out values that mostly go with an institution's value."""
        held = pairs(uses.code, uses.request, (len(values.kind), len(self.unit)))
        beside = np.bincount(held.rows, self.institution[held.columns], len(values.kind))
        limits = self.limits
        spread = (beside >= limits.spread_least) & (beside >= limits.spread_share * held.row_sizes)
        value_class = np.where(spread, ValueClass.INSTITUTION, values.classes)
        for number, kind in enumerate(LINKING_KINDS):
            pruned[kind][values.code[spread & (values.kind == number)]] = ValueClass.INSTITUTION
        return Network(
            self.portfolio,
            self.requests,
            self.people,
            self.joins,
            self.codes,
            self.unit,
            self.units,
            uses.only(~spread[uses.code]),
            replace(values, classes=value_class),
            self.own,
            self.delegate,
            self.institution,
            self.helped,
            self.household,
            pruned,
        )
