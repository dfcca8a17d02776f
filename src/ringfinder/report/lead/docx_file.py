"""`lead-report.docx`: the report for people, as a document of its own or as a letter of the insurer."""

from __future__ import annotations

import io
from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Any

from ringfinder.report.lead.archive import in_one_form
from ringfinder.report.lead.content import LeadReport
from ringfinder.report.lead.cover import NOT_A_VERDICT, TITLE, cover, exposure, marking
from ringfinder.report.lead.docx_parts import Page, dress, pairs_element, table_element
from ringfinder.report.lead.extra import library
from ringfinder.report.lead.letter import filled_letter
from ringfinder.report.lead.reasons import filled
from ringfinder.report.lead.speech import Language, Speech, printable
from ringfinder.report.words import Words

_UPRIGHT = frozenset({"approvals", "facts", "inferences", "explanations", "for_members"})
"""Tables of sentences, on upright pages; those of many columns lie on their side."""


def as_docx(report: LeadReport, language: Language, template: bytes | None = None) -> bytes:
    """The report as a DOCX.

    Parameters
    ----------
    template
        A letter of the insurer with named fields (`ringfinder.report.lead.letter`), used instead.

    Raises
    ------
    InputError
        If there is no such language, or the letter cannot be used.
    SurroundingsError
        If the extra `reports` is not installed.
    """
    speech = Speech(language)
    library("docx")
    document = _own(report, speech) if template is None else filled_letter(template, report, speech)
    packed = io.BytesIO()
    document.save(packed)
    return in_one_form(packed.getvalue())


def _own(report: LeadReport, speech: Speech) -> Any:
    document = library("docx").Document()
    dress(document)
    _describe(document, report, speech)
    _cover(document, report, speech)
    page = Page.UPRIGHT
    for table in filled(report):
        wanted = Page.UPRIGHT if table.name in _UPRIGHT else Page.ON_ITS_SIDE
        if wanted is not page:
            wanted.begin(document)
            page = wanted
        _heading(document, table.heading, speech)
        if any(table.note):
            _paragraphs(document, [table.note], speech, "Caption")
        _append(document, table_element(table, speech, page.room))
    document.add_paragraph()  # a text may not end with a table
    return document


def _describe(document: Any, report: LeadReport, speech: Speech) -> None:
    """Properties of the file: nothing of when and where it was made."""
    about = document.core_properties
    about.author, about.last_modified_by, about.comments, about.keywords = "ringfinder", "ringfinder", "", ""
    about.title = printable(f"{speech.say(TITLE)} {report.given.number or report.ring_id}")[:200]
    about.created = about.modified = report.run.as_of or datetime(1980, 1, 1, tzinfo=UTC).replace(tzinfo=None)
    about.revision = 1


def _cover(document: Any, report: LeadReport, speech: Speech) -> None:
    head = document.sections[0].header.paragraphs[0]
    name = report.given.number or report.ring_id
    head.text = printable(f"{name} · {speech.say(marking(report))} · {speech.say(TITLE)}")
    document.add_paragraph(printable(speech.say(TITLE, " ")), style="Title")
    _paragraphs(document, [NOT_A_VERDICT], speech, "Intense Quote")
    lines = [(speech.say(label, "\n"), speech.say(content, "\n")) for label, content in cover(report)]
    _append(document, pairs_element(lines))
    _heading(document, ("涉及金额（元）", "Exposure (yuan)"), speech)
    sums = [(speech.say(label, "\n"), amount) for label, amount in exposure(report)]
    _append(document, pairs_element(sums, numbers=True))
    _heading(document, ("线索来源", "Source of the lead"), speech)
    _paragraphs(document, [(one.zh, one.en) for one in report.source], speech)
    _heading(document, ("局限", "What this is not, and what was not known"), speech)
    _paragraphs(document, [(one.zh, one.en) for one in report.limits], speech, "List Bullet")


def _heading(document: Any, words: Words, speech: Speech) -> None:
    document.add_heading(printable(speech.say(words, "  ")), level=1)


def _paragraphs(document: Any, said: Iterable[Words], speech: Speech, style: str | None = None) -> None:
    """Sentences; in both languages the second one stands under the first."""
    for words in said:
        document.add_paragraph(printable("\n".join(speech.lines(words))), style=style)


def _append(document: Any, element: Any) -> None:
    """Put an element at the end of the text; the last one of the body is its page."""
    document.element.body[-1].addprevious(element)
