"""docs/evaluation.md names every figure, baseline and parameter that the code has."""

from __future__ import annotations

from dataclasses import fields
from pathlib import Path

import pytest

from ringfinder.evaluate import Evaluation
from ringfinder.evaluate.baselines import BASELINES
from ringfinder.evaluate.baselines.fraudar import REQUESTS_PER_BLOCK
from ringfinder.evaluate.baselines.holders import COMPLAINT_COLUMNS, DEGREE_CAP, REQUEST_COLUMNS

TEXT = (Path(__file__).resolve().parents[3] / "docs" / "evaluation.md").read_text(encoding="utf-8")
COUNTS = {"requests", "true_rings", "true_members", "listed", "flagged", "warnings"}


@pytest.mark.parametrize("name", sorted({field.name for field in fields(Evaluation)} - COUNTS))
def test_every_metric_is_documented(name: str) -> None:
    assert f"`{name}`" in TEXT


@pytest.mark.parametrize("name", [*BASELINES, *dict([*REQUEST_COLUMNS, *COMPLAINT_COLUMNS])])
def test_baselines_and_their_columns_are_documented(name: str) -> None:
    assert f"`{name}`" in TEXT


def test_parameters_are_documented() -> None:
    assert f"more than {DEGREE_CAP}, are dropped" in TEXT
    assert f"one block for each {REQUESTS_PER_BLOCK} requests" in TEXT
