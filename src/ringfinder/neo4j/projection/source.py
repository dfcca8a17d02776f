"""What the projection is made from: the facts of a run as the core understood them, and the rings of that run."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property
from typing import Protocol

import numpy as np
import pyarrow as pa

from ringfinder.detect.analysis import limits_of
from ringfinder.detect.settings import DetectSettings
from ringfinder.detect.signs import Signs, find_signs
from ringfinder.graph.arrays import BoolArray, FloatArray, IntArray, Pairs, contains, pairs
from ringfinder.graph.columns import days, lookup
from ringfinder.graph.episodes import find_episodes
from ringfinder.graph.filed import FILED_KINDS, filed_values, first_day
from ringfinder.graph.incidence import Source as Role
from ringfinder.graph.incidence import uses_of
from ringfinder.graph.letters import letter_clusters
from ringfinder.graph.network import LINKING_KINDS, Network, build_network
from ringfinder.records.portfolio import Portfolio
from ringfinder.records.rings import AttributeKey, Ring, Tier

_ROLES = len(Role)


class Show(Protocol):
    """How values of rings are shown: as `ringfinder.report.masking.Masker` does."""

    def fill(self, sentence: str, values: Sequence[AttributeKey]) -> str:
        """A sentence with its values."""


@dataclass(frozen=True, slots=True)
class RunFacts:
    """What the graph says of one run."""

    number: int
    run_id: str
    finished_at: datetime
    as_of: datetime | None
    settings_hash: str
    requests: int
    alert_rings: int
    review_rings: int
    faded: tuple[str, ...] = ()


@dataclass(frozen=True)
class RingFacts:
    """The rings of the run that is shown, and what earlier runs say of them.

    Parameters
    ----------
    summaries
        One sentence for each ring, in Chinese and in English.
    first_run
        Number of the run that first gave the id.
    since
        Number of the run since which (ring, request) has been a member.
    url
        Begin of the address of a ring in the service; empty where none is known.
    """

    rings: Sequence[Ring]
    summaries: Sequence[tuple[str, str]]
    show: Show
    runs: Sequence[RunFacts] = ()
    current: int = 0
    first_run: Mapping[str, int] = field(default_factory=dict)
    since: Mapping[tuple[str, str], int] = field(default_factory=dict)
    url: str = ""


@dataclass(frozen=True)
class KindUses:
    """All uses of the values of one kind, counted or not; equally long arrays, and the classes of its codes."""

    kind: str
    texts: pa.Array
    request: IntArray
    code: IntArray
    role: IntArray
    day: FloatArray
    counts: BoolArray
    value_class: IntArray


@dataclass(frozen=True)
class Source:
    """The facts as the core understood them.

    Parameters
    ----------
    letter
        Cluster of each complaint, -1 for none.
    """

    network: Network
    signs: Signs
    letter: IntArray
    found: RingFacts
    fresh_days: float

    @property
    def portfolio(self) -> Portfolio:
        """The facts."""
        return self.network.portfolio

    @cached_property
    def uses(self) -> Mapping[str, KindUses]:
        """Uses by kind."""
        return {kind: _uses(self.network, kind) for kind in LINKING_KINDS}

    @cached_property
    def ring_rows(self) -> list[IntArray]:
        """Member requests of each ring, as rows."""
        ids = self.network.requests["request_id"]
        wanted = [pa.array([one.request_id for one in ring.members], pa.string()) for ring in self.found.rings]
        sizes = [len(one) for one in wanted]
        rows = lookup(pa.chunked_array(wanted, pa.string()).combine_chunks(), ids) if wanted else np.empty(0, np.int64)
        return np.split(rows, np.cumsum(sizes)[:-1]) if wanted else []

    @cached_property
    def flagged(self) -> BoolArray:
        """Requests in alert rings."""
        found = np.zeros(self.network.count, np.bool_)
        for ring, rows in zip(self.found.rings, self.ring_rows, strict=True):
            if ring.tier is Tier.ALERT:
                found[rows[rows >= 0]] = True
        return found

    @cached_property
    def filed(self) -> Mapping[str, Pairs]:
        """Pairs (person, code) on file for long before any request, by kind."""
        network = self.network
        applied = days(network.requests["applied_at"])
        first = first_day(network.people, applied, float(applied.max(initial=0.0)))
        return {
            kind: filed_values(network.portfolio, network.people, network.codes[kind], first, self.fresh_days)
            for kind in FILED_KINDS
        }


def understand(portfolio: Portfolio, settings: DetectSettings, found: RingFacts) -> Source:
    """Build the network of a run once more, with its signs and letters."""
    network = build_network(portfolio, limits_of(settings))
    applied = days(network.requests["applied_at"])
    episodes = find_episodes(network.people.of_request, network.unit, applied, settings.episode_days)
    signs = find_signs(network, episodes, settings)
    letter = letter_clusters(portfolio.table("complaints")["text"])
    return Source(network, signs, letter, found, settings.fresh_days)


def _uses(network: Network, kind: str) -> KindUses:
    """Every use of a kind, with whether the network kept it."""
    if kind == "delegate":
        texts = pa.concat_arrays([network.codes[name].values.cast(pa.string()) for name in ("id_no", "phone")])
        request = np.flatnonzero(network.delegate >= 0)
        code = network.delegate[request]
        role = np.full(len(request), int(Role.DELEGATE), np.int64)
        day = days(network.requests["applied_at"])[request]
    else:
        codes = network.codes[kind]
        texts = codes.values
        found = uses_of(network.portfolio, network.requests, codes, network.joins)
        request, code, role, day = found.request, found.code, found.source, found.day
    kept = network.uses.only(network.values.kind[network.uses.code] == LINKING_KINDS.index(kind))
    held = np.sort(_key(network, network.values.code[kept.code], kept.request, kept.source))
    counts = contains(held, _key(network, code, request, role))
    return KindUses(kind, texts, request, code, role, day, counts, network.classes[kind].astype(np.int64))


def _key(network: Network, code: IntArray, request: IntArray, role: IntArray) -> IntArray:
    found: IntArray = (code * np.int64(max(network.count, 1)) + request) * _ROLES + role
    return found


def households(network: Network, uses: KindUses) -> IntArray:
    """Distinct households whose uses count, by code."""
    counted = uses.counts
    held = pairs(uses.code[counted], network.unit[uses.request[counted]], (len(uses.texts), network.units))
    return held.row_sizes
