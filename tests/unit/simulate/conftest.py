"""Portfolios made once for all tests of the simulator, read back as an insurer's tables."""

from __future__ import annotations

import csv
from collections.abc import Callable

import pytest

from ringfinder.simulate import simulate

Rows = list[dict[str, str]]
Made = Callable[..., dict[str, Rows]]


@pytest.fixture(scope="session")
def made(tmp_path_factory: pytest.TempPathFactory) -> Made:
    """All tables of a portfolio and its truth by name, as rows of text; made once for each question."""
    known: dict[tuple[str, int, int], dict[str, Rows]] = {}

    def read(scenario: str, requests: int = 3000, seed: int = 11) -> dict[str, Rows]:
        asked = (scenario, requests, seed)
        if asked not in known:
            folder = tmp_path_factory.mktemp("made") / scenario
            simulate(scenario, requests, seed, folder)
            known[asked] = {}
            for path in (*folder.iterdir(), *folder.with_name(scenario + ".labels").iterdir()):
                with path.open(encoding="utf-8", newline="") as lines:
                    known[asked][path.stem] = list(csv.DictReader(lines))
        return known[asked]

    return read
