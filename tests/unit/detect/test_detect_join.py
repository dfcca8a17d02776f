"""Fragments of one operator are joined, unrelated groups are not, and neither numbering nor the cache has a say."""

from collections.abc import Sequence

import numpy as np
import pytest

from ringfinder.detect import DetectSettings, join
from ringfinder.detect.attributes import Attributes
from ringfinder.detect.coding import Attribute
from ringfinder.detect.join import join_apart, join_linked
from ringfinder.graph.arrays import FloatArray, IntArray, pairs

S = DetectSettings()
SIZE, CROWD = 8, 400


def scene(agents: Sequence[int], times: Sequence[int]) -> tuple[IntArray, Attributes, FloatArray]:
    """A group for each (agent, time bin), each of eight episodes, in a crowd of fifty agents and eighteen times."""
    group = np.repeat(np.arange(len(agents)), SIZE)
    group = np.concatenate([group, np.full(CROWD, -1)])
    agent = np.concatenate([np.repeat(np.array(agents), SIZE), np.arange(CROWD) % 50])
    bins = np.concatenate([np.repeat(np.array(times), SIZE), np.arange(CROWD) % 18])
    attributes = {
        name: (Attribute(of, np.bincount(of, minlength=size) / len(of)),)
        for name, of, size in (("agent", agent, 50), ("time", bins, 18))
    }
    return group, Attributes(attributes), bins.astype(float)


def partition(group: IntArray) -> set[frozenset[int]]:
    return {frozenset(np.flatnonzero(group == one).tolist()) for one in np.unique(group[group >= 0])}


def test_two_groups_of_one_agent_and_time_are_joined_and_others_are_not() -> None:
    group, attributes, day = scene([3, 3, 7, 9], [5, 5, 5, 11])
    assert len(partition(join_apart(group, day, attributes, S))) == 3
    joined = join_apart(group, day, attributes, S)
    assert joined[0] == joined[SIZE]
    assert len({int(joined[place * SIZE]) for place in (0, 2, 3)}) == 3
    assert (joined[4 * SIZE :] == -1).all(), "the crowd stays out"


def test_one_agent_at_far_times_pays_for_itself_only_where_the_agent_is_rare() -> None:
    group, attributes, day = scene([3, 4], [5, 5])
    assert len(partition(join_apart(group, day, attributes, S))) == 2, "one time alone joins nobody"


def test_a_shared_value_joins_what_has_one_agent_and_not_what_has_two() -> None:
    group, attributes, _ = scene([3, 3, 7, 9], [1, 15, 5, 11])
    held = pairs(np.array([0, 0, 1, 1]), np.array([0, SIZE, 2 * SIZE, 3 * SIZE]), (2, len(group)))
    joined = join_linked(group, held, attributes, S)
    assert joined[0] == joined[SIZE]
    assert joined[2 * SIZE] != joined[3 * SIZE]


def test_further_shared_values_bring_together_what_one_does_not() -> None:
    group, attributes, _ = scene([7, 9], [5, 11])
    few = pairs(np.array([0, 0]), np.array([0, SIZE]), (9, len(group)))
    many = pairs(np.repeat(np.arange(9), 2), np.tile(np.array([0, SIZE]), 9), (9, len(group)))
    settings = DetectSettings(further_link=8.0)
    assert len(partition(join_linked(group, few, attributes, settings))) == 2
    assert len(partition(join_linked(group, many, attributes, settings))) == 1


@pytest.mark.parametrize("seed", range(5))
def test_the_numbers_of_groups_agents_and_bins_have_no_say(seed: int) -> None:
    chance = np.random.default_rng(seed)
    agents = chance.integers(0, 6, 12)
    times = chance.integers(0, 4, 12)
    group, attributes, day = scene(agents.tolist(), times.tolist())
    usual = partition(join_apart(group, day, attributes, S))
    assert 1 < len(usual) < 12
    other = {}
    for name in ("agent", "time"):
        (one,) = attributes[name]
        turn = chance.permutation(len(one.background))
        background = np.empty(len(turn))
        background[turn] = one.background
        other[name] = (Attribute(turn[one.of], background),)
    renumbered = np.where(group >= 0, chance.permutation(12)[np.maximum(group, 0)], -1)
    assert partition(join_apart(renumbered, day, Attributes(other), S)) == usual


@pytest.mark.parametrize("seed", range(5))
def test_gains_that_are_kept_equal_fresh_ones(seed: int, monkeypatch: pytest.MonkeyPatch) -> None:
    chance = np.random.default_rng(seed)
    group, attributes, day = scene(chance.integers(0, 5, 20).tolist(), chance.integers(0, 3, 20).tolist())
    kept = join_apart(group, day, attributes, S)
    monkeypatch.setattr(join, "contains", lambda keys, wanted: np.zeros(len(wanted), np.bool_))
    fresh = join_apart(group, day, attributes, S)
    assert kept.tolist() == fresh.tolist()
    assert len(partition(kept)) < 19, "more than one round was needed"


def test_a_letter_joins_two_groups_of_one_time_but_not_where_many_operators_buy_it() -> None:
    joined = {}
    for name, letters in (("own", [3, 3, *range(4, 14)]), ("bought", [3] * 12)):
        group, attributes, day = scene(letters, [5, 5, *range(10)])
        as_letter = Attributes({"letter": attributes["agent"], "time": attributes["time"]})
        joined[name] = len(partition(join_apart(group, day, as_letter, S)))
    assert joined == {"own": 11, "bought": 12}


def test_nothing_to_join() -> None:
    none = np.full(5, -1)
    assert join_apart(none, np.zeros(5), Attributes({}), S).tolist() == [-1] * 5
