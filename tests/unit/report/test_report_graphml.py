"""The graph of one ring: everybody and everything in it, masked, and readable by others."""

from pathlib import Path

import networkx as nx
import pytest
from tests.results import DELEGATE, PHONE, make_ring

from ringfinder.records.rings import AttributeKey, Ring
from ringfinder.report.graphml import ring_network, write_graphml
from ringfinder.report.masking import Masker


def written(path: Path, ring: Ring, *, reveal: bool = False) -> "nx.Graph[str]":
    file = path / "ring.graphml"
    write_graphml(file, ring, Masker.of([ring], reveal=reveal))
    assert file.stat().st_mode & 0o777 == 0o600
    graph: nx.Graph[str] = nx.read_graphml(file)
    return graph


def test_it_reads_back_as_it_was_made(tmp_path: Path) -> None:
    ring = make_ring()
    made = ring_network(ring, Masker.of([ring], reveal=False))
    read = written(tmp_path, ring)
    assert list(read.nodes(data=True)) == list(made.nodes(data=True))
    assert {frozenset(edge) for edge in read.edges} == {frozenset(edge) for edge in made.edges}
    assert read.graph["ring_id"] == ring.ring_id


def test_it_holds_everybody_and_what_they_use(tmp_path: Path) -> None:
    graph = written(tmp_path, make_ring())
    kinds = [data["type"] for _, data in graph.nodes(data=True)]
    assert {kind: kinds.count(kind) for kind in set(kinds)} == {
        "applicant": 4,
        "request": 4,
        "value": 4,
        "associate": 1,
    }
    assert graph.edges["request:R00000", "applicant:P00000"]["type"] == "made"
    assert sorted(graph["value:1"]) == [f"request:R0000{number}" for number in range(4)]
    (associate,) = [node for node, data in graph.nodes(data=True) if data["type"] == "associate"]
    assert graph.nodes[associate]["role"] == "delegate"
    assert graph.degree[associate] == 1


def test_values_are_masked_unless_revealed(tmp_path: Path) -> None:
    written(tmp_path, make_ring())
    text = (tmp_path / "ring.graphml").read_text(encoding="utf-8")
    assert PHONE.value not in text
    assert DELEGATE.value not in text
    assert "138****0000" in text
    shown = written(tmp_path, make_ring(), reveal=True)
    assert shown.nodes["value:1"]["label"] == PHONE.value


@pytest.mark.parametrize("value", ["<&\"'>", "a\x00b\x1b[31m", "\ud800", "\ufffe\uffff", "</graphml>"])
def test_text_that_xml_cannot_hold(value: str, tmp_path: Path) -> None:
    graph = written(tmp_path, make_ring(keys=(AttributeKey("device", value),), prefix=value), reveal=True)
    assert graph.number_of_nodes() == 4 + 4 + 2 + 1
