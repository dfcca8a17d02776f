"""Why people say that they surrender (C4): the reasons of a period, those of very few counted together.

A reason is free text and may name somebody: one that few gave is not shown, and longer numbers are masked.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from ringfinder.graph.columns import encode
from ringfinder.normalize.masking import mask_numbers
from ringfinder.statistics.counts import settled_of, within
from ringfinder.statistics.facts import Facts
from ringfinder.statistics.period import Period
from ringfinder.statistics.settings import StatSettings

RARE = "rare"
"""Stands for the reasons that very few gave."""


@dataclass(frozen=True, slots=True)
class Reason:
    """A reason with its requests; None where none is filled in."""

    reason: str | None
    requests: int
    negotiated: int
    paid_minus_cash_value: int


def reasons(facts: Facts, period: Period, settings: StatSettings) -> Sequence[Reason]:
    """The reasons of a period, the most frequent first; then the rare ones and the empty ones."""
    requests = facts.requests
    rows = np.flatnonzero(within(requests.applied, period))
    (codes,), values = encode(requests.rows["reason"].take(rows))
    texts = [" ".join(mask_numbers(text).split()) for text in values.to_pylist()]
    names = sorted(set(texts))
    place = {name: number for number, name in enumerate(names)}
    of = np.array([place[text] for text in texts] + [len(names)], np.int64)[codes]
    counts = np.bincount(of, minlength=len(names) + 1)
    rare = counts < settings.fewest_alike
    rare[-1] = False
    of = np.where(rare[of], len(names) + 1, of)
    settled, above = settled_of(requests, rows)
    negotiated = np.asarray(requests.rows["kind"].take(rows).to_numpy() == "negotiated")
    size = len(names) + 2
    each = [np.bincount(of, weights, size) for weights in (None, negotiated, np.where(settled, above, 0.0))]
    shown: list[str | None] = [*names, None, RARE]
    found = [Reason(name, *(int(one[at]) for one in each)) for at, name in enumerate(shown) if each[0][at]]
    return sorted(found, key=lambda one: (one.reason in (None, RARE), -one.requests, one.reason or ""))
