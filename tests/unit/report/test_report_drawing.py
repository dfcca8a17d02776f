"""Drawings: the same ring gives the same picture, inside its frame, however large or long the ring is."""

import dataclasses
import re
from datetime import timedelta
from xml.etree import ElementTree as ET

import pytest
from tests.results import PHONE, START, make_member, make_ring

from ringfinder.records.rings import Ring
from ringfinder.report.drawing import MOST_DRAWN, draw_ring, draw_timeline, ring_graph
from ringfinder.report.masking import Masker

MASKER = Masker((), reveal=False)


def parse(svg: str) -> ET.Element:
    return ET.fromstring(svg)  # noqa: S314 - made by our own code a line above


def spread(ring: Ring, days: list[int]) -> Ring:
    return dataclasses.replace(ring, members=tuple(make_member(n, day=day) for n, day in enumerate(days)))


def test_the_graph_joins_members_with_the_values_they_use() -> None:
    graph = ring_graph(make_ring(size=5))
    assert sorted(str(node) for node in graph) == ["0", "1", "2", *(f"R0000{n}" for n in range(5))]
    assert graph.nodes[0]["kind"] == "phone"
    assert graph.nodes["R00001"]["role"] == "member"
    assert sorted(str(node) for node in graph.neighbors("R00001")) == ["0"]
    assert graph.degree[0] == 5


def test_a_value_of_one_drawn_member_is_left_out() -> None:
    assert 1 not in ring_graph(make_ring(size=2))


@pytest.mark.parametrize("size", [2, 17, MOST_DRAWN, 400])
def test_everything_is_inside_the_frame_and_the_same_again(size: int) -> None:
    ring = make_ring(size=size)
    drawing = draw_ring(ring, MASKER)
    assert drawing == draw_ring(ring, MASKER)
    assert (drawing.drawn, drawing.total) == (min(size, MOST_DRAWN), size)
    root = parse(drawing.svg)
    _, _, width, height = map(float, root.attrib["viewBox"].split())
    for circle in root.iter("circle"):
        assert 0 <= float(circle.attrib["cx"]) <= width
        assert 0 <= float(circle.attrib["cy"]) <= height
    assert len(list(root.iter("circle"))) == drawing.drawn


def test_nothing_shared_nothing_drawn() -> None:
    assert draw_ring(make_ring(keys=()), MASKER).svg == ""


def test_values_in_a_drawing_are_masked() -> None:
    text = draw_ring(make_ring(), MASKER).svg
    assert PHONE.value not in text
    assert "138****0000" in text


@pytest.mark.parametrize("days", [[0], [0, 0, 0], [0, 1, 1, 40], [0, 119], [0, 120, 700, 3650]])
def test_the_timeline_counts_every_request_inside_its_frame(days: list[int]) -> None:
    ring = spread(make_ring(), days)
    root = parse(draw_timeline(ring).svg)
    bars = list(root.iter("rect"))
    counted = [re.fullmatch(r"(.*): ([0-9]+)", bar.findtext("title") or "") for bar in bars]
    assert sum(int(found.group(2)) for found in counted if found) == len(days)
    assert len(bars) == len(counted) <= 120
    width = float(root.attrib["viewBox"].split()[2])
    assert all(float(bar.attrib["x"]) + float(bar.attrib["width"]) <= width for bar in bars)
    assert all(float(bar.attrib["y"]) >= 0 for bar in bars)
    text = "".join(root.itertext())
    assert (START + timedelta(days=days[-1])).date().isoformat() in text


def test_without_times_there_is_no_timeline() -> None:
    ring = make_ring()
    undated = tuple(dataclasses.replace(member, applied_at=None) for member in ring.members)
    assert draw_timeline(dataclasses.replace(ring, members=undated)).svg == ""
