"""What holds for every query of `cypher/investigate` and `cypher/analysis`."""

from __future__ import annotations

import pytest
from neo4j import Driver
from tests.neo4j.queries.harness import (
    ANALYSIS,
    COLUMN_TYPES,
    INVESTIGATE,
    Saved,
    load,
    names,
    operators,
    picked,
    plain,
    run,
    statement,
)
from tests.neo4j.queries.world import bare, world

FILES = [*names(INVESTIGATE), *names(ANALYSIS)]
KEYS = {
    "value": "ph1",
    "person": "p1",
    "policy": "po1",
    "request": "r1",
    "agent": "ag1",
    "neighbourhood": "r1",
}
# Their rows are relationships or paths, and `of` counts nodes, or is a single figure.
NO_LIST = {"investigate/ring-picture"}


@pytest.fixture(scope="module")
def graph(driver: Driver) -> Driver:
    world().write(driver)
    return driver


@pytest.fixture(params=FILES)
def saved(request: pytest.FixtureRequest) -> Saved:
    return load(request.param)


def usual(name: str) -> dict[str, str | int]:
    """Parameters with which a query of investigate/ finds something in the small world."""
    stem = name.partition("/")[2]
    parameters = load(name).parameters
    chosen = {"key": KEYS.get(stem, ""), "ring_id": "" if stem == "money-by-ring" else "G1", "id": "R1"}
    if stem == "paths-between":
        return {"key": "p1", "other": "p3"}
    if stem == "hubs":
        return {"least": 2}
    return {one: value for one, value in chosen.items() if one in parameters}


def test_header_says_what_the_file_is(saved: Saved) -> None:
    assert saved.header["id"] == saved.id
    assert saved.header["category"] == saved.id.partition("/")[0]
    assert saved.header["mode"] == "read"
    for bilingual in ("title", "purpose"):
        chinese, _, english = saved.header[bilingual].partition(" | ")
        assert chinese.strip()
        assert english.strip()
    assert dict(saved.parameters) == dict(saved.commands)
    assert set(saved.identity) <= set(saved.columns)
    assert set(saved.columns.values()) <= set(COLUMN_TYPES)
    assert not saved.statement.endswith(";")


def test_needs_gds_is_said_where_it_is_so(saved: Saved) -> None:
    assert ("gds." in saved.statement) == (saved.header.get("needs") == "gds")
    assert saved.id.startswith(ANALYSIS) or "CALL gds" not in saved.statement


def test_plan_reads_only_and_starts_small(saved: Saved, graph: Driver) -> None:
    with graph.session() as session:
        summary = session.run(statement(f"EXPLAIN {saved.statement}"), dict(saved.parameters)).consume()
    assert summary.query_type == "r"
    assert summary.plan is not None
    found = set(operators(summary.plan))
    assert not {one for one in found if "AllNodesScan" in one}
    # Two persons by their keys are one pair, and a path between two needs both.
    assert "CartesianProduct" not in found or saved.id == "investigate/paths-between"
    assert not [one.status_description for one in summary.gql_status_objects if one.is_notification]


@pytest.mark.parametrize("name", names(INVESTIGATE))
def test_columns_are_those_of_the_header(name: str, graph: Driver) -> None:
    saved = load(name)
    rows = run(graph, name, **usual(name))
    assert rows
    for row in rows:
        assert list(row.keys()) == list(saved.columns)
        for column, kind in saved.columns.items():
            assert row[column] is None or isinstance(row[column], COLUMN_TYPES[kind]), column
    identities = [tuple(str(plain(row[column])) for column in saved.identity) for row in rows]
    assert len(identities) == len(set(identities))


@pytest.mark.parametrize("name", [one for one in names(INVESTIGATE) if one not in NO_LIST])
def test_limit_cuts_and_of_tells_how_many_there_are(name: str, graph: Driver) -> None:
    rows = run(graph, name, **usual(name))
    assert {row["of"] for row in rows} == {len(rows)}
    cut = run(graph, name, **usual(name), limit=1)
    assert picked(cut, *load(name).columns) == picked(rows[:1], *load(name).columns)
    with graph.session() as session:
        # Browser hands `:param limit => 1` over as a number with a point.
        parameters = {**load(name).parameters, **usual(name), "limit": 1.0}
        assert len(list(session.run(statement(load(name).statement), parameters))) == 1


@pytest.mark.parametrize(
    "name", [one for one in names(INVESTIGATE) if {"key", "ring_id", "id"} & set(load(one).parameters)]
)
def test_unknown_gives_no_rows(name: str, graph: Driver) -> None:
    parameters = load(name).parameters
    wanted = {one: "nobody" for one in ("key", "other", "ring_id", "id") if one in parameters}
    assert run(graph, name, **wanted) == []
    # The empty key of the defaults is nobody's either.
    if not {"rings", "money-by-ring"} & {name.partition("/")[2]}:
        assert run(graph, name) == []


def test_nodes_that_know_nothing_break_nothing(driver: Driver) -> None:
    graph = bare()
    graph.write(driver)
    try:
        for name in names(INVESTIGATE):
            saved = load(name)
            for key in graph.nodes:
                wanted = {one: key for one in ("key", "other", "ring_id", "id") if one in saved.parameters}
                run(driver, name, **wanted)
                if not wanted:
                    break
    finally:
        world().write(driver)
