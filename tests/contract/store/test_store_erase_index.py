"""The index after an erasure, on both databases: made anew from what is left, under the ids of the run."""

import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from tests.erasing import Planted, files_with, fill, plant

from ringfinder.errors import SurroundingsError
from ringfinder.index.entities import Entities, Sort
from ringfinder.pipeline import reindex
from ringfinder.pipeline.detection import detect_workspace
from ringfinder.pipeline.erase import erase
from ringfinder.pipeline.index import INDEX, open_index
from ringfinder.pipeline.reindex import missing_index, rebuild_index
from ringfinder.pipeline.screening import screen
from ringfinder.settings import Settings
from ringfinder.store import Workspace

pytestmark = pytest.mark.slow

INCOMING = {"request_id": "R-NEW", "policy_no": "P-NEW", "applicant_id": "C-NEW", "applied_at": "2025-06-20"}


@pytest.fixture
def workspace(url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[tuple[Workspace, Planted]]:
    monkeypatch.setenv("RINGFINDER_SECRET_FILE", str(tmp_path / "secrets" / "secret"))
    planted = plant(tmp_path / "tables" / "town", 600)
    with Workspace.open(Settings(tmp_path / "w", url)) as workspace:
        fill(workspace, tmp_path / "tables" / "town", planted)
        yield workspace, planted


def folder_of(workspace: Workspace) -> Path:
    return workspace.runs.files(2).folder


class Cut(BaseException):
    """Stands for the end of the process."""


def test_the_index_is_made_anew_from_what_is_left(
    workspace: tuple[Workspace, Planted], monkeypatch: pytest.MonkeyPatch
) -> None:
    store, planted = workspace
    run = store.runs.find()
    assert screen(store, INCOMING).rescored_at is None
    assert missing_index(store) is None, "it is there"
    erase(store, planted.number, "asked", "me")
    with pytest.raises(SurroundingsError, match="there is no index") as told:
        screen(store, INCOMING)
    assert "ringfinder index" in told.value.remedy

    def cut(*_: Any) -> None:
        raise Cut

    with monkeypatch.context() as patch:  # killed while it is written: nothing sweeps up
        patch.setattr(reindex, "publish", cut)
        patch.setattr(shutil, "rmtree", lambda *_, **__: None)
        with pytest.raises(Cut):
            missing_index(store)
    assert list(folder_of(store).glob(f".{INDEX}-*"))
    assert missing_index(store) == run
    assert not list(folder_of(store).glob(f".{INDEX}-*"))

    assert files_with(store.path, planted.words) == {}
    entities = Entities(open_index(store, run))
    assert entities.find(planted.number) == []
    for ring in store.runs.files(2).rings():
        found = [entities.find(one.request_id, Sort.REQUEST)[0].number for one in ring.members]
        assert {entities.ring_of(number) for number in found} == {ring.ring_id}
    said = screen(store, INCOMING | {"request_id": "R-NEW2"})
    assert said.run_id == run.run_id
    assert said.rescored_at is not None
    fresh = open_index(store, run)
    scores = {name: np.array(fresh.array(name)) for name in ("group.score", "group.q", "value.probability")}
    detect_workspace(store)
    batch = open_index(store, store.runs.find())
    assert batch.about["rescored_at"] is None
    for name, array in scores.items():
        np.testing.assert_allclose(array, batch.array(name))


def test_what_a_killed_rebuild_left_goes_with_the_next_erasure(workspace: tuple[Workspace, Planted]) -> None:
    store, planted = workspace
    left = folder_of(store) / f".{INDEX}-77"
    left.mkdir()
    (left / "people").write_text(" ".join(planted.words), encoding="utf-8")
    done = erase(store, planted.number, "asked", "me")
    assert done.left == ()
    assert files_with(store.path, planted.words) == {}


def test_without_an_erasure_other_scores_are_refused(
    workspace: tuple[Workspace, Planted], monkeypatch: pytest.MonkeyPatch
) -> None:
    store, _ = workspace
    run = store.runs.find()
    rings = list(store.runs.files(2).rings())
    monkeypatch.setattr(type(store.runs.files(2)), "rings", lambda _: iter(rings[1:]))
    with pytest.raises(SurroundingsError, match="the program changed"):
        rebuild_index(store, run)
