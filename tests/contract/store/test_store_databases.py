"""One suite for both decisions databases: SQLite, and PostgreSQL started from PyPI's package."""

from pathlib import Path

import pytest
from sqlalchemy import Engine, create_engine, event, inspect, text

from ringfinder.errors import InputError, SurroundingsError
from ringfinder.ingest import HeaderMapping, database_sources, read_source
from ringfinder.pipeline.load import load_folder, load_sources
from ringfinder.settings import Settings
from ringfinder.store import Workspace

REQUESTS = "request_id,policy_no,applicant_id,applied_at,cash_value,phone\n"
LINES = ["R1,P1,C1,2025-01-02T09:30:00,100.50,13912345679", "R2,P2,C2,2025-01-03T10:00:00,7,"]


def write(folder: Path, lines: list[str]) -> Path:
    folder.mkdir()
    (folder / "surrender_requests.csv").write_text(REQUESTS + "\n".join(lines) + "\n", encoding="utf-8")
    return folder


def test_a_load_and_its_repetition(url: str, tmp_path: Path) -> None:
    with Workspace.open(Settings(tmp_path / "w", url)) as workspace:
        first = load_folder(workspace, write(tmp_path / "one", LINES))
        again = load_folder(workspace, write(tmp_path / "two", LINES))
        assert (first.tallies[0].loaded, again.tallies[0].merged) == (2, 2)
        assert [load[2] for load in workspace.manifest.loads()] == [first.batch_id, None]
        assert workspace.batches()[0].loaded_at.tzinfo is not None
    with Workspace.open(Settings(tmp_path / "w", url)) as reopened:
        assert reopened.portfolio().table("surrender_requests").num_rows == 2


def test_a_correction(url: str, tmp_path: Path) -> None:
    with Workspace.open(Settings(tmp_path / "w", url)) as workspace:
        load_folder(workspace, write(tmp_path / "one", LINES))
        load_folder(workspace, write(tmp_path / "two", [LINES[1].replace(",7,", ",8,")]))
        table = workspace.portfolio().table("surrender_requests")
        found = dict(zip(table["request_id"].to_pylist(), table["cash_value"].to_pylist(), strict=True))
        assert found == {"R1": 10050, "R2": 800}


def test_tables_of_a_database_are_read(url: str, tmp_path: Path) -> None:
    engine = create_engine(url)
    with engine.begin() as connection:
        connection.execute(
            text(
                "CREATE TABLE surrender_requests (request_id text, policy_no text, applicant_id text, "
                "applied_at timestamp, cash_value numeric(12, 2), phone text)"
            )
        )
        insert = text("INSERT INTO surrender_requests VALUES (:a, :b, :c, :d, :e, :f)")
        connection.execute(
            insert, {"a": "R1", "b": "P1", "c": "C1", "d": "2025-01-02 09:30:00", "e": 100.5, "f": "139 1234 5679"}
        )
    engine.dispose()
    sources = database_sources(url)
    assert [source.table for source in sources] == ["surrender_requests"]
    row = read_source(sources[0]).rows.to_pylist()[0]
    assert (row["cash_value"], row["phone_nf"], str(row["applied_at"])) == (10050, "13912345679", "2025-01-02 09:30:00")
    with Workspace.open(Settings(tmp_path / "w")) as workspace:
        mapping = HeaderMapping()
        first = load_sources(workspace, database_sources(url), "database", mapping)
        again = load_sources(workspace, database_sources(url), "database", mapping)
        assert (first.tallies[0].loaded, again.tallies[0].merged) == (1, 1)


def test_urls_that_cannot_work_are_told_without_their_password(tmp_path: Path) -> None:
    with pytest.raises(InputError):
        database_sources("nonsense")
    with pytest.raises(InputError):
        database_sources("martian://user:s3cret@host/name")
    with pytest.raises(SurroundingsError) as caught:
        Workspace.open(Settings(tmp_path / "w", "postgresql://user:s3cret@127.0.0.1:1/name"))
    assert "s3cret" not in caught.value.message + caught.value.remedy
    with pytest.raises(SurroundingsError) as caught:
        database_sources("postgresql://user:s3cret@127.0.0.1:1/name")
    assert "s3cret" not in caught.value.message + caught.value.remedy


def test_a_database_without_our_tables(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="no table"):
        database_sources(f"sqlite:///{tmp_path / 'empty.db'}")


def test_a_schema_that_was_interrupted_is_made_anew(url: str, tmp_path: Path) -> None:
    """Making the tables is one transaction: a kill between two of them leaves none."""

    def stop(*arguments: object) -> None:
        if "CREATE TABLE" in str(arguments[2]) and "alembic" not in str(arguments[2]):
            raise RuntimeError("killed")

    event.listen(Engine, "after_cursor_execute", stop)
    try:
        with pytest.raises(RuntimeError, match="killed"):
            Workspace.open(Settings(tmp_path / "w", url))
    finally:
        event.remove(Engine, "after_cursor_execute", stop)
    engine = create_engine(url)
    assert inspect(engine).get_table_names() == []
    engine.dispose()
    with Workspace.open(Settings(tmp_path / "w", url)) as workspace:
        assert workspace.batches() == []


def test_a_database_of_another_kind_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="unknown kind"):
        Workspace.open(Settings(tmp_path / "w", "mysql://user@host/name"))
