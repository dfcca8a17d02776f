"""One ring: the same as the command line tells, with its members, graph, files and where its rows stand."""

from __future__ import annotations

import csv
import io
from typing import Any

import networkx as nx
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.api.conftest import Place, Service
from tests.results import Command, in_process, make_ring
from tests.strict_html import read_page

from ringfinder.normalize.masking import mask
from ringfinder.records.rings import Associate, AttributeKey, Ring, Role
from ringfinder.report.evidence import ring_as_json
from ringfinder.report.explanation import SECTIONS, explain_ring
from ringfinder.report.graphml import ring_network
from ringfinder.report.masking import Masker
from ringfinder_api.services.graph import cut


@pytest.fixture
def ringfinder(place: Place, capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Command:
    monkeypatch.setenv("RINGFINDER_WORKSPACE", str(place.path))
    monkeypatch.setenv("RINGFINDER_DATABASE_URL", place.url)
    return in_process(capfd)


@pytest.mark.parametrize("ring_id", ["RF-ZZZZZZZZ", "..", "%2e%2e%2f", "RF-'; DROP TABLE runs", "x" * 32, "0"])
@pytest.mark.parametrize("part", ["", "/members", "/page", "/graphml"])
def test_guessed_ids_are_not_found(shared: Service, ring_id: str, part: str) -> None:
    assert shared.get(f"/v1/rings/{ring_id}{part}").status_code == 404


@pytest.mark.parametrize(
    "asked", ["graph?max_nodes=2", "graph?max_nodes=2001", "evidence?rows=5001", "members?limit=201"]
)
def test_more_than_the_caps_is_refused(shared: Service, place: Place, asked: str) -> None:
    assert shared.get(f"/v1/rings/{place.rings()[0].ring_id}/{asked}").status_code == 422


def test_it_is_the_ring_of_the_evidence_files(shared: Service, place: Place) -> None:
    for ring in place.rings():
        said = shared.json(f"/v1/rings/{ring.ring_id.lower()}")
        masker = Masker.of([ring], reveal=False)
        told = ring_as_json(ring, masker)
        for name in ("ring_id", "score", "tier", "q_value", "kind", "summary_zh", "summary_en", "requests", "units"):
            assert said[name] == told[name], name
        for name in ("associates", "hypotheses", "without", "central", "changes", "linked", "lineage"):
            assert said[name] == told[name], name
        assert said["shared"]["items"] == told["shared"][:500]
        for mine, theirs in zip(said["evidence"], told["evidence"], strict=True):
            assert mine["rows"] == theirs["rows"][:20]
            assert mine["rows_total"] == len(theirs["rows"])
            assert (mine["zh"], mine["en"], mine["counts"]) == (theirs["zh"], theirs["en"], theirs["counts"])
        assert {name: one["yuan"] for name, one in said["money"].items()} == told["money"]
        sentences = [one for section in said["explanation"] for one in section["sentences"]]
        assert [one["zh"] for one in sentences] == [one.zh for one in explain_ring(ring, masker)]
        assert [one["name"] for one in said["explanation"]] == [
            name for name in SECTIONS if name in {one["name"] for one in said["explanation"]}
        ]
        assert (said["masked"], said["elsewhere"], said["run_id"]) == (True, 0, "run-000002")


def test_evidence_has_every_row_with_file_and_line(shared: Service, place: Place) -> None:
    ring = place.rings()[0]
    said = shared.json(f"/v1/rings/{ring.ring_id}/evidence?rows=5000")["items"]
    told = ring_as_json(ring, Masker.of([ring], reveal=False))["evidence"]
    assert [one["rows"] for one in said] == [one["rows"] for one in told]
    assert all(row["file"] and row["line"] > 1 for one in said for row in one["rows"])
    assert shared.json(f"/v1/rings/{ring.ring_id}/evidence?rows=0")["items"][0]["rows"] == []


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(limit=st.integers(1, 30), key=st.sampled_from(["investigator", "north"]))
def test_pages_of_members_joined_are_all_of_them(shared: Service, place: Place, limit: int, key: str) -> None:
    ring = max(place.rings(), key=lambda one: len(one.members))
    joined: list[str] = []
    cursor = ""
    while True:
        page = shared.json(f"/v1/rings/{ring.ring_id}/members?limit={limit}{cursor}", key)
        joined += [one["request_id"] for one in page["items"]]
        if page["next"] is None:
            break
        cursor = f"&cursor={page['next']}"
    members = [one for one in place.members() if one["ring_id"] == ring.ring_id]
    own = [one["request_id"] for one in members if key == "investigator" or one["branch_code"] == "N001"]
    assert joined == own
    assert page["total"] == len(own)
    assert page["of"] == len(ring.members)


def test_members_as_a_sheet_are_all_of_them(shared: Service, place: Place) -> None:
    ring = place.rings()[0]
    text = shared.get(f"/v1/rings/{ring.ring_id}/members?format=csv&limit=1").content.decode("utf-8-sig")
    lines = list(csv.DictReader(io.StringIO(text)))
    assert [one["request_id"] for one in lines[:-1]] == [one.request_id for one in ring.members]
    assert f"{len(ring.members)} of {len(ring.members)} member requests" in lines[-1]["ring_id"]


def test_a_cursor_of_another_ring_is_refused(shared: Service, place: Place) -> None:
    first, second = place.rings()[:2]
    cursor = shared.json(f"/v1/rings/{first.ring_id}/members?limit=1")["next"]
    assert shared.get(f"/v1/rings/{second.ring_id}/members?cursor={cursor}").status_code == 400


def test_the_timeline_counts_every_request(shared: Service, place: Place) -> None:
    for ring in place.rings():
        said = shared.json(f"/v1/rings/{ring.ring_id}/timeline")
        assert sum(one["requests"] for one in said["items"]) == said["total"] == said["of"] == len(ring.members)
        periods = [one["period"] for one in said["items"]]
        assert periods == sorted(periods)
        assert periods[0] <= ring.first_at.date().isoformat()


def test_the_graph_is_that_of_the_graphml(shared: Service, place: Place) -> None:
    for ring in place.rings()[:5]:
        said = shared.json(f"/v1/rings/{ring.ring_id}/graph?max_nodes=2000")
        answer = shared.get(f"/v1/rings/{ring.ring_id}/graphml")
        assert answer.headers["content-disposition"] == f'attachment; filename="{ring.ring_id}.graphml"'
        graph = nx.read_graphml(io.BytesIO(answer.content))
        assert {one["id"] for one in said["nodes"]} == set(graph.nodes)
        assert len(said["edges"]) == said["edges_total"] == graph.number_of_edges()
        assert len(said["nodes"]) == said["nodes_total"]
        for one in said["nodes"]:
            assert graph.nodes[one["id"]]["label"] == one["label"]


@pytest.mark.parametrize("most", [3, 10, 25, 40])
def test_a_graph_too_large_says_n_of_m_and_keeps_the_strongest(shared: Service, place: Place, most: int) -> None:
    ring = max(place.rings(), key=lambda one: len(one.members))
    whole = ring_network(ring, Masker.of([ring], reveal=False))
    said = shared.json(f"/v1/rings/{ring.ring_id}/graph?max_nodes={most}")
    names = {one["id"] for one in said["nodes"]}
    assert 0 < len(names) <= most < said["nodes_total"] == len(whole)
    assert said["edges_total"] == whole.number_of_edges()
    assert {end for one in said["edges"] for end in (one["source"], one["target"])} <= names
    first = ring.shared[0].key
    assert mask(first.kind, first.value) in {one["label"] for one in said["nodes"]}


@given(size=st.integers(1, 60), values=st.integers(0, 40), around=st.integers(0, 5), most=st.integers(3, 200))
def test_a_cut_ring_never_has_more_nodes_than_asked(size: int, values: int, around: int, most: int) -> None:
    ring: Ring = make_ring(size=size, keys=tuple(AttributeKey("phone", f"139{number:08d}") for number in range(values)))
    others = tuple(
        Associate(Role.PAYEE, AttributeKey("bank_account", f"62{number:016d}"), 1) for number in range(around)
    )
    whole = ring.__class__(**{**vars(ring), "associates": others})
    assert 0 < len(ring_network(cut(whole, most), Masker.of([whole], reveal=False))) <= most


def test_cypher_is_what_the_command_prints(shared: Service, place: Place, ringfinder: Command) -> None:
    ring = place.rings()[0]
    answer = shared.get(f"/v1/rings/{ring.ring_id}/cypher")
    assert answer.headers["content-type"] == "text/plain; charset=utf-8"
    assert answer.text == ringfinder("ring", ring.ring_id, "--cypher").out


def test_the_page_is_whole_and_to_be_saved(shared: Service, place: Place, tmp_path: Any) -> None:
    ring = place.rings()[0]
    answer = shared.get(f"/v1/rings/{ring.ring_id}/page")
    assert answer.headers["content-disposition"] == f'attachment; filename="{ring.ring_id}.html"'
    (tmp_path / "page.html").write_bytes(answer.content)
    text = read_page(tmp_path / "page.html").all_text()
    assert ring.ring_id in text
    assert "run-000002" in text


def test_an_earlier_run_shows_the_ring_as_it_was(shared: Service, place: Place) -> None:
    for ring in place.rings(1):
        said = shared.json(f"/v1/rings/{ring.ring_id}?run=1")
        assert (said["run_id"], said["score"]) == ("run-000001", round(ring.score, 4))
    gone = next(one for one in place.rings() if one.ring_id not in {old.ring_id for old in place.rings(1)})
    assert shared.get(f"/v1/rings/{gone.ring_id}?run=1").status_code == 404
