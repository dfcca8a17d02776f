"""Baselines on graphs small enough to know the answer."""

from __future__ import annotations

import csv
import itertools
import random
from collections.abc import Callable, Iterable
from pathlib import Path

import numpy as np
import pytest

from ringfinder.evaluate import evaluate_folder
from ringfinder.evaluate.baselines import BASELINES, Group, Holders
from ringfinder.evaluate.baselines.fraudar import adjacency, fraudar, peel
from ringfinder.evaluate.baselines.groups import groups_of, write_groups
from ringfinder.evaluate.baselines.partitions import components, pairs

PARTITIONS = ("components", "louvain", "leiden", "label_propagation")


def graph(held: Iterable[tuple[int, int]], units: int) -> Holders:
    """Units and values by number; unit k made the requests q<k> and q<k>b."""
    pairs_ = np.array(sorted(set(held), key=lambda pair: (pair[1], pair[0])), np.int64).reshape(-1, 2)
    requests = np.array([f"q{k}{end}" for k in range(units) for end in ("", "b")], np.object_)
    applicants = np.array([f"p{k}" for k in range(units)], np.object_)
    return Holders(requests, np.repeat(np.arange(units), 2), applicants, pairs_[:, 0], pairs_[:, 1])


def found(groups: Iterable[Group]) -> list[list[int]]:
    return [group.units.tolist() for group in groups]


TWO_STARS = [(unit, 0) for unit in range(4)] + [(unit, 1) for unit in range(4, 7)] + [(7, 2), (8, 2)]


@pytest.mark.parametrize("name", PARTITIONS)
def test_two_stars_are_two_groups_and_a_pair_is_none(name: str) -> None:
    assert found(BASELINES[name](graph(TWO_STARS, 10))) == [[0, 1, 2, 3], [4, 5, 6]]


@pytest.mark.parametrize("name", BASELINES)
def test_nothing_shared_gives_no_group(name: str) -> None:
    assert BASELINES[name](graph([], 4)) == []


@pytest.mark.parametrize("name", BASELINES)
def test_a_value_with_more_than_fifty_holders_is_dropped(name: str) -> None:
    assert BASELINES[name](graph([(unit, 0) for unit in range(51)], 60)) == []
    assert found(BASELINES[name](graph([(unit, 0) for unit in range(50)], 60))) == [list(range(50))]


def bridged_cliques() -> Holders:
    """Two groups of six, each tied by many values, with one value across."""
    held = [(unit, value) for unit in range(6) for value in range(4)]
    held += [(unit, value) for unit in range(6, 12) for value in range(4, 8)]
    return graph([*held, (5, 8), (6, 8)], 12)


@pytest.mark.parametrize("name", ["louvain", "leiden", "label_propagation"])
def test_communities_part_what_one_bridge_joins(name: str) -> None:
    assert sorted(found(BASELINES[name](bridged_cliques()))) == [list(range(6)), list(range(6, 12))]


def test_components_join_over_one_bridge() -> None:
    assert found(components(bridged_cliques())) == [list(range(12))]


def test_pairs_count_shared_values() -> None:
    one, other, weight = pairs(graph([(0, 0), (1, 0), (2, 0), (0, 1), (1, 1)], 3))
    assert list(zip(one.tolist(), other.tolist(), weight.tolist(), strict=True)) == [
        (0, 1, 2),
        (0, 2, 1),
        (1, 2, 1),
    ]


@pytest.mark.parametrize("seed", range(10))
def test_pairs_agree_with_every_pair_of_holders(seed: int) -> None:
    rng = random.Random(seed)
    held = {(rng.randrange(25), value) for value in range(12) for _ in range(rng.randrange(2, 9))}
    expected: dict[tuple[int, int], int] = {}
    for value in range(12):
        for pair in itertools.combinations(sorted(unit for unit, v in held if v == value), 2):
            expected[pair] = expected.get(pair, 0) + 1
    one, other, weight = pairs(graph(held, 25))
    assert dict(zip(zip(one.tolist(), other.tolist(), strict=True), weight.tolist(), strict=True)) == expected


def test_groups_are_scored_by_what_they_share_inside() -> None:
    holders = graph([(0, 0), (1, 0), (2, 0), (0, 1), (3, 1), (0, 2), (1, 2)], 4)
    groups = groups_of(np.array([0, 0, 0, -1]), holders)
    assert [(group.units.tolist(), group.score) for group in groups] == [([0, 1, 2], 5.0)]


def best_density(holders: Holders, nodes: list[int]) -> float:
    """The densest subset by trying all of them."""
    edges = adjacency(holders)

    def density(subset: tuple[int, ...]) -> float:
        inside = set(subset)
        return sum(w for n in subset for m, w in edges[n].items() if m in inside) / 2 / len(subset)

    return max(density(s) for size in range(1, len(nodes) + 1) for s in itertools.combinations(nodes, size))


@pytest.mark.parametrize("seed", range(15))
def test_peeling_keeps_its_promise_of_half_the_best_density(seed: int) -> None:
    rng = random.Random(seed)
    held = {(rng.randrange(6), rng.randrange(5)) for _ in range(rng.randrange(6, 20))}
    holders = graph(held, 6)
    edges = adjacency(holders)
    nodes = sorted(edges)
    block = peel(edges, nodes)
    inside = sum(w for n in block.nodes for m, w in edges[n].items() if m in block.nodes) / 2
    assert block.density == pytest.approx(inside / len(block.nodes))
    assert block.density >= best_density(holders, nodes) / 2


def test_fraudar_finds_a_planted_dense_block_in_noise() -> None:
    rng = random.Random(5)
    planted = [(unit, value) for unit in range(8) for value in range(6)]
    noise = [(unit, 6 + rng.randrange(400)) for unit in range(8, 600) for _ in range(2)]
    camouflage = [(unit, 6 + rng.randrange(400)) for unit in range(8) for _ in range(2)]
    first = fraudar(graph([*planted, *noise, *camouflage], 600))[0]
    assert first.units.tolist() == list(range(8))


def test_fraudar_takes_several_blocks_one_after_the_other_and_stops_at_its_budget() -> None:
    blocks = [(8 * b + u, 10 * b + v) for b in range(6) for u in range(4 + b % 3) for v in range(3)]
    groups = fraudar(graph(blocks, 500))  # 1,000 requests: two blocks
    assert len(groups) == 2
    assert [len(units) for units in found(groups)] == [6, 6]
    assert groups[0].score >= groups[1].score


def written(tmp_path: Path, make: Callable[[Holders], list[Group]]) -> Path:
    holders = graph(TWO_STARS, 10)
    write_groups(make(holders), holders, tmp_path / "out")
    return tmp_path / "out"


def test_what_a_baseline_writes_can_be_evaluated(tmp_path: Path) -> None:
    out = written(tmp_path, components)
    with (out / "ring_members.csv").open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    assert {row["request_id"] for row in rows if row["ring_id"] == "B000001"} == {
        f"q{k}{end}" for k in range(4) for end in ("", "b")
    }
    labels = tmp_path / "labels.csv"
    truth = "".join(f"q{k}{e},{'R' if k < 4 else ''}\n" for k in range(10) for e in ("", "b"))
    labels.write_text("request_id,ring_id\n" + truth, encoding="utf-8")
    result = evaluate_folder(out, labels)
    assert (result.flagged, result.matches, result.false_rings) == (2, 1, 1)
