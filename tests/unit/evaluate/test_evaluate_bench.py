"""The measuring itself: stopped processes, failed processes, the family gate, ratios, results kept apart."""

from __future__ import annotations

import csv
import importlib
import sys
import time
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from ringfinder.simulate import SCENARIOS

BENCHMARKS = Path(__file__).resolve().parents[3] / "benchmarks"


@pytest.fixture
def bench(monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    """Return the package of the scripts in `benchmarks/`, with its modules loaded."""
    monkeypatch.syspath_prepend(str(BENCHMARKS))
    for name in ("families", "measure", "portfolios", "quality", "results", "speed", "suite"):
        importlib.import_module(f"bench.{name}")
    return importlib.import_module("bench")


def test_a_slow_process_is_stopped_with_its_children_and_shown_as_more(bench: ModuleType, tmp_path: Path) -> None:
    mark = tmp_path / "still-alive"
    grandchild = f"import time, pathlib; time.sleep(1.5); pathlib.Path({str(mark)!r}).touch()"
    code = f"import subprocess, sys; subprocess.run([sys.executable, '-c', {grandchild!r}])"
    run = bench.measure.measure([sys.executable, "-c", code], tmp_path, limit=0.4)
    assert (run.outcome, run.shown) == ("stopped", ">600")
    time.sleep(1.7)
    assert not mark.exists()


def test_a_failed_process_tells_its_last_lines(bench: ModuleType, tmp_path: Path) -> None:
    run = bench.measure.measure([sys.executable, "-c", "import sys; sys.exit('no tables here')"], tmp_path)
    assert (run.outcome, run.told) == ("failed", "no tables here")


def test_time_and_memory_are_those_of_the_child(bench: ModuleType, tmp_path: Path) -> None:
    code = "block = bytearray(200_000_000); import time; time.sleep(.2)"
    run = bench.measure.measure([sys.executable, "-c", code], tmp_path)
    assert run.outcome == "ok"
    assert run.seconds >= 0.2
    assert 190 < run.peak_mib < 300


@pytest.mark.parametrize(
    ("family", "f1", "expected"),
    [
        ("open", 0.65, "test"),
        ("open", 0.66, "not a test"),
        ("hard_open", 0.45, "test"),
        ("hard_open", 0.5, "not a test"),
        ("mixed", 0.5, "not a test"),
        ("small", 0.5, "not a test"),
        ("town", 0.5, "test"),
    ],
)
def test_the_family_gate(bench: ModuleType, family: str, f1: float, expected: str) -> None:
    portfolio = bench.portfolios.Portfolio("own", family, 5000, 1, "develop")
    gate = {"outcome": "ok", "true_rings": 9, "b3_f1": f1}
    assert bench.quality.counts_as(portfolio, gate) == expected
    assert bench.quality.counts_as(portfolio, gate | {"true_rings": 0}) == "honest"
    assert bench.quality.counts_as(portfolio, gate | {"outcome": "stopped"}) == "unknown"
    assert bench.quality.counts_as(portfolio, None) == "unknown"


def test_the_quick_suite_has_eight_families_of_every_difficulty_and_channel(bench: ModuleType) -> None:
    chosen = [SCENARIOS[name] for name in bench.families.QUICK]
    assert len(set(bench.families.QUICK)) == 8
    assert {one.difficulty for one in chosen} == {"plain", "hard", "mixed", "honest"}
    assert {"agent", "lag", "text", "payee", "device", "flow", "contact"} <= set().union(*(c.signals for c in chosen))


def test_a_simulator_of_too_few_tests_is_told(bench: ModuleType) -> None:
    rows = [row(bench, "full", name, 0.5, seed=seed) for name in "abcdefghijkl" for seed in (1, 2)]
    assert bench.families.too_few_tests(rows) == []
    rows[3]["counts_as"] = "not a test"
    (told,) = bench.families.too_few_tests(rows)
    assert told.startswith("11 families")


def test_ratios_are_to_the_afternoons_script(
    bench: ModuleType, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    seconds = {"afternoon": iter((2.0, 4.0, 3.0)), "ringfinder": iter((5.0, 7.5, 9.0))}
    monkeypatch.setattr(bench.measure, "command", lambda method, *_: method)
    monkeypatch.setattr(
        bench.measure,
        "measure",
        lambda method, *_: bench.measure.Measured("ok", next(seconds[method]), 100.0),
    )
    portfolio = bench.portfolios.Portfolio("own", "any", 100_000, 1, "speed")
    rows = bench.speed.race("speed", portfolio, bench.portfolios.Tables(tmp_path), ["afternoon", "ringfinder"], 3)
    by_method = {row["method"]: row for row in rows}
    assert by_method["afternoon"]["ratio_median"] == 1.0
    assert (by_method["ringfinder"]["ratio_min"], by_method["ringfinder"]["ratio_median"]) == (2.5, 2.5)
    assert bench.speed.too_slow(rows) == []
    by_method["ringfinder"]["ratio_median"] = 3.1
    assert bench.speed.too_slow(rows) == []
    by_method["ringfinder"]["ratio_min"] = 3.2
    assert bench.speed.too_slow(rows) == ["run at 100000 requests: 3.2 times the afternoon's script, limit 3.0"]


def row(bench: ModuleType, suite: str, family: str, f1: float, **more: Any) -> dict[str, Any]:
    given = {
        "suite": suite,
        "source": "own",
        "family": family,
        "requests": 5000,
        "seeds": "develop",
        "seed": 1,
    }
    given |= {"method": "ringfinder", "outcome": "ok", "counts_as": "test", "b3_f1": f1, "false_rings": 0}
    return dict.fromkeys(bench.quality.COLUMNS, "") | given | more


@pytest.fixture
def places(bench: ModuleType, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(bench.results, "RESULTS", tmp_path / "results")
    monkeypatch.setattr(bench.suite, "REFERENCE", tmp_path / "reference")
    return tmp_path


def test_a_suite_replaces_its_own_rows_alone(bench: ModuleType, places: Path) -> None:
    bench.results.keep("full", [row(bench, "full", "b", 0.5)], [])
    bench.results.keep("quick", [row(bench, "quick", "a", 0.7)], [])
    bench.results.keep("quick", [row(bench, "quick", "a", 0.8)], [])
    with (places / "results" / "quality.csv").open(encoding="utf-8") as file:
        assert [(r["suite"], r["b3_f1"]) for r in csv.DictReader(file)] == [("full", "0.5"), ("quick", "0.8")]
    text = (places / "results" / "RESULTS.md").read_text(encoding="utf-8")
    assert "| a | 5000 | test | 0.800 |" in text
    assert "| b | 5000 | test | 0.500 |" in text


def test_a_suite_fails_when_its_mean_over_seeds_fell(bench: ModuleType, places: Path) -> None:
    rows = [row(bench, "quick", "a", 0.8, seed=seed) for seed in (1, 2)]
    assert bench.suite.conclude("quick", rows, [], freeze=True) == 0
    assert (places / "reference" / "quality.csv").is_file()
    steady = [row(bench, "quick", "a", 0.79, seed=1), row(bench, "quick", "a", 0.8, seed=2)]
    assert bench.suite.conclude("quick", steady, [], freeze=False) == 0
    fallen = [row(bench, "quick", "a", 0.76, seed=1), row(bench, "quick", "a", 0.8, seed=2)]
    assert bench.suite.conclude("quick", fallen, [], freeze=False) == 1


def test_a_failed_run_fails_the_suite_and_freezes_nothing(bench: ModuleType, places: Path) -> None:
    rows = [row(bench, "quick", "a", 0.8), row(bench, "quick", "b", 0.0, outcome="failed", b3_f1="")]
    assert bench.suite.conclude("quick", rows, [], freeze=True) == 1
    assert not (places / "reference").exists()
