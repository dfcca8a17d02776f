"""Every file of the library on a real server: what its header says is what it takes, needs and returns."""

from __future__ import annotations

import re
from typing import Any

import pytest
from neo4j import Driver, GraphDatabase, Query
from tests.neo4j.conftest import Server
from tests.neo4j.library.conftest import Site
from tests.neo4j.queries.harness import COLUMN_TYPES

from ringfinder.neo4j.library import CypherFile, Library, cypher_folder
from ringfinder.neo4j.runner import check, run

LIBRARY = Library.open()
IDS = [one.id for one in LIBRARY.files]
PATTERNS = [one.id for one in LIBRARY.files if one.part == "rows"]
PROJECTS = "analysis/components-gds-project"
OF_RING = "analysis/ring-gds-project"
NO_NEIGHBOURS = "investigate/ring-neighbours"
"""Finds nothing here: the cases have nothing to do with one another."""

_OTHERS = re.compile(r"'(?:\\.|[^'\\])*'|//[^\n]*")


@pytest.fixture(params=IDS)
def file(request: pytest.FixtureRequest) -> CypherFile:
    return LIBRARY.find(request.param)


def _values(driver: Driver, file: CypherFile) -> dict[str, Any]:
    """Defaults, and where a file asks for somebody or something, one that is there."""
    found: dict[str, Any] = dict(file.values())
    if file.part == "picture":
        return found
    some = driver.execute_query(
        "MATCH (r:SurrenderRequest)-[:IN_RING]->(g:Ring)-[s:SHARES]->() "
        "WITH g, max(s.members) AS most, min(r.key) AS key "
        "RETURN key, g.ring_id AS ring ORDER BY most DESC, ring LIMIT 1"
    ).records[0]
    stem = file.id.partition("/")[2]
    labels = {"person": "Person", "policy": "Policy", "agent": "Agent", "value": "Phone"}
    if stem in labels:
        found["key"] = driver.execute_query(
            f"MATCH (n:{labels[stem]})-[u]-(m) WITH n.key AS key, count(u) AS n RETURN key ORDER BY n DESC, key LIMIT 1"
        ).records[0]["key"]
    elif "other" in found:
        pair = driver.execute_query(
            "MATCH (a:Person)-[:APPLIED_FOR]->(:SurrenderRequest)-[:IN_RING]->(:Ring)<-[:IN_RING]-(:SurrenderRequest)"
            "<-[:APPLIED_FOR]-(b:Person) WHERE a <> b RETURN a.key AS a, b.key AS b LIMIT 1"
        ).records[0]
        found |= {"key": pair["a"], "other": pair["b"]}
    elif "key" in found and stem != "ring-without-best-value":
        found["key"] = some["key"]
    if "ring_id" in found:
        found["ring_id"] = some["ring"]
    if "id" in found:
        found["id"] = some["ring"]
    return found


@pytest.fixture
def prepared(driver: Driver, site: Site, file: CypherFile) -> dict[str, Any]:
    """Parameters of a file, with the graph in memory that it works on."""
    values = _values(driver, file)
    if "gds" in file.needs:
        first = OF_RING if "ring" in file.id else PROJECTS
        if file.id not in (PROJECTS, OF_RING):
            driver.execute_query("CALL gds.graph.drop($graph, false) YIELD graphName RETURN graphName", values)
            make = LIBRARY.find(first)
            driver.execute_query(Query(make.statement), _values(driver, make) | {"graph": values["graph"]})
        else:
            driver.execute_query("CALL gds.graph.drop($graph, false) YIELD graphName RETURN graphName", values)
    return values


def test_ids_are_the_places_of_the_files(file: CypherFile) -> None:
    assert file.path == cypher_folder() / f"{file.id}.cypher"
    assert file.category == file.id.partition("/")[0]
    assert file.zh != file.en
    assert file.purpose_zh != file.purpose_en


def test_the_server_sees_a_reading_statement(driver: Driver, site: Site, file: CypherFile) -> None:
    """With the defaults; and the runner lets it through."""
    check(driver, file, file.values())
    with driver.session() as session:
        summary = session.run(Query(f"EXPLAIN {file.statement}"), dict(file.values())).consume()
    assert summary.query_type == "r"


def test_declared_parameters_are_the_used_ones(file: CypherFile) -> None:
    used = set(re.findall(r"\$(\w+)", _OTHERS.sub("", file.statement)))
    assert used == {param.name for param in file.params}
    assert all(param.zh and param.en for param in file.params)


def test_declared_columns_are_returned_with_their_types(
    driver: Driver, prepared: dict[str, Any], file: CypherFile
) -> None:
    with driver.session() as session:
        result = session.run(Query(file.statement), prepared)
        columns, records = list(result.keys()), list(result)
    assert columns == [name for name, _ in file.returns]
    assert records or file.id == NO_NEIGHBOURS, "a file that finds nothing here is not tested"
    for record in records:
        for name, kind in file.returns:
            cell = record[name]
            assert cell is None or (
                isinstance(cell, COLUMN_TYPES[kind]) and (kind == "BOOLEAN") == isinstance(cell, bool)
            ), name


def test_the_server_has_no_remarks(server: Server, site: Site, file: CypherFile) -> None:
    """Nothing deprecated, no name that the graph does not have; asked with all remarks switched on."""
    with (
        GraphDatabase.driver(
            server.uri, auth=(server.user, server.password), notifications_min_severity="INFORMATION"
        ) as asking,
        asking.session() as session,
    ):
        summary = session.run(Query(f"EXPLAIN {file.statement}"), dict(file.values())).consume()
    remarks = [
        one.gql_status + " " + one.status_description for one in summary.gql_status_objects if one.is_notification
    ]
    # what is not in this small graph is in the declaration, which the tests of the patterns hold names against
    assert [one for one in remarks if "not in the database" not in one and "does not exist" not in one] == []


@pytest.mark.parametrize("name", PATTERNS)
def test_a_pattern_has_rows_a_picture_and_a_count(name: str) -> None:
    rows, picture, count = (LIBRARY.find(one) for one in (name, f"{name}.picture", f"{name}.count"))
    assert (rows.part, picture.part, count.part) == ("rows", "picture", "count")
    assert rows.typology == picture.typology == count.typology
    assert (rows.lead, picture.lead, count.lead) == (True, False, False)
    own, drawn, counted = ({param.name: param for param in one.params} for one in (rows, picture, count))
    assert counted == {key: param for key, param in own.items() if key != "limit"}
    assert {key: param for key, param in drawn.items() if key in counted} == counted
    assert drawn.keys() - counted.keys() == {"limit", "key"}
    assert rows.identity
    assert ("of", "INTEGER") in rows.returns


@pytest.mark.parametrize("name", PATTERNS)
def test_the_count_says_how_many_rows_there_are(driver: Driver, site: Site, name: str) -> None:
    rows, count = LIBRARY.find(name), LIBRARY.find(f"{name}.count")
    table, counted = run(driver, rows, rows.values()), run(driver, count, count.values())
    said = dict(zip(counted.columns, counted.rows[0], strict=True))
    assert said["found"] == table.of == len(table.rows)
    assert said["found"] <= said["compared_with"]
    one = run(driver, rows, rows.values(["limit=1"]))
    assert (len(one.rows), one.of) == (1, table.of)
