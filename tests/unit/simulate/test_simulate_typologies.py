"""The portfolio with a case of every typology: written like all others, with its truth beside it."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest
from tests.unit.simulate.conftest import Made

from ringfinder.errors import InputError
from ringfinder.simulate import PORTFOLIOS, SCENARIOS, simulate
from ringfinder.simulate.typologies import REQUESTS

SEEDS = (1, 2, 1001)
TYPOLOGIES = {f"T{number}" for number in range(1, 15) if number != 13}


@pytest.mark.parametrize("seed", SEEDS)
def test_truth_has_a_case_and_a_look_alike_of_every_typology(made: Made, seed: int) -> None:
    tables = made("typologies", 400, seed)
    planted = {row["typology"] for row in tables["typologies"] if row["planted"] == "y"}
    honest = {row["typology"] for row in tables["typologies"] if row["planted"] == "n"}
    assert planted == honest == TYPOLOGIES
    known = {row["request_id"] for row in tables["surrender_requests"]}
    cause = {row["request_id"]: row["cause"] for row in tables["honest"]}
    ring = {row["request_id"]: row["ring_id"] for row in tables["labels"]}
    assert len(known) == len(ring) == 400
    for row in tables["typologies"]:
        requests = set(row["request_ids"].split())
        assert row["entity"]
        assert requests
        assert requests <= known
        if row["planted"] == "y":
            assert not requests & cause.keys()
            # one complainant makes no ring
            assert len({ring[one] for one in requests}) == 1
            assert all(ring[one] for one in requests) == (row["typology"] != "T14")
        else:
            assert len({cause[one] for one in requests}) == 1
            assert not any(ring[one] for one in requests)


def test_rings_of_the_cases_share_what_the_labels_say(made: Made) -> None:
    tables = made("typologies", 400, 1)
    sizes = Counter(row["ring_id"] for row in tables["labels"] if row["ring_id"])
    assert len(sizes) == 12
    assert min(sizes.values()) >= 3
    assert all(int(row["links"]) < sizes[row["ring_id"]] for row in tables["labels"] if row["ring_id"])
    shared = next(row for row in tables["typologies"] if (row["typology"], row["planted"]) == ("T6", "y"))
    links = {row["request_id"]: row["links"] for row in tables["labels"]}
    assert {links[one] for one in shared["request_ids"].split()} == {"3"}


def test_cases_are_as_many_as_is_said_and_the_crowd_fills_the_rest(made: Made, tmp_path: Path) -> None:
    tables = made("typologies", 400, 1)
    of_cases = {one for row in tables["typologies"] for one in row["request_ids"].split()}
    assert len(of_cases) == REQUESTS
    with pytest.raises(InputError, match="too few"):
        simulate("typologies", REQUESTS + 99, 1, tmp_path / "small")
    assert simulate("typologies", REQUESTS + 100, 1, tmp_path / "small")["surrender_requests"] == REQUESTS + 100


def test_numbers_and_places_tell_nothing(made: Made) -> None:
    """Cases stand among the others, in order of rows as in order of numbers."""
    tables = made("typologies", 600, 1)
    of_cases = {one for row in tables["typologies"] for one in row["request_ids"].split()}
    ids = [row["request_id"] for row in tables["surrender_requests"]]
    for order in (ids, sorted(ids)):
        place = [number for number, one in enumerate(order) if one in of_cases]
        assert 0.42 < sum(place) / len(place) / len(order) < 0.58
    assert {one[0] for one in ids} == {"R"}
    assert {len(one) for one in ids} == {10}


def test_truth_is_never_among_the_tables(tmp_path: Path) -> None:
    simulate("typologies", 400, 1, tmp_path / "out")
    assert "typologies" not in {path.stem for path in (tmp_path / "out").iterdir()}
    assert {path.name for path in (tmp_path / "out.labels").iterdir()} == {
        "labels.csv",
        "roles.csv",
        "honest.csv",
        "typologies.csv",
    }
    simulate("town", 400, 1, tmp_path / "out", force=True)
    assert not (tmp_path / "out.labels" / "typologies.csv").exists()


@pytest.mark.parametrize("headers", ["en", "zh"])
def test_the_same_seed_gives_the_same_bytes(tmp_path: Path, headers: str) -> None:
    for name in ("one", "two"):
        simulate("typologies", 400, 5, tmp_path / name, headers=headers)
    for ending in ("", ".labels"):
        one, two = (tmp_path / f"{name}{ending}" for name in ("one", "two"))
        assert {path.name: path.read_bytes() for path in one.iterdir()} == {
            path.name: path.read_bytes() for path in two.iterdir()
        }


def test_it_is_none_of_the_families_that_are_measured() -> None:
    assert "typologies" in PORTFOLIOS
    assert "typologies" not in SCENARIOS
