"""Drawings of one ring as SVG: who shares what, and when the requests came."""

from __future__ import annotations

import math
from collections import Counter
from datetime import timedelta

import networkx as nx
from markupsafe import Markup, escape

from ringfinder.records.rings import Ring, SharedValue
from ringfinder.report.masking import RingMasker

MOST_DRAWN = 120
"""Members in a drawing; the caption says how many there are."""

_WIDTH, _HEIGHT, _MARGIN = 560.0, 380.0, 26.0
_STRIP = 70.0


def ring_graph(ring: Ring, most: int = MOST_DRAWN) -> nx.Graph[str | int]:
    """The ring as a graph: members and shared values are nodes, using a value is an edge.

    Nodes have `kind` (``request`` or a kind of value); a value's node is its place in `ring.shared`.
    """
    graph: nx.Graph[str | int] = nx.Graph()
    drawn = {member.request_id for member in ring.members[:most]}
    for member in ring.members[:most]:
        graph.add_node(member.request_id, kind="request", role=member.role.value)
    for place, shared in enumerate(ring.shared):
        users = [request for request in shared.requests if request in drawn]
        if len(users) > 1:
            graph.add_node(place, kind=shared.key.kind)
            graph.add_edges_from((place, request) for request in users)
    return graph


def draw_ring(ring: Ring, masker: RingMasker) -> Markup:
    """Members as dots, shared values as labelled squares, joined where a member uses a value."""
    graph = ring_graph(ring)
    if not graph.number_of_edges():
        return Markup("")
    places = nx.spring_layout(graph, seed=1, iterations=60, k=1.6 / math.sqrt(graph.number_of_nodes()))
    spot = {node: _spot(x, y) for node, (x, y) in places.items()}
    parts = [
        f'<svg viewBox="0 0 {_WIDTH:.0f} {_HEIGHT:.0f}" role="img" class="net"><title>{escape(ring.ring_id)}</title>'
    ]
    for one, other in graph.edges:
        (x1, y1), (x2, y2) = spot[one], spot[other]
        parts.append(f'<line x1="{x1:.0f}" y1="{y1:.0f}" x2="{x2:.0f}" y2="{y2:.0f}"/>')
    for node, data in graph.nodes(data=True):
        x, y = spot[node]
        if data["kind"] == "request":
            parts.append(f'<circle cx="{x:.0f}" cy="{y:.0f}" r="4"><title>{escape(node)}</title></circle>')
        else:
            shared: SharedValue = ring.shared[int(node)]
            label = escape(masker.show(shared.key))
            parts.append(
                f'<rect x="{x - 5:.0f}" y="{y - 5:.0f}" width="10" height="10" class="k-{escape(data["kind"])}"/>'
            )
            parts.append(f'<text x="{x + 8:.0f}" y="{y + 4:.0f}">{label}</text>')
    parts.append("</svg>")
    return Markup("".join(parts))  # noqa: S704 - every value above is escaped


def _spot(x: float, y: float) -> tuple[float, float]:
    return (
        _MARGIN + (x + 1) / 2 * (_WIDTH - 5 * _MARGIN),
        _MARGIN + (y + 1) / 2 * (_HEIGHT - 2 * _MARGIN),
    )


def draw_timeline(ring: Ring) -> Markup:
    """A strip from the first request to the last, a bar for each day with requests."""
    dates = Counter(member.applied_at.date() for member in ring.members if member.applied_at)
    if not dates:
        return Markup("")
    first, last = min(dates), max(dates)
    span = max((last - first).days, 1)
    top = max(dates.values())
    parts = [f'<svg viewBox="0 0 {_WIDTH:.0f} {_STRIP:.0f}" role="img" class="time"><title>{first} – {last}</title>']
    for day, count in sorted(dates.items()):
        x = _MARGIN + (day - first) / timedelta(days=span) * (_WIDTH - 2 * _MARGIN)
        height = 40 * count / top
        bar = f'x="{x - 2:.1f}" y="{48 - height:.1f}" width="4" height="{height:.1f}"'
        parts.append(f"<rect {bar}><title>{day}: {count}</title></rect>")
    parts.append(
        f'<text x="0" y="64">{first}</text><text x="{_WIDTH:.0f}" y="64" text-anchor="end">{last}</text></svg>'
    )
    return Markup("".join(parts))  # noqa: S704 - dates and numbers alone
