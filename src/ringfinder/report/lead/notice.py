"""A correction notice as a DOCX: what a report said and what holds now, line by line."""

from __future__ import annotations

import io
from collections.abc import Sequence
from datetime import datetime

from ringfinder.report.lead.archive import in_one_form
from ringfinder.report.lead.cover import NOT_A_VERDICT
from ringfinder.report.lead.docx_parts import dress, pairs_element
from ringfinder.report.lead.extra import library
from ringfinder.report.lead.speech import Language, Speech, printable
from ringfinder.report.words import Words

TITLE: Words = ("线索报告更正通知", "Correction of a lead report")


def notice_docx(lines: Sequence[tuple[Words, Words]], made: datetime, language: Language) -> bytes:
    """The notice.

    Parameters
    ----------
    lines
        Names and contents, in their order.
    made
        What its properties say: a moment of the run, so that the same notice has the same bytes.

    Raises
    ------
    SurroundingsError
        If the extra `reports` is not installed.
    """
    speech = Speech(language)
    document = library("docx").Document()
    dress(document)
    about = document.core_properties
    about.author, about.last_modified_by, about.comments = "ringfinder", "ringfinder", ""
    about.title, about.created, about.modified, about.revision = speech.say(TITLE), made, made, 1
    document.add_paragraph(printable(speech.say(TITLE, " ")), style="Title")
    document.add_paragraph(printable("\n".join(speech.lines(NOT_A_VERDICT))), style="Intense Quote")
    told = [(printable(speech.say(name, "\n")), printable(speech.say(content, "\n"))) for name, content in lines]
    document.element.body[-1].addprevious(pairs_element(told))
    document.add_paragraph()  # a text may not end with a table
    packed = io.BytesIO()
    document.save(packed)
    return in_one_form(packed.getvalue())
