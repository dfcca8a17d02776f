"""Ring by ring: which true rings a run found, and how much of each."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ringfinder.evaluate.metrics import true_rings_hit
from ringfinder.evaluate.overlap import compare
from ringfinder.evaluate.tables import Found, Truth


@dataclass(frozen=True, slots=True)
class TrueRing:
    """What became of one true ring.

    Parameters
    ----------
    requests, flagged
        Its requests, and those of them that stand in any flagged ring.
    linked
        Its requests that share a value with another one of the ring; all where the labels do not say.
    found
        Whether a flagged ring hits it (see `ringfinder.evaluate.metrics.hits`).
    """

    ring_id: str
    requests: int
    flagged: int
    linked: int
    found: bool


def outcomes(found: Found, truth: Truth) -> tuple[TrueRing, ...]:
    """Every true ring in order of its id."""
    alerts = compare(found, truth).overlap.alerts
    hit = set(true_rings_hit(alerts))
    names = sorted({ring for ring in truth.ring_of.values() if ring})
    flagged = np.bincount(alerts.true, alerts.shared, len(names)).astype(np.int64)
    linked = dict.fromkeys(names, 0)
    for request, ring in truth.ring_of.items():
        if ring:
            linked[ring] += truth.links_of.get(request, 1) > 0
    return tuple(
        TrueRing(name, int(alerts.true_size[place]), int(flagged[place]), linked[name], place in hit)
        for place, name in enumerate(names)
    )
