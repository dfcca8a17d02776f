"""The tables, the evidence and the account of two rings made by hand, held equal to the byte.

Others read these files. Where a change is meant, `RINGFINDER_WRITE_GOLDEN=1 pytest tests/golden/report`
writes them anew, and the difference is what the commit has to explain.
"""

import os
from pathlib import Path

import pytest
from tests.results import ACCOUNT, make_detection, make_ring

from ringfinder.records.portfolio import Reject
from ringfinder.records.rings import Tier
from ringfinder.report.output import write_results

FILES = ("rings.csv", "ring_members.csv", "evidence.jsonl", "coverage.json", "rejects.csv")
GOLDEN = Path(__file__).parent / "files"
WRITE = "RINGFINDER_WRITE_GOLDEN"


@pytest.fixture(scope="module")
def written(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("golden")
    second = make_ring("RF-BBBBBBBB", 3, score=1.25, tier=Tier.REVIEW, prefix="=R")
    detection = make_detection(make_ring(), second)
    rejects = (Reject("persons.csv", 7, "phone", "1********0", "=no phone"), Reject("persons.csv", 9, "", "", "ragged"))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("ringfinder.report.results.__version__", "0")
        write_results(folder, detection, ACCOUNT, rejects, title="golden")
    return folder


@pytest.mark.parametrize("name", FILES)
def test_the_file_is_what_it_was(name: str, written: Path) -> None:
    fresh = (written / name).read_bytes()
    if os.environ.get(WRITE):
        GOLDEN.mkdir(exist_ok=True)
        (GOLDEN / name).write_bytes(fresh)
    assert fresh == (GOLDEN / name).read_bytes(), f"if this is meant: {WRITE}=1 pytest tests/golden/report"
