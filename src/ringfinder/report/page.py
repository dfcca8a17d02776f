"""`index.html`: the rings of a run for people, on one page that needs no network."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined, select_autoescape

from ringfinder import __version__
from ringfinder.records.portfolio import Tally
from ringfinder.records.rings import Detection, Ring, Tier
from ringfinder.report.drawing import draw_ring, draw_timeline
from ringfinder.report.results import masker_of, moment, ring_as_json, yuan
from ringfinder.report.sheets import FILE_MODE
from ringfinder.report.summary import summary

MOST_DETAILED = 100
"""Rings that are shown whole; of the rest the page has one line each."""

MOST_ROWS = 12
"""Rows shown behind one sentence; all of them are in evidence.jsonl."""


def write_page(
    path: Path,
    detection: Detection,
    tallies: Sequence[Tally],
    *,
    title: str,
    warnings: Sequence[str] = (),
    reveal: bool = False,
) -> None:
    """Write the page; values are masked unless `reveal`."""
    environment = Environment(
        loader=PackageLoader("ringfinder.report"),
        autoescape=select_autoescape(["html"]),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    rings = detection.rings
    html = environment.get_template("index.html").render(
        title=title,
        version=__version__,
        detection=detection,
        tallies=tallies,
        warnings=list(warnings)[:50],
        alerts=sum(ring.tier is Tier.ALERT for ring in rings),
        rows=[_line(ring) for ring in rings],
        detailed=[_detail(ring, reveal=reveal) for ring in rings[:MOST_DETAILED]],
        most_rows=MOST_ROWS,
        reveal=reveal,
    )
    path.write_text(html, encoding="utf-8")
    path.chmod(FILE_MODE)


def _line(ring: Ring) -> dict[str, Any]:
    zh, en = summary(ring)
    return {
        "ring_id": ring.ring_id,
        "score": f"{ring.score:.1f}",
        "tier": ring.tier.value,
        "q_value": "" if ring.q_value is None else f"{ring.q_value:.3f}",
        "kind": ring.kind,
        "requests": len(ring.members),
        "applicants": ring.applicants,
        "units": ring.units,
        "first": ring.first_at.date().isoformat(),
        "last": ring.last_at.date().isoformat(),
        "at_risk": yuan(ring.money.at_risk),
        "requested": yuan(ring.money.requested),
        "zh": zh,
        "en": en,
    }


def _detail(ring: Ring, *, reveal: bool) -> dict[str, Any]:
    zh, en = summary(ring)
    masker = masker_of(ring, reveal=reveal)
    return {
        **ring_as_json(ring, reveal=reveal),
        "summary_zh": zh,
        "summary_en": en,
        "days": [moment(day) for day in (ring.first_at, ring.last_at)],
        "drawing": draw_ring(ring, masker),
        "timeline": draw_timeline(ring),
    }
