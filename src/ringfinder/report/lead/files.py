"""All files of a lead report, under fixed names."""

from __future__ import annotations

from ringfinder.report.lead.content import LeadReport
from ringfinder.report.lead.csv_file import as_csv
from ringfinder.report.lead.docx_file import as_docx
from ringfinder.report.lead.html_file import as_html
from ringfinder.report.lead.json_file import as_json
from ringfinder.report.lead.speech import Language
from ringfinder.report.lead.xlsx_file import as_xlsx

DOCX, XLSX, JSON, HTML, CSV = (
    "lead-report.docx",
    "lead-report.xlsx",
    "lead-report.json",
    "lead-report.html",
    "evidence.csv",
)


def lead_files(report: LeadReport, language: Language = "both", template: bytes | None = None) -> dict[str, bytes]:
    """Every file by its name; the same report in the same language gives the same bytes.

    Parameters
    ----------
    template
        A letter of the insurer (DOCX) with named fields, instead of the report's own DOCX.

    Raises
    ------
    InputError
        If there is no such language, or the letter cannot be used.
    SurroundingsError
        If the extra `reports` is not installed.
    """
    return {
        DOCX: as_docx(report, language, template),
        XLSX: as_xlsx(report, language),
        JSON: as_json(report),
        HTML: as_html(report, language).encode("utf-8"),
        CSV: as_csv(report),
    }
