"""Sums in yuan and fen."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal

from ringfinder.report.listing import MONEY
from ringfinder.report.written import yuan
from ringfinder_api.schemas.base import Amount, Exposure


def exposure(sums: Mapping[str, int]) -> Exposure:
    """The sums of a ring."""
    return Exposure(**{name: Amount(yuan=yuan(sums[name]), fen=sums[name]) for name in MONEY})


def fen(amount: Decimal) -> int:
    """An amount of yuan with at most two places."""
    return int(amount * 100)
