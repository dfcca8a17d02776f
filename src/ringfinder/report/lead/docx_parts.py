"""How the DOCX of a report looks: fonts for Chinese, pages, and tables whose heads repeat on every page."""

from __future__ import annotations

from collections.abc import Sequence
from enum import Enum
from typing import Any
from xml.sax.saxutils import escape

from ringfinder.report.lead.docx_widths import TWIP, chosen, fitted
from ringfinder.report.lead.extra import library
from ringfinder.report.lead.speech import Kind, Speech, printable, written
from ringfinder.report.lead.tables import Column, Table

_MM = 36_000
"""English Metric Units of a millimetre, in which Word's libraries count."""

_SHORT, _LONG, _MARGIN = 210, 297, 18
_WIDE = (52 * _MM, (_SHORT - 2 * _MARGIN - 52) * _MM)
"""Widths of a name and its content on an upright page."""

_LATIN, _CHINESE, _CHINESE_HEADS = "Calibri", "宋体", "黑体"
_BODY = 10.5
_SMALL, _PAIRS = 15, 20
"""Sizes of letters in tables, in half points."""

_RIGHT = frozenset({"count", "weight", "money"})


class Page(Enum):
    """How the paper lies: its width and height in millimetres."""

    UPRIGHT = (_SHORT, _LONG)
    ON_ITS_SIDE = (_LONG, _SHORT)

    @property
    def room(self) -> int:
        """Width between the margins, in EMU."""
        return (self.value[0] - 2 * _MARGIN) * _MM

    def begin(self, document: Any) -> None:
        """Go on on paper that lies like this."""
        self.lay(document.add_section())

    def lay(self, section: Any) -> None:
        """Turn the paper of a section."""
        orientation = library("docx.enum.section").WD_ORIENT
        section.orientation = orientation.PORTRAIT if self is Page.UPRIGHT else orientation.LANDSCAPE
        section.page_width, section.page_height = (side * _MM for side in self.value)
        section.left_margin = section.right_margin = section.top_margin = section.bottom_margin = _MARGIN * _MM
        section.header_distance = section.footer_distance = 9 * _MM


def dress(document: Any) -> None:
    """Set paper, fonts and page numbers of a new document."""
    point = library("docx.shared").Pt
    for style in document.styles:
        if hasattr(style, "font"):
            heads = style.name.startswith(("Heading", "Title"))
            _fonts(style.element.get_or_add_rPr(), _CHINESE_HEADS if heads else _CHINESE)
    document.styles["Normal"].font.size = point(_BODY)
    for name, size in (("Heading 1", 13), ("Title", 22), ("Intense Quote", 10.5), ("Caption", 9)):
        document.styles[name].font.size = point(size)
    for name in ("Caption", "Intense Quote"):
        document.styles[name].font.bold = False
    document.styles["Normal"].paragraph_format.space_after = point(4)
    document.styles["Intense Quote"].paragraph_format.left_indent = 0
    section = document.sections[0]
    Page.UPRIGHT.lay(section)
    _page_numbers(section.footer.paragraphs[0])


def _fonts(properties: Any, chinese: str) -> None:
    """One Latin and one Chinese font, also where the style names those of a theme."""
    name = library("docx.oxml.ns").qn
    fonts = properties.get_or_add_rFonts()
    for attribute in list(fonts.attrib):
        del fonts.attrib[attribute]
    for script, font in (("ascii", _LATIN), ("hAnsi", _LATIN), ("cs", _LATIN), ("eastAsia", chinese)):
        fonts.set(name(f"w:{script}"), font)


def _page_numbers(paragraph: Any) -> None:
    """``page / pages`` in the middle of the foot."""
    parse = library("docx.oxml.parser").parse_xml
    space = library("docx.oxml.ns").nsdecls("w")
    paragraph.alignment = library("docx.enum.text").WD_ALIGN_PARAGRAPH.CENTER
    for part in ("PAGE", " / ", "NUMPAGES"):
        if part.isalpha():
            run = f'<w:fldSimple {space} w:instr="{part}"><w:r><w:t>1</w:t></w:r></w:fldSimple>'
            paragraph._p.append(parse(run))  # noqa: SLF001 - python-docx has no fields
        else:
            paragraph.add_run(part)


def table_element(table: Table, speech: Speech, room: int) -> Any:
    """A table as an element to be put anywhere, also into a cell or a header, `room` EMU wide.

    It is written as one text, for python-docx adds tables at the end of a place only, and knows neither borders nor
    heads that repeat.
    """
    rows = [*table.rows, *([table.totals] if table.totals else [])]
    heads = [speech.say(column.head, "\n") for column in table.columns]
    cells = [heads]
    cells += [[written(cell, one.kind, speech) for one, cell in zip(table.columns, row, strict=True)] for row in rows]
    places = chosen(table, cells, room)
    columns = [table.columns[place] for place in places]
    cells = [[line[place] for place in places] for line in cells]
    widths = fitted(cells, room)
    last = len(rows) if table.totals else -1
    lines = [_line(line, columns, widths, head=not number, bold=number == last) for number, line in enumerate(cells)]
    return _element(lines, widths)


def pairs_element(lines: Sequence[tuple[str, str]], *, numbers: bool = False) -> Any:
    """Names and contents without a head line, for an upright page; of numbers the names have more room."""
    kind: Kind = "money" if numbers else "text"
    columns = (Column(("", ""), "text", 1), Column(("", ""), kind, 1))
    widths = [width // TWIP for width in (reversed(_WIDE) if numbers else _WIDE)]
    return _element([_line(line, columns, widths, size=_PAIRS, names=True) for line in lines], widths)


def _element(lines: Sequence[str], widths: Sequence[int]) -> Any:
    sides = "".join(
        f'<w:{side} w:val="single" w:sz="4" w:space="0" w:color="C3CCD4"/>'
        for side in ("top", "left", "bottom", "right", "insideH", "insideV")
    )
    grid = "".join(f'<w:gridCol w:w="{width}"/>' for width in widths)
    space = library("docx.oxml.ns").nsdecls("w")
    text = (
        f'<w:tbl {space}><w:tblPr><w:tblW w:w="{sum(widths)}" w:type="dxa"/><w:tblBorders>{sides}</w:tblBorders>'
        f'<w:tblLayout w:type="fixed"/><w:tblCellMar><w:left w:w="60" w:type="dxa"/><w:right w:w="60" w:type="dxa"/>'
        f"</w:tblCellMar></w:tblPr><w:tblGrid>{grid}</w:tblGrid>{''.join(lines)}</w:tbl>"
    )
    return library("docx.oxml.parser").parse_xml(text)


def _line(
    cells: Sequence[str],
    columns: Sequence[Column],
    widths: Sequence[int],
    *,
    head: bool = False,
    bold: bool = False,
    names: bool = False,
    size: int = _SMALL,
) -> str:
    """A row; a head is shown again on every page, and none is torn apart."""
    parts = [
        _cell(
            cell,
            width,
            head=head,
            bold=head or bold or (names and not place),
            right=column.kind in _RIGHT and not head,
            size=size,
        )
        for place, (cell, column, width) in enumerate(zip(cells, columns, widths, strict=True))
    ]
    again = "<w:tblHeader/>" if head else ""
    return f"<w:tr><w:trPr><w:cantSplit/>{again}</w:trPr>{''.join(parts)}</w:tr>"


def _cell(text: str, width: int, *, head: bool, bold: bool, right: bool, size: int) -> str:
    shade = '<w:shd w:val="clear" w:color="auto" w:fill="E8EDF2"/>' if head else ""
    side = '<w:jc w:val="right"/>' if right else ""
    runs = f'{"<w:b/>" if bold else ""}<w:sz w:val="{size}"/><w:szCs w:val="{size}"/>'
    lines = "<w:br/>".join(f'<w:t xml:space="preserve">{escape(line)}</w:t>' for line in printable(text).split("\n"))
    return (
        f'<w:tc><w:tcPr><w:tcW w:w="{width}" w:type="dxa"/>{shade}</w:tcPr><w:p><w:pPr>'
        f'<w:spacing w:before="0" w:after="0" w:line="240" w:lineRule="auto"/>{side}<w:rPr>{runs}</w:rPr></w:pPr>'
        f"<w:r><w:rPr>{runs}</w:rPr>{lines}</w:r></w:p></w:tc>"
    )
