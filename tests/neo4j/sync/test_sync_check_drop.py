"""`neo4j check` says what differs and changes nothing; `neo4j drop` takes ours and leaves the rest."""

import io
import json
from collections.abc import Callable
from pathlib import Path

import pytest
from neo4j import Driver
from neo4j.exceptions import ServiceUnavailable
from tests.neo4j.sync.harness import Site, change, everything, graph_of, read_graph
from tests.results import Command

from ringfinder.neo4j import statements
from ringfinder.neo4j.projection import Scope
from ringfinder.neo4j.sync import Difference, compare, drop, read_held
from ringfinder.neo4j.sync.writer import Writer


def test_check_where_they_agree(site: Site, clear: Driver, ringfinder: Command) -> None:
    site.sync(clear, Scope.FLAGGED)
    projection = site.projection(Scope.FLAGGED)
    before = list(everything(clear))
    told = ringfinder("neo4j", "check")
    assert (told.code, told.err) == (0, "")
    assert told.out == (
        f"they agree: {projection.run_id} (flagged), {projection.node_count:,} nodes, "
        f"{projection.relation_count:,} relationships, the members of every ring\n"
    )
    assert ringfinder("neo4j", "check", "--lang", "zh").out.startswith(f"一致：{projection.run_id}（flagged），")
    told = ringfinder("neo4j", "check", "--json")
    assert json.loads(told.out) == {"run": projection.run_id, "scope": "flagged", "differences": []}
    assert list(everything(clear)) == before


def test_check_before_any_sync(site: Site, clear: Driver, ringfinder: Command) -> None:
    told = ringfinder("neo4j", "check")
    assert told.code == 2
    assert told.out.splitlines() == [
        "Projection: complete wanted, nothing was ever synced found",
        "to mend it: ringfinder neo4j sync --full",
    ]
    assert not list(everything(clear))


DIFFERENCES: dict[str, tuple[str, str]] = {
    "a relationship less": (
        "MATCH (:Person)-[r:APPLIED_FOR]->() WITH r LIMIT 1 DELETE r",
        "(:Person)-[:APPLIED_FOR]->(:SurrenderRequest)",
    ),
    "a relationship more": (
        "MATCH (b:Device), (q:SurrenderRequest) WHERE NOT (q)-->(b) WITH q, b LIMIT 1 CREATE (q)-[:FROM_DEVICE]->(b)",
        "(:SurrenderRequest)-[:FROM_DEVICE]->(:Device)",
    ),
    "a node less": ("MATCH (n:Evidence) WITH n LIMIT 1 DETACH DELETE n", "(:Evidence)"),
    "a node more": ("CREATE (:Household {key: 'made up'})", "(:Household)"),
}


@pytest.mark.parametrize(("statement", "what"), DIFFERENCES.values(), ids=DIFFERENCES)
def test_check_says_what_differs(site: Site, clear: Driver, ringfinder: Command, statement: str, what: str) -> None:
    site.sync(clear, Scope.FLAGGED)
    change(clear, statement)
    before = list(everything(clear))
    told = ringfinder("neo4j", "check", "--json")
    assert (told.code, told.err) == (2, "")
    said = json.loads(told.out)
    assert said["scope"] == "flagged"
    assert what in {one["what"] for one in said["differences"]}
    for one in said["differences"]:
        assert one["wanted"] != one["found"]
    assert list(everything(clear)) == before
    site.sync(clear, Scope.FLAGGED, full=True)  # what it advises
    assert compare(clear, site.projection(Scope.FLAGGED), read_held(clear)) == []


@pytest.mark.parametrize(
    ("name", "value"),
    [("state", "loading"), ("scope", "all"), ("key_id", "x"), ("model", "x"), ("run", "x"), ("masked", False)],
)
def test_what_the_graph_says_of_itself_is_compared(few: Site, clear: Driver, name: str, value: object) -> None:
    few.sync(clear, Scope.FLAGGED)
    change(clear, "MATCH (p:Projection) SET p += $said", said={name: value})
    (one,) = compare(clear, few.projection(Scope.FLAGGED), read_held(clear))
    assert (one.what, one.found) == (name, str(value))


def test_check_in_words(site: Site, clear: Driver, ringfinder: Command) -> None:
    site.sync(clear, Scope.FLAGGED)
    change(clear, "MATCH (n:Evidence) WITH n LIMIT 1 DETACH DELETE n")
    terms = site.projection(Scope.FLAGGED).nodes["Evidence"].num_rows
    told = ringfinder("neo4j", "check")
    assert told.code == 2
    assert told.out.splitlines() == [
        f"(:Evidence): {terms} wanted, {terms - 1} found",
        f"(:Ring)-[:HAS_EVIDENCE]->(:Evidence): {terms} wanted, {terms - 1} found",
        "to mend it: ringfinder neo4j sync --full",
    ]
    told = ringfinder("neo4j", "check", "--lang", "zh")
    assert told.out.splitlines()[0] == f"(:Evidence)：应为 {terms}，图中为 {terms - 1}"


def test_check_says_who_is_in_another_ring_though_all_counts_agree(
    site: Site, clear: Driver, ringfinder: Command
) -> None:
    site.sync(clear)
    change(
        clear,
        "MATCH (q:SurrenderRequest)-[r:IN_RING]->(g:Ring) WITH q, r, g ORDER BY g.key, q.key LIMIT 1 "
        "MATCH (other:SurrenderRequest) WHERE NOT (other)-[:IN_RING]->() WITH r, g, other LIMIT 1 "
        "CREATE (other)-[:IN_RING {sync: r.sync, run: r.run}]->(g) DELETE r",
    )
    told = ringfinder("neo4j", "check", "--json")
    assert told.code == 2
    (one,) = json.loads(told.out)["differences"]
    ring = min(site.projection().nodes["Ring"]["key"].to_pylist())
    size = site.projection().relations
    members = sum(
        end == ring
        for triple, table in size.items()
        if triple.relation == "IN_RING"
        for end in table["end"].to_pylist()
    )
    assert one == {
        "what": f"members of {ring}",
        "wanted": f"{members} (1 of them not in the graph)",
        "found": f"{members} (1 of them not in the workspace)",
    }


def test_check_of_another_run(site: Site, clear: Driver, ringfinder: Command) -> None:
    site.sync(clear, run="1")
    told = ringfinder("neo4j", "check")  # of the current run, the second
    assert told.code == 2
    one, two = site.projection(run="1").run_id, site.projection(run="2").run_id
    assert f"run: {two} wanted, {one} found\n" in told.out
    assert ringfinder("neo4j", "check", "--run", "1").code == 0


def test_check_after_the_secret_was_replaced(
    site: Site, clear: Driver, ringfinder: Command, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    site.sync(clear)
    (before,) = {site.projection().key_id}
    monkeypatch.setenv("RINGFINDER_SECRET_FILE", str(tmp_path / "secret"))
    told = ringfinder("neo4j", "check")
    assert told.code == 2
    assert f"key_id: {site.projection().key_id} wanted, {before} found\n" in told.out
    assert "members of " in told.out


def test_the_same_run_in_another_scope(site: Site, clear: Driver) -> None:
    site.sync(clear, Scope.FLAGGED)
    found = compare(clear, site.projection(Scope.ALL), read_held(clear))
    assert Difference("scope", "all", "flagged") in found
    assert len(found) > 10


# drop


def _schema(driver: Driver) -> set[str]:
    found = driver.execute_query("SHOW INDEXES YIELD name, type WHERE type <> 'LOOKUP' RETURN name").records
    constraints = driver.execute_query("SHOW CONSTRAINTS YIELD name").records
    return {str(one["name"]) for one in (*found, *constraints)}


def test_drop_asks_first(site: Site, clear: Driver, ringfinder: Command, monkeypatch: pytest.MonkeyPatch) -> None:
    site.sync(clear, Scope.FLAGGED)
    before, schema = list(everything(clear)), _schema(clear)
    for answer in ("n\n", "\n", ""):
        monkeypatch.setattr("sys.stdin", io.StringIO(answer))
        told = ringfinder("neo4j", "drop")
        assert (told.code, told.out) == (130, "")
        assert "Remove all our nodes from bolt://" in told.err
    assert (list(everything(clear)), _schema(clear)) == (before, schema)
    monkeypatch.setattr("sys.stdin", io.StringIO("y\n"))
    assert ringfinder("neo4j", "drop").code == 0
    assert not list(everything(clear))


def test_drop_takes_ours_and_nothing_else(site: Site, empty: Driver, ringfinder: Command) -> None:
    empty.execute_query("CREATE INDEX theirs FOR (n:Foreign) ON (n.name)")
    empty.execute_query("CREATE CONSTRAINT theirs_too FOR (n:Foreign) REQUIRE n.id IS UNIQUE")
    empty.execute_query("CREATE (:Foreign {id: 1})-[:KNOWS]->(:Foreign {id: 2})")
    theirs, schema = list(everything(empty)), _schema(empty)
    site.sync(empty)
    empty.execute_query("MATCH (p:Person), (f:Foreign {id: 1}) WITH p, f LIMIT 1 CREATE (f)-[:LOOKED_AT]->(p)")
    nodes = site.projection().node_count + 1
    told = ringfinder("neo4j", "drop", "--yes")
    assert (told.code, told.out) == (0, f"{nodes:,} nodes removed\n")
    assert (list(everything(empty)), _schema(empty)) == (theirs, schema)
    assert not (site.memory() / "snapshot").exists()
    assert ringfinder("neo4j", "drop", "--yes", "--lang", "zh").out == "已移除 0 个节点\n"
    empty.execute_query("DROP INDEX theirs")
    empty.execute_query("DROP CONSTRAINT theirs_too")
    empty.execute_query("MATCH (n:Foreign) DETACH DELETE n")
    assert ringfinder("neo4j", "sync").code == 0
    assert read_graph(empty).differences(graph_of(site.projection())) == []
    assert set(statements.constraint_names().values()) | set(statements.index_names()) == _schema(empty)


def test_a_drop_that_was_cut_is_seen_and_ends(
    site: Site, clear: Driver, ringfinder: Command, cut: Callable[[int], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    site.sync(clear, Scope.FLAGGED)
    real = Writer._run
    cut(8)
    with pytest.raises(ServiceUnavailable):
        drop(clear)
    monkeypatch.setattr(Writer, "_run", real)
    assert ringfinder("neo4j", "check").code == 2
    assert site.sync(clear, Scope.FLAGGED).mode == "whole"
    assert read_graph(clear).differences(graph_of(site.projection(Scope.FLAGGED))) == []
    cut(8)
    with pytest.raises(ServiceUnavailable):
        drop(clear)
    monkeypatch.setattr(Writer, "_run", real)
    drop(clear)
    assert not list(everything(clear))
