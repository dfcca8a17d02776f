"""An insurer's own letter: its fields are filled in wherever they stand, and what does not belong there is refused."""

import io
import zipfile
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from docx import Document
from docx.oxml.parser import parse_xml
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.leading import odd_report

from ringfinder.errors import InputError
from ringfinder.report.lead import LeadReport
from ringfinder.report.lead.docx_file import as_docx
from ringfinder.report.lead.letter import field_names
from ringfinder.report.lead.xlsx_file import as_xlsx

RELATIONS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
SPACE = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'


def letter(write: Callable[[Any], object]) -> bytes:
    document = Document()
    write(document)
    packed = io.BytesIO()
    document.save(packed)
    return packed.getvalue()


def said(text: str) -> bytes:
    return letter(lambda document: document.add_paragraph(text))


def opened(content: bytes) -> Any:
    return Document(io.BytesIO(content))


def test_fields_are_filled_in_the_text(masked: LeadReport) -> None:
    (paragraph,) = opened(
        as_docx(masked, "zh", said("编号 {{number}}，{{ ring }}（{{tier}}），{{number}}。"))
    ).paragraphs
    assert paragraph.text == f"编号 RF-2026-000007，{masked.ring_id}（预警），RF-2026-000007。"


def test_a_field_that_word_has_cut_into_runs_is_filled_in_and_keeps_its_looks(masked: LeadReport) -> None:
    def write(document: Any) -> None:
        paragraph = document.add_paragraph("前")
        for text in ("{", "{num"):
            paragraph.add_run(text).bold = True
        for text in ("ber}", "} 后 {{ri", "ng}}"):
            paragraph.add_run(text)

    (paragraph,) = opened(as_docx(masked, "zh", letter(write))).paragraphs
    assert paragraph.text == f"前RF-2026-000007 后 {masked.ring_id}"
    assert [run.bold for run in paragraph.runs if "RF-2026" in run.text] == [True]


def test_fields_stand_in_tables_headers_footers_and_text_boxes(masked: LeadReport) -> None:
    def write(document: Any) -> None:
        document.add_table(1, 1).cell(0, 0).text = "{{score}}"
        document.sections[0].header.paragraphs[0].text = "{{number}}"
        document.sections[0].footer.paragraphs[0].text = "{{masked}}"
        inside = "<w:p><w:r><w:t>{{ring}}</w:t></w:r></w:p>"
        box = f"<w:r {SPACE}><w:pict><w:txbxContent>{inside}</w:txbxContent></w:pict></w:r>"
        paragraph = document.add_paragraph("{{kind}}")
        paragraph._p.append(parse_xml(box))

    document = opened(as_docx(masked, "en", letter(write)))
    assert document.tables[0].cell(0, 0).text == f"{masked.score:.1f}"
    assert document.sections[0].header.paragraphs[0].text == "RF-2026-000007"
    assert document.sections[0].footer.paragraphs[0].text == "personal data masked"
    assert f'<w:t xml:space="preserve">{masked.ring_id}</w:t>' in document.element.xml
    assert document.paragraphs[0].text.startswith("contact takeover")


def test_a_table_stands_behind_its_paragraph_also_in_a_cell(masked: LeadReport) -> None:
    def write(document: Any) -> None:
        document.add_paragraph("成员如下{{members}}")
        document.add_table(1, 1).cell(0, 0).text = "{{shared}}{{agents}}"

    document = opened(as_docx(masked, "zh", letter(write)))
    members, frame = document.tables
    assert document.paragraphs[0].text == "成员如下"
    assert [row.cells[1].text for row in members.rows[1:]] == [one.request_id for one in masked.members]
    inside = frame.cell(0, 0)
    assert [table.rows[0].cells[0].text for table in inside.tables] == ["序号", "工号"]
    assert inside._tc[-1].tag.endswith("}p")  # a cell that ends with a table is none


def test_sentences_fill_a_field_line_by_line_in_both_languages(masked: LeadReport) -> None:
    (paragraph,) = opened(as_docx(masked, "both", said("{{limits}}"))).paragraphs
    lines = paragraph.text.split("\n")
    assert lines[:2] == [masked.limits[0].zh, masked.limits[0].en]
    assert len(lines) == 2 * len(masked.limits)


def test_every_field_can_be_used(masked: LeadReport) -> None:
    names = field_names(masked)
    letter_of_all = letter(lambda document: [document.add_paragraph(f"{{{{{name}}}}}") for name in names])
    document = opened(as_docx(masked, "zh", letter_of_all))
    assert "{{" not in document.element.xml
    assert {"number", "ring", "summary", "members", "evidence", "approvals", "limits"} <= set(names)


def test_what_the_data_say_is_never_a_field(masked: LeadReport) -> None:
    odd = replace(masked, given=replace(masked.given, purpose="{{rows}} {{nothing}}"))
    (paragraph,) = opened(as_docx(odd, "zh", said("{{purpose}}"))).paragraphs
    assert paragraph.text == "{{rows}} {{nothing}}"


def test_an_unknown_field_is_named_with_those_that_exist(masked: LeadReport) -> None:
    with pytest.raises(InputError, match=r"\{\{membrs\}\}") as caught:
        as_docx(masked, "zh", said("{{number}} {{membrs}}"))
    assert "did you mean {{members}}?" in caught.value.remedy
    assert all(name in caught.value.remedy for name in field_names(masked))


def test_a_letter_without_a_field_is_refused(masked: LeadReport) -> None:
    with pytest.raises(InputError, match="no field"):
        as_docx(masked, "zh", said("尊敬的先生"))


@pytest.mark.parametrize(
    "content", [b"", b"PK\x03\x04", b"\xd0\xcf\x11\xe0" + bytes(600), b"hello"], ids=["empty", "cut", "ole", "text"]
)
def test_what_is_no_docx_is_refused(content: bytes, masked: LeadReport) -> None:
    with pytest.raises(InputError, match="no DOCX"):
        as_docx(masked, "zh", content)


def test_another_package_is_refused(masked: LeadReport) -> None:
    with pytest.raises(InputError, match="no DOCX"):
        as_docx(masked, "zh", as_xlsx(masked, "zh"))


@settings(max_examples=40, derandomize=True, deadline=None)
@given(place=st.integers(0, 10**6), byte=st.integers(0, 255), cut=st.booleans())
def test_a_damaged_letter_is_filled_in_or_refused(place: int, byte: int, cut: bool) -> None:  # noqa: FBT001 - hypothesis names it
    whole = said("{{number}}")
    place %= len(whole)
    broken = whole[:place] if cut else whole[:place] + bytes([byte]) + whole[place + 1 :]
    try:
        assert opened(as_docx(odd_report("x"), "zh", broken)).paragraphs
    except InputError as error:
        assert error.remedy  # noqa: PT017 - either outcome is right, a traceback is not


def with_part(content: bytes, name: str, text: str, kind: str) -> bytes:
    """A package with another part that its document refers to."""
    packed = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as source, zipfile.ZipFile(packed, "w") as target:
        for part in source.namelist():
            data = source.read(part)
            if part == "[Content_Types].xml":
                override = f'<Override PartName="/{name}" ContentType="{kind}"/></Types>'
                data = data.replace(b"</Types>", override.encode())
            if part == "word/_rels/document.xml.rels":
                relation = f'<Relationship Id="rId99" Type="urn:x" Target="/{name}"/></Relationships>'
                data = data.replace(b"</Relationships>", relation.encode())
            target.writestr(part, data)
        target.writestr(name, text)
    return packed.getvalue()


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("word/vbaProject.bin", "application/vnd.ms-office.vbaProject"),
        ("word/activeX/activeX1.xml", "application/vnd.ms-office.activeX+xml"),
        ("word/embeddings/oleObject1.bin", "application/vnd.openxmlformats-officedocument.oleObject"),
    ],
)
def test_what_runs_is_refused(name: str, kind: str, masked: LeadReport) -> None:
    with pytest.raises(InputError, match="something that runs"):
        as_docx(masked, "zh", with_part(said("{{number}}"), name, "x", kind))


def test_a_field_in_a_footnote_is_filled_in(masked: LeadReport) -> None:
    kind = "application/vnd.openxmlformats-officedocument.wordprocessingml.footnotes+xml"
    notes = f"<w:footnotes {SPACE}><w:footnote><w:p><w:r><w:t>{{{{ring}}}}</w:t></w:r></w:p></w:footnote></w:footnotes>"
    content = as_docx(masked, "zh", with_part(said("{{number}}"), "word/footnotes.xml", notes, kind))
    with zipfile.ZipFile(io.BytesIO(content)) as packed:
        assert masked.ring_id in packed.read("word/footnotes.xml").decode()


@pytest.mark.parametrize("kind", ["hyperlink", "image", "attachedTemplate"])
def test_links_to_the_outside_are_refused(kind: str, masked: LeadReport) -> None:
    def write(document: Any) -> None:
        document.add_paragraph("{{number}}")
        document.part.relate_to("http://example.org/x", f"{RELATIONS}/{kind}", is_external=True)

    with pytest.raises(InputError, match="something outside"):
        as_docx(masked, "zh", letter(write))


@pytest.mark.parametrize("parts", [["DDEAUTO cmd"], ["DD", "EAUTO cmd"], [' INCLUDEPICTURE "\\\\host\\x"']])
def test_fields_that_fetch_are_refused(parts: list[str], masked: LeadReport) -> None:
    def write(document: Any) -> None:
        paragraph = document.add_paragraph("{{number}}")
        for part in parts:
            paragraph._p.append(parse_xml(f"<w:r {SPACE}><w:instrText>{part}</w:instrText></w:r>"))

    with pytest.raises(InputError, match="links to something outside"):
        as_docx(masked, "zh", letter(write))


def test_a_letter_that_unpacks_to_too_much_is_refused(masked: LeadReport, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("ringfinder.report.lead.letter.MOST_UNPACKED", 1000)
    with pytest.raises(InputError, match="too large once it is unpacked"):
        as_docx(masked, "zh", said("{{number}}"))


def test_the_same_letter_gives_the_same_bytes(masked: LeadReport) -> None:
    blank = said("{{number}} {{members}}")
    assert as_docx(masked, "zh", blank) == as_docx(masked, "zh", blank)


def test_columns_that_tell_least_are_left_out_where_the_paper_is_narrow(masked: LeadReport) -> None:
    narrow = opened(as_docx(masked, "zh", said("{{members}}"))).tables[0]
    wide = next(table for table in opened(as_docx(masked, "zh")).tables if table.cell(0, 1).text == "申请")
    heads = [[cell.text for cell in table.rows[0].cells] for table in (narrow, wide)]
    assert set(heads[1]) - set(heads[0]) <= {"类型", "客户号", "依据行"}
    assert len(heads[0]) < len(heads[1])
    assert {"申请", "投保人", "保单", "角色", "疑似被利用"} <= set(heads[0])
