"""From an insurer's tables to leads: every pattern finds its planted case, and neither look-alikes nor the crowd."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from neo4j import Driver

from ringfinder.neo4j.keys import Keyring
from ringfinder.neo4j.library import CypherFile, Library
from ringfinder.neo4j.projection import Scope, project, understand
from ringfinder.neo4j.runner import run
from ringfinder.neo4j.sync import drop, synchronise
from ringfinder.pipeline.again import facts_of, settings_of
from ringfinder.pipeline.detection import detect_workspace
from ringfinder.pipeline.graph import Asked, rings_of_run
from ringfinder.pipeline.load import load_folder
from ringfinder.settings import Settings
from ringfinder.simulate import simulate
from ringfinder.store import Workspace

KEYRING = Keyring(b"typology" * 4)
TYPOLOGIES = [f"T{number}" for number in range(1, 15) if number != 13]
SEEDS = (1, 1001)
UNSEEN = {("T1", "13800000000")}
"""Look-alikes that come to no node: a placeholder has no normal form."""


@dataclass(frozen=True)
class Told:
    """One line of `typologies.csv`."""

    typology: str
    planted: bool
    kind: str
    entity: str
    requests: frozenset[str]

    @property
    def key(self) -> str:
        """What the pattern names it by."""
        if self.kind != "visit":
            return KEYRING.key(self.kind, self.entity)
        branch, day, demand, phone = self.entity.split("/")
        return f"{branch}/{day}/{KEYRING.key('demand', demand)}/{KEYRING.key('phone', phone)}"


@dataclass
class Loaded:
    """The truth, and the graph that was made from the tables."""

    driver: Driver
    truth: list[Told]
    patterns: dict[str, CypherFile]
    found: dict[str, dict[str, frozenset[str]]] = field(default_factory=dict)

    def told(self, typology: str, *, planted: bool) -> list[Told]:
        return [one for one in self.truth if one.typology == typology and one.planted == planted]

    def rows(self, typology: str) -> dict[str, frozenset[str]]:
        """Requests of each finding of a pattern, by what it is named by; run once."""
        if typology not in self.found:
            file = self.patterns[typology]
            table = run(self.driver, file, file.values())
            rows = [dict(zip(table.columns, row, strict=True)) for row in table.rows]
            assert table.of == len(rows)
            self.found[typology] = {row["key"]: frozenset(row["requests"]) for row in rows}
        return self.found[typology]


@pytest.fixture(scope="module", params=SEEDS)
def loaded(
    request: pytest.FixtureRequest, driver: Driver, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Loaded]:
    place = tmp_path_factory.mktemp("typologies")
    simulate("typologies", 600, request.param, place / "tables")
    with Workspace.open(Settings(place / "w")) as workspace:
        report = load_folder(workspace, place / "tables")
        assert all(tally.rejected == 0 for tally in report.tallies)
        ran = detect_workspace(workspace).run
        source = understand(facts_of(workspace, ran, []), settings_of(ran, []), rings_of_run(workspace, ran, Asked()))
    drop(driver)
    synchronise(driver, project(source, Scope.ALL, KEYRING), place / "memory")
    files = {one.typology: one for one in Library.open().files if one.part == "rows"}
    yield Loaded(driver, _truth(place / "tables.labels"), files)
    drop(driver)


def _truth(folder: Path) -> list[Told]:
    with (folder / "typologies.csv").open(encoding="utf-8", newline="") as lines:
        return [
            Told(
                row["typology"],
                row["planted"] == "y",
                row["entity_kind"],
                row["entity"],
                frozenset(row["request_ids"].split()),
            )
            for row in csv.DictReader(lines)
        ]


def test_every_typology_has_a_case_and_a_look_alike(loaded: Loaded) -> None:
    assert set(loaded.patterns) == set(TYPOLOGIES)
    for typology in TYPOLOGIES:
        assert loaded.told(typology, planted=True)
        assert loaded.told(typology, planted=False)


@pytest.mark.parametrize("typology", TYPOLOGIES)
def test_a_pattern_finds_the_planted_and_nothing_else(loaded: Loaded, typology: str) -> None:
    found = loaded.rows(typology)
    planted = {one.key: one for one in loaded.told(typology, planted=True)}
    honest = {one.key: one for one in loaded.told(typology, planted=False)}
    assert {honest[key].entity for key in found if key in honest} == set()
    assert {one.entity for key, one in planted.items() if key not in found} == set()
    assert {key: found[key] for key in found if key not in planted} == {}, "the crowd"


@pytest.mark.parametrize("typology", TYPOLOGIES)
def test_a_finding_names_the_requests_that_make_it_up(loaded: Loaded, typology: str) -> None:
    found = loaded.rows(typology)
    for one in loaded.told(typology, planted=True):
        assert found[one.key] == one.requests, one.entity


@pytest.mark.parametrize("typology", TYPOLOGIES)
def test_look_alikes_are_in_the_graph(loaded: Loaded, typology: str) -> None:
    """What is not found is there to be found: its node, its requests."""
    for one in loaded.told(typology, planted=False):
        there = loaded.driver.execute_query(
            "MATCH (r:SurrenderRequest) WHERE r.request_id IN $ids RETURN count(r) AS n", ids=sorted(one.requests)
        ).records[0]["n"]
        assert there == len(one.requests)
        node = loaded.driver.execute_query("MATCH (n {key: $key}) RETURN count(n) AS n", key=one.key).records[0]["n"]
        # one's own words are no copies, and a visit is named by several things
        if one.kind not in ("visit", "text") and (typology, one.entity) not in UNSEEN:
            assert node == 1, one


def test_the_cases_are_shuffled_among_the_others(loaded: Loaded) -> None:
    """A request's number says nothing of whether it is of a case."""
    ids = loaded.driver.execute_query("MATCH (r:SurrenderRequest) RETURN r.request_id AS id ORDER BY id").records
    cases = frozenset[str]().union(*(one.requests for one in loaded.truth))
    half = [record["id"] in cases for record in ids[: len(ids) // 2]]
    assert 0.25 < sum(half) / len(half) < 0.5
