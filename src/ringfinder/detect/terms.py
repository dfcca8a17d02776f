"""One term of evidence, and how far a count is from a rate."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np

from ringfinder.detect.indicators import sentences
from ringfinder.records.rings import AttributeKey, Evidence, RowRef

_LEAST = 1e-4


def term(
    name: str,
    weight: float,
    counts: dict[str, float],
    baseline: dict[str, float],
    rows: Iterable[RowRef] = (),
    values: tuple[AttributeKey, ...] = (),
) -> Evidence:
    """An indicator with its numbers; both sentences are made from them."""
    zh, en = sentences(name, counts, baseline, len(values))
    return Evidence(name, float(weight), counts, baseline, zh, en, values, tuple(rows))


def divergence(shown: int, of: int, rate: float) -> float:
    """Nats by which `shown` of `of` differ from a rate (binomial), without sign."""
    share, rate = shown / of, min(max(rate, _LEAST), 1 - _LEAST)
    first = share * np.log(share / rate) if share else 0.0
    second = (1 - share) * np.log((1 - share) / (1 - rate)) if share < 1 else 0.0
    return float(of * (first + second))
