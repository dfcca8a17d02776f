"""What a sync leaves in the graph: the projection and nothing else; once more, after a new batch, wider, narrower."""

import json
import shutil
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from neo4j import Driver
from tests.neo4j.sync.harness import (
    OWN,
    Site,
    change,
    everything,
    filled,
    graph_of,
    read_graph,
    said_of_graph,
    stamps,
)
from tests.results import Command

from ringfinder.errors import InputError, SurroundingsError
from ringfinder.neo4j import statements
from ringfinder.neo4j.model import LABELS, TRIPLES
from ringfinder.neo4j.projection import Projection, Scope
from ringfinder.neo4j.sync import compare, read_held
from ringfinder.neo4j.sync import load as load_module
from ringfinder.neo4j.sync import writer as writer_module
from ringfinder.neo4j.sync.state import Snapshot


@pytest.mark.parametrize("scope", list(Scope))
def test_the_graph_is_the_projection(site: Site, clear: Driver, scope: Scope) -> None:
    projection = site.projection(scope)
    assert len(projection.nodes["Ring"])
    report = site.sync(clear, scope)
    assert (report.mode, report.nodes, report.relations) == (
        "whole",
        projection.node_count,
        projection.relation_count,
    )
    assert report.written == projection.node_count + projection.relation_count
    assert (report.removed, report.resumed, report.sync) == (0, 0, 1)
    assert read_graph(clear).differences(graph_of(projection)) == []
    assert stamps(clear) == {(projection.run_id, 1)}
    said = said_of_graph(clear)
    assert said.pop("touched_at") is not None
    assert said | {"model": "", "content": ""} == {
        "key": "projection",
        "caption": "ringfinder",
        "state": "complete",
        "scope": scope.value,
        "masked": True,
        "key_id": projection.key_id,
        "model": "",
        "content": "",
        "run": projection.run_id,
        "sync": 1,
    }
    assert compare(clear, projection, read_held(clear)) == []


def test_constraints_and_indexes_are_those_of_the_declaration(site: Site, empty: Driver) -> None:
    site.sync(empty, Scope.FLAGGED)
    found = empty.execute_query("SHOW CONSTRAINTS YIELD name, type, labelsOrTypes, properties").records
    assert {(one["name"], one["type"], *one["labelsOrTypes"], *one["properties"]) for one in found} == {
        (name, "UNIQUENESS", label, "key") for label, name in statements.constraint_names().items()
    }
    found = empty.execute_query(
        "SHOW INDEXES YIELD name, type, state, labelsOrTypes, properties, owningConstraint "
        "WHERE owningConstraint IS NULL AND type <> 'LOOKUP' RETURN *"
    ).records
    assert {(one["name"], one["state"], *one["labelsOrTypes"], *one["properties"]) for one in found} == {
        (name, "ONLINE", *where) for name, where in statements.index_names().items()
    }


def test_once_more_changes_nothing_at_all(site: Site, clear: Driver) -> None:
    site.sync(clear)
    before, said = list(everything(clear)), (site.memory() / "snapshot" / "held.json").read_text()
    again = site.sync(clear)
    assert (again.mode, again.written, again.removed, again.sync) == ("nothing", 0, 0, 1)
    assert list(everything(clear)) == before
    assert (site.memory() / "snapshot" / "held.json").read_text() == said


def test_a_whole_one_over_the_same_changes_no_more_than_the_stamps(few: Site, clear: Driver) -> None:
    few.sync(clear)
    before = read_graph(clear)
    ids = [(one[0], one[1]) for one in everything(clear)]
    again = few.sync(clear, full=True)
    assert (again.mode, again.removed, again.sync) == ("whole", 0, 2)
    assert read_graph(clear).differences(before) == []
    assert [(one[0], one[1]) for one in everything(clear)] == ids
    assert stamps(clear) == {(few.projection().run_id, 2)}


def _of_run(site: Site, clear: Driver, run: str, scope: Scope, *, full: bool = False) -> Projection:
    projection = site.projection(scope, run)
    report = site.sync(clear, scope, run, full=full)
    assert read_graph(clear).differences(graph_of(projection)) == []
    assert stamps(clear) == {(projection.run_id, report.sync)}
    return projection


def test_after_a_new_batch_only_what_changed_is_sent(site: Site, clear: Driver) -> None:
    scope = Scope.ALL
    site.sync(clear, scope, "1")
    first = site.projection(scope, "1")
    second = site.projection(scope, "2")
    report = site.sync(clear, scope, "2")
    assert report.mode == "changed"
    assert 0 < report.written < (second.node_count + second.relation_count)
    assert read_graph(clear).differences(graph_of(second)) == []
    assert stamps(clear) == {(second.run_id, report.sync)}
    # and back: what the second batch brought is gone again
    back = site.sync(clear, scope, "1")
    assert (back.mode, back.removed > 0) == ("changed", True)
    assert read_graph(clear).differences(graph_of(first)) == []


def test_what_changed_is_what_two_projections_tell_apart(site: Site, clear: Driver) -> None:
    one, two = graph_of(site.projection(run="1")), graph_of(site.projection(run="2"))
    site.sync(clear, run="1")
    report = site.sync(clear, run="2")

    written, removed = 0, 0
    for before, now in ((one.nodes, two.nodes), (one.relations, two.relations)):
        # the stamp of the run is confirmed by the server and sent by nobody
        old = {key: _without_run(value) for key, value in before.items()}
        new = {key: _without_run(value) for key, value in now.items()}
        written += sum(old.get(key) != value for key, value in new.items())
        removed += len(old.keys() - new.keys())
    assert (report.written, report.removed) == (written, removed)


def _without_run(value: object) -> object:
    if isinstance(value, tuple):
        labels, said = value
        return labels, {name: one for name, one in said.items() if name != "run"}
    assert isinstance(value, dict)
    return {name: one for name, one in value.items() if name != "run"}


def test_in_parts_of_a_few_rows_it_is_the_same(few: Site, clear: Driver, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(writer_module, "ROWS", 37)
    monkeypatch.setattr(load_module, "ROWS", 37)
    monkeypatch.setattr(writer_module, "MOST", 101)
    _of_run(few, clear, "1", Scope.FLAGGED)
    _of_run(few, clear, "2", Scope.FLAGGED)
    _of_run(few, clear, "1", Scope.FLAGGED, full=True)


def test_wider_and_narrower(site: Site, clear: Driver, ringfinder: Command) -> None:
    for scope in (Scope.FLAGGED, Scope.LINKED):
        assert ringfinder("neo4j", "sync", "--scope", scope.value).code == 0
        assert read_graph(clear).differences(graph_of(site.projection(scope))) == []
    before = list(everything(clear))
    refused = ringfinder("neo4j", "sync", "--scope", "flagged")
    assert (refused.code, refused.out) == (2, "")
    assert refused.err.splitlines() == [
        "error: the graph holds scope linked; scope flagged would remove what lies outside it",
        "say --yes to remove it, or sync with --scope linked",
    ]
    with pytest.raises(InputError, match="would remove"):
        site.sync(clear, Scope.FLAGGED)
    assert list(everything(clear)) == before
    done = ringfinder("neo4j", "sync", "--scope", "flagged", "--yes", "--json")
    assert done.code == 0
    said = json.loads(done.out)
    assert (said["mode"], said["scope"], said["removed"] > 0) == ("changed", "flagged", True)
    assert read_graph(clear).differences(graph_of(site.projection(Scope.FLAGGED))) == []


def test_the_command_tells_what_it_did_in_both_languages(site: Site, clear: Driver, ringfinder: Command) -> None:
    projection = site.projection()
    size = (projection.node_count, projection.relation_count)
    done = ringfinder("neo4j", "sync")
    assert done.out == (
        f"{projection.run_id} (linked): {size[0]:,} nodes, {size[1]:,} relationships; "
        f"{sum(size):,} written, 0 removed\n"
    )
    again = ringfinder("neo4j", "sync", "--lang", "zh")
    assert again.out == f"{projection.run_id}（linked）已在图中，无需改动：{size[0]:,} 个节点，{size[1]:,} 条关系\n"


STRAY: dict[str, str] = {
    "a node taken away": "MATCH (n:Person) WITH n LIMIT 1 DETACH DELETE n",
    "a ring taken away": "MATCH (n:Ring) WITH n LIMIT 1 DETACH DELETE n",
    "a relationship taken away": "MATCH (:Person)-[r:APPLIED_FOR]->() WITH r LIMIT 1 DELETE r",
    "a node of our label": "CREATE (:Phone {key: 'stray', caption: 'stray'})",
    "a node without any key": "CREATE (:Ring)",
    "a node with an older stamp": "CREATE (:Ring {key: 'old', sync: 0})",
    "a relationship between nodes of ours": (
        "MATCH (p:Person), (q:SurrenderRequest) WHERE NOT (p)-[:APPLIED_FOR]->(q) "
        "WITH p, q LIMIT 1 CREATE (p)-[:APPLIED_FOR]->(q)"
    ),
    "a relationship drawn twice": (
        "MATCH (p:Person)-[:APPLIED_FOR]->(q) WITH p, q LIMIT 1 CREATE (p)-[:APPLIED_FOR]->(q)"
    ),
    "a relationship to a node of our label": (
        "MATCH (g:Ring) WITH g LIMIT 1 CREATE (g)-[:HAS_EVIDENCE]->(:Evidence {key: 'made up', zh: '假'})"
    ),
}


@pytest.mark.parametrize("statement", STRAY.values(), ids=STRAY)
def test_what_somebody_changed_by_hand_is_noticed_and_mended(few: Site, clear: Driver, statement: str) -> None:
    few.sync(clear, Scope.FLAGGED)
    change(clear, statement)
    projection = few.projection(Scope.FLAGGED)
    assert compare(clear, projection, read_held(clear))
    report = few.sync(clear, Scope.FLAGGED)
    assert report.mode == "whole"
    assert read_graph(clear).differences(graph_of(projection)) == []
    assert stamps(clear) == {(projection.run_id, 2)}
    assert compare(clear, projection, read_held(clear)) == []
    assert few.sync(clear, Scope.FLAGGED).mode == "nothing"


BY_HAND: dict[str, str] = {
    "another tier": "MATCH (g:Ring) WITH g LIMIT 1 SET g.tier = 'changed', g:OrganiserCandidate",
    "a label taken away": "MATCH (q:SurrenderRequest:Flagged) WITH q LIMIT 1 REMOVE q:Flagged",
    "one for another": "MATCH (e:Evidence) WITH e LIMIT 1 DETACH DELETE e CREATE (:Evidence {key: 'forged', zh: '假'})",
}


@pytest.mark.parametrize("statement", BY_HAND.values(), ids=BY_HAND)
def test_what_no_count_tells_is_mended_by_a_full_one(few: Site, clear: Driver, statement: str) -> None:
    few.sync(clear, Scope.FLAGGED)
    change(clear, statement)
    few.sync(clear, Scope.FLAGGED, full=True)
    assert read_graph(clear).differences(graph_of(few.projection(Scope.FLAGGED))) == []


def test_what_is_not_ours_stays_and_does_not_disturb(few: Site, clear: Driver) -> None:
    clear.execute_query("CREATE (:Foreign {key: 'x'})-[:OWNS {since: 1}]->(:Foreign {key: 'y'})")
    few.sync(clear, run="1")
    assert few.sync(clear, run="1").mode == "nothing"
    assert few.sync(clear, run="2").mode == "changed"
    few.sync(clear, run="1", full=True)
    (record,) = clear.execute_query("MATCH (:Foreign)-[r:OWNS]->(:Foreign) RETURN properties(r) AS r").records
    assert record["r"] == {"since": 1}


def _forget(memory: Path) -> None:
    shutil.rmtree(memory / "snapshot")


def _forget_one(memory: Path) -> None:
    (memory / "snapshot" / "Person.parquet").unlink()


def _forget_what_it_is(memory: Path) -> None:
    (memory / "snapshot" / "held.json").unlink()


def _damage_what_it_is(memory: Path) -> None:
    (memory / "snapshot" / "held.json").write_text('{"state": "complete"', encoding="utf-8")


@pytest.mark.parametrize("harm", [_forget, _forget_one, _forget_what_it_is, _damage_what_it_is])
def test_without_its_memory_everything_is_written(few: Site, clear: Driver, harm: Callable[[Path], None]) -> None:
    few.sync(clear, run="1")
    harm(few.memory())
    report = few.sync(clear, run="2")
    assert report.mode == "whole"
    assert read_graph(clear).differences(graph_of(few.projection(run="2"))) == []
    assert Snapshot(few.memory()).held() == read_held(clear), "it remembers again"


def test_a_memory_of_another_graph_is_not_trusted(few: Site, clear: Driver) -> None:
    few.sync(clear, run="1")
    change(clear, "MATCH (p:Projection) SET p.content = 'of another workspace'")
    assert few.sync(clear, run="2").mode == "whole"
    assert read_graph(clear).differences(graph_of(few.projection(run="2"))) == []


def test_a_damaged_memory_is_told_and_a_full_one_helps(site: Site, clear: Driver, ringfinder: Command) -> None:
    site.sync(clear, run="1")
    path = site.memory() / "snapshot" / "Person.parquet"
    path.write_bytes(path.read_bytes()[:100])
    with pytest.raises(SurroundingsError, match="damaged"):
        site.sync(clear, run="2")
    told = ringfinder("neo4j", "sync")
    assert (told.code, told.out) == (3, "")
    assert "is damaged" in told.err
    assert told.err.splitlines()[-1] == "write the whole graph anew: ringfinder neo4j sync --full"
    assert ringfinder("neo4j", "sync", "--full").code == 0
    assert read_graph(clear).differences(graph_of(site.projection(run="2"))) == []


def test_another_declaration_of_the_graph_is_written_anew(
    few: Site, clear: Driver, monkeypatch: pytest.MonkeyPatch
) -> None:
    few.sync(clear)
    held = read_held(clear)
    assert held
    monkeypatch.setattr("ringfinder.neo4j.sync.state.model_hash", lambda: "another")
    assert few.sync(clear).mode == "whole"
    assert read_held(clear) == replace(held, model="another", sync=2)


def test_what_the_workspace_remembers_is_closed_to_others(site: Site, clear: Driver) -> None:
    site.sync(clear, Scope.FLAGGED)
    memory = site.memory()
    assert memory.stat().st_mode & 0o077 == 0
    for path in memory.rglob("*"):
        assert path.stat().st_mode & 0o077 == 0, path


def test_every_sort_of_the_declaration_that_the_portfolio_has_is_there(site: Site, clear: Driver) -> None:
    """Guards the other tests: a portfolio without rings, letters and visits would show little."""
    projection = site.projection(Scope.ALL)
    assert {label for label, table in projection.nodes.items() if not table.num_rows} <= {"WaybillRun"}
    assert set(projection.nodes) == set(LABELS) - {OWN}
    assert len(filled(projection)) > 0.8 * len(TRIPLES)
