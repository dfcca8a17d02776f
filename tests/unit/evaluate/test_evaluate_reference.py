"""The frozen reference: a family that falls by more than .01 is named, one that wavers is not."""

from __future__ import annotations

import importlib
from pathlib import Path
from types import ModuleType

import pytest

BENCHMARKS = Path(__file__).resolve().parents[3] / "benchmarks"


@pytest.fixture
def reference(monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    """Return `benchmarks/bench/reference.py`, which is a script's part: found beside the scripts."""
    monkeypatch.syspath_prepend(str(BENCHMARKS))
    return importlib.import_module("bench.reference")


def test_a_fall_of_two_hundredths_is_named_and_of_half_a_hundredth_is_not(
    reference: ModuleType, tmp_path: Path
) -> None:
    path = tmp_path / "reference" / "quality.csv"
    frozen = [reference.Level("own", name, 5000, "develop", 0.8, 1.0) for name in ("steady", "wavering", "fallen")]
    reference.freeze(path, frozen)
    now = [
        reference.Level("own", "steady", 5000, "develop", 0.81, 1.0),
        reference.Level("own", "wavering", 5000, "develop", 0.795, 1.0),
        reference.Level("own", "fallen", 5000, "develop", 0.78, 1.0),
    ]
    told = reference.falls(now, reference.read(path))
    assert told == ["own fallen (5000 requests, develop seeds): B-cubed F1 0.780, reference 0.800"]


def test_exactly_one_hundredth_is_still_allowed(reference: ModuleType) -> None:
    was = reference.Level("own", "a", 5000, "develop", 0.8, 0.0)
    now = reference.Level("own", "a", 5000, "develop", 0.79, 0.0)
    assert reference.falls([now], {was.key: was}) == []


def test_more_false_rings_and_new_families_are_noted(reference: ModuleType) -> None:
    was = reference.Level("B", "quiet", 20000, "foreign", 0.0, 0.0)
    worse = reference.Level("B", "quiet", 20000, "foreign", 0.0, 3.0)
    new = reference.Level("B", "town", 20000, "foreign", 0.4, 3.0)
    assert reference.notes([worse, new], {was.key: was}) == [
        "B quiet (20000 requests, foreign seeds): 3 false rings, reference 0",
        "not in the reference: B town (20000 requests, foreign seeds)",
    ]


def test_freezing_again_keeps_what_was_not_measured(reference: ModuleType, tmp_path: Path) -> None:
    path = tmp_path / "quality.csv"
    reference.freeze(path, [reference.Level("own", name, 5000, "develop", 0.5, 0.0) for name in "ab"])
    reference.freeze(path, [reference.Level("own", "b", 5000, "develop", 0.6, 0.0)])
    assert {level.family: level.b3_f1 for level in reference.read(path).values()} == {"a": 0.5, "b": 0.6}


def test_without_a_frozen_file_nothing_falls(reference: ModuleType, tmp_path: Path) -> None:
    assert reference.read(tmp_path / "none.csv") == {}
