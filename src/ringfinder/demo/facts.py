"""What of a demo's work is worth one screen: chosen by the numbers of that run, never by name of a seed."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from ringfinder.demo.work import Work
from ringfinder.detect.analysis import Analysis
from ringfinder.detect.holdings import KINDS
from ringfinder.detect.judge import Judgement
from ringfinder.detect.signs import COMPLAINTS
from ringfinder.evaluate import TrueRing
from ringfinder.graph.arrays import IntArray
from ringfinder.records.portfolio import Reject
from ringfinder.records.rings import AttributeKey, Evidence, Ring, Tier
from ringfinder.report.masking import Masker

TOP = 3
"""Rings on the screen, and sentences for each."""

CAP = 50
"""The number of holders above which many link analyses drop a value as a hub."""

_PEOPLE = frozenset(
    {"layoff", "village_clerk", "dormitory", "relative", "family", "law_office", "group_payer", "successor"}
)
_LEAST_ALIKE = 4  # households of a look-alike: fewer than that no ring needs
_CONTACTS = ("phone", "address", "bank_account", "delegate")
_MORE_THAN_ONE = re.compile(r"\{0\}(?:(?:、|, )\{[0-9]+\})+")


@dataclass(frozen=True)
class Hub:
    """A value that many share, as detection judged it.

    Parameters
    ----------
    households, harmed
        That use it, and the sum of how far each looks harmed (0 to 1).
    usual
        The mean of that over all requests.
    probability
        That the value is a ring's.
    days
        Between the first and the last of its requests.
    requests
        Rows of the requests that use it, in detection's order.
    """

    key: AttributeKey
    households: int
    harmed: float
    usual: float
    probability: float
    days: int
    requests: IntArray

    @property
    def share(self) -> float:
        """Share of its households that look harmed."""
        return self.harmed / self.households

    @property
    def expected(self) -> float:
        """Households that would look harmed by the usual share."""
        return self.usual * self.households


@dataclass(frozen=True)
class Alike:
    """An honest group that shares a value and was not flagged.

    Parameters
    ----------
    more
        Of its requests those that ask for more than the cash value.
    own
        Those paid into an account that no other household uses.
    """

    cause: str
    hub: Hub
    requests: int
    more: int
    own: int


@dataclass(frozen=True)
class Missed:
    """A planted ring that was not found, and why.

    Parameters
    ----------
    built
        Whether it was planted to be missed.
    shared, same_letter
        Values that two of its households share, and requests whose letter another of its requests has too.
    more, usual
        Requests that ask for more than the cash value or demand the whole premium, and the share of all that do.
    called, paid_a_fee
        Requests with a callback, and those in which a fee was admitted.
    example
        One of its requests.
    """

    ring: TrueRing
    built: bool
    shared: int
    same_letter: int
    more: int
    usual: float
    called: int
    paid_a_fee: int
    example: str


@dataclass(frozen=True)
class Facts:
    """All that the screen tells; what the run does not have is None."""

    work: Work
    masker: Masker
    reject: Reject | None
    ring_hub: tuple[Ring, Hub] | None
    honest_hub: Hub | None
    alike: Alike | None
    missed: Missed | None

    @property
    def rings(self) -> tuple[Ring, ...]:
        """The strongest rings."""
        return self.work.detected.detection.rings[:TOP]

    def behind(self, hub: Hub) -> tuple[str, str]:
        """The planted ring and the honest cause of most requests that use a value; each empty where it is none."""
        names = self.work.analysis.network.requests["request_id"].take(pa.array(hub.requests)).to_pylist()
        whose = Counter((self.work.truth.ring_of.get(name, ""), self.work.honest.get(name, "")) for name in names)
        return whose.most_common(1)[0][0]


def facts_of(done: Work) -> Facts:
    """Choose what to show."""
    rings = done.detected.detection.rings
    masker = Masker.of(rings, reveal=False)
    look = _Look(done.analysis)
    ring_hub = _ring_hub(rings, look)
    return Facts(
        done,
        masker,
        _reject(done.loaded.rejects),
        ring_hub,
        _honest_hub(rings, look),
        _alike(done, look),
        _missed(done, look),
    )


def three(ring: Ring) -> list[Evidence]:
    """The sentences that tell most of a ring: one about what is shared, one about harm, one about anything else."""
    chosen: dict[str, Evidence] = {}
    terms = sorted((term for term in ring.evidence if term.weight > 0), key=lambda term: -term.weight)
    for term in terms:
        family = term.indicator.partition("_")[0]
        chosen.setdefault(family if family in ("shared", "harm") else "other", term)
    rest = [term for term in terms if term not in chosen.values()]
    picked = [*chosen.values(), *rest][:TOP]
    return [replace(term, zh=_shorter(term.zh), en=_shorter(term.en)) for term in picked]


def _shorter(sentence: str) -> str:
    """The sentence with one of its values named."""
    return _MORE_THAN_ONE.sub("{0}…", sentence)


def _reject(rejects: Sequence[Reject]) -> Reject | None:
    """The rejected request with the strangest cell; else any rejected row."""
    return min(
        rejects,
        key=lambda one: ("surrender_requests" not in one.file, one.column != "applied_at", one.line),
        default=None,
    )


class _Look:
    """What detection thought of values and requests."""

    def __init__(self, analysis: Analysis) -> None:
        self.analysis = analysis
        self.network = analysis.network
        self.request = analysis.network.requests["request_id"].to_pylist()
        self.place = {name: row for row, name in enumerate(self.request)}
        self.kind = analysis.network.values.kind
        self.households = analysis.holdings.households[: len(self.kind)]
        uses = analysis.network.uses
        self._order = np.argsort(uses.code, kind="stable")
        self._starts = np.searchsorted(uses.code[self._order], np.arange(len(self.kind) + 1))

    def values_of(self, *kinds: str) -> IntArray:
        """Values of these kinds that may link, the most used first."""
        found = np.flatnonzero(np.isin(self.kind, [KINDS.index(kind) for kind in kinds]) & (self.households > 1))
        return found[np.argsort(-self.households[found], kind="stable")]

    def key(self, value: int) -> AttributeKey:
        """A value as kind and normal form."""
        return AttributeKey(KINDS[self.kind[value]], self.network.values.text[value].as_py())

    def requests_of(self, value: int) -> IntArray:
        """Rows of the requests that use a value."""
        at = self._order[self._starts[value] : self._starts[value + 1]]
        return np.unique(self.network.uses.request[at])

    def hub(self, value: int) -> Hub:
        """A value with its numbers."""
        judged: Judgement = self.analysis.judgement
        rows = self.requests_of(value)
        moments = self.network.requests["applied_at"].take(pa.array(rows))
        ends = pc.min_max(moments).as_py()
        return Hub(
            self.key(value),
            int(self.households[value]),
            float(judged.harmed[value]),
            judged.usual_pressure,
            float(judged.value[value]),
            (ends["max"] - ends["min"]).days + 1,
            rows,
        )

    def shared_inside(self, rows: IntArray) -> int:
        """Values that requests of at least two households among `rows` use."""
        uses = self.network.uses
        mine = np.isin(uses.request, rows)
        both = np.unique(np.column_stack([uses.code[mine], self.network.unit[uses.request[mine]]]), axis=0)
        return int((np.bincount(both[:, 0]) > 1).sum())


def _flagged(rings: Sequence[Ring]) -> set[str]:
    return {member.request_id for ring in rings if ring.tier is Tier.ALERT for member in ring.members}


def _ring_hub(rings: Sequence[Ring], look: _Look) -> tuple[Ring, Hub] | None:
    """The phone with the most holders that links a flagged ring."""
    known = {look.key(int(value)): int(value) for value in look.values_of("phone")}
    linked = [
        (look.hub(known[shared.key]), ring)
        for ring in rings
        if ring.tier is Tier.ALERT
        for shared in ring.shared
        if shared.key in known
    ]
    if not linked:
        return None
    hub, ring = max(linked, key=lambda pair: pair[0].households)
    return ring, hub


def _honest_hub(rings: Sequence[Ring], look: _Look) -> Hub | None:
    """The phone with the most holders that links nobody."""
    linking = {shared.key for ring in rings for shared in ring.shared}
    free = (int(value) for value in look.values_of("phone") if look.key(int(value)) not in linking)
    value = next(free, None)
    return None if value is None else look.hub(value)


def _alike(done: Work, look: _Look) -> Alike | None:
    """The largest honest group of people who know one another whose value was judged, and not flagged."""
    flagged = _flagged(done.detected.detection.rings)
    for value in look.values_of(*_CONTACTS):
        if look.households[value] < _LEAST_ALIKE:
            break
        rows = look.requests_of(int(value))
        names = [look.request[row] for row in rows.tolist()]
        causes = {done.honest.get(name, "") for name in names}
        if len(causes) != 1 or not causes <= _PEOPLE or flagged.intersection(names):
            continue
        more = int((done.analysis.signs.money(rows) > 0).sum())
        return Alike(causes.pop(), look.hub(int(value)), len(rows), more, len(rows) - _paid_together(look, rows))
    return None


def _paid_together(look: _Look, rows: IntArray) -> int:
    """Of `rows` the requests that name an account which another household's request names too."""
    uses = look.network.uses
    account = look.kind[uses.code] == KINDS.index("bank_account")
    return len(np.unique(uses.request[account & np.isin(uses.request, rows)]))


def _missed(done: Work, look: _Look) -> Missed | None:
    """The ring that was built to be missed, if it was; else the largest one that was missed."""
    missed = sorted(
        (ring for ring in done.outcomes if not ring.found),
        key=lambda ring: (done.staged.get(ring.ring_id) != "unseen", -ring.requests, ring.ring_id),
    )
    if not missed:
        return None
    ring = missed[0]
    names = sorted(name for name, of in done.truth.ring_of.items() if of == ring.ring_id)
    rows = np.array([look.place[name] for name in names], np.int64)
    letter = done.analysis.letter[rows]
    known = np.bincount(letter[letter >= 0])
    signs = done.analysis.signs
    asks = (signs.money() > 0) | (signs.complaint() == COMPLAINTS - 1)
    called, owners = look.network.joins.callbacks
    mine = np.isin(owners, rows)
    fee = look.network.portfolio.table("callbacks")["paid_a_fee"].to_pylist()
    return Missed(
        ring,
        done.staged.get(ring.ring_id) == "unseen",
        look.shared_inside(rows),
        int(known[known > 1].sum()),
        int(asks[rows].sum()),
        float(asks.mean()),
        len(np.unique(owners[mine])),
        sum(fee[row] == "y" for row in called[mine].tolist()),
        names[0],
    )
