"""The JSON of a small simulated ring's lead report, held equal to the byte.

Where a change is meant, `RINGFINDER_WRITE_GOLDEN=1 pytest tests/golden/report` writes it anew.
"""

import os
from dataclasses import replace
from pathlib import Path

from tests.leading import make_site

from ringfinder.report.lead.json_file import as_json

GOLDEN = Path(__file__).parent / "files" / "lead-report.json"
WRITE = "RINGFINDER_WRITE_GOLDEN"


def test_the_report_is_what_it_was(tmp_path: Path) -> None:
    report = make_site(tmp_path).report()
    fresh = as_json(replace(report, run=replace(report.run, code_version="0")))
    if os.environ.get(WRITE):
        GOLDEN.write_bytes(fresh)
    assert fresh == GOLDEN.read_bytes(), f"if this is meant: {WRITE}=1 pytest tests/golden/report"
