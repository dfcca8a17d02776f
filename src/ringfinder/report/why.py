"""The answer to "why" as JSON, masked or not, and what its words are called."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from types import MappingProxyType
from typing import Any

from ringfinder.records.findings import (
    EpisodeFinding,
    Findings,
    HeldValue,
    NearRing,
    PersonFinding,
    Reason,
    ValueFinding,
)
from ringfinder.records.rings import AttributeKey, RowRef
from ringfinder.report.masking import Masker
from ringfinder.report.words import Words
from ringfinder.report.written import figures, moment

CLASSES: Mapping[str, Words] = MappingProxyType(
    {
        "open": ("一般", "open"),
        "registry": ("登记表", "registry"),
        "agent": ("业务员", "agent's"),
        "filed": ("多人留存", "filed by many"),
        "institution": ("公共机构", "institution"),
        "junk": ("随手填写", "junk"),
        "counter": ("网点设备", "counter device"),
        "no_door": ("无门牌号", "no door"),
        "unusable": ("不可用", "unusable"),
    }
)

SOURCES: Mapping[str, Words] = MappingProxyType(
    {
        "request": ("申请", "request"),
        "payee": ("收款", "payout"),
        "delegate": ("代办", "delegate"),
        "change": ("变更联系方式", "contact change"),
        "complaint": ("投诉", "complaint"),
        "sender": ("寄件", "sender"),
        "callback": ("回访", "callback"),
        "premium": ("缴费", "premium"),
    }
)


def masker_of(findings: Findings, *, reveal: bool) -> Masker:
    """Names for every value that the findings show, in the order in which they stand."""
    return Masker(_keys(findings), reveal=reveal)


def _keys(findings: Findings) -> Iterator[AttributeKey]:
    for value in findings.values:
        yield value.key
        yield from (AttributeKey("name", one.name) for one in value.holders)
    for person in findings.people:
        for episode in person.episodes:
            yield from (one.key for one in episode.values)
            for one in (*episode.context, *(reason for ring in episode.nearest for reason in ring.reasons)):
                yield from one.values


def as_json(findings: Findings, masker: Masker) -> dict[str, Any]:
    """Everything, with values as `masker` shows them."""
    return {
        "people": [_person(one, masker) for one in findings.people],
        "values": [_value(one, masker) for one in findings.values],
    }


def _person(person: PersonFinding, masker: Masker) -> dict[str, Any]:
    return {
        "asked_as": person.asked_as,
        "applicant_ids": list(person.applicant_ids),
        "household": [reason_as_json(one, masker) for one in person.household],
        "episodes": [_episode(one, masker) for one in person.episodes],
    }


def _episode(episode: EpisodeFinding, masker: Masker) -> dict[str, Any]:
    return {
        "requests": [
            {
                "request_id": one.request_id,
                "policy_no": one.policy_no,
                "applicant_id": one.applicant_id,
                "applied_at": moment(one.applied_at),
                "row": _row(one.row),
            }
            for one in episode.requests
        ],
        "verdict": reason_as_json(episode.verdict, masker),
        "signs": [reason_as_json(one, masker) for one in episode.signs],
        "context": [reason_as_json(one, masker) for one in episode.context],
        "values": [_held(one, masker) for one in episode.values],
        "nearest": [_near(one, masker) for one in episode.nearest],
        "elsewhere": episode.elsewhere,
    }


def _held(value: HeldValue, masker: Masker) -> dict[str, Any]:
    return {
        "kind": value.key.kind,
        "value": masker.show(value.key),
        "class": value.value_class,
        "places": [{"source": one.source, "column": one.column, "row": _row(one.row)} for one in value.places],
        "households": value.households,
        "requests": value.requests,
        "probability": value.probability,
        "links": value.links,
        "rings": list(value.rings),
        "reason": reason_as_json(value.reason, masker),
    }


def _near(ring: NearRing, masker: Masker) -> dict[str, Any]:
    return {
        "ring_id": ring.ring_id or None,
        "tier": ring.tier or None,
        "member": ring.member,
        "households": ring.units,
        "score": ring.score,
        "q_value": ring.q_value,
        "odds": dict(ring.odds),
        "reasons": [reason_as_json(one, masker) for one in ring.reasons],
    }


def _value(value: ValueFinding, masker: Masker) -> dict[str, Any]:
    return {
        "kind": value.key.kind,
        "value": masker.show(value.key),
        "class": value.value_class,
        "households": value.households,
        "requests": value.requests,
        "probability": value.probability,
        "odds": dict(value.odds),
        "links": value.links,
        "rings": list(value.rings),
        "reasons": [reason_as_json(one, masker) for one in value.reasons],
        "holders": [
            {
                "request_id": one.request_id,
                "applicant_id": one.applicant_id,
                "name": masker.show(AttributeKey("name", one.name)) if one.name else None,
                "applied_at": moment(one.applied_at),
                "sources": list(one.sources),
                "left_out": one.left_out or None,
                "ring_id": one.ring_id or None,
            }
            for one in value.holders
        ],
        "elsewhere": value.elsewhere,
    }


def reason_as_json(one: Reason, masker: Masker) -> dict[str, Any]:
    """One sentence with its numbers, values named as the masker names them."""
    return {
        "name": one.name,
        "weight": one.weight,
        "counts": figures(one.counts),
        "texts": dict(one.texts),
        "zh": masker.fill(one.zh, one.values),
        "en": masker.fill(one.en, one.values),
    }


def _row(row: RowRef) -> dict[str, Any]:
    return {"table": row.table, "key": row.key, "file": row.file, "line": row.line}
