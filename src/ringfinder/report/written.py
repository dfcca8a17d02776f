"""Numbers, times and text as all result files write them."""

from __future__ import annotations

import math
from collections.abc import Mapping
from datetime import datetime

_CONTROL = dict.fromkeys([*range(9), 11, 12, *range(14, 32), *range(127, 160)], "\N{REPLACEMENT CHARACTER}")


def yuan(fen: int) -> str:
    """Fen as yuan with two places."""
    whole, rest = divmod(abs(fen), 100)
    return f"{'-' if fen < 0 else ''}{whole}.{rest:02d}"


def thousands(fen: int) -> str:
    """Fen as yuan for people: thousands apart, two places."""
    return f"{fen // 100:,}.{fen % 100:02d}"


def moment(when: datetime) -> str:
    """A local time as ISO 8601, to the second."""
    return when.isoformat(timespec="seconds")


def rounded(value: float, places: int = 4) -> float:
    """A finite number to so many places, never a negative zero.

    Raises
    ------
    ValueError
        If it is infinite or no number: such a figure must not leave the detector.
    """
    if not math.isfinite(value):
        raise ValueError("a figure of a ring is not finite")
    return round(value, places) + 0.0


def figures(numbers: Mapping[str, float]) -> dict[str, float | int]:
    """Numbers by name, counts as whole numbers."""
    return {name: int(value) if float(value).is_integer() else rounded(value) for name, value in numbers.items()}


def visible(text: str) -> str:
    """A text without control characters, which a page may not hold and nobody would see."""
    return text.translate(_CONTROL)
