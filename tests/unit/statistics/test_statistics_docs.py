"""docs/statistics.md names every count, measure, finding, reason and table, and says the numbers of the settings."""

from __future__ import annotations

import json
import re
from dataclasses import fields
from importlib.resources import files
from pathlib import Path

from ringfinder.statistics.at_risk import REASONS
from ringfinder.statistics.counts import NEEDS
from ringfinder.statistics.facts import DIMENSIONS
from ringfinder.statistics.output import TABLES
from ringfinder.statistics.rates import MEASURES
from ringfinder.statistics.refunds import FINDINGS
from ringfinder.statistics.settings import StatSettings

PAGE = (Path(__file__).resolve().parents[3] / "docs" / "statistics.md").read_text(encoding="utf-8")


def test_the_page_names_everything_that_is_counted() -> None:
    named = set(re.findall(r"`([a-z_]+)`", PAGE))
    assert {*DIMENSIONS, *NEEDS, *(one.name for one in MEASURES), *FINDINGS, *REASONS} <= named


def test_the_page_says_the_limits_that_hold() -> None:
    limits, text = StatSettings(), " ".join(PAGE.split())
    for said in (
        f"at {limits.confidence:.0%}".replace("%", " %"),
        f"`q ≤ {limits.false_discovery}`",
        f"at least {limits.least_cohort} in the denominator",
        f"at most {limits.new_account_days} days before the payment",
        f"within {limits.complaint_days} days before",
        f"in the last {limits.fresh_days} days",
        f"in the last {limits.left_months} months",
    ):
        assert said in text, said
    assert (limits.mostly, limits.fewest_alike) == (0.5, 5)
    assert "at least half" in text
    assert "fewer than five" in text


def test_each_limit_has_its_source() -> None:
    told = StatSettings.__doc__ or ""
    assert all(f"\n    {one.name}\n" in told for one in fields(StatSettings))


def test_the_schema_names_the_tables_and_limits_of_the_code() -> None:
    schema = json.loads((files("ringfinder.statistics") / "statistics.schema.json").read_text(encoding="utf-8"))
    tables = [one["properties"]["name"]["const"] for one in schema["properties"]["tables"]["prefixItems"]]
    assert tuple(tables) == TABLES
    assert schema["properties"]["settings"]["required"] == [one.name for one in fields(StatSettings)]
