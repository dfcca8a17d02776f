"""The graph of a ring as nodes and edges, as many as a screen can draw."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from ringfinder.records.rings import HIDDEN, Ring
from ringfinder.report.graphml import ring_network
from ringfinder.report.masking import Masker
from ringfinder_api.schemas.ring import Edge, GraphAnswer, Node
from ringfinder_api.services.dossier import Dossier

_VALUES_SHARE = 4
"""One node in so many is a value, as long as members are left to draw."""


def graph_answer(dossier: Dossier, masker: Masker, most: int) -> GraphAnswer:
    """At most so many nodes: the strongest values, and the members that use most of them."""
    ring = shown_part(dossier.ring)
    graph = ring_network(ring, masker)
    kept = graph if len(graph) <= most else ring_network(cut(ring, most), masker)
    return GraphAnswer(
        run_id=dossier.scope.run.run_id,
        ring_id=dossier.ring_id,
        masked=not masker.reveal,
        nodes=list(_nodes(kept)),
        nodes_total=graph.number_of_nodes(),
        edges=[Edge(source=one, target=other, type=data["type"]) for one, other, data in kept.edges(data=True)],
        edges_total=graph.number_of_edges(),
        elsewhere=dossier.elsewhere,
    )


def shown_part(ring: Ring) -> Ring:
    """The ring without what its caller may not see, which would be nodes of nothing."""
    return replace(
        ring,
        shared=tuple(one for one in ring.shared if one.key.value != HIDDEN),
        associates=tuple(one for one in ring.associates if one.key.value != HIDDEN),
    )


def cut(ring: Ring, most: int) -> Ring:
    """As much of a ring as makes at most so many nodes.

    A member is two nodes, its applicant and its request; an associate may be two, itself and its value.
    """
    values = ring.shared[: max(most // _VALUES_SHARE, most - 2 * len(ring.members), 1)]
    uses = Counter(request for shared in values for request in shared.requests)
    room = (most - len(values)) // 2
    members = sorted(ring.members, key=lambda one: -uses[one.request_id])[: max(room, 0)]
    around = ring.associates[: max(room - len(members), 0)]
    return replace(ring, members=tuple(members), shared=values, associates=around)


def _nodes(graph: Any) -> Iterator[Node]:
    for name, data in graph.nodes(data=True):
        yield Node(**{**data, "id": name, "applied_at": data.get("applied_at") or None})
