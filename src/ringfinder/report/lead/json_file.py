"""`lead-report.json`: the whole report for machines, by `lead.schema.json` beside this module, which is published."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from datetime import UTC, datetime
from importlib.resources import files
from typing import Any

from ringfinder.report.lead.content import LEAD_VERSION, LeadReport
from ringfinder.report.written import figures, moment, yuan

_MONEY = frozenset(
    {"at_risk", "premium_paid", "policy_cash_value", "cash_value", "requested", "agreed", "paid", "difference", "money"}
)
_FIGURES = frozenset({"counts", "baseline"})
_PAIRS = {"values": ("kind", "value"), "periods": ("period", "requests")}


def lead_schema() -> dict[str, Any]:
    """The published JSON Schema (2020-12) of a report."""
    text = files("ringfinder.report.lead").joinpath("lead.schema.json").read_text(encoding="utf-8")
    schema: dict[str, Any] = json.loads(text)
    return schema


def as_json(report: LeadReport) -> bytes:
    """The report as `lead.schema.json` describes it, in UTF-8."""
    said = {"version": LEAD_VERSION, **_plain(report)}
    said["for_members"] = [term.number for term in report.for_members]
    text = json.dumps(said, ensure_ascii=False, allow_nan=False, indent=1)
    return f"{text}\n".encode("utf-8", "backslashreplace")


def _plain(record: Any) -> dict[str, Any]:
    """A record by the names of its fields."""
    return {field.name: _value(field.name, getattr(record, field.name)) for field in fields(record)}


def _value(name: str, value: Any) -> Any:
    if isinstance(value, tuple):
        return _many(name, value)
    if isinstance(value, Mapping):
        return figures(value) if name in _FIGURES else {key: _value(name, one) for key, one in value.items()}
    if isinstance(value, datetime):
        return moment(value.astimezone(UTC) if value.tzinfo else value)
    if is_dataclass(value):
        return _plain(value)
    return yuan(value) if name in _MONEY and isinstance(value, int) else value


def _many(name: str, values: tuple[Any, ...]) -> Any:
    """Several values as a list; pairs under the names that they have."""
    if name == "cells":
        return dict(values)
    names = _PAIRS.get(name)
    return [_value(name, one) if names is None else dict(zip(names, one, strict=True)) for one in values]
