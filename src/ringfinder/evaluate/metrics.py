"""Every metric of how rings are judged, each a sum over the counts of an `Overlap`.

Notation: F(r) and T(r) are the found and the true ring of request r, |·| counts requests, Σ runs over
the found rings of the overlap that is given (its `alerts` for all metrics of flagged rings). A share
with nothing to divide by (nothing found, no truth) is 0, so that an empty output never looks good;
means over an empty set of rings are None.

References
----------
Bagga, Baldwin: Algorithms for scoring coreference chains, LREC workshop 1998 (B-cubed).
Amigo et al.: A comparison of extrinsic clustering evaluation metrics, Information Retrieval 12 (2009).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ringfinder.evaluate.overlap import Overlap, RoleCount

SIZE_BANDS: tuple[tuple[str, int, int], ...] = (("3-5", 3, 5), ("6-19", 6, 19), ("20+", 20, 2**62))
"""Name, smallest and largest true size of each band for which recall is told."""

_TINY = 1e-9


@dataclass(frozen=True, slots=True)
class BCubed:
    """B-cubed precision, recall and F1."""

    precision: float
    recall: float
    f1: float


@dataclass(frozen=True, slots=True)
class Matches:
    """One-to-one matches: how many, and their share of the found and of the true rings."""

    rings: int
    precision: float
    recall: float


def share(part: float, whole: float) -> float:
    """`part / whole`, or 0 where there is no whole."""
    return float(part / whole) if whole else 0.0


def harmonic(precision: float, recall: float) -> float:
    """F1: ``2 P R / (P + R)``, 0 where both are 0."""
    return 2 * precision * recall / max(_TINY, precision + recall)


def request_precision(overlap: Overlap) -> float:
    """Share of the found requests that are in a true ring: ``Σ |F ∩ ∪T| / Σ |F|``."""
    return share(overlap.shared.sum(), overlap.size.sum())


def request_recall(overlap: Overlap) -> float:
    """Share of the true members that are in a found ring: ``Σ |F ∩ ∪T| / Σ_T |T|``."""
    return share(overlap.shared.sum(), overlap.true_size.sum())


def reach(overlap: Overlap) -> float:
    """Recall among members that share a value with at least two others of their ring.

    Where the labels have no `links`, every member counts, and reach equals request recall.
    """
    return share(overlap.reachable.sum(), overlap.true_reachable.sum())


def b_cubed(overlap: Overlap) -> BCubed:
    """B-cubed: outsiders in a found ring, melted rings and splinters all cost.

    ``precision = mean over found r of |F(r) ∩ T(r)| / |F(r)|`` (0 for an honest r) and
    ``recall = mean over true members r of |F(r) ∩ T(r)| / |T(r)|`` (0 for one not found). Every one of
    the |F ∩ T| requests of a pair adds the same, so the sums are ``Σ |F ∩ T|² / |F|`` and
    ``Σ |F ∩ T|² / |T|`` over the pairs.
    """
    squares = overlap.shared.astype(np.float64) ** 2
    precision = share((squares / overlap.size[overlap.found]).sum(), overlap.size.sum())
    recall = share((squares / overlap.true_size[overlap.true]).sum(), overlap.true_size.sum())
    return BCubed(precision, recall, harmonic(precision, recall))


def hits(overlap: Overlap) -> list[bool]:
    """For each found ring in falling order of score, whether it is a hit.

    A hit is a ring of which at least half of the requests belong to one true ring not yet hit.
    """
    return [true is not None for true in true_rings_hit(overlap)]


def true_rings_hit(overlap: Overlap) -> list[int | None]:
    """For each found ring in falling order of score, the true ring that it hits; None where it hits none."""
    candidates: dict[int, list[int]] = {}
    halves = 2 * overlap.shared >= overlap.size[overlap.found]
    for ring, true in zip(overlap.found[halves].tolist(), overlap.true[halves].tolist(), strict=True):
        candidates.setdefault(ring, []).append(true)
    seen: set[int] = set()
    outcome: list[int | None] = []
    for ring in range(overlap.size.size):
        fresh = [true for true in candidates.get(ring, []) if true not in seen]
        seen.update(fresh[:1])
        outcome.append(fresh[0] if fresh else None)
    return outcome


def average_precision(overlap: Overlap) -> float:
    """Average precision of ranked rings: ``Σ over hits of (hits so far / rank) / number of true rings``."""
    total = found = 0.0
    for rank, hit in enumerate(hits(overlap), start=1):
        if hit:
            found += 1
            total += found / rank
    return share(total, overlap.true_size.size)


def matches(overlap: Overlap, least: float = 0.5) -> Matches:
    """One-to-one matches of found and true rings with ``|F ∩ T| / |F ∪ T| >= least``.

    Pairs are taken by falling Jaccard index, each ring once. Rings are disjoint, so at one half or
    more two candidates for one ring can only be its two exact halves: greedy is optimal.
    """
    union = overlap.size[overlap.found] + overlap.true_size[overlap.true] - overlap.shared
    jaccard = overlap.shared / union
    used_found: set[int] = set()
    used_true: set[int] = set()
    for cell in np.argsort(-jaccard, kind="stable").tolist():
        ring, true = int(overlap.found[cell]), int(overlap.true[cell])
        if jaccard[cell] >= least and ring not in used_found and true not in used_true:
            used_found.add(ring)
            used_true.add(true)
    count = len(used_found)
    return Matches(count, share(count, overlap.size.size), share(count, overlap.true_size.size))


def over_merge(overlap: Overlap) -> float | None:
    """Mean number of true rings in a found ring, over found rings with a true member; 1 is best."""
    return _pairs_per(overlap.found)


def fragmentation(overlap: Overlap) -> float | None:
    """Mean number of found rings that hold a true ring, over true rings found in part; 1 is best."""
    return _pairs_per(overlap.true)


def _pairs_per(side: np.ndarray) -> float | None:
    return float(side.size / np.unique(side).size) if side.size else None


def recall_by_size(overlap: Overlap) -> dict[str, float | None]:
    """Request recall within the true rings of each size band; None for a band without rings."""
    got = np.bincount(overlap.true, weights=overlap.shared, minlength=overlap.true_size.size)
    outcome: dict[str, float | None] = {}
    for name, least, most in SIZE_BANDS:
        band = (overlap.true_size >= least) & (overlap.true_size <= most)
        outcome[name] = share(got[band].sum(), overlap.true_size[band].sum()) if band.any() else None
    return outcome


def false_rings(overlap: Overlap) -> int:
    """Number of found rings without a single true member."""
    return int((overlap.true_in_ring == 0).sum())


def per_ten_thousand(overlap: Overlap, rings: int) -> float | None:
    """`rings` per 10,000 requests of the portfolio; None where its size is not known."""
    return 10_000 * rings / overlap.requests if overlap.requests else None


def role_accuracy(roles: tuple[RoleCount, ...]) -> float | None:
    """Share of the flagged true members whose role is the true one; None without role truth."""
    total = sum(count.requests for count in roles)
    right = sum(count.requests for count in roles if count.found == count.true)
    return right / total if total else None
