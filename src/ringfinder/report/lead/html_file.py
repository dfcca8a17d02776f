"""`lead-report.html`: the report as one page that needs no network, with the ring drawn and its timeline."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from ringfinder.records.rings import AttributeKey, Member, Money, Ring, Role, RowRef, SharedValue, Tier
from ringfinder.report.drawing import draw_ring, draw_timeline
from ringfinder.report.lead.content import LeadReport
from ringfinder.report.lead.cover import NOT_A_VERDICT, TITLE, cover, exposure, marking
from ringfinder.report.lead.reasons import filled
from ringfinder.report.lead.speech import Cell, Kind, Language, Speech, printable, spans, written
from ringfinder.report.lead.tables import Table
from ringfinder.report.masking import Masker
from ringfinder.report.page import page_environment, page_frame
from ringfinder.report.words import Words

_CLASSES = {"count": "num", "weight": "num", "money": "num", "day": "date", "moment": "date"}


def as_html(report: LeadReport, language: Language) -> str:
    """The report as a page; in both languages it has a button that changes them.

    Raises
    ------
    InputError
        If there is no such language.
    """
    speech = Speech(language)
    masker = Masker((), reveal=True)  # values are the report's names already
    ring = _drawn(report)
    page = page_environment().get_template("lead.html")
    return page.render(
        **{**page_frame(printable(report.given.number or report.ring_id), masker), "reveal": not report.masked},
        language=speech.language,
        heading=TITLE,
        caution=NOT_A_VERDICT,
        marking=marking(report),
        kind_of_tier=report.tier,
        said=_clean((report.zh, report.en)),
        cover=[(name, _clean(content)) for name, content in cover(report)],
        exposure=list(exposure(report)),
        source=[_clean((one.zh, one.en)) for one in report.source],
        limits=[_clean((one.zh, one.en)) for one in report.limits],
        drawing=draw_ring(ring, masker),
        timeline=draw_timeline(ring),
        tables=[_table(table) for table in filled(report)],
    )


def _drawn(report: LeadReport) -> Ring:
    """What drawings need of the ring, with values as the report names them."""
    request = {one.number: printable(one.request_id) for one in report.members}
    return Ring(
        ring_id=report.ring_id,
        score=report.score,
        tier=Tier(report.tier),
        q_value=report.q_value,
        kind=report.kind,
        members=tuple(
            Member(request[one.number], one.applicant_id, Role(one.role), one.weight, _NOWHERE, one.applied_at)
            for one in report.members
        ),
        applicants=len(report.people),
        units=report.households,
        first_at=report.first_at,
        last_at=report.last_at,
        money=Money(),
        evidence=(),
        shared=tuple(
            SharedValue(
                AttributeKey(one.kind, printable(one.value)),
                one.households,
                one.holders,
                one.first_at,
                one.last_at,
                one.weight,
                tuple(request[number] for number in one.members),
            )
            for one in report.shared
        ),
    )


_NOWHERE = RowRef("surrender_requests", "", "", 0)


def _table(table: Table) -> dict[str, Any]:
    lines = [(row, "") for row in table.rows] + ([(table.totals, "total")] if table.totals else [])
    kinds = [column.kind for column in table.columns]
    return {
        "name": table.name,
        "heading": table.heading,
        "note": table.note if any(table.note) else None,
        "heads": [(column.head, _CLASSES.get(column.kind, "")) for column in table.columns],
        "lines": [{"class": name, "cells": list(_cells(row, kinds))} for row, name in lines],
        "anchored": table.name == "rows",
    }


def _cells(row: Sequence[Cell], kinds: Sequence[Kind]) -> Iterator[dict[str, Any]]:
    """Cells as words in both languages, as links to rows, or as text."""
    for cell, kind in zip(row, kinds, strict=True):
        shown: dict[str, Any] = {"class": _CLASSES.get(kind, ""), "words": None, "links": (), "text": ""}
        if kind == "numbers" and isinstance(cell, tuple):
            shown["links"] = [
                (part.split("–")[0], part) for part in spans([int(one) for one in cell]).split(", ") if part
            ]
        elif isinstance(cell, tuple):
            shown["words"] = _clean((str(cell[0]), str(cell[1])))
        else:
            shown["text"] = written(cell, kind, _PLAIN)
        yield shown


_PLAIN = Speech("zh")  # for cells that are alike in every language


def _clean(words: Words) -> Words:
    return printable(words[0]), printable(words[1])
