"""Whether two outputs of one method tell the same rings.

Problem: the same rows in another order, under other ids or in another process must give the same
rings; 1 % more rows should leave most of them as they were and keep their ids. For two sets of rings A and B
over requests, J(a) = max over b of |a ∩ b| / |a ∪ b|; its mean over A says how much of the first output
is found again, and the same from B says how much of the second is new. One pass over the requests.

References
----------
Hennig: Cluster-wise assessment of cluster stability. Computational Statistics and Data Analysis 52, 2007.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import asdict, dataclass

from ringfinder.evaluate.tables import Found, FoundRing

SAME = 0.5
"""Jaccard index from which a ring counts as found again."""


@dataclass(frozen=True)
class Stability:
    """How far the flagged rings of two outputs agree; means over no rings are None.

    Parameters
    ----------
    rings, rings_other
        Flagged rings of each output.
    jaccard, jaccard_other
        Mean best Jaccard index of the rings of the first in the second, and the other way round.
    found_again
        Share of the first's rings with a best Jaccard index of at least `SAME`.
    ids_kept
        Share of those found again whose best partner has the same id.
    identical
        Whether both flag the same sets of requests.
    """

    rings: int
    rings_other: int
    jaccard: float | None
    jaccard_other: float | None
    found_again: float | None
    ids_kept: float | None
    identical: bool

    def to_dict(self) -> dict[str, float | bool | None]:
        """Every figure by its name."""
        return asdict(self)


def stability(found: Found, other: Found) -> Stability:
    """Compare the flagged rings of two outputs."""
    first, second = ([ring for ring in one.rings if ring.flagged] for one in (found, other))
    forth, back = _best(first, second), _best(second, first)
    again = [(ring, partner) for ring, (index, partner) in forth if index >= SAME]
    return Stability(
        rings=len(first),
        rings_other=len(second),
        jaccard=_mean([index for _, (index, _) in forth]),
        jaccard_other=_mean([index for _, (index, _) in back]),
        found_again=_mean([float(index >= SAME) for _, (index, _) in forth]),
        ids_kept=_mean([float(ring == partner) for ring, partner in again]),
        identical=_sets(first) == _sets(second),
    )


def _sets(rings: Iterable[FoundRing]) -> set[frozenset[str]]:
    return {frozenset(ring.roles) for ring in rings}


def _best(rings: list[FoundRing], others: list[FoundRing]) -> list[tuple[str, tuple[float, str]]]:
    """For each ring its best Jaccard index among the others and the id of that one (equal ones: the first by id)."""
    holding: dict[str, list[str]] = {}
    for other in others:
        for request in other.roles:
            holding.setdefault(request, []).append(other.ring_id)
    size = {other.ring_id: len(other.roles) for other in others}
    found = []
    for ring in rings:
        met = Counter(other for request in ring.roles for other in holding.get(request, ()))
        indices = [(shared / (len(ring.roles) + size[other] - shared), other) for other, shared in met.items()]
        best = min(indices, key=lambda pair: (-pair[0], pair[1]), default=(0.0, ""))
        found.append((ring.ring_id, best))
    return found


def _mean(values: list[float]) -> float | None:
    return sum(values) / len(values) if values else None
