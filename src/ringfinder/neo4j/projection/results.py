"""Rings with their evidence, what they share and who stands around them, and the runs that found them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

import numpy as np
import pyarrow as pa

from ringfinder.graph.arrays import BoolArray, IntArray
from ringfinder.graph.columns import lookup
from ringfinder.neo4j.model import VALUE_LABELS, Triple
from ringfinder.neo4j.projection.draft import Draft
from ringfinder.neo4j.projection.rolls import Rolls
from ringfinder.neo4j.projection.source import RingFacts, Source
from ringfinder.records.rings import Ring, Role, RowRef

_ROWS = 20


def organisers(source: Source) -> dict[str, BoolArray]:
    """Values of organiser candidates, by kind and code."""
    wanted: dict[str, list[str]] = {}
    for ring in source.found.rings:
        for one in ring.associates:
            if one.role is Role.ORGANISER_CANDIDATE:
                wanted.setdefault(one.key.kind, []).append(one.key.value)
    found = {}
    for kind, texts in wanted.items():
        if kind in source.uses:
            known = source.uses[kind].texts
            marked = np.zeros(len(known), np.bool_)
            at = lookup(pa.array(texts, pa.string()), known)
            marked[at[at >= 0]] = True
            found[kind] = marked
    return found


def ring_values(source: Source) -> dict[str, IntArray]:
    """Values that rings share or that stand around them, by kind, as codes: they come along in every scope."""
    wanted: dict[str, set[str]] = {}
    for ring in source.found.rings:
        for key in (*(one.key for one in ring.shared), *(one.key for one in ring.associates)):
            wanted.setdefault(key.kind, set()).add(key.value)
    found = {}
    for kind, texts in wanted.items():
        if kind in source.uses:
            at = lookup(pa.array(sorted(texts), pa.string()), source.uses[kind].texts)
            found[kind] = at[at >= 0]
    return found


def add_results(draft: Draft, source: Source) -> None:
    """Nodes of runs, rings, evidence and hypotheses."""
    found, rings = source.found, source.found.rings
    _add_runs(draft, found)
    text, whole, real = pa.string(), pa.int64(), pa.float64()
    ids = pa.array([ring.ring_id for ring in rings], text)
    everything = np.ones(len(rings), np.bool_)
    draft.add_nodes(
        "Ring",
        ids,
        everything,
        {
            "ring_id": ids,
            "tier": pa.array([ring.tier.value for ring in rings], text),
            "score": pa.array([round(ring.score, 6) for ring in rings], real),
            "q_value": pa.array([ring.q_value for ring in rings], real),
            "kind": pa.array([ring.kind for ring in rings], text),
            "requests": pa.array([len(ring.members) for ring in rings], whole),
            "applicants": pa.array([ring.applicants for ring in rings], whole),
            "units": pa.array([ring.units for ring in rings], whole),
            "first_at": pa.array([ring.first_at for ring in rings], pa.timestamp("us")),
            "last_at": pa.array([ring.last_at for ring in rings], pa.timestamp("us")),
            **{
                name: pa.array([getattr(ring.money, name) for ring in rings], whole)
                for name in ("at_risk", "requested", "agreed", "paid")
            },
            "lineage": pa.array([ring.lineage.status.value if ring.lineage else None for ring in rings], text),
            "before": [list(ring.lineage.before) if ring.lineage else [] for ring in rings],
            "first_run": pa.array([found.first_run.get(ring.ring_id) for ring in rings], whole),
            "summary_zh": pa.array([zh for zh, _ in found.summaries], text),
            "summary_en": pa.array([en for _, en in found.summaries], text),
            "url": pa.array([f"{found.url}{ring.ring_id}" if found.url else None for ring in rings], text),
        },
        caption=_captions(rings).__getitem__,
        extra={"Flagged": np.array([ring.tier == "alert" for ring in rings], np.bool_)},
    )
    _add_evidence(draft, found)
    _add_hypotheses(draft, rings)


def _captions(rings: Sequence[Ring]) -> dict[str, str]:
    return {ring.ring_id: f"{ring.ring_id} · {ring.units}户" for ring in rings}


def _add_runs(draft: Draft, found: RingFacts) -> None:
    runs = found.runs
    ids = pa.array([run.run_id for run in runs], pa.string())
    draft.add_nodes(
        "Run",
        ids,
        np.ones(len(runs), np.bool_),
        {
            "run_id": ids,
            "finished_at": pa.array([_utc(run.finished_at) for run in runs], pa.timestamp("us")),
            "as_of": pa.array([run.as_of for run in runs], pa.timestamp("us")),
            "settings_hash": pa.array([run.settings_hash for run in runs], pa.string()),
            "faded": [list(run.faded) for run in runs],
            "current": pa.array([run.number == found.current for run in runs], pa.bool_()),
            **{
                name: pa.array([getattr(run, name) for run in runs], pa.int64())
                for name in ("number", "requests", "alert_rings", "review_rings")
            },
        },
    )


def _utc(moment: datetime) -> datetime:
    return moment.astimezone(UTC).replace(tzinfo=None)


def _place(row: RowRef) -> str:
    return f"{row.file}:{row.line}"


def _add_evidence(draft: Draft, found: RingFacts) -> None:
    """Terms of every ring, the weightiest first; values in their sentences as the caller shows them."""
    terms = [
        (f"{ring.ring_id}:{rank}", rank, term)
        for ring in found.rings
        for rank, term in enumerate(sorted(ring.evidence, key=lambda one: -one.weight), 1)
    ]
    ids = pa.array([key for key, _, _ in terms], pa.string())
    names = {key: term.indicator for key, _, term in terms}
    draft.add_nodes(
        "Evidence",
        ids,
        np.ones(len(terms), np.bool_),
        {
            "indicator": pa.array([term.indicator for _, _, term in terms], pa.string()),
            "rank": pa.array([rank for _, rank, _ in terms], pa.int64()),
            "weight": pa.array([round(term.weight, 6) for _, _, term in terms], pa.float64()),
            "zh": pa.array([found.show.fill(term.zh, term.values) for _, _, term in terms], pa.string()),
            "en": pa.array([found.show.fill(term.en, term.values) for _, _, term in terms], pa.string()),
            "rows": [[_place(row) for row in term.rows[:_ROWS]] for _, _, term in terms],
            "row_count": pa.array([len(term.rows) for _, _, term in terms], pa.int64()),
        },
        caption=names.__getitem__,
    )


def _add_hypotheses(draft: Draft, rings: Sequence[Ring]) -> None:
    tests = [(f"{ring.ring_id}:{one.name}", one) for ring in rings for one in ring.hypotheses]
    ids = pa.array([key for key, _ in tests], pa.string())
    names = {key: one.name for key, one in tests}
    draft.add_nodes(
        "Hypothesis",
        ids,
        np.ones(len(tests), np.bool_),
        {
            "name": pa.array([one.name for _, one in tests], pa.string()),
            "ruled_out": pa.array([one.ruled_out for _, one in tests], pa.bool_()),
            "zh": pa.array([one.zh for _, one in tests], pa.string()),
            "en": pa.array([one.en for _, one in tests], pa.string()),
        },
        caption=names.__getitem__,
    )


def add_result_relations(draft: Draft, source: Source, rolls: Rolls) -> None:
    """Members, shared values, people around, linked rings, evidence."""
    found, rings = source.found, source.found.rings
    numbers = {ring.ring_id: number for number, ring in enumerate(rings)}
    _add_members(draft, source)
    _add_shared(draft, source)
    _add_around(draft, source, rolls)
    links = [
        (number, numbers[link.ring_id], link.members)
        for number, ring in enumerate(rings)
        for link in ring.linked
        if link.ring_id in numbers
    ]
    left, right, members = _columns(links, 3)
    draft.add_relations(Triple("Ring", "LINKED_TO", "Ring"), left, right, {"members": members})
    terms = _owners(len(ring.evidence) for ring in rings)
    draft.add_relations(Triple("Ring", "HAS_EVIDENCE", "Evidence"), terms, np.arange(len(terms)))
    tests = _owners(len(ring.hypotheses) for ring in rings)
    draft.add_relations(Triple("Ring", "TESTED", "Hypothesis"), tests, np.arange(len(tests)))
    current = next((place for place, run in enumerate(found.runs) if run.number == found.current), -1)
    draft.add_relations(Triple("Ring", "FOUND_IN", "Run"), np.arange(len(rings)), np.full(len(rings), current))


def _owners(sizes: Iterable[int]) -> IntArray:
    counted = np.array(list(sizes), np.int64)
    return np.repeat(np.arange(len(counted)), counted)


def _columns(rows: Sequence[tuple[int, ...]], width: int) -> tuple[IntArray, ...]:
    made = np.array(rows, np.int64).reshape(-1, width)
    return tuple(made[:, place] for place in range(width))


def _add_members(draft: Draft, source: Source) -> None:
    rings, rows = source.found.rings, source.ring_rows
    members = [(ring.ring_id, one) for ring in rings for one in ring.members]
    draft.add_relations(
        Triple("SurrenderRequest", "IN_RING", "Ring"),
        np.concatenate(rows) if rows else np.empty(0, np.int64),
        _owners(len(ring.members) for ring in rings),
        {
            "role": pa.array([one.role.value for _, one in members], pa.string()),
            "weight": pa.array([float(one.weight) for _, one in members], pa.float64()),
            "since": pa.array([source.found.since.get((ring, one.request_id)) for ring, one in members], pa.int64()),
        },
    )


@dataclass(frozen=True, slots=True)
class _Shared:
    """A value of a ring, with what remains of the ring without it."""

    ring: int
    members: int
    holders: int
    weight: float
    first_at: datetime | None
    last_at: datetime | None
    without_score: float | None
    without_units: int | None
    central: float | None


def _shared(rings: Sequence[Ring], kind: str) -> Iterator[tuple[str, _Shared]]:
    for number, ring in enumerate(rings):
        without = {one.key: one for one in ring.without}
        central = {one.key: one.share for one in ring.central}
        for one in ring.shared:
            if one.key.kind == kind:
                left = without.get(one.key)
                yield (
                    one.key.value,
                    _Shared(
                        number,
                        one.members,
                        one.holders,
                        one.weight,
                        one.first_at,
                        one.last_at,
                        round(left.score, 6) if left else None,
                        left.units if left else None,
                        central.get(one.key),
                    ),
                )


def _add_shared(draft: Draft, source: Source) -> None:
    for kind, label in VALUE_LABELS.items():
        found = list(_shared(source.found.rings, kind))
        at = lookup(pa.array([text for text, _ in found], pa.string()), source.uses[kind].texts)
        columns = {
            name: pa.array([getattr(one, name) for _, one in found], arrow)
            for name, arrow in (
                ("members", pa.int64()),
                ("holders", pa.int64()),
                ("weight", pa.float64()),
                ("first_at", pa.timestamp("us")),
                ("last_at", pa.timestamp("us")),
                ("without_score", pa.float64()),
                ("without_units", pa.int64()),
                ("central", pa.float64()),
            )
        }
        ring = np.array([one.ring for _, one in found], np.int64)
        draft.add_relations(Triple("Ring", "SHARES", label), ring, at, columns)


def _add_around(draft: Draft, source: Source, rolls: Rolls) -> None:
    rings = source.found.rings
    for kind in ("phone", "address", "email", "bank_account", "delegate", "agent"):
        found = [(number, one) for number, ring in enumerate(rings) for one in ring.associates if one.key.kind == kind]
        texts = pa.array([one.key.value for _, one in found], pa.string())
        known = rolls.agents.ids if kind == "agent" else source.uses[kind].texts
        draft.add_relations(
            Triple("Ring", "INVOLVES", "Agent" if kind == "agent" else VALUE_LABELS[kind]),
            np.array([number for number, _ in found], np.int64),
            lookup(texts, known),
            {
                "role": pa.array([one.role.value for _, one in found], pa.string()),
                "requests": pa.array([one.requests for _, one in found], pa.int64()),
            },
        )
