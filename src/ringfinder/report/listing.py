"""Rings in a list: one line each, chosen and ordered as somebody asks."""

from __future__ import annotations

from ringfinder.records.rings import Ring
from ringfinder.report.summary import summary
from ringfinder.report.words import RING_KINDS, TIERS, words
from ringfinder.report.written import thousands


def headline(ring: Ring) -> tuple[str, str]:
    """A ring in two lines, in Chinese and in English: id, score, tier and kind; then its sentence."""
    zh, en = summary(ring)
    tiers, kinds = words(TIERS, ring.tier.value), words(RING_KINDS, ring.kind)
    asked = thousands(ring.money.requested)
    return (
        f"{ring.ring_id}  {ring.score:8.1f}  {tiers[0]}  {kinds[0]}\n  {zh}；索要超额 {asked} 元",
        f"{ring.ring_id}  {ring.score:8.1f}  {tiers[1]}  {kinds[1]}\n  {en}; {asked} yuan asked above cash value",
    )
