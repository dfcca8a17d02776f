"""`ringfinder store` and `ringfinder erase` as somebody types them."""

import json
import shutil
from pathlib import Path

import pytest
from tests.erasing import NAME, Planted, files_with, fill, plant
from tests.journals import journalled
from tests.results import Command, in_process

from ringfinder.pipeline.intake import record
from ringfinder.settings import Settings
from ringfinder.store import Workspace


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Planted]:
    place = tmp_path_factory.mktemp("commands")
    planted = plant(place / "tables" / "town", 500)
    with Workspace.open(Settings(place / "site")) as workspace:
        fill(workspace, place / "tables" / "town", planted)
    return place / "site", planted


@pytest.fixture
def planted(made: tuple[Path, Planted]) -> Planted:
    return made[1]


@pytest.fixture
def ringfinder(
    made: tuple[Path, Planted], tmp_path: Path, capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> Command:
    shutil.copytree(made[0], tmp_path / "data")
    monkeypatch.setenv("RINGFINDER_WORKSPACE", str(tmp_path / "data"))
    monkeypatch.setenv("RINGFINDER_SECRET_FILE", str(tmp_path / "secrets" / "secret"))
    monkeypatch.setenv("LC_ALL", "C.UTF-8")
    monkeypatch.delenv("RINGFINDER_LANG", raising=False)
    monkeypatch.setenv("COLUMNS", "200")
    return in_process(capfd)


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("erase",), "nobody to erase"),
        (("erase", "--resume", "--subject", "C1"), "two things to do"),
        (("erase", "--subject", "NOBODY-77", "--purpose", "x", "--yes"), "no row names that customer number"),
        (("store", "release", "H-NONE"), "no hold 'H-NONE'"),
        (("store", "hold", "NOBODY-77", "--reason", "x"), "no row names that customer number"),
        (("store", "retention", "--config", "none.toml"), "no file of periods"),
        (("store", "holds", "--workspace", "nowhere"), "no workspace at nowhere"),
    ],
)
def test_what_cannot_be_done_is_told(ringfinder: Command, arguments: tuple[str, ...], said: str) -> None:
    done = ringfinder(*arguments)
    assert done.code == 2
    assert said in done.err
    assert len(done.err.strip().split("\n")) == 2


def test_without_a_yes_nothing_is_erased(
    ringfinder: Command, planted: Planted, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (tmp_path / "no").write_text("n\n", encoding="utf-8")
    with (tmp_path / "no").open(encoding="utf-8") as answer:
        monkeypatch.setattr("sys.stdin", answer)
        done = ringfinder("erase", "--subject", planted.number, "--purpose", "asked")
    assert done.code == 130
    assert "cannot be undone" in done.err
    assert files_with(tmp_path / "data" / "facts", (planted.number,))


def test_intake_is_counted_and_folded(ringfinder: Command, tmp_path: Path) -> None:
    said = json.loads(ringfinder("store", "intake", "--json").out)
    assert said["tables"] == {
        "callbacks": {"waiting": 1, "folded": 0},
        "surrender_requests": {"waiting": 1, "folded": 1},
    }
    assert "callbacks" in ringfinder("store", "intake").out
    folded = json.loads(ringfinder("store", "compact", "--json").out)
    assert [table["loaded"] for table in folded["tables"]] == [1, 1]
    assert "nothing waits" in ringfinder("store", "compact").out
    with Workspace.open(Settings(tmp_path / "data")) as workspace:
        record(workspace, {"persons": [{"person_id": "CX"}]}, "me")
    assert "persons" in ringfinder("store", "compact", "--lang", "en").out


def test_a_hold_and_an_erasure_from_end_to_end(ringfinder: Command, planted: Planted, tmp_path: Path) -> None:
    held = json.loads(ringfinder("store", "hold", planted.second, "--reason", "suit 12", "--json").out)
    listed = ringfinder("store", "holds", "--person", planted.number, "--json").out
    assert [hold["hold"] for hold in json.loads(listed)] == [held["hold"]]
    assert "suit 12" in ringfinder("store", "holds").out
    refused = ringfinder("erase", "--subject", planted.number, "--purpose", "asked", "--yes")
    assert refused.code == 2
    assert f"ringfinder store release {held['hold']}" in refused.err
    assert held["hold"] in ringfinder("store", "release", held["hold"].lower()).out
    assert "no legal hold" in ringfinder("store", "holds").out
    assert [one["released_at"] is None for one in json.loads(ringfinder("store", "holds", "--all", "--json").out)] == [
        False
    ]
    named = ringfinder("erase", "--subject", planted.number, "--purpose", f"{NAME} asked", "--yes")
    assert (named.code, NAME in named.err) == (2, False)
    done = ringfinder("erase", "--subject", planted.number, "--purpose", "asked by letter", "--yes")
    assert done.code == 0, done.err
    assert f"persons {len(planted.numbers)}" in done.out
    index = tmp_path / "data" / "runs" / "run-000002" / "index"
    assert json.loads((index / "index.json").read_text(encoding="utf-8"))["rescored_at"]
    assert files_with(tmp_path / "data", planted.words) == {}
    shutil.rmtree(index)
    assert "0 erasures" in ringfinder("erase", "--resume").out
    assert (index / "index.json").exists(), "who resumes makes what is missing"
    assert json.loads(ringfinder("erase", "--resume", "--json").out) == {"finished": 0}
    entries = journalled(tmp_path / "data")
    assert [one.action for one in entries] == ["hold", "release", "erase"]
    assert entries[-1].purpose == "asked by letter"
    assert ringfinder("rings").code == 0
    assert json.loads(ringfinder("runs", "--json").out)[0]["intake"] == 3
    assert ringfinder("detect").code == 0


def test_retention_is_told_before_it_is_done(ringfinder: Command, tmp_path: Path) -> None:
    (tmp_path / "periods.toml").write_text("[months]\ndata_access = 1\nrejects = 1\n", encoding="utf-8")
    told = ringfinder("store", "retention", "--config", tmp_path / "periods.toml", "--dry-run")
    assert told.code == 0, told.err
    assert "would go: data_access" in told.out
    done = json.loads(ringfinder("store", "retention", "--config", tmp_path / "periods.toml", "--json").out)
    assert done["rows"]["data_access"] > 0
    again = ringfinder("store", "retention", "--config", tmp_path / "periods.toml")
    assert "nothing has expired" in again.out
