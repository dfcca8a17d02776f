"""One ring as a `networkx` graph: who made which request, which value it shows, who stands around it."""

from __future__ import annotations

from io import BytesIO
from pathlib import Path

import networkx as nx

from ringfinder.records.rings import AttributeKey, Ring
from ringfinder.report.masking import Masker
from ringfinder.report.sheets import write_text
from ringfinder.report.written import moment, visible


def ring_network(ring: Ring, masker: Masker) -> nx.Graph[str]:
    """The ring as a graph.

    Nodes are applicants, requests, shared values and associates (attribute `type`); an edge (attribute
    `type`) says ``made``, ``uses`` or ``is``. Values appear as `masker` shows them and are numbered, so
    that no name of a node is personal.
    """
    graph: nx.Graph[str] = nx.Graph(
        ring_id=ring.ring_id, score=float(ring.score), tier=ring.tier.value, kind=ring.kind, masked=not masker.reveal
    )
    for member in ring.members:
        person, request = _name("applicant", member.applicant_id), _name("request", member.request_id)
        graph.add_node(person, type="applicant", label=_text(member.applicant_id))
        graph.add_node(
            request,
            type="request",
            label=_text(member.request_id),
            role=member.role.value,
            weight=float(member.weight),
            applied_at=moment(member.applied_at) if member.applied_at else "",
        )
        graph.add_edge(person, request, type="made")
    places: dict[AttributeKey, str] = {}
    for shared in ring.shared:
        node = _value(graph, places, shared.key, masker)
        graph.nodes[node].update(members=shared.members, holders=shared.holders, weight=float(shared.weight))
        graph.add_edges_from(
            (_name("request", request), node, {"type": "uses"})
            for request in shared.requests
            if _name("request", request) in graph
        )
    for number, one in enumerate(ring.associates, 1):
        node = f"associate:{number}"
        graph.add_node(
            node, type="associate", role=one.role.value, requests=one.requests, label=_text(masker.show(one.key))
        )
        graph.add_edge(node, _value(graph, places, one.key, masker), type="is")
    return graph


def as_graphml(ring: Ring, masker: Masker) -> str:
    """The graph as GraphML."""
    written = BytesIO()
    nx.write_graphml_xml(ring_network(ring, masker), written, encoding="utf-8")
    return written.getvalue().decode("utf-8")


def write_graphml(path: Path, ring: Ring, masker: Masker) -> None:
    """Write the graph as GraphML that only its owner may read."""
    write_text(path, as_graphml(ring, masker))


def _value(graph: nx.Graph[str], places: dict[AttributeKey, str], key: AttributeKey, masker: Masker) -> str:
    """The node of a value, made where there is none."""
    if key not in places:
        places[key] = f"value:{len(places) + 1}"
        graph.add_node(places[key], type="value", kind=key.kind, label=_text(masker.show(key)))
    return places[key]


def _name(kind: str, key: str) -> str:
    return f"{kind}:{_text(key)}"


def _text(text: str) -> str:
    """Text that XML can hold."""
    plain = visible(text).encode("utf-8", "backslashreplace").decode("utf-8")
    return "".join(char if char not in "\ufffe\uffff" else "\N{REPLACEMENT CHARACTER}" for char in plain)
