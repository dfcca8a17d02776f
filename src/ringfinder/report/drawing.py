"""Drawings of one ring as SVG, made here so that the page needs no library: who shares what, and when.

Nothing in a drawing is personal: values appear by their number in the ring's table, and the masked
name as the tooltip.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import date, timedelta

import igraph
import networkx as nx
from markupsafe import Markup, escape

from ringfinder.records.rings import Ring
from ringfinder.report.masking import Masker
from ringfinder.report.written import visible

MOST_DRAWN = 110
"""Members in a drawing, those with the most shared values first; the caption says how many there are."""

MOST_VALUES = 40
"""Shared values in a drawing, the first of the ring's table."""

_WIDTH, _HEIGHT, _MARGIN = 560.0, 360.0, 16.0
_STRIP, _BASE, _TALLEST = 84.0, 58.0, 46.0
_MOST_BARS = 120

Node = str | int


@dataclass(frozen=True)
class Drawing:
    """A picture and what it shows: `drawn` of `total` members."""

    svg: Markup
    drawn: int = 0
    total: int = 0


def ring_graph(ring: Ring, most: int = MOST_DRAWN) -> nx.Graph[Node]:
    """The ring as a graph: members and shared values are nodes, using a value is an edge.

    A member's node is its request id and has its `role`; a value's node is its place in `ring.shared`
    and has its `kind`. Values that fewer than two drawn members use are left out.
    """
    values = ring.shared[:MOST_VALUES]
    uses = Counter(request for shared in values for request in shared.requests)
    members = sorted(ring.members, key=lambda member: -uses[member.request_id])[:most]
    graph: nx.Graph[Node] = nx.Graph()
    for member in members:
        graph.add_node(member.request_id, role=member.role.value)
    for place, shared in enumerate(values):
        users = [request for request in shared.requests if request in graph]
        if len(users) > 1:
            graph.add_node(place, kind=shared.key.kind)
            graph.add_edges_from((place, request) for request in users)
    return graph


def draw_ring(ring: Ring, masker: Masker) -> Drawing:
    """Members as dots, shared values as numbered squares, joined where a member uses a value."""
    graph = ring_graph(ring)
    if not graph.number_of_edges():
        return Drawing(Markup(""))
    spot = _places(graph)
    joins = [
        f'<line x1="{spot[one][0]:.0f}" y1="{spot[one][1]:.0f}" x2="{spot[other][0]:.0f}" y2="{spot[other][1]:.0f}"/>'
        for one, other in graph.edges
    ]
    marks = [
        _value(node, ring, masker, spot[node]) if isinstance(node, int) else _member(node, data["role"], spot[node])
        for node, data in graph.nodes(data=True)
    ]
    members = sum(isinstance(node, str) for node in graph)
    svg = (
        f'<svg viewBox="0 0 {_WIDTH:.0f} {_HEIGHT:.0f}" role="img" class="net">'
        f"<title>{escape(ring.ring_id)}</title>{''.join(joins)}{''.join(marks)}</svg>"
    )
    return Drawing(Markup(svg), members, len(ring.members))  # noqa: S704 - every value in it is escaped


def _member(request: str, role: str, spot: tuple[float, float]) -> str:
    x, y = spot
    title = f"<title>{escape(visible(request))}</title>"
    return f'<circle cx="{x:.0f}" cy="{y:.0f}" r="4.5" class="r-{escape(role)}">{title}</circle>'


def _value(place: int, ring: Ring, masker: Masker, spot: tuple[float, float]) -> str:
    x, y = spot
    key = ring.shared[place].key
    return (
        f'<g class="v k-{escape(key.kind)}"><title>{escape(visible(masker.show(key)))}</title>'
        f'<rect x="{x - 9:.0f}" y="{y - 8:.0f}" width="18" height="16" rx="3"/>'
        f'<text x="{x:.0f}" y="{y + 4:.0f}">{place + 1}</text></g>'
    )


def _places(graph: nx.Graph[Node]) -> dict[Node, tuple[float, float]]:
    """Where each node stands; the same graph gives the same picture.

    Parts that nothing joins would drift apart without end, so a hidden node holds them together.
    """
    order = {node: place for place, node in enumerate(graph)}
    centre = len(order)
    edges = [(order[one], order[other]) for one, other in graph.edges]
    edges += [(centre, min(order[node] for node in part)) for part in nx.connected_components(graph)]
    held = igraph.Graph(centre + 1, edges)
    found = held.layout_kamada_kawai(seed=held.layout_circle()).coords[:centre]  # draws no random number
    xs, ys = ([at[axis] for at in found] for axis in (0, 1))
    return {node: (_scaled(x, xs, _WIDTH), _scaled(y, ys, _HEIGHT)) for node, (x, y) in zip(order, found, strict=True)}


def _scaled(at: float, among: list[float], size: float) -> float:
    """From the range of `among` to the drawing without its margin."""
    span = max(among) - min(among)
    share = (at - min(among)) / span if span else 0.5
    return _MARGIN + share * (size - 2 * _MARGIN)


def draw_timeline(ring: Ring) -> Drawing:
    """A strip from the first request to the last: a bar for each day, or for several in a long ring."""
    days = [member.applied_at.date() for member in ring.members if member.applied_at]
    if not days:
        return Drawing(Markup(""))
    first, last = min(days), max(days)
    step = -(-((last - first).days + 1) // _MOST_BARS)
    counts = Counter((day - first).days // step for day in days)
    slots = (last - first).days // step + 1
    wide = min((_WIDTH - 2 * _MARGIN) / slots, 14.0)
    most = max(counts.values())
    bars = "".join(
        _bar(first + timedelta(days=slot * step), step, count, _MARGIN + slot * wide, wide, most)
        for slot, count in sorted(counts.items())
    )
    end = _MARGIN + slots * wide
    axis = f'<line x1="{_MARGIN:.0f}" y1="{_BASE}" x2="{max(end, 60.0):.0f}" y2="{_BASE}"/>'
    labels = f'<text x="{_MARGIN:.0f}" y="{_BASE + 16}">{first}</text>'
    if last > first:
        labels += f'<text x="{max(end, 200.0):.0f}" y="{_BASE + 16}" class="end">{last}</text>'
    svg = (
        f'<svg viewBox="0 0 {_WIDTH:.0f} {_STRIP:.0f}" role="img" class="time">'
        f"<title>{first} – {last}</title>{axis}{bars}{labels}</svg>"
    )
    return Drawing(Markup(svg), len(days), len(ring.members))  # noqa: S704 - dates and numbers alone


def _bar(day: date, step: int, count: int, left: float, wide: float, most: int) -> str:
    height = max(_TALLEST * count / most, 2.0)
    name = f"{day}" if step == 1 else f"{day} – {day + timedelta(days=step - 1)}"
    return (
        f'<rect x="{left:.1f}" y="{_BASE - height:.1f}" width="{max(wide - 1, 1.5):.1f}" height="{height:.1f}">'
        f"<title>{name}: {count}</title></rect>"
    )
