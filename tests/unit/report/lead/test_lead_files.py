"""The files of a lead report: they open, agree with the content, hide what is masked, and are the same each time."""

import csv
import hashlib
import io
import json
import os
import subprocess
import sys
import zipfile
from dataclasses import replace
from typing import Any

import jsonschema
import openpyxl
import pytest
from docx import Document
from tests.leading import GIVEN, Site, personal, unpacked
from tests.strict_html import StrictReader

from ringfinder.errors import InputError, SurroundingsError
from ringfinder.report.lead import Given, LeadReport
from ringfinder.report.lead.docx_file import as_docx
from ringfinder.report.lead.files import CSV, DOCX, HTML, JSON, XLSX, lead_files
from ringfinder.report.lead.html_file import as_html
from ringfinder.report.lead.json_file import lead_schema
from ringfinder.report.lead.reasons import filled
from ringfinder.report.lead.speech import LANGUAGES, Language
from ringfinder.report.lead.xlsx_file import SHEETS, as_xlsx

Files = dict[str, bytes]


@pytest.fixture(scope="module")
def hidden(masked: LeadReport) -> Files:
    return lead_files(masked, "both")


@pytest.fixture(scope="module")
def shown(unmasked: LeadReport) -> Files:
    return lead_files(unmasked, "both")


def test_no_personal_value_is_in_any_masked_file(site: Site, masked: LeadReport, hidden: Files) -> None:
    raw = personal(site, masked)
    assert {"phone", "name", "id_no", "bank_account", "address", "text"} <= set(raw)
    raw["text"] = {text for text in raw["text"] if len(text) > 20}  # a reason such as 销售误导 is a word of ours, too
    texts = list(unpacked(hidden))
    for kind, values in raw.items():
        for value in values:
            for name, text in texts:
                assert value not in text, (kind, name)


@pytest.mark.parametrize("name", [DOCX, XLSX, JSON, HTML, CSV])
def test_an_unmasked_file_shows_them(name: str, site: Site, unmasked: LeadReport, shown: Files) -> None:
    text = "".join(text for _, text in unpacked({name: shown[name]}))
    for person in unmasked.people:
        for value in filter(None, (person.name, person.id_no, person.phone, person.bank_account)):
            assert value in text
    assert "未脱敏" in text or name in {JSON, CSV}


def test_the_cover_shows_number_purpose_and_approvals(shown: Files) -> None:
    document = Document(io.BytesIO(shown[DOCX]))
    text = "\n".join(cell.text for table in document.tables for row in table.rows for cell in row.cells)
    for said in ("RF-2026-000007", "移送线索", "某市公安局", "王主任", "2026-07-15 12:00", "personal data unmasked"):
        assert said in text
        assert said in shown[HTML].decode()
    assert "RF-2026-000007" in document.sections[0].header.paragraphs[0].text


def test_a_draft_says_so(masked: LeadReport) -> None:
    draft = replace(masked, given=Given())
    assert "草稿" in as_html(draft, "zh")
    assert json.loads(lead_files(draft, "zh")[JSON])["given"]["number"] == ""


def test_json_is_as_the_schema_says(hidden: Files, shown: Files) -> None:
    schema = lead_schema()
    jsonschema.Draft202012Validator.check_schema(schema)
    validator = jsonschema.Draft202012Validator(schema)
    for files in (hidden, shown):
        said = json.loads(files[JSON])
        assert not [error.message for error in validator.iter_errors(said)]
        assert not validator.is_valid({**said, "verdict": "guilty"})
        assert not validator.is_valid({**said, "people": [{**said["people"][0], "role": "fraudster"}]})


def test_every_part_of_the_schema_is_closed_and_in_use() -> None:
    schema = lead_schema()
    text = json.dumps(schema)

    def walk(part: Any) -> None:
        if isinstance(part, dict):
            if part.get("type") == "object":
                assert "additionalProperties" in part
                if "properties" in part:
                    assert part["additionalProperties"] is False
                    assert set(part["required"]) == set(part["properties"])
            for one in part.values():
                walk(one)
        elif isinstance(part, list):
            for one in part:
                walk(one)

    walk(schema)
    assert all(f'"#/$defs/{name}"' in text for name in schema["$defs"])
    assert schema["$id"].endswith(f":{schema['properties']['version']['const']}")


def test_the_workbook_holds_every_table_without_a_formula(masked: LeadReport, hidden: Files) -> None:
    book = openpyxl.load_workbook(io.BytesIO(hidden[XLSX]))
    tables = {SHEETS[table.name][0]: table for table in filled(masked)}
    assert set(book.sheetnames) == {"封面", *tables}
    for name, table in tables.items():
        sheet = book[name]
        first = 2 if any(table.note) else 1
        assert sheet.freeze_panes == f"A{first + 1}"
        assert sheet.auto_filter.ref.startswith(f"A{first}:")
        assert sheet.max_row == first + len(table.rows) + (1 if table.totals else 0)
        assert {cell.data_type for row in sheet for cell in row} <= {"s", "n", "d"}
    with zipfile.ZipFile(io.BytesIO(hidden[XLSX])) as packed:
        assert not [name for name in packed.namelist() if "<f>" in packed.read(name).decode("utf-8", "replace")]


def test_totals_of_the_workbook_add_up(masked: LeadReport, hidden: Files) -> None:
    sheet = openpyxl.load_workbook(io.BytesIO(hidden[XLSX]))["保单与资金"]
    rows = [[cell.value for cell in row] for row in sheet.iter_rows(min_row=3)]
    *lines, totals = rows
    checked = 0
    for place, total in enumerate(totals):
        if isinstance(total, int | float):
            assert total == pytest.approx(sum(line[place] or 0 for line in lines))
            checked += 1
    assert checked == 6
    assert totals[11] == pytest.approx(masked.totals.difference / 100)


def test_the_document_repeats_heads_numbers_pages_and_has_a_chinese_font(masked: LeadReport, hidden: Files) -> None:
    document = Document(io.BytesIO(hidden[DOCX]))
    text = document.element.xml
    headings = [one.text for one in document.paragraphs if one.style and one.style.name == "Heading 1"]
    for table in filled(masked):
        assert any(table.heading[0] in heading and table.heading[1] in heading for heading in headings)
    assert text.count("<w:tblHeader/>") == len(list(filled(masked)))
    assert 'w:eastAsia="宋体"' in document.styles.element.xml
    footer = document.sections[0].footer.paragraphs[0]._p.xml
    assert "PAGE" in footer
    assert "NUMPAGES" in footer
    relations = [one for part in document.part.package.iter_parts() for one in getattr(part, "rels", {}).values()]
    assert relations
    assert not [one for one in relations if one.is_external]


def test_members_stand_in_the_document_as_in_the_content(masked: LeadReport, hidden: Files) -> None:
    document = Document(io.BytesIO(hidden[DOCX]))
    found = [table for table in document.tables if "request" in table.rows[0].cells[1].text]
    rows = [[cell.text for cell in row.cells] for row in found[0].rows[1:]]
    assert [row[1] for row in rows] == [member.request_id for member in masked.members]


def test_the_page_is_one_file_with_drawing_and_timeline(hidden: Files) -> None:
    page = hidden[HTML].decode()
    reader = StrictReader()
    reader.feed(page)
    reader.close()
    assert [svg.attributes["class"] for svg in reader.root.find_all("svg")] == ["net", "time"]
    ids = [one.attributes["id"] for one in elements(reader.root) if "id" in one.attributes]
    assert len(ids) == len(set(ids))
    links = [link.attributes["href"] for link in reader.root.find_all("a")]
    assert links
    assert all(link.startswith("#") and link[1:] in ids for link in links)
    assert not [word for word in ("http://", "https://", "src=", " style=") if word in page]


def elements(root: Any) -> list[Any]:
    return [root, *(one for child in root.children for one in elements(child))]


@pytest.mark.parametrize(
    ("language", "there", "absent"), [("zh", "成员与申请", "Members and"), ("en", "Members and", "成员与申请")]
)
def test_one_language_speaks_no_other(language: Language, there: str, absent: str, masked: LeadReport) -> None:
    page = as_html(masked, language)
    assert there in page
    assert absent not in page
    text = "".join(text for _, text in unpacked({"one.docx": as_docx(masked, language)}))
    assert there in text
    assert absent not in text
    names = openpyxl.load_workbook(io.BytesIO(as_xlsx(masked, language))).sheetnames
    assert ("members" in names, "成员" in names) == (language == "en", language == "zh")


def test_the_csv_has_a_line_for_each_row(masked: LeadReport, hidden: Files) -> None:
    assert hidden[CSV].startswith(b"\xef\xbb\xbf")
    lines = list(csv.DictReader(io.StringIO(hidden[CSV].decode("utf-8-sig"))))
    assert [int(line["row"]) for line in lines] == [row.number for row in masked.rows]
    assert [line["sha256"] for line in lines] == [row.sha256 for row in masked.rows]
    first = masked.evidence[0]
    assert {int(line["row"]) for line in lines if "1" in line["terms"].split()} == set(first.rows)


def test_an_unknown_language_is_refused(masked: LeadReport) -> None:
    with pytest.raises(InputError, match="'fr'") as caught:
        lead_files(masked, "fr")  # type: ignore[arg-type]
    assert all(language in caught.value.remedy for language in LANGUAGES)


@pytest.mark.parametrize("name", ["docx", "xlsxwriter"])
def test_a_missing_library_names_the_extra(name: str, masked: LeadReport, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, name, None)
    with pytest.raises(SurroundingsError, match=name) as caught:
        lead_files(masked, "zh")
    assert "ringfinder[reports]" in caught.value.remedy


SUMS = """
import hashlib, sys
from pathlib import Path
from tests.leading import Site
from ringfinder.report.lead.files import lead_files
site = Site(Path(sys.argv[1]), Path(sys.argv[2]))
for name, content in sorted(lead_files(site.report(), "both").items()):
    print(name, hashlib.sha256(content).hexdigest())
"""


def test_another_process_writes_the_same_bytes(site: Site, hidden: Files) -> None:
    environment = {**os.environ, "PYTHONHASHSEED": "2", "TZ": "Asia/Shanghai", "PYTHONPATH": os.pathsep.join(sys.path)}
    command = [sys.executable, "-c", SUMS, str(site.portfolio), str(site.workspace)]
    done = subprocess.run(command, check=True, capture_output=True, text=True, env=environment)
    written = dict(line.split() for line in done.stdout.splitlines())
    assert written == {name: hashlib.sha256(content).hexdigest() for name, content in hidden.items()}


def test_two_reports_differ_by_their_numbers_alone(masked: LeadReport, hidden: Files) -> None:
    other = lead_files(replace(masked, given=replace(GIVEN, number="RF-2026-000008")), "both")
    assert other[CSV] == hidden[CSV]
    assert other[JSON].replace(b"000008", b"000007") == hidden[JSON]
    assert other[HTML].replace(b"000008", b"000007") == hidden[HTML]
