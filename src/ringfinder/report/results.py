"""The result files of a run: `rings.csv`, `ring_members.csv`, `evidence.jsonl`, `coverage.json`.

Others rely on their columns; docs/outputs.md describes each, and tests hold them.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict
from datetime import datetime
from pathlib import Path
from typing import Any

from ringfinder import __version__
from ringfinder.records.portfolio import Tally
from ringfinder.records.rings import Detection, Evidence, Ring, RowRef, Tier
from ringfinder.report.masking import RingMasker
from ringfinder.report.sheets import FILE_MODE, write_sheet

RING_COLUMNS = (
    "ring_id",
    "score",
    "tier",
    "flagged",
    "q_value",
    "kind",
    "requests",
    "applicants",
    "units",
    "first_at",
    "last_at",
    "money_at_risk",
    "money_requested",
    "money_agreed",
    "money_paid",
)
MEMBER_COLUMNS = ("ring_id", "request_id", "applicant_id", "role", "weight")
EVIDENCE_VERSION = 1


def yuan(fen: int) -> str:
    """Fen as yuan with two places."""
    return f"{fen // 100}.{fen % 100:02d}"


def moment(when: datetime) -> str:
    """A local time as ISO 8601, to the second."""
    return when.isoformat(timespec="seconds")


def write_rings(path: Path, rings: Iterable[Ring]) -> int:
    """Write `rings.csv`: one line for each ring down to the review tier, highest score first."""
    return write_sheet(path, RING_COLUMNS, (_ring_row(ring) for ring in rings))


def _ring_row(ring: Ring) -> tuple[object, ...]:
    money = ring.money
    return (
        ring.ring_id,
        f"{ring.score:.4f}",
        ring.tier.value,
        "true" if ring.tier is Tier.ALERT else "false",
        "" if ring.q_value is None else f"{ring.q_value:.4f}",
        ring.kind,
        len(ring.members),
        ring.applicants,
        ring.units,
        moment(ring.first_at),
        moment(ring.last_at),
        *(yuan(fen) for fen in (money.at_risk, money.requested, money.agreed, money.paid)),
    )


def write_members(path: Path, rings: Iterable[Ring]) -> int:
    """Write `ring_members.csv`: one line for each request in a ring.

    Raises
    ------
    ValueError
        If a request is in two rings, which the detector must not hand on.
    """
    seen: set[str] = set()

    def rows() -> Iterable[tuple[object, ...]]:
        for ring in rings:
            for member in ring.members:
                if member.request_id in seen:
                    raise ValueError(f"a request is in two rings, one of them {ring.ring_id}")
                seen.add(member.request_id)
                yield (
                    ring.ring_id,
                    member.request_id,
                    member.applicant_id,
                    member.role.value,
                    f"{member.weight:.3f}",
                )

    return write_sheet(path, MEMBER_COLUMNS, rows())


def write_evidence(path: Path, rings: Iterable[Ring], *, reveal: bool) -> int:
    """Write `evidence.jsonl`: for each ring one JSON object with everything its score is made of."""
    count = 0
    with path.open("w", encoding="utf-8") as file:
        path.chmod(FILE_MODE)
        for ring in rings:
            file.write(json.dumps(ring_as_json(ring, reveal=reveal), ensure_ascii=False, allow_nan=False) + "\n")
            count += 1
    return count


def masker_of(ring: Ring, *, reveal: bool) -> RingMasker:
    """Names for the values of a ring, the strongest shared value first."""
    return RingMasker([shared.key for shared in ring.shared], reveal=reveal)


def ring_as_json(ring: Ring, *, reveal: bool) -> dict[str, Any]:
    """One ring as `evidence.schema.json` describes it."""
    masker = masker_of(ring, reveal=reveal)
    return {
        "version": EVIDENCE_VERSION,
        "ring_id": ring.ring_id,
        "score": round(ring.score, 4),
        "tier": ring.tier.value,
        "q_value": None if ring.q_value is None else round(ring.q_value, 4),
        "kind": ring.kind,
        "requests": len(ring.members),
        "applicants": ring.applicants,
        "units": ring.units,
        "first_at": moment(ring.first_at),
        "last_at": moment(ring.last_at),
        "money": {name: yuan(fen) for name, fen in asdict(ring.money).items()},
        "evidence": [evidence_as_json(term, masker) for term in ring.evidence],
        "shared": [
            {
                "kind": shared.key.kind,
                "value": masker.show(shared.key),
                "members": shared.members,
                "holders": shared.holders,
                "first_at": moment(shared.first_at) if shared.first_at else None,
                "last_at": moment(shared.last_at) if shared.last_at else None,
                "weight": round(shared.weight, 4),
            }
            for shared in ring.shared
        ],
        "associates": [
            {
                "role": one.role.value,
                "kind": one.key.kind,
                "value": masker.show(one.key),
                "requests": one.requests,
            }
            for one in ring.associates
        ],
        "hypotheses": [
            {
                "name": one.name,
                "ruled_out": one.ruled_out,
                "counts": dict(one.counts),
                "zh": one.zh,
                "en": one.en,
            }
            for one in ring.hypotheses
        ],
        "members": [
            {
                "request_id": member.request_id,
                "applicant_id": member.applicant_id,
                "role": member.role.value,
                "weight": round(member.weight, 3),
                "row": _row(member.row),
            }
            for member in ring.members
        ],
    }


def evidence_as_json(term: Evidence, masker: RingMasker) -> dict[str, Any]:
    """One term of a score, its sentences filled in."""
    return {
        "indicator": term.indicator,
        "weight": round(term.weight, 4),
        "counts": dict(term.counts),
        "baseline": dict(term.baseline),
        "zh": masker.fill(term.zh, term.values),
        "en": masker.fill(term.en, term.values),
        "values": [{"kind": key.kind, "value": masker.show(key)} for key in term.values],
        "rows": [_row(row) for row in term.rows],
    }


def _row(row: RowRef) -> dict[str, object]:
    return {"table": row.table, "key": row.key, "file": row.file, "line": row.line}


def write_coverage(
    path: Path,
    detection: Detection,
    tallies: Sequence[Tally],
    *,
    batch_id: str,
    as_of: datetime | None,
    warnings: Sequence[str] = (),
    other_values: Mapping[str, Mapping[str, int]] | None = None,
) -> None:
    """Write `coverage.json`: the account of each file, and which evidence was on or off, and why."""
    alerts = sum(ring.tier is Tier.ALERT for ring in detection.rings)
    said = {
        "ringfinder": __version__,
        "batch": batch_id,
        "settings": detection.settings_hash,
        "as_of": moment(as_of) if as_of else None,
        "requests": detection.requests,
        "rings": {"alert": alerts, "review": len(detection.rings) - alerts},
        "files": [
            {
                "table": tally.table,
                "file": tally.file,
                "read": tally.read,
                "loaded": tally.loaded,
                "rejected": tally.rejected,
                "merged": tally.merged,
            }
            for tally in tallies
        ],
        "evidence": [
            {"evidence": one.evidence, "on": one.on, "zh": one.zh, "en": one.en} for one in detection.coverage
        ],
        "warnings": list(warnings),
        "other_values": {column: dict(values) for column, values in (other_values or {}).items()},
    }
    path.write_text(json.dumps(said, ensure_ascii=False, indent=2) + "\n", encoding="utf-8")
    path.chmod(FILE_MODE)
