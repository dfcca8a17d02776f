"""Requests of one person that follow one another closely are one episode: one decision, told in several papers.

A person who surrenders three policies in a week was persuaded, or pressed, once; the policy that the
same person gave up two years before is another story. Episodes are what shared values link and what
belongs to a ring; households are what counts as unrelated.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ringfinder.graph.arrays import FloatArray, IntArray, compact


@dataclass(frozen=True)
class Episodes:
    """Episodes, numbered by their first request in canonical order.

    Parameters
    ----------
    of_request
        Episode of each request.
    unit
        Household of each episode.
    day
        Day of its first request.
    """

    of_request: IntArray
    unit: IntArray
    day: FloatArray

    def __len__(self) -> int:
        return len(self.unit)

    def most(self, of_request: IntArray) -> IntArray:
        """Largest value among the requests of each episode: the gravest category, or any known code."""
        found = np.full(len(self), np.iinfo(np.int64).min)
        np.maximum.at(found, self.of_request, of_request)
        return found


def find_episodes(person: IntArray, unit: IntArray, day: FloatArray, most_days: float) -> Episodes:
    """Chain the requests of each person that are at most `most_days` apart.

    Parameters
    ----------
    person, unit, day
        Person, household and day (since 1970) of each request.
    """
    order = np.lexsort((day, person))
    starts = np.ones(len(order), np.bool_)
    starts[1:] = (person[order][1:] != person[order][:-1]) | (np.diff(day[order]) > most_days)
    episode = np.empty(len(order), np.int64)
    episode[order] = np.cumsum(starts) - 1
    of_request, count = compact(episode)
    unit_of = np.empty(count, np.int64)
    unit_of[of_request] = unit
    first = np.full(count, np.inf)
    np.minimum.at(first, of_request, day)
    return Episodes(of_request, unit_of, first)
