"""`index.html`: the rings of a run for people, on one page that needs no network."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Sequence
from functools import partial
from importlib.resources import files
from pathlib import Path
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined, select_autoescape
from markupsafe import Markup

from ringfinder import __version__
from ringfinder.records.rings import Detection, Ring, Tier
from ringfinder.report import words
from ringfinder.report.drawing import draw_ring, draw_timeline
from ringfinder.report.evidence import ring_as_json
from ringfinder.report.masking import Masker
from ringfinder.report.results import Account
from ringfinder.report.sheets import write_text
from ringfinder.report.summary import summary
from ringfinder.report.written import thousands, visible

MOST_LISTED, MOST_DETAILED = 1500, 60
"""Rings with a line in the list, and rings that are shown whole; the page says "N of M"."""

MOST_DETAIL_BYTES = 2_000_000
"""Details end here even before `MOST_DETAILED`, so that the page opens at once everywhere (under 3 MB)."""

MOST_ROWS, MOST_MEMBERS, MOST_SHARED, MOST_WARNINGS = 6, 60, 40, 50
"""Rows behind one sentence, members, shared values and warnings on the page; all are in the other files."""

MOST_ROWS_ALONE = 2000
"""Rows on the page of one ring."""


def write_page(path: Path, detection: Detection, account: Account, masker: Masker, *, title: str) -> None:
    """Write the page; values appear as `masker` shows them."""
    environment = page_environment()
    detailed = _details(environment, detection.rings, masker)
    html = environment.get_template("index.html").render(
        **page_frame(title, masker),
        detection=detection,
        account=account,
        warnings=list(account.warnings)[:MOST_WARNINGS],
        rejected=sum(tally.rejected for tally in account.tallies),
        off=sum(not one.on for one in detection.coverage),
        alerts=sum(ring.tier is Tier.ALERT for ring in detection.rings),
        members=sum(len(ring.members) for ring in detection.rings if ring.tier is Tier.ALERT),
        at_risk=thousands(sum(ring.money.at_risk for ring in detection.rings if ring.tier is Tier.ALERT)),
        lines=[_line(ring) for ring in detection.rings[:MOST_LISTED]],
        detailed=detailed,
        with_q=any(ring.q_value is not None for ring in detection.rings),
    )
    write_text(path, html)


def write_ring_page(path: Path, ring: Ring, masker: Masker, *, note: str = "") -> None:
    """Write one ring as a page of its own; `note` as in `ring_page`."""
    write_text(path, ring_page(ring, masker, note=note))


def ring_page(ring: Ring, masker: Masker, *, note: str = "") -> str:
    """One ring as a page of its own, on which every reason leads to its rows and back.

    Parameters
    ----------
    note
        Which run it is of; stands at the foot.
    """
    environment = page_environment()
    detail = _detail(ring, masker)
    rows = _rows(detail["evidence"])
    listed = rows[:MOST_ROWS_ALONE]
    lines = {_place(row): number for number, row in enumerate(listed, 1)}
    html = environment.get_template("ring.html").render(
        ring={**detail, "lines": lines},
        most_rows=MOST_ROWS_ALONE,
        most_members=MOST_MEMBERS,
        most_shared=MOST_SHARED,
        detailed_ids=(),
        top=ring.ring_id,
    )
    return environment.get_template("single.html").render(
        **page_frame(ring.ring_id, masker),
        ring=Markup(html),  # noqa: S704 - rendered with autoescape
        ring_id=ring.ring_id,
        rows=listed,
        total=len(rows),
        note=note,
    )


def page_frame(title: str, masker: Masker) -> dict[str, Any]:
    """What every page has: its title, its script and style with their hashes, whether it shows personal data."""
    css, js = (_asset(name) for name in ("page.css", "page.js"))
    return {
        "title": title,
        "version": __version__,
        "css": css,
        "js": js,
        "css_hash": _content_hash(css),
        "js_hash": _content_hash(js),
        "reveal": masker.reveal,
    }


def _rows(terms: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    """Distinct rows behind the reasons, in the order in which they appear, with the numbers of their reasons."""
    found: dict[tuple[object, ...], dict[str, Any]] = {}
    for term in terms:
        for row in term["rows"]:
            found.setdefault(_place(row), {**row, "reasons": []})["reasons"].append(term["number"])
    return list(found.values())


def _place(row: dict[str, Any]) -> tuple[object, ...]:
    return row["table"], row["key"], row["file"], row["line"]


def page_environment() -> Environment:
    """Templates of pages: everything escaped, a missing value is an error; pages speak both languages at first."""
    environment = Environment(
        loader=PackageLoader("ringfinder.report"),
        autoescape=select_autoescape(["html"]),
        undefined=StrictUndefined,
        finalize=_visible,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.globals["words"] = words
    environment.globals["named"] = words.words
    environment.globals["language"] = "both"
    return environment


def _visible(value: object) -> object:
    return visible(value) if isinstance(value, str) and not isinstance(value, Markup) else value


def _asset(name: str) -> Markup:
    text = files("ringfinder.report").joinpath("templates", name).read_text(encoding="utf-8")
    return Markup(text)  # noqa: S704 - a file of this package


def _content_hash(text: str) -> str:
    """What the content policy calls this script or style by; no other one may run."""
    return "sha256-" + base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()


def _details(environment: Environment, rings: Sequence[Ring], masker: Masker) -> list[Markup]:
    """The first rings, each rendered, as many as the page can hold."""
    render = partial(environment.get_template("ring.html").render, most_rows=MOST_ROWS, most_members=MOST_MEMBERS)
    parts: list[Markup] = []
    shown: list[str] = []  # a link to another ring needs that ring on the page; those before are for certain
    left = MOST_DETAIL_BYTES
    for ring in rings[:MOST_DETAILED]:
        html = render(ring=_detail(ring, masker), most_shared=MOST_SHARED, detailed_ids=shown, top="result")
        left -= len(html.encode("utf-8", "backslashreplace"))
        if left < 0:
            break
        parts.append(Markup(html))  # noqa: S704 - rendered with autoescape
        shown.append(ring.ring_id)
    return parts


def _line(ring: Ring) -> dict[str, Any]:
    """One line of the list."""
    zh, en = summary(ring)
    return {
        "ring_id": ring.ring_id,
        "score": f"{ring.score:.1f}",
        "tier": ring.tier.value,
        "q_value": "" if ring.q_value is None else f"{ring.q_value:.3f}",
        "kind": ring.kind,
        "requests": len(ring.members),
        "units": ring.units,
        "first": ring.first_at.date().isoformat(),
        "last": ring.last_at.date().isoformat(),
        "at_risk": thousands(ring.money.at_risk),
        "requested": thousands(ring.money.requested),
        "zh": zh,
        "en": en,
    }


def _detail(ring: Ring, masker: Masker) -> dict[str, Any]:
    """Everything that the page shows of one ring."""
    place = {member.request_id: number for number, member in enumerate(ring.members[:MOST_MEMBERS], 1)}
    uses: dict[str, list[int]] = {}
    for number, shared in enumerate(ring.shared[:MOST_SHARED], 1):
        for request in shared.requests:
            uses.setdefault(request, []).append(number)
    detail = ring_as_json(ring, masker)
    heaviest = max((abs(term.weight) for term in ring.evidence), default=0.0)
    for number, term in enumerate(detail["evidence"], 1):
        term["number"] = number
        term["bar"] = round(10 * abs(term["weight"]) / heaviest) if heaviest else 0
    sums = ring.money
    return {
        **detail,
        "place": place,
        "lines": {},
        "uses": uses,
        "money": {
            "at_risk": thousands(sums.at_risk),
            "requested": thousands(sums.requested),
            "agreed": thousands(sums.agreed),
            "paid": thousands(sums.paid),
        },
        "drawing": draw_ring(ring, masker),
        "timeline": draw_timeline(ring),
    }
