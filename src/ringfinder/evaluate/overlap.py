"""Found rings against true rings, reduced to the counts that every metric is made of.

With F a found ring and T a true ring, all that any metric here needs is |F|, |T| and |F ∩ T|. They
are counted once, in one pass over the requests, so a million requests cost seconds and every metric
afterwards is a sum over a few thousand cells.

A request belongs to at most one found ring. Where a run lists it in several, the highest ring keeps
it (flagged before review, then by falling score, then by ring id, so that the order of rows decides
nothing) and the warning says how many there were.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from ringfinder.evaluate.tables import MANY_LINKS, Found, FoundRing, Truth

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]

REACHABLE_LINKS = 2
"""A member is within reach of shared values when it shares one with at least so many of its ring."""


@dataclass(frozen=True)
class Overlap:
    """Counts of found rings against true rings.

    Parameters
    ----------
    score, flagged, q_value
        Shape (R,): of each found ring, in falling order of score; `q_value` NaN where unknown.
    size
        Shape (R,): requests of each found ring.
    true_size, true_reachable
        Shape (K,): members of each true ring, and those within reach.
    found, true, shared, reachable
        Shape (C,): for each pair that meets, which found ring, which true ring, how many requests
        they share and how many of those are within reach.
    requests
        Requests that the truth speaks of; 0 where it names ring members alone.
    """

    score: Floats
    flagged: Flags
    q_value: Floats
    size: Ints
    true_size: Ints
    true_reachable: Ints
    found: Ints
    true: Ints
    shared: Ints
    reachable: Ints
    requests: int

    def only(self, keep: Flags) -> Overlap:
        """Return the same counts over the found rings where `keep`, of shape (R,), is true."""
        new_place = np.cumsum(keep) - 1
        cells = keep[self.found]
        return replace(
            self,
            score=self.score[keep],
            flagged=self.flagged[keep],
            q_value=self.q_value[keep],
            size=self.size[keep],
            found=new_place[self.found[cells]],
            true=self.true[cells],
            shared=self.shared[cells],
            reachable=self.reachable[cells],
        )

    @cached_property
    def alerts(self) -> Overlap:
        """The flagged rings alone."""
        return self.only(self.flagged)

    @cached_property
    def true_in_ring(self) -> Ints:
        """Shape (R,): how many requests of each found ring are in any true ring."""
        return np.bincount(self.found, weights=self.shared, minlength=self.size.size).astype(np.int64)


@dataclass(frozen=True)
class RoleCount:
    """How often a member with the true role `true` was given the role `found`."""

    true: str
    found: str
    requests: int


@dataclass(frozen=True)
class Comparison:
    """Overlap, roles of the members of flagged rings, and sentences about what was odd."""

    overlap: Overlap
    roles: tuple[RoleCount, ...]
    warnings: tuple[str, ...]


def compare(found: Found, truth: Truth) -> Comparison:
    """Count found rings against the truth.

    Requests that the truth does not list are left out and counted in a warning; where it lists
    members alone, they count as honest.
    """
    members, warnings = _disjoint_members(found, truth)
    kept = [ring for ring in sorted(found.rings, key=_by_score) if members[ring.ring_id]]
    lost = len(found.rings) - len(kept)
    if lost:
        warnings.append(f"{lost} found rings hold no request of their own that the labels list: left out")
    roles: Counter[tuple[str, str]] = Counter()
    for ring in kept:
        if ring.flagged:
            known = (request for request in members[ring.ring_id] if request in truth.role_of)
            roles.update((truth.role_of[request], ring.roles[request]) for request in known)
    counts = tuple(RoleCount(*pair, number) for pair, number in sorted(roles.items()))
    overlap = _count(kept, members, truth)
    return Comparison(overlap, counts, (*found.warnings, *truth.warnings, *warnings))


def _by_score(ring: FoundRing) -> tuple[float, str]:
    return -ring.score, ring.ring_id


def _by_rank(ring: FoundRing) -> tuple[bool, float, str]:
    return not ring.flagged, *_by_score(ring)


def _disjoint_members(found: Found, truth: Truth) -> tuple[dict[str, list[str]], list[str]]:
    """Requests of every ring, each request in one ring only, and warnings about those left out."""
    listed = truth.ring_of
    honest_if_missing = truth.names_members_only
    members: dict[str, list[str]] = {}
    taken: set[str] = set()
    twice: set[str] = set()
    unlisted: set[str] = set()
    for ring in sorted(found.rings, key=_by_rank):
        own = members[ring.ring_id] = []
        for request in ring.roles:
            if request not in listed:
                unlisted.add(request)
                if not honest_if_missing:
                    continue
            if request in taken:
                twice.add(request)
                continue
            taken.add(request)
            own.append(request)
    warnings = []
    if twice:
        warnings.append(f"{len(twice)} requests are in several found rings: the highest ring keeps them")
    if honest_if_missing:
        warnings.append("the labels list ring members alone: every other request counts as honest")
    elif unlisted:
        warnings.append(f"{len(unlisted)} found requests are not in the labels: left out")
    return members, warnings


def _count(rings: list[FoundRing], members: dict[str, list[str]], truth: Truth) -> Overlap:
    """Count `rings` (in falling order of score) against the true rings (in order of their ids)."""
    names = sorted({ring for ring in truth.ring_of.values() if ring})
    place = {name: index for index, name in enumerate(names)}
    true_size = np.zeros(len(names), np.int64)
    true_reachable = np.zeros(len(names), np.int64)
    for request, name in truth.ring_of.items():
        if name:
            true_size[place[name]] += 1
            true_reachable[place[name]] += _within_reach(request, truth)
    shared: Counter[tuple[int, int]] = Counter()
    reachable: Counter[tuple[int, int]] = Counter()
    for index, ring in enumerate(rings):
        for request in members[ring.ring_id]:
            name = truth.ring_of.get(request, "")
            if name:
                shared[index, place[name]] += 1
                reachable[index, place[name]] += _within_reach(request, truth)
    cells = sorted(shared)
    return Overlap(
        score=np.array([ring.score for ring in rings], np.float64),
        flagged=np.array([ring.flagged for ring in rings], np.bool_),
        q_value=np.array([np.nan if ring.q_value is None else ring.q_value for ring in rings], np.float64),
        size=np.array([len(members[ring.ring_id]) for ring in rings], np.int64),
        true_size=true_size,
        true_reachable=true_reachable,
        found=np.array([cell[0] for cell in cells], np.int64),
        true=np.array([cell[1] for cell in cells], np.int64),
        shared=np.array([shared[cell] for cell in cells], np.int64),
        reachable=np.array([reachable[cell] for cell in cells], np.int64),
        requests=0 if truth.names_members_only else len(truth.ring_of),
    )


def _within_reach(request: str, truth: Truth) -> bool:
    return truth.links_of.get(request, MANY_LINKS) >= REACHABLE_LINKS
