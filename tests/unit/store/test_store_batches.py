"""Batches: named by content, whole or not there, corrected by newer ones, known by their date."""

import sqlite3
import stat
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest

from ringfinder.errors import InputError, SurroundingsError
from ringfinder.pipeline.load import LoadResult, load_folder
from ringfinder.settings import Settings
from ringfinder.store import Workspace

Load = Callable[..., LoadResult]


def row(number: int, cash: str = "1", updated: str = "") -> str:
    return f"R{number},P{number},C{number},2025-01-0{number},{cash},{updated}"


def cash(workspace: Workspace) -> dict[str, int]:
    table = workspace.portfolio().table("surrender_requests")
    return dict(zip(table["request_id"].to_pylist(), table["cash_value"].to_pylist(), strict=True))


def counts(result: LoadResult) -> tuple[int, int, int, int]:
    (tally,) = result.tallies
    return tally.read, tally.loaded, tally.rejected, tally.merged


def test_the_same_file_again_is_merged_whole(load: Load, workspace: Workspace) -> None:
    first = load(row(1), row(2))
    again = load(row(1), row(2))
    assert counts(first) == (2, 2, 0, 0)
    assert counts(again) == (2, 0, 0, 2)
    assert again.batch_id == ""
    assert len(workspace.batches()) == 1
    assert [tally.merged for tally in workspace.manifest.tallies(again.load_id)] == [2]


def test_rows_that_say_nothing_new_are_merged(load: Load, workspace: Workspace) -> None:
    load(row(1), row(2))
    assert counts(load(row(2), row(3), row(1))) == (3, 1, 0, 2)
    assert cash(workspace) == {"R1": 100, "R2": 100, "R3": 100}


def test_the_later_batch_wins_without_a_date(load: Load, workspace: Workspace) -> None:
    load(row(1, "1"))
    load(row(1, "2"))
    assert cash(workspace) == {"R1": 200}
    # Back to what it was: a correction like any other.
    assert counts(load(row(1, "1"), row(2)))[1] == 2
    assert cash(workspace)["R1"] == 100


def test_an_older_extract_that_comes_late_does_not_win(load: Load, workspace: Workspace) -> None:
    load(row(1, "2", "2025-03-01"))
    late = load(row(1, "1", "2025-02-01"))
    assert counts(late) == (1, 1, 0, 0)
    assert cash(workspace) == {"R1": 200}
    assert counts(load(row(1, "1", "2025-02-01"), row(2))) == (2, 1, 0, 1)


def test_two_versions_in_one_file_take_their_order_from_the_date(load: Load, workspace: Workspace) -> None:
    load(row(1, "3", "2025-03-01"), row(1, "2", "2025-02-01"))
    assert cash(workspace) == {"R1": 300}


def test_rejected_rows_are_kept_verbatim_and_load_once_mended(load: Load, workspace: Workspace) -> None:
    result = load(row(1), "R2,P2,C2,never,1,")
    assert counts(result) == (2, 1, 1, 0)
    assert result.rejects_folder is not None
    path = result.rejects_folder / "rejects" / "surrender_requests.csv"
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    kept = path.read_text(encoding="utf-8-sig")
    assert kept.splitlines()[1] == "R2,P2,C2,never,1,"
    path.write_text(kept.replace("never", "2025-01-02"), encoding="utf-8")
    mended = load_folder(workspace, path.parent)
    assert counts(mended) == (1, 1, 0, 0)
    assert set(cash(workspace)) == {"R1", "R2"}


def test_a_file_with_rejects_tells_them_again(load: Load) -> None:
    bad = ("R2,P2,C2,never,1,",)
    load(row(1), *bad)
    assert counts(load(row(1), *bad)) == (2, 0, 1, 1)


def test_files_and_folders_are_private(load: Load, workspace: Workspace) -> None:
    load(row(1))
    for path in [workspace.path, *workspace.path.rglob("*")]:
        assert stat.S_IMODE(path.stat().st_mode) == (0o700 if path.is_dir() else 0o600), path


def test_known_at_leaves_later_batches_out(load: Load, workspace: Workspace) -> None:
    load(row(1, "1"))
    between = datetime.now(UTC)
    load(row(1, "2"), row(2))
    table = workspace.portfolio(known_at=between).table("surrender_requests")
    assert table["cash_value"].to_pylist() == [100]


def test_orphans_of_a_crash_are_swept(load: Load, workspace: Workspace) -> None:
    load(row(1))
    facts = workspace.path / "facts"
    for name in (".tmp-1", "0123456789abcdef"):
        (facts / name).mkdir()
        (facts / name / "x.parquet").touch()
    load(row(2))
    assert {path.name for path in facts.iterdir()} == {batch.batch_id for batch in workspace.batches()}


def test_a_file_that_cannot_be_read_changes_nothing(load: Load, workspace: Workspace) -> None:
    with pytest.raises(InputError, match="person_id"):
        load(row(1), persons="name\nx\n")
    assert workspace.batches() == []
    assert list((workspace.path / "facts").iterdir()) == []


def test_a_full_disk_leaves_no_half_batch(load: Load, workspace: Workspace, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object, **__: object) -> None:
        raise OSError(28, "No space left on device", "x.parquet")

    load(row(1))
    with monkeypatch.context() as patch:
        patch.setattr("pyarrow.parquet.write_table", full)
        with pytest.raises(SurroundingsError, match="No space"):
            load(row(2))
    assert cash(workspace) == {"R1": 100}
    assert len(list((workspace.path / "facts").iterdir())) == 1
    load(row(2))
    assert set(cash(workspace)) == {"R1", "R2"}


def test_a_second_load_waits_or_is_told(workspace: Workspace) -> None:
    with (
        workspace.loading("one"),
        pytest.raises(SurroundingsError, match="another load") as caught,
        workspace.loading("two", wait=0.2),
    ):
        pass
    assert "--wait" in caught.value.remedy


def test_no_requests_at_all_is_an_error(load: Load) -> None:
    with pytest.raises(InputError, match="no surrender requests"):
        load(persons="person_id\nC1\n")
    load(row(1))
    load(persons="person_id\nC1\n")


def test_a_file_in_place_of_the_workspace(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(InputError, match="not a workspace"):
        Workspace.open(Settings(tmp_path / "file"))


def test_a_newer_schema_is_refused(tmp_path: Path) -> None:
    Workspace.open(Settings(tmp_path / "w")).close()
    with sqlite3.connect(tmp_path / "w" / "decisions.sqlite") as connection:
        connection.execute("UPDATE alembic_version SET version_num = 'r9999'")
    connection.close()
    with pytest.raises(SurroundingsError, match="newer"):
        Workspace.open(Settings(tmp_path / "w"))
