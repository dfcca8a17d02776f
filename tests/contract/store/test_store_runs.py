"""Runs on both databases: whole or not at all, one current, ids given once, and an older schema brought up."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from importlib.resources import files
from pathlib import Path

import pyarrow as pa
import pytest
from alembic import command
from alembic.config import Config
from sqlalchemy import create_engine, inspect, text
from tests.results import make_ring

from ringfinder.errors import InputError, SurroundingsError
from ringfinder.pipeline.load import load_folder
from ringfinder.settings import Settings
from ringfinder.store import Run, Workspace
from ringfinder.store.database import LATEST_REVISION
from ringfinder.store.run_files import MEMBER_SCHEMA, write_rings

NOW = datetime(2026, 7, 1, 12, 0, tzinfo=UTC)
REQUESTS = "request_id,policy_no,applicant_id,applied_at\nR1,P1,C1,2025-01-02T09:30:00\n"


@pytest.fixture
def workspace(url: str, tmp_path: Path) -> Iterator[Workspace]:
    folder = tmp_path / "in"
    folder.mkdir()
    (folder / "surrender_requests.csv").write_text(REQUESTS, encoding="utf-8")
    with Workspace.open(Settings(tmp_path / "w", url)) as workspace:
        load_folder(workspace, folder)
        yield workspace


def a_run(workspace: Workspace, number: int) -> Run:
    return Run(
        number=number,
        started_at=NOW,
        finished_at=NOW,
        as_of=datetime(2026, 6, 30, 18, 0),
        known_at=NOW,
        window_months=24,
        settings_hash="0123456789abcdef",
        settings={"version": 1, "fresh_days": 180.0},
        code_version="0",
        compared_with=number - 1 or None,
        requests=1000,
        alert_rings=1,
        review_rings=0,
        member_requests=4,
        faded_rings=0,
        timings={"read": 0.25},
        batches=tuple(batch.batch_id for batch in workspace.batches()),
    )


def record(workspace: Workspace, names: Sequence[str], number: int = 0) -> Run:
    with workspace.runs.recording(5) as recording:
        run = a_run(workspace, number or recording.number)
        rings = [make_ring(name, prefix=name) for name in names]
        write_rings(
            recording.aside, rings, [("一句", "a sentence")] * len(rings), MEMBER_SCHEMA.empty_table(), ["RF-F"]
        )
        recording.commit(run, names)
    return run


def test_a_run_is_kept_as_it_was(workspace: Workspace) -> None:
    assert workspace.runs.all() == []
    assert workspace.runs.current_number() is None
    run = record(workspace, ["RF-AAAAAAAA", "RF-BBBBBBBB"])
    assert workspace.runs.all() == [run]
    assert workspace.runs.find() == run
    held = workspace.runs.files(run.number)
    assert list(held.rings()) == [make_ring(name, prefix=name) for name in ("RF-AAAAAAAA", "RF-BBBBBBBB")]
    assert held.faded() == ("RF-F",)
    assert workspace.runs.given_ids() == {"RF-AAAAAAAA": 1, "RF-BBBBBBBB": 1}


def test_a_run_is_its_owners_alone(workspace: Workspace) -> None:
    run = record(workspace, ["RF-AAAAAAAA"])
    folder = workspace.runs.files(run.number).folder
    assert folder.stat().st_mode & 0o777 == 0o700
    assert {path.stat().st_mode & 0o777 for path in folder.iterdir()} == {0o600}


def test_the_last_run_is_current_and_ids_remember_their_last_run(workspace: Workspace) -> None:
    record(workspace, ["RF-AAAAAAAA", "RF-BBBBBBBB"])
    record(workspace, ["RF-BBBBBBBB", "RF-CCCCCCCC"])
    assert workspace.runs.find().run_id == "run-000002"
    assert workspace.runs.given_ids() == {"RF-AAAAAAAA": 1, "RF-BBBBBBBB": 2, "RF-CCCCCCCC": 2}
    for name in ("1", "run-1", "run-000001", "previous"):
        assert workspace.runs.find(name).number == 1


def test_names_of_no_run_are_the_users_mistake(workspace: Workspace) -> None:
    with pytest.raises(InputError, match="no run yet") as caught:
        workspace.runs.find()
    assert "ringfinder detect" in caught.value.remedy
    record(workspace, [])
    for name in ("7", "run-000007", "previous", "", "run-0"):
        with pytest.raises(InputError, match="no run") as caught:
            workspace.runs.find(name)
        assert "run-000001" in caught.value.remedy


def test_what_fails_before_its_end_leaves_the_former_run(workspace: Workspace) -> None:
    record(workspace, ["RF-AAAAAAAA"])

    def stopped() -> None:
        with workspace.runs.recording(5) as recording:
            (recording.aside / "rings.parquet").touch()
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        stopped()
    assert workspace.runs.find().number == 1
    assert not list((workspace.path / "runs").glob(".tmp-*"))


def test_a_row_that_cannot_be_written_leaves_the_former_run(workspace: Workspace) -> None:
    record(workspace, ["RF-AAAAAAAA"])
    with pytest.raises(SurroundingsError, match="cannot be written"):
        record(workspace, ["RF-BBBBBBBB"], number=1)
    assert workspace.runs.find().number == 1
    assert workspace.runs.given_ids() == {"RF-AAAAAAAA": 1}
    assert [run.number for run in workspace.runs.all()] == [1]


def test_what_a_crash_left_is_swept_and_nothing_else(workspace: Workspace) -> None:
    record(workspace, ["RF-AAAAAAAA"])
    folder = workspace.path / "runs"
    for name in ("run-000002", ".tmp-1", "mine"):
        (folder / name).mkdir()
        (folder / name / "rings.parquet").touch()
    foreign = folder / "run-000009"
    foreign.mkdir()
    (foreign / ".committed").touch()
    run = record(workspace, ["RF-BBBBBBBB"])
    assert run.number == 10, "the number of a run that another database named is not given again"
    names = {path.name for path in folder.iterdir() if path.is_dir()}
    assert names == {"run-000001", "run-000009", "run-000010", "mine"}


def test_a_run_whose_folder_is_gone_says_what_to_do(workspace: Workspace) -> None:
    run = record(workspace, ["RF-AAAAAAAA"])
    held = workspace.runs.files(run.number)
    (held.folder / "rings.parquet").write_bytes(b"PAR1 no more")
    with pytest.raises(SurroundingsError, match="damaged"):
        held.heads()
    (held.folder / "rings.parquet").unlink()
    assert not held.there()
    for read in (held.heads, lambda: held.ring("RF-AAAAAAAA")):
        with pytest.raises(SurroundingsError, match="gone") as caught:
            read()
        assert "ringfinder detect" in caught.value.remedy


def test_one_run_is_written_at_a_time(workspace: Workspace) -> None:
    with (
        workspace.runs.recording(5),
        pytest.raises(SurroundingsError, match="another detect"),
        workspace.runs.recording(0),
    ):
        pass


def test_a_workspace_of_the_version_before_is_brought_up(url: str, tmp_path: Path) -> None:
    config = Config()
    config.set_main_option("script_location", str(files("ringfinder.store") / "migrations"))
    engine = create_engine(url)
    with engine.begin() as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, "r0001")
        connection.execute(
            text(
                "INSERT INTO batches (batch_id, contract_version, code_version, mapping_hash, loaded_at) "
                "VALUES ('feed', 1, '0', '', '2026-01-01 00:00:00+00:00')"
            )
        )
    with Workspace.open(Settings(tmp_path / "w", url)) as workspace:
        assert [batch.batch_id for batch in workspace.batches()] == ["feed"]
        assert workspace.runs.all() == []
        record(workspace, ["RF-AAAAAAAA"])
    with engine.begin() as connection:
        assert connection.execute(text("SELECT version_num FROM alembic_version")).scalar() == LATEST_REVISION
        config.attributes["connection"] = connection
        command.downgrade(config, "r0001")
        assert "runs" not in inspect(connection).get_table_names()
    engine.dispose()


def test_a_run_without_rings(workspace: Workspace) -> None:
    run = replace(record(workspace, []), batches=())
    held = workspace.runs.files(run.number)
    assert list(held.rings()) == []
    assert held.heads().num_rows == 0
    assert held.persons() == {}
    assert isinstance(held.members(), pa.Table)
