"""Rows that arrive one by one, on both databases: refused whole, read in union with batches, folded without change."""

import threading
from datetime import UTC, datetime
from pathlib import Path

import pyarrow as pa
import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import create_engine

from ringfinder.errors import InputError
from ringfinder.pipeline.again import facts_of
from ringfinder.pipeline.detection import Asked, detect_workspace
from ringfinder.pipeline.intake import record
from ringfinder.pipeline.load import load_folder
from ringfinder.settings import Settings
from ringfinder.store import INTAKE, Workspace
from ringfinder.store.schema import metadata

REQUESTS = "request_id,policy_no,applicant_id,applied_at,cash_value,phone,updated_at"


def request(number: int, cash: str = "1", **more: str) -> dict[str, str]:
    return {
        "request_id": f"R{number}",
        "policy_no": f"P{number}",
        "applicant_id": f"C{number}",
        "applied_at": f"2025-01-{number:02d}",
        "cash_value": cash,
        "phone": "139 1234 5679",
        **more,
    }


def load(workspace: Workspace, folder: Path, *rows: dict[str, str]) -> None:
    folder.mkdir()
    lines = [",".join(row.get(name, "") for name in REQUESTS.split(",")) for row in rows]
    (folder / "surrender_requests.csv").write_text("\n".join([REQUESTS, *lines]) + "\n", encoding="utf-8")
    load_folder(workspace, folder)


def cash(workspace: Workspace, known_at: datetime | None = None) -> dict[str, int]:
    table = workspace.portfolio(known_at=known_at).table("surrender_requests")
    return dict(zip(table["request_id"].to_pylist(), table["cash_value"].to_pylist(), strict=True))


def same(before: dict[str, pa.Table], after: dict[str, pa.Table]) -> bool:
    """Whether every table has the same rows with all their columns, lineage and batch, in any order."""

    def rows(table: pa.Table) -> list[str]:
        return sorted(map(repr, table.to_pylist()))

    return before.keys() == after.keys() and all(rows(before[name]) == rows(after[name]) for name in before)


@pytest.mark.parametrize(
    ("rows", "said"),
    [
        ({"tea_orders": [{"id": "1"}]}, "no table 'tea_orders'"),
        ({"persons": [{"person_id": "C1", "shoe_size": "43"}]}, "row 1: 'shoe_size' is no column"),
        ({"persons": [{"name": "somebody"}]}, "persons, row 1: person_id: required and empty"),
        ({"surrender_requests": [request(1), request(2) | {"applied_at": "soon"}]}, "row 2: applied_at: not a date"),
        ({"surrender_requests": [request(1, "much")]}, "row 1: cash_value"),
        ({"surrender_requests": [request(1, "1"), request(1, "2")]}, "another version of this key"),
    ],
)
def test_a_bad_row_is_refused_and_nothing_is_recorded(
    url: str, tmp_path: Path, rows: dict[str, list[dict[str, str]]], said: str
) -> None:
    with Workspace.open(Settings(tmp_path / "w", url)) as workspace:
        with pytest.raises(InputError, match=said) as caught:
            record(workspace, {"policies": [{"policy_no": "P1", "applicant_id": "C1"}], **rows}, "desk")
        assert caught.value.remedy
        assert "43" not in caught.value.message
        assert workspace.intake.mark() == 0
        assert workspace.intake.counts() == {}
        assert workspace.portfolio().tables == {}


def test_a_cell_that_is_no_text_is_refused(url: str, tmp_path: Path) -> None:
    with Workspace.open(Settings(tmp_path / "w", url)) as workspace, pytest.raises(InputError, match="is a int"):
        record(workspace, {"persons": [{"person_id": 7}]}, "desk")  # type: ignore[dict-item]


def test_recorded_rows_have_types_normal_forms_and_a_place(url: str, tmp_path: Path) -> None:
    with Workspace.open(Settings(tmp_path / "w", url)) as workspace:
        given = record(workspace, {"surrender_requests": [request(1, "12.50")], "persons": [{"person_id": "C1"}]}, "me")
        assert given == {"surrender_requests": (1,), "persons": (2,)}
        facts = workspace.portfolio()
        (row,) = facts.table("surrender_requests").to_pylist()
        assert (row["cash_value"], row["phone"], row["phone_nf"]) == (1250, "139 1234 5679", "13912345679")
        assert (row["_batch"], row["_file"], row["_line"]) == (INTAKE, INTAKE, 1)
        assert facts.present["persons"] == {"person_id"}


def test_the_later_one_counts_whichever_way_it_came(url: str, tmp_path: Path) -> None:
    with Workspace.open(Settings(tmp_path / "w", url)) as workspace:
        load(workspace, tmp_path / "a", request(1, "1"), request(2, "1"))
        record(workspace, {"surrender_requests": [request(1, "2"), request(3, "2")]}, "me")
        assert cash(workspace) == {"R1": 200, "R2": 100, "R3": 200}
        load(workspace, tmp_path / "b", request(1, "3"))
        assert cash(workspace)["R1"] == 300
        before = workspace.portfolio()
        assert workspace.compact() is not None
        assert same(dict(before.tables), dict(workspace.portfolio().tables))
        record(workspace, {"surrender_requests": [request(1, "4"), request(2, "4", updated_at="2025-05-05")]}, "me")
        record(workspace, {"surrender_requests": [request(2, "5", updated_at="2025-04-04")]}, "me")
        assert cash(workspace) == {"R1": 400, "R2": 400, "R3": 200}


def test_an_extract_that_takes_a_correction_back_is_loaded(url: str, tmp_path: Path) -> None:
    with Workspace.open(Settings(tmp_path / "w", url)) as workspace:
        load(workspace, tmp_path / "a", request(1, "1"))
        record(workspace, {"surrender_requests": [request(1, "2")]}, "me")
        load(workspace, tmp_path / "b", request(1, "1"), request(2, "1"))
        assert cash(workspace) == {"R1": 100, "R2": 100}


def test_what_was_known_then_is_what_was_recorded_then(url: str, tmp_path: Path) -> None:
    with Workspace.open(Settings(tmp_path / "w", url)) as workspace:
        record(workspace, {"surrender_requests": [request(1)]}, "me")
        between = datetime.now(UTC)
        record(workspace, {"surrender_requests": [request(2)]}, "me")
        workspace.compact()
        record(workspace, {"surrender_requests": [request(3)]}, "me")
        assert cash(workspace, between) == {"R1": 100}
        assert cash(workspace) == {"R1": 100, "R2": 100, "R3": 100}


def test_a_fold_is_accounted_for_and_done_once(url: str, tmp_path: Path) -> None:
    with Workspace.open(Settings(tmp_path / "w", url)) as workspace:
        assert workspace.compact() is None
        record(workspace, {"surrender_requests": [request(1)], "persons": [{"person_id": "C1", "name": "A"}]}, "me")
        load(workspace, tmp_path / "a", request(9))
        record(workspace, {"surrender_requests": [request(2)], "persons": [{"person_id": "C1", "name": "B"}]}, "me")
        before = workspace.portfolio()
        folded = workspace.compact()
        assert folded is not None
        assert [(tally.table, tally.read, tally.loaded) for tally in folded.tallies] == [
            ("persons", 2, 2),
            ("surrender_requests", 2, 2),
        ]
        assert workspace.manifest.tallies(folded.load_id) == list(folded.tallies)
        assert workspace.intake.counts() == {"persons": (0, 2), "surrender_requests": (0, 2)}
        after = workspace.portfolio()
        assert same(dict(before.tables), dict(after.tables))
        assert before.present == after.present
        assert workspace.compact() is None


def test_a_run_sees_the_same_again_after_more_was_recorded_and_folded(url: str, tmp_path: Path) -> None:
    with Workspace.open(Settings(tmp_path / "w", url)) as workspace:
        record(workspace, {"surrender_requests": [request(1), request(2)]}, "me")
        run = detect_workspace(workspace).run
        assert (run.batches, run.intake, run.requests) == ((), 2, 2)
        seen = facts_of(workspace, run, [])
        record(workspace, {"surrender_requests": [request(1, "7"), request(3)]}, "me")
        workspace.compact()
        notes: list[tuple[str, str]] = []
        again = facts_of(workspace, workspace.runs.find(), notes)
        assert same(dict(seen.tables), dict(again.tables))
        assert len(notes) == 1
        assert "recorded one by one" in notes[0][1]


def test_nothing_was_known_before_the_first_row(url: str, tmp_path: Path) -> None:
    with Workspace.open(Settings(tmp_path / "w", url)) as workspace:
        record(workspace, {"surrender_requests": [request(1)]}, "me")
        with pytest.raises(InputError, match="nothing was loaded by") as caught:
            detect_workspace(workspace, Asked(known_at=datetime(2001, 1, 1, tzinfo=UTC)))
        assert "the first batch came at 20" in caught.value.remedy


def test_a_callers_transaction_holds_rows_or_drops_them(url: str, tmp_path: Path) -> None:
    with Workspace.open(Settings(tmp_path / "w", url)) as workspace:
        engine = create_engine(url)
        with engine.connect() as connection:
            record(workspace, {"surrender_requests": [request(1)]}, "me", connection)
            connection.rollback()
            assert workspace.intake.mark() == 0
            record(workspace, {"surrender_requests": [request(2)]}, "me", connection)
            connection.commit()
        engine.dispose()
        assert cash(workspace) == {"R2": 100}


def test_many_who_record_at_once_get_different_numbers_and_lose_nothing(url: str, tmp_path: Path) -> None:
    with Workspace.open(Settings(tmp_path / "w", url)) as workspace:
        given: list[int] = []

        def recording(first: int) -> None:
            for number in range(first, first + 5):
                given.extend(record(workspace, {"persons": [{"person_id": f"C{number}"}]}, "me")["persons"])

        threads = [threading.Thread(target=recording, args=(start,)) for start in range(0, 20, 5)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert sorted(given) == list(range(1, 21))
        assert workspace.portfolio().table("persons").num_rows == 20


def test_the_migrations_make_the_tables_that_are_declared(url: str, tmp_path: Path) -> None:
    Workspace.open(Settings(tmp_path / "w", url)).close()
    engine = create_engine(url)
    with engine.connect() as connection:
        assert compare_metadata(MigrationContext.configure(connection), metadata) == []
    engine.dispose()
