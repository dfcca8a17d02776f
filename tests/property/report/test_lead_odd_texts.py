"""Whatever stands in the data, the files of a lead report open again and no cell of them runs."""

import csv
import io
import json

import openpyxl
from docx import Document
from hypothesis import example, given, settings
from hypothesis import strategies as st
from tests.leading import odd_report
from tests.strict_html import StrictReader

from ringfinder.report.lead.files import CSV, DOCX, HTML, JSON, XLSX, lead_files
from ringfinder.report.lead.xlsx_file import as_xlsx

TEXTS = st.one_of(
    st.text(st.characters(), max_size=40),
    st.sampled_from(["=1+1", "+cmd|' /C calc'!A0", "-2", "@SUM(A1)", "\t=1", "＝1", "http://a.org", "{{number}}"]),
)


@settings(max_examples=15, derandomize=True, deadline=None)
@given(text=TEXTS)
@example("\x00\x01\x1f\x7f\x9f")
@example("\ud800 \udfff \ufffe \uffff")
@example("\u202e\u2066 abc \u05d0\u05d1")
@example("a\r\nb\rc\n\u2028d")
@example("<w:p>&amp;]]></w:t>")
@example("长" * 2000)
@example("_x0041_")
def test_the_files_open_again(text: str) -> None:
    files = lead_files(odd_report(text), "both")
    assert Document(io.BytesIO(files[DOCX])).tables
    book = openpyxl.load_workbook(io.BytesIO(files[XLSX]))
    for sheet in book:
        for row in sheet:
            for cell in row:
                assert cell.data_type in {"s", "n", "d", "inlineStr"}
                assert not isinstance(cell.value, str) or not cell.value.startswith(("=", "+", "@", "\t"))
    assert json.loads(files[JSON])["rows"][0]["number"] == 1
    reader = StrictReader()
    reader.feed(files[HTML].decode())
    reader.close()
    lines = list(csv.reader(io.StringIO(files[CSV].decode("utf-8-sig"))))
    assert len(lines) == 2
    assert not any(cell.startswith(("=", "+", "-", "@", "\t", "\r")) and cell != "-2" for cell in lines[1])


def test_a_text_is_no_longer_than_a_cell_of_a_workbook() -> None:
    book = openpyxl.load_workbook(io.BytesIO(as_xlsx(odd_report("=长" * 20_000), "zh")))
    longest = max(len(cell.value) for sheet in book for row in sheet for cell in row if isinstance(cell.value, str))
    assert longest == 32_767
