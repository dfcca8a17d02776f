"""The real commands load and check, run in this process, with a workspace of their own."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.results import Command, in_process

HEADER = "request_id,policy_no,applicant_id,applied_at,phone,delegate_id_no"


@pytest.fixture
def ringfinder(tmp_path: Path, capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Command:
    """Run the command line inside this process, in a folder of its own."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("COLUMNS", "200")

    return in_process(capfd)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Three tables with something to tell about each."""
    place = tmp_path / "tables"
    place.mkdir()
    requests = [f"R{n},L{n},P{n},2025-03-{n % 27 + 1:02d},13951807264," for n in range(30)]
    requests += ["R90,LX,PX,2025-03-05,13800000000,11010119900307109X", "R91,L1,P1,soon,,"]
    persons = [f"P{n},11010119900307109X" for n in range(2)] + [f"P{n}," for n in range(2, 30)]
    (place / "surrender_requests.csv").write_text("\n".join([HEADER, *requests]) + "\n", encoding="utf-8")
    (place / "persons.csv").write_text("\n".join(["person_id,id_no", *persons]) + "\n", encoding="utf-8")
    policies = [f"L{n},P{n}" for n in range(30)]
    (place / "policies.csv").write_text("\n".join(["policy_no,applicant_id", *policies]) + "\n", encoding="utf-8")
    (place / "notes.txt").write_text("not a table", encoding="utf-8")
    return place
