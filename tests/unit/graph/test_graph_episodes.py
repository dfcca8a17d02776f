"""Requests of one person that follow one another closely are one episode."""

import numpy as np

from ringfinder.graph.episodes import find_episodes


def test_requests_within_thirty_days_of_the_one_before_chain_into_one_episode() -> None:
    day = np.array([0.0, 30.0, 60.0, 90.5, 5.0])
    person = np.array([0, 0, 0, 0, 1])
    found = find_episodes(person, person, day, 30.0)
    assert found.of_request.tolist() == [0, 0, 0, 1, 2], "0, 30 and 60 chain, 90.5 is too late, 5 is another's"
    assert found.day.tolist() == [0.0, 90.5, 5.0]
    assert found.unit.tolist() == [0, 0, 1]


def test_episodes_are_numbered_by_their_first_request_whatever_the_persons_numbers_are() -> None:
    day = np.array([3.0, 100.0, 1.0, 4.0])
    one = find_episodes(np.array([7, 7, 2, 2]), np.array([1, 1, 0, 0]), day, 30.0)
    other = find_episodes(np.array([1, 1, 9, 9]), np.array([1, 1, 0, 0]), day, 30.0)
    assert one.of_request.tolist() == other.of_request.tolist() == [0, 1, 2, 2]
    assert one.unit.tolist() == [1, 1, 0]


def test_an_episode_has_the_gravest_category_of_its_requests() -> None:
    found = find_episodes(np.array([0, 0, 1]), np.array([0, 0, 1]), np.array([1.0, 2.0, 1.0]), 30.0)
    assert found.most(np.array([0, 2, -1])).tolist() == [2, -1]


def test_nothing_is_no_episode() -> None:
    none = np.empty(0, np.int64)
    assert len(find_episodes(none, none, np.empty(0), 30.0)) == 0
