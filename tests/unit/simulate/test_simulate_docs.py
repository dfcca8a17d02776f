"""docs/simulator.md tells every family, signal and honest cause as the code has them."""

from __future__ import annotations

from pathlib import Path

import pytest

from ringfinder.simulate import SCENARIOS
from ringfinder.simulate.honest import PER_10_000
from ringfinder.simulate.world import TWO_NUMBERS

TEXT = (Path(__file__).resolve().parents[3] / "docs" / "simulator.md").read_text(encoding="utf-8")
LINES = [line.strip(" |").split(" | ") for line in TEXT.splitlines() if line.startswith("| `")]
ROWS = {name: cells for name, *cells in LINES}
LIMITS = {"plain": 0.65, "hard": 0.45, "mixed": 0.45}


@pytest.mark.parametrize("name", SCENARIOS)
def test_every_family_stands_with_its_difficulty_and_signals(name: str) -> None:
    _, difficulty, signals, components = ROWS[f"`{name}`"]
    assert difficulty == SCENARIOS[name].difficulty
    assert signals == (", ".join(sorted(SCENARIOS[name].signals)) or "-")
    assert (components == "-") == (difficulty == "honest")
    assert components == "-" or float(components) <= LIMITS[difficulty]


def test_every_honest_cause_stands_with_its_number() -> None:
    for group, number in PER_10_000:
        assert ROWS[f"`{group.__name__}`"][-1] == f"{number:g}"


def test_counts_in_the_text_are_those_of_the_code() -> None:
    with_rings = [one for one in SCENARIOS.values() if one.difficulty != "honest"]
    without = {signal: sum(signal not in one.signals for one in with_rings) for signal in ("agent", "lag", "text")}
    said = " ".join(TEXT.split())
    assert (
        f"Of the {len(with_rings)} families with rings, {without['agent']} have no agent signal, "
        f"{without['lag']} no lag signal and {without['text']} no text" in said
    )
    assert f"{TWO_NUMBERS:.0%} of customers have two numbers".replace("%", " %") in said
