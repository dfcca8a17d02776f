"""`evidence.jsonl`: one JSON object for each ring, with everything its score is made of.

Described by `evidence.schema.json` beside this module, which is published with the package.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import asdict
from importlib.resources import files
from pathlib import Path
from typing import Any

from ringfinder.records.rings import AttributeKey, Evidence, Lineage, Ring, RowRef
from ringfinder.report.masking import Masker
from ringfinder.report.sheets import FILE_MODE
from ringfinder.report.summary import summary
from ringfinder.report.written import figures, moment, rounded, yuan

EVIDENCE_VERSION = 1
"""Raised when a reader of the version before could misunderstand a line."""


def evidence_schema() -> dict[str, Any]:
    """The published JSON Schema (2020-12) of one line."""
    text = files("ringfinder.report").joinpath("evidence.schema.json").read_text(encoding="utf-8")
    schema: dict[str, Any] = json.loads(text)
    return schema


def write_evidence(path: Path, rings: Iterable[Ring], masker: Masker) -> int:
    """Write one line for each ring, in their order; return their number."""
    count = 0
    encode = json.JSONEncoder(ensure_ascii=False, allow_nan=False, separators=(",", ":")).encode
    with path.open("w", encoding="utf-8", errors="backslashreplace", newline="\n") as file:
        path.chmod(FILE_MODE)
        for ring in rings:
            file.write(encode(ring_as_json(ring, masker)) + "\n")
            count += 1
    return count


def ring_as_json(ring: Ring, masker: Masker) -> dict[str, Any]:
    """One ring as `evidence.schema.json` describes it."""
    zh, en = summary(ring)
    return {
        "version": EVIDENCE_VERSION,
        "masked": not masker.reveal,
        "ring_id": ring.ring_id,
        "score": rounded(ring.score),
        "tier": ring.tier.value,
        "q_value": None if ring.q_value is None else rounded(ring.q_value),
        "kind": ring.kind,
        "summary_zh": zh,
        "summary_en": en,
        "requests": len(ring.members),
        "applicants": ring.applicants,
        "units": ring.units,
        "first_at": moment(ring.first_at),
        "last_at": moment(ring.last_at),
        "money": {name: yuan(fen) for name, fen in asdict(ring.money).items()},
        "evidence": [_term(term, masker) for term in sorted(ring.evidence, key=lambda term: -term.weight)],
        "shared": _shared(ring, masker),
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
                "counts": figures(one.counts),
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
                "weight": rounded(member.weight, 3),
                "applied_at": moment(member.applied_at) if member.applied_at else None,
                "row": _row(member.row),
            }
            for member in ring.members
        ],
        "without": [
            {**_value(one.key, masker), "score": rounded(one.score), "units": one.units} for one in ring.without
        ],
        "central": [{**_value(one.key, masker), "share": rounded(one.share)} for one in ring.central],
        "changes": [
            {"name": one.name, "counts": figures(one.counts), "zh": one.zh, "en": one.en} for one in ring.changes
        ],
        "linked": [
            {
                "ring_id": one.ring_id,
                "shared": [_value(key, masker) for key in one.shared],
                "members": one.members,
            }
            for one in ring.linked
        ],
        "lineage": _lineage(ring.lineage),
    }


def _lineage(lineage: Lineage | None) -> dict[str, Any] | None:
    if lineage is None:
        return None
    return {
        "status": lineage.status.value,
        "before": list(lineage.before),
        "likeness": rounded(lineage.likeness),
    }


def _value(key: AttributeKey, masker: Masker) -> dict[str, Any]:
    return {"kind": key.kind, "value": masker.show(key)}


def _term(term: Evidence, masker: Masker) -> dict[str, Any]:
    """One term of a score, its sentences filled in."""
    return {
        "indicator": term.indicator,
        "weight": rounded(term.weight),
        "counts": figures(term.counts),
        "baseline": figures(term.baseline),
        "zh": masker.fill(term.zh, term.values),
        "en": masker.fill(term.en, term.values),
        "values": [_value(key, masker) for key in term.values],
        "rows": [_row(row) for row in term.rows],
    }


def _shared(ring: Ring, masker: Masker) -> list[dict[str, Any]]:
    return [
        {
            "kind": shared.key.kind,
            "value": masker.show(shared.key),
            "members": shared.members,
            "holders": shared.holders,
            "first_at": moment(shared.first_at) if shared.first_at else None,
            "last_at": moment(shared.last_at) if shared.last_at else None,
            "weight": rounded(shared.weight),
            "requests": list(shared.requests),
        }
        for shared in ring.shared
    ]


def _row(row: RowRef) -> dict[str, object]:
    return {"table": row.table, "key": row.key, "file": row.file, "line": row.line}
