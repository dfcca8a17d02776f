"""Rings in a list: chosen and ordered as somebody asks, and written as lines, CSV or JSON.

A list is made from heads (see `ringfinder.store.run_files.HEAD_SCHEMA`), so that 5,000 rings need not be
read whole.
"""

from __future__ import annotations

import csv
import difflib
import io
from collections.abc import Callable, Iterable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from datetime import date
from types import MappingProxyType
from typing import Any

from ringfinder.errors import InputError
from ringfinder.records.rings import Ring, Tier
from ringfinder.report.results import RING_COLUMNS
from ringfinder.report.sheets import safe
from ringfinder.report.summary import summary
from ringfinder.report.words import RING_KINDS, TIERS, words
from ringfinder.report.written import moment, rounded, thousands, yuan

Head = Mapping[str, Any]
MONEY = ("at_risk", "requested", "agreed", "paid")
CSV_COLUMNS = (*RING_COLUMNS, "lineage")
"""The columns of `rings.csv`, and what became of the ring since the run before."""

SORTS: Mapping[str, Callable[[Head], Any]] = MappingProxyType(
    {
        "score": lambda head: -head["score"],
        "money": lambda head: -exposure(head),
        "size": lambda head: -head["requests"],
        "first": lambda head: head["first_at"],
        "last": lambda head: -head["last_at"].timestamp(),
    }
)
"""Orders of a list: most first, but the earliest first request first."""


@dataclass(frozen=True)
class Wanted:
    """Which rings of a run somebody wants to see, and in which order; what is None does not matter.

    Parameters
    ----------
    since, until
        Rings that were active on or after, on or before that day.
    among
        Ids to choose from, for instance of one branch.
    """

    tier: str | None = None
    kind: str | None = None
    min_score: float | None = None
    min_requests: int | None = None
    since: date | None = None
    until: date | None = None
    among: AbstractSet[str] | None = None
    sort: str = "score"


def select(heads: Iterable[Head], wanted: Wanted) -> list[Head]:
    """The rings that are wanted, in their order; equals stay in the order of the run.

    Raises
    ------
    InputError
        If no ring and no word of ours has that kind.
    """
    listed = list(heads)
    if wanted.kind is not None:
        known = sorted({*RING_KINDS, *(head["kind"] for head in listed)})
        if wanted.kind not in known:
            near = difflib.get_close_matches(wanted.kind, known, n=1)
            raise InputError(
                f"there is no kind of ring {wanted.kind!r}",
                remedy=f"did you mean {near[0]}?" if near else f"kinds are {', '.join(known)}",
            )
    return sorted((head for head in listed if _fits(head, wanted)), key=SORTS[wanted.sort])


def _fits(head: Head, wanted: Wanted) -> bool:
    return (
        wanted.tier in (None, head["tier"])
        and wanted.kind in (None, head["kind"])
        and (wanted.min_score is None or head["score"] >= wanted.min_score)
        and (wanted.min_requests is None or head["requests"] >= wanted.min_requests)
        and (wanted.since is None or head["last_at"].date() >= wanted.since)
        and (wanted.until is None or head["first_at"].date() <= wanted.until)
        and (wanted.among is None or head["ring_id"] in wanted.among)
    )


def exposure(head: Head) -> int:
    """The largest of a ring's sums, in fen: what may be lost, is asked for, was agreed to or paid."""
    return max(int(head[name]) for name in MONEY)


def heads_as_csv(heads: Iterable[Head]) -> str:
    """Heads as CSV with the columns of `rings.csv`; CRLF and formula-safe, without a mark."""
    written = io.StringIO(newline="")
    writer = csv.writer(written)
    writer.writerow(CSV_COLUMNS)
    writer.writerows([safe(cell) for cell in head_cells(head)] for head in heads)
    return written.getvalue()


def head_cells(head: Head) -> Sequence[object]:
    """A head as the columns of `CSV_COLUMNS`."""
    return (
        head["ring_id"],
        f"{rounded(head['score']):.4f}",
        head["tier"],
        "true" if head["tier"] == Tier.ALERT else "false",
        "" if head["q_value"] is None else f"{rounded(head['q_value']):.4f}",
        head["kind"],
        head["requests"],
        head["applicants"],
        head["units"],
        moment(head["first_at"]),
        moment(head["last_at"]),
        *(yuan(head[name]) for name in MONEY),
        head["lineage"] or "",
    )


def head_as_json(head: Head) -> dict[str, Any]:
    """A head with the names of `evidence.jsonl`."""
    return {
        "ring_id": head["ring_id"],
        "score": rounded(head["score"]),
        "tier": head["tier"],
        "q_value": None if head["q_value"] is None else rounded(head["q_value"]),
        "kind": head["kind"],
        "summary_zh": head["summary_zh"],
        "summary_en": head["summary_en"],
        "requests": head["requests"],
        "applicants": head["applicants"],
        "units": head["units"],
        "first_at": moment(head["first_at"]),
        "last_at": moment(head["last_at"]),
        "money": {name: yuan(head[name]) for name in MONEY},
        "lineage": head["lineage"],
    }


def headline(ring: Ring) -> tuple[str, str]:
    """A ring in two lines, in Chinese and in English: id, score, tier and kind; then its sentence."""
    zh, en = summary(ring)
    tiers, kinds = words(TIERS, ring.tier.value), words(RING_KINDS, ring.kind)
    asked = thousands(ring.money.requested)
    return (
        f"{ring.ring_id}  {ring.score:8.1f}  {tiers[0]}  {kinds[0]}\n  {zh}；索要超额 {asked} 元",
        f"{ring.ring_id}  {ring.score:8.1f}  {tiers[1]}  {kinds[1]}\n  {en}; {asked} yuan asked above cash value",
    )
