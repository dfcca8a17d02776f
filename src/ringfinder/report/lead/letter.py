"""An insurer's own letter as a report: a DOCX with named fields such as ``{{number}}`` or ``{{members}}``.

A field may stand anywhere in the text, in tables, text boxes, headers and footers, also where Word has cut it into
several runs. It is replaced in one pass, so that nothing in the data is ever taken for a field.
"""

from __future__ import annotations

import difflib
import io
import re
import struct
import zipfile
import zlib
from collections.abc import Callable, Iterator, Sequence
from itertools import accumulate
from typing import Any

from ringfinder.errors import InputError
from ringfinder.report.lead.content import LeadReport
from ringfinder.report.lead.cover import exposure, fields
from ringfinder.report.lead.docx_parts import table_element
from ringfinder.report.lead.docx_widths import TWIP
from ringfinder.report.lead.extra import library
from ringfinder.report.lead.reasons import ALL
from ringfinder.report.lead.speech import Speech, printable
from ringfinder.report.words import Words

MOST_BYTES, MOST_UNPACKED = 20_000_000, 100_000_000
"""A letter is no larger than this, packed and unpacked."""

_FIELD = re.compile(r"\{\{([^{}]*)\}\}")
_STORIES = ("document.main", "header", "footer", "footnotes", "endnotes")
_ACTIVE = re.compile(r"vba|activex|macro|oleobject|\.bin\b", re.IGNORECASE)
_FETCHES = re.compile(r"\b(?:DDE|DDEAUTO|INCLUDE\w*|LINK|IMPORT|HYPERLINK|DATABASE)\b", re.IGNORECASE)
_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_SPACE = "{http://www.w3.org/XML/1998/namespace}space"
_USUAL_ROOM = 9026 * TWIP  # between the margins of A4
_STATEMENTS: dict[str, Callable[[LeadReport], Sequence[Words]]] = {
    "source": lambda report: [(one.zh, one.en) for one in report.source],
    "limits": lambda report: [(one.zh, one.en) for one in report.limits],
    "exposure": lambda report: [
        (f"{zh}：{amount} 元", f"{en}: {amount} yuan") for (zh, en), amount in exposure(report)
    ],
}


def field_names(report: LeadReport) -> list[str]:
    """Every name that a letter may use."""
    return sorted({*fields(report), *_STATEMENTS, *ALL})


def filled_letter(letter: bytes, report: LeadReport, speech: Speech) -> Any:
    """The letter with its fields filled in.

    Raises
    ------
    InputError
        If it is no DOCX, brings along what runs or is fetched from elsewhere, names a field that does not exist, or
        has no field at all.
    """
    document = _opened(letter)
    stories = [(part, _element(part)) for part in _parts(document) if _is_story(part)]
    paragraphs = [paragraph for _, story in stories for paragraph in story.iter(f"{_W}p")]
    _check_fields(paragraphs, report)
    for paragraph in paragraphs:
        _fill(paragraph, report, speech)
    for part, story in stories:
        if not hasattr(part, "element"):
            part._blob = library("docx.opc.oxml").serialize_part_xml(story)  # noqa: SLF001 - python-docx knows no notes
    return document


def _opened(letter: bytes) -> Any:
    if len(letter) > MOST_BYTES:
        raise InputError(f"the letter is larger than {MOST_BYTES // 1_000_000} MB", remedy="take pictures out of it")
    try:
        with zipfile.ZipFile(io.BytesIO(letter)) as packed:
            if sum(one.file_size for one in packed.infolist()) > MOST_UNPACKED:
                raise InputError("the letter is too large once it is unpacked", remedy="take pictures out of it")
        document = library("docx").Document(io.BytesIO(letter))
        parts = list(_parts(document))
    except (zipfile.BadZipFile, zlib.error, struct.error, SyntaxError) as error:
        raise _no_letter() from error
    except (KeyError, ValueError, TypeError, AttributeError, IndexError, OSError, EOFError, RuntimeError) as error:
        # Whatever a damaged package makes the library stumble over.
        raise _no_letter() from error
    _check_inert(document, parts)
    return document


def _no_letter() -> InputError:
    return InputError(
        "the letter is no DOCX that can be read",
        remedy="save it from Word or LibreOffice as a DOCX, without a password",
    )


def _parts(document: Any) -> Iterator[Any]:
    package = document.part.package
    yield from sorted(package.iter_parts(), key=lambda part: str(part.partname))


def _is_story(part: Any) -> bool:
    """Whether a part holds text: the body, a header or footer, notes."""
    kind = str(part.content_type)
    return kind.endswith("+xml") and any(f".{story}" in kind for story in _STORIES)


def _element(part: Any) -> Any:
    if hasattr(part, "element"):
        return part.element
    return library("docx.oxml.parser").parse_xml(part.blob)


def _check_inert(document: Any, parts: Sequence[Any]) -> None:
    """Refuse what would run, or be fetched, on the machine of whoever opens the report."""
    for part in parts:
        if _ACTIVE.search(f"{part.partname} {part.content_type}"):
            raise InputError(
                f"the letter brings along something that runs: {part.partname}",
                remedy="save it as a DOCX without macros, controls and embedded objects",
            )
    owners = [document.part.package, *parts]
    outside = sorted({one.reltype.rpartition("/")[2] for owner in owners for one in _outside(owner)})
    if outside:
        raise InputError(
            f"the letter links to something outside: {', '.join(outside)}",
            remedy="put pictures into it, make links plain text, and detach its template",
        )
    for part in filter(_is_story, parts):
        for paragraph in _element(part).iter(f"{_W}p"):
            simple = [node.get(f"{_W}instr") or "" for node in paragraph.iter(f"{_W}fldSimple")]
            said = " ".join([*simple, "".join(node.text or "" for node in paragraph.iter(f"{_W}instrText"))])
            if found := _FETCHES.search(said):
                raise InputError(
                    f"the letter has a field {found.group().upper()}, which links to something outside",
                    remedy="make it plain text (Ctrl+Shift+F9 in Word)",
                )


def _outside(owner: Any) -> Iterator[Any]:
    relations = getattr(owner, "rels", {})
    return (one for one in relations.values() if one.is_external)


def _check_fields(paragraphs: Sequence[Any], report: LeadReport) -> None:
    known = field_names(report)
    named = [name for one in paragraphs for name in _FIELD.findall("".join(node.text or "" for node in _texts(one)))]
    if not named:
        raise InputError(
            "the letter has no field", remedy=f"write some into it, such as {{{{number}}}}: {', '.join(known)}"
        )
    for name in named:
        if name.strip() not in known:
            near = difflib.get_close_matches(name.strip(), known, n=1)
            hint = f"did you mean {{{{{near[0]}}}}}? " if near else ""
            raise InputError(
                f"the letter has a field {{{{{printable(name)}}}}} that no report fills in",
                remedy=f"{hint}fields are {', '.join(known)}",
            )


def _texts(paragraph: Any) -> list[Any]:
    """The text nodes of a paragraph, not those of paragraphs in text boxes inside it."""
    return [node for node in paragraph.iter(f"{_W}t") if next(node.iterancestors(f"{_W}p")) is paragraph]


def _fill(paragraph: Any, report: LeadReport, speech: Speech) -> None:
    nodes = _texts(paragraph)
    whole = "".join(node.text or "" for node in nodes)
    ends = list(accumulate(len(node.text or "") for node in nodes))
    places = list(zip(nodes, [0, *ends], ends, strict=False))
    said = fields(report)
    for match in reversed(list(_FIELD.finditer(whole))):  # from the last one, so that those before keep their places
        name = match.group(1).strip()
        if name in ALL:
            text = ""
            _insert(paragraph, name, report, speech)
        elif name in _STATEMENTS:
            text = "\n".join(line for words in _STATEMENTS[name](report) for line in speech.lines(words))
        else:
            text = speech.say(said[name], "\n" if name == "summary" else " / ")
        _replace(places, match.start(), match.end(), printable(text))
    for node in nodes:
        _break_lines(node)


def _replace(places: Sequence[tuple[Any, int, int]], start: int, end: int, text: str) -> None:
    """Put a text in the place of ``[start, end)``; it looks like the run in which the field begins.

    `places` are the text nodes with their begin and end in the whole text as it was.
    """
    for node, begin, stop in places:
        if stop <= start or begin >= end:
            continue
        old = node.text or ""
        left, right = old[: max(start - begin, 0)], old[end - begin :] if end < stop else ""
        node.text = f"{left}{text if begin <= start else ''}{right}"
        node.set(_SPACE, "preserve")


def _break_lines(node: Any) -> None:
    """Turn line ends in a text node into breaks of the document."""
    first, *others = (node.text or "").split("\n")
    node.text = first
    at = node
    for line in others:
        made = [node.makeelement(f"{_W}br", {}), node.makeelement(f"{_W}t", {_SPACE: "preserve"})]
        made[1].text = line
        for one in made:
            at.addnext(one)
            at = one


def _insert(paragraph: Any, name: str, report: LeadReport, speech: Speech) -> None:
    """Put a table behind a paragraph, which stays; after a table there is always a paragraph."""
    table = ALL[name](report)
    made = paragraph.makeelement(f"{_W}p", {})
    paragraph.addnext(made)
    if table.rows:
        paragraph.addnext(table_element(table, speech, _room(paragraph)))


def _room(paragraph: Any) -> int:
    """Width for a table: of the cell that it stands in, else of the page."""
    cell = next(paragraph.iterancestors(f"{_W}tc"), None)
    width = None if cell is None else cell.find(f"{_W}tcPr/{_W}tcW")
    if width is not None and width.get(f"{_W}type") == "dxa" and (width.get(f"{_W}w") or "").isdigit():
        return max(int(width.get(f"{_W}w")) - 200, 1000) * TWIP
    body = paragraph.getroottree().getroot()
    for section in body.iter(f"{_W}sectPr"):
        size, margins = section.find(f"{_W}pgSz"), section.find(f"{_W}pgMar")
        if size is not None and margins is not None:
            sides = [
                node.get(f"{_W}{name}") or "" for node, name in ((size, "w"), (margins, "left"), (margins, "right"))
            ]
            if all(side.isdigit() for side in sides):
                return max(int(sides[0]) - int(sides[1]) - int(sides[2]), 2000) * TWIP
    return _USUAL_ROOM
