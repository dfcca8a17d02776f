"""Periods, on both databases: nothing set, nothing goes; what is held, dated later or in force stays."""

from datetime import datetime
from pathlib import Path

import pytest
from sqlalchemy import create_engine, select

from ringfinder.errors import InputError
from ringfinder.pipeline.detection import detect_workspace
from ringfinder.pipeline.erase import hold
from ringfinder.pipeline.erasing.periods import Periods, read_periods
from ringfinder.pipeline.intake import record
from ringfinder.pipeline.load import load_folder
from ringfinder.pipeline.retention import Protected, expire
from ringfinder.settings import Settings
from ringfinder.store import Workspace
from ringfinder.store.schema import erasures, rewritten_parts

NOW = datetime(2026, 7, 1)
TABLES = {
    "surrender_requests": "request_id,policy_no,applicant_id,applied_at\n"
    "R1,P1,C1,2010-01-01\nR2,P2,C2,2010-01-01\nR3,P3,C3,2026-01-01\nR4,P4,C4,2010-01-01\n",
    "persons": "person_id,name,id_no,updated_at\nC1,A,,2010-01-01\nC2,B,11010119900307109X,2010-01-01\n"
    "C3,C,,2010-01-01\nC4,D,,2026-01-01\nC22,B,11010119900307109X,2010-01-01\n",
    "policies": "policy_no,applicant_id,issued_on,ended_on\nP1,C1,2001-01-01,2010-01-01\nP2,C22,2001-01-01,2010-01-01\n"
    "P3,C3,2001-01-01,\nP4,C4,2001-01-01,2026-05-05\n",
    "contacts": "person_id,field,value,since,until\n"
    "C1,phone,13912345679,,2010-01-01\nC1,phone,13912345678,2010-01-01,\n",
    "callbacks": "callback_id,policy_no,called_at\nB1,P1,2010-01-01\nB2,P2,2010-01-01\n",
}


@pytest.fixture(autouse=True)
def secret(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("RINGFINDER_SECRET_FILE", str(tmp_path / "secrets" / "secret"))


def loaded(workspace: Workspace, folder: Path) -> None:
    folder.mkdir()
    for name, text in TABLES.items():
        (folder / f"{name}.csv").write_text(text, encoding="utf-8")
    load_folder(workspace, folder)


def ids(workspace: Workspace, table: str) -> set[str]:
    facts = workspace.portfolio().table(table)
    return set(facts[facts.column_names[0]].to_pylist())


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("[months]\npersonz = 3", "months.personz is not known"),
        ("[month]\npersons = 3", "month is not known"),
        ("months = 3", "not a section"),
        ("[months]\npersons = 0", "months.persons is 0"),
        ("[months]\npersons = '3'", "months.persons is '3'"),
        ("[months]\npersons = true", "months.persons is True"),
        ("[months", "not valid TOML"),
    ],
)
def test_a_bad_file_of_periods_is_refused(tmp_path: Path, text: str, said: str) -> None:
    (tmp_path / "periods.toml").write_text(text, encoding="utf-8")
    with pytest.raises(InputError, match=said) as caught:
        read_periods(tmp_path / "periods.toml")
    assert caught.value.remedy
    with pytest.raises(InputError, match="no file"):
        read_periods(tmp_path / "none.toml")
    with pytest.raises(InputError, match="a folder"):
        read_periods(tmp_path)


def test_nothing_set_nothing_goes(url: str, tmp_path: Path) -> None:
    (tmp_path / "periods.toml").write_text("", encoding="utf-8")
    with Workspace.open(Settings(tmp_path / "w", url)) as workspace:
        loaded(workspace, tmp_path / "in")
        assert expire(workspace, read_periods(tmp_path / "periods.toml"), "me", now=NOW).nothing
        assert ids(workspace, "persons") == {"C1", "C2", "C3", "C4", "C22"}


def test_what_is_over_goes_with_all_its_versions_and_the_rest_stays(url: str, tmp_path: Path) -> None:
    periods = Periods({"surrender_requests": 120, "policies": 120, "persons": 120, "contacts": 12, "callbacks": 60})
    with Workspace.open(Settings(tmp_path / "w", url)) as workspace:
        loaded(workspace, tmp_path / "in")
        row = {"policy_no": "P1", "applicant_id": "C1", "applied_at": "2010-01-02"}
        record(workspace, {"surrender_requests": [{"request_id": "R1", **row}, {"request_id": "R9", **row}]}, "me")
        workspace.compact()
        detect_workspace(workspace)
        told = expire(workspace, periods, "me", now=NOW, dry_run=True)
        assert ids(workspace, "surrender_requests") == {"R1", "R2", "R3", "R4", "R9"}
        notes: list[tuple[str, str]] = []
        done = expire(workspace, periods, "me", now=NOW, note=lambda action, _, what, __: notes.append((action, what)))
        assert (
            told.rows
            == done.rows
            == {"callbacks": 2, "contacts": 1, "policies": 2, "surrender_requests": 4, "persons": 3}
        )
        assert done.undated == {"contacts": 1, "policies": 1}
        assert ids(workspace, "surrender_requests") == {"R3"}
        assert ids(workspace, "persons") == {"C3", "C4"}
        assert ids(workspace, "policies") == {"P3", "P4"}
        assert workspace.portfolio().table("contacts")["value"].to_pylist() == ["13912345678"]
        assert workspace.intake.counts() == {}
        assert notes == [
            ("retention", "periods callbacks=60,contacts=12,persons=120,policies=120,surrender_requests=120")
        ]
        assert expire(workspace, periods, "me", now=NOW).nothing
        engine = create_engine(url)
        with engine.connect() as connection:
            (row_,) = connection.execute(select(erasures)).all()
            removed = sum(part.rows_removed for part in connection.execute(select(rewritten_parts)))
        engine.dispose()
        assert (row_.kind, row_.subject_key, row_.finished_at is not None, removed) == ("retention", "", True, 13)
        loads = workspace.manifest.loads()
        assert all(tally.balanced for load, _, _ in loads for tally in workspace.manifest.tallies(load))


def test_a_hold_keeps_a_person_under_all_numbers_and_a_case_keeps_its_own(url: str, tmp_path: Path) -> None:
    periods = Periods({"surrender_requests": 120, "policies": 120, "persons": 120, "callbacks": 60})
    with Workspace.open(Settings(tmp_path / "w", url)) as workspace:
        loaded(workspace, tmp_path / "in")
        placed = hold(workspace, "C2", "suit 12", "me")
        cases = Protected(numbers=frozenset(["C4"]))
        done = expire(workspace, periods, "me", now=NOW, open_cases=lambda: cases)
        assert ids(workspace, "surrender_requests") == {"R2", "R3", "R4"}
        assert ids(workspace, "policies") == {"P2", "P3", "P4"}
        assert ids(workspace, "persons") == {"C2", "C22", "C3", "C4"}
        assert ids(workspace, "callbacks") == {"B2"}
        assert done.protected == {"callbacks": 1, "policies": 1, "surrender_requests": 2}
        workspace.holds.release(placed.hold_id)
        expire(workspace, periods, "me", now=NOW)
        assert ids(workspace, "persons") == {"C3", "C4"}
        assert ids(workspace, "callbacks") == set()


def test_files_have_periods_of_their_own_and_the_current_run_stays(url: str, tmp_path: Path) -> None:
    with Workspace.open(Settings(tmp_path / "w", url)) as workspace:
        loaded(workspace, tmp_path / "in")
        detect_workspace(workspace)
        detect_workspace(workspace)
        (workspace.path / "uploads").mkdir()
        (workspace.path / "uploads" / "old.csv").write_text("x", encoding="utf-8")
        later = datetime(2100, 1, 1)
        done = expire(workspace, Periods({"runs": 1, "uploads": 1}), "me", now=later)
        assert done.rows == {}
        assert done.files["uploads"] == 1
        assert not workspace.runs.files(1).there()
        assert workspace.runs.files(2).there()
        assert [run.number for run in workspace.runs.all()] == [1, 2]
        assert list((workspace.path / "uploads").iterdir()) == []
