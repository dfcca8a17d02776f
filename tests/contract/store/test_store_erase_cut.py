"""An erasure that ends at any of its steps: all of it or nothing, and whoever opens the workspace next finishes it."""

import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import create_engine, select
from tests.erasing import Planted, files_with, fill, plant

from ringfinder.errors import SurroundingsError
from ringfinder.pipeline.erase import erase
from ringfinder.settings import Settings
from ringfinder.store import Workspace, database, files, rewriting
from ringfinder.store.schema import erasures

pytestmark = pytest.mark.slow


class Cut(BaseException):
    """Stands for the end of the process."""


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Planted]:
    place = tmp_path_factory.mktemp("cut")
    planted = plant(place / "tables" / "town", 600)
    with Workspace.open(Settings(place / "site")) as workspace:
        fill(workspace, place / "tables" / "town", planted)
    return place / "site", planted


@pytest.fixture(autouse=True)
def secret(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("RINGFINDER_SECRET_FILE", str(tmp_path / "secrets" / "secret"))


def cutting(steps: list[int], at: int, step: Callable[..., Any]) -> Callable[..., Any]:
    """A step that ends everything when it is taken for the time `at`."""

    def cut(*arguments: Any) -> Any:
        steps[0] += 1
        if steps[0] == at:
            raise Cut
        return step(*arguments)

    return cut


def test_cut_at_any_step_it_is_all_or_nothing(
    site: tuple[Path, Planted], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    made, planted = site
    flush, sweep, wipe = files.flush, rewriting._sweep_parts, database.wipe_deleted
    total, outcomes = 40, set()
    for at in range(1, total + 1, 3):
        place = tmp_path / f"w{at}"
        shutil.copytree(made, place)
        steps = [0]
        monkeypatch.setattr(rewriting, "flush", cutting(steps, at, flush))
        monkeypatch.setattr(rewriting, "_sweep_parts", cutting(steps, at, sweep))
        monkeypatch.setattr(rewriting, "wipe_deleted", cutting(steps, at, wipe))
        workspace = Workspace.open(Settings(place))
        before = {name: table.num_rows for name, table in workspace.portfolio().tables.items()}
        try:
            erase(workspace, planted.number, "a test", "me")
            outcomes.add("done")
        except Cut:
            outcomes.add("cut")
        finally:
            workspace.close()
            monkeypatch.setattr(rewriting, "flush", flush)
            monkeypatch.setattr(rewriting, "_sweep_parts", sweep)
            monkeypatch.setattr(rewriting, "wipe_deleted", wipe)
        with Workspace.open(Settings(place)) as again:
            erased = bool(again.erased())
            outcomes.add("erased" if erased else "as before")
            if not erased:
                assert {name: table.num_rows for name, table in again.portfolio().tables.items()} == before
                erase(again, planted.number, "a test", "me")
            assert files_with(place, planted.words) == {}, at
            assert list((place / "rewriting").iterdir()) == []
            assert again.runs.files(1).there()
            assert again.resume() == 0
        shutil.rmtree(place)
    assert outcomes == {"done", "cut", "erased", "as before"}


def test_a_busy_database_is_told_and_the_erasure_is_finished_later(
    site: tuple[Path, Planted], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    made, planted = site
    place = tmp_path / "w"
    shutil.copytree(made, place)
    wipe = database.wipe_deleted

    def busy(_: Any) -> None:
        raise SurroundingsError("it is busy", remedy="ringfinder erase --resume")

    with Workspace.open(Settings(place)) as workspace:
        monkeypatch.setattr(rewriting, "wipe_deleted", busy)
        with pytest.raises(SurroundingsError, match="busy"):
            erase(workspace, planted.number, "a test", "me")
        assert planted.number not in workspace.portfolio().table("persons")["person_id"].to_pylist()
        monkeypatch.setattr(rewriting, "wipe_deleted", wipe)
        engine = create_engine(f"sqlite:///{place / 'decisions.sqlite'}")
        with engine.connect() as connection:
            assert connection.execute(select(erasures.c.finished_at)).scalar_one() is None
        assert workspace.resume() == 1
        with engine.connect() as connection:
            assert connection.execute(select(erasures.c.finished_at)).scalar_one() is not None
        engine.dispose()
    assert files_with(place, planted.words) == {}


def test_who_reads_while_parts_are_written_anew_reads_them_under_their_new_names(
    site: tuple[Path, Planted], tmp_path: Path
) -> None:
    made, planted = site
    place = tmp_path / "w"
    shutil.copytree(made, place)
    with Workspace.open(Settings(place)) as reader, Workspace.open(Settings(place)) as eraser:
        known = reader.known()
        rows = reader.facts(known).table("persons").num_rows
        erase(eraser, planted.number, "a test", "me")
        assert reader.facts(known).table("persons").num_rows == rows - len(planted.numbers)


def test_another_database_opened_by_mistake_finishes_nothing(
    site: tuple[Path, Planted], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    made, planted = site
    place = tmp_path / "w"
    shutil.copytree(made, place)
    with Workspace.open(Settings(place)) as workspace:
        monkeypatch.setattr(rewriting, "_carry_out", cutting([0], 1, rewriting._carry_out))
        with pytest.raises(Cut):
            erase(workspace, planted.number, "a test", "me")
    Workspace.open(Settings(place, f"sqlite:///{tmp_path / 'other.sqlite'}")).close()
    assert files_with(place / "runs", planted.words)
    with Workspace.open(Settings(place)):
        assert files_with(place, planted.words) == {}
