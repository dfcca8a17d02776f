"""`ringfinder screen` and `ringfinder index`: the answer, what the desk sees, bad input, and nothing written."""

import csv
import json
import shutil
from pathlib import Path

import pytest
from tests.results import Command, in_process

from ringfinder.pipeline.detection import detect_workspace
from ringfinder.pipeline.load import load_folder
from ringfinder.settings import Settings
from ringfinder.simulate import simulate
from ringfinder.store import Workspace

STRANGER = {"request_id": "S", "policy_no": "S", "applicant_id": "S", "applied_at": "2026-01-05"}


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("screen")
    simulate("mixed", 2000, 3, folder / "t")
    with Workspace.open(Settings(folder / "w")) as workspace:
        load_folder(workspace, folder / "t")
        detect_workspace(workspace)
    return folder


@pytest.fixture
def ringfinder(
    place: Path, tmp_path: Path, capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> Command:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("RINGFINDER_WORKSPACE", str(place / "w"))
    monkeypatch.setenv("RINGFINDER_LANG", "en")
    return in_process(capfd)


@pytest.fixture
def member(place: Path) -> dict[str, str]:
    """A request like that of a member of the highest ring, under new numbers."""
    with Workspace.open(Settings(place / "w")) as workspace:
        ring = next(workspace.runs.files(1).rings())
    with (place / "t" / "surrender_requests.csv").open(encoding="utf-8") as file:
        rows = {row["request_id"]: row for row in csv.DictReader(file)}
    shared = next(one for one in ring.shared if len(one.requests) > 2)
    row = {name: cell for name, cell in rows[shared.requests[0]].items() if cell}
    return row | {"request_id": "NEW-1", "applicant_id": "NEW-C", "policy_no": "NEW-P"}


def _written(folder: Path) -> dict[str, bytes]:
    return {str(path): path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file()}


def test_a_members_twin_joins_the_ring_and_nothing_is_written(
    place: Path, ringfinder: Command, member: dict[str, str]
) -> None:
    Path("new.json").write_text(json.dumps({"request": member}), encoding="utf-8")
    before = _written(place / "w" / "runs") | _written(place / "w" / "facts")
    told = ringfinder("screen", "new.json", "--json")
    assert (told.code, told.err) == (0, "")
    assert _written(place / "w" / "runs") | _written(place / "w" / "facts") == before
    said = json.loads(told.out)
    with Workspace.open(Settings(place / "w")) as workspace:
        first = next(workspace.runs.files(1).rings())
    assert said["way"] in {"joins", "merges"}
    assert said["rings"][0] == first.ring_id
    assert said["tier"] == said["tier_before"] == "alert"
    assert said["score_before"] == pytest.approx(first.score)
    assert said["score"] != said["score_before"]
    assert said["provisional"] is True
    assert said["unknown"] == ["applicant", "policy"]
    assert said["of"] >= said["looked"] > 2
    for reason in said["reasons"]:
        assert any("一" <= letter <= "鿿" for letter in reason["zh"]), reason
        for column in ("phone", "payout_account", "email", "address"):
            assert member.get(column, "-") not in reason["zh"] + reason["en"], "values are masked"
    assert "block" not in told.out


def test_the_desk_sees_questions_alone(ringfinder: Command, member: dict[str, str]) -> None:
    Path("new.json").write_text(json.dumps(member), encoding="utf-8")
    said = json.loads(ringfinder("screen", "new.json", "--desk", "--json").out)
    assert said.keys() == {"request_id", "run", "provisional", "caution", "questions"}
    assert {one["name"] for one in said["questions"]} >= {"callback", "own_signature", "options"}
    told = ringfinder("screen", "new.json", "--desk")
    assert "RF-" not in told.out
    assert "score" not in told.out


def test_a_stranger_stands_alone(ringfinder: Command) -> None:
    request = {
        "request_id": "S",
        "policy_no": "S",
        "applicant_id": "S",
        "applied_at": "2026-01-05",
        "phone": "13912345670",
    }
    Path("new.json").write_text(json.dumps(request), encoding="utf-8")
    said = json.loads(ringfinder("screen", "new.json", "--json").out)
    assert (said["way"], said["rings"], said["tier"], said["score"]) == ("alone", [], None, None)


@pytest.mark.parametrize(
    ("body", "message"),
    [
        ("{", "is no JSON"),
        ("[]", "a request to screen is a JSON object"),
        ('{"request": 1}', "request is no JSON object"),
        ('{"request": {}, "ring": {}}', "unknown part 'ring'"),
        ('{"request_id": "A"}', "surrender_requests.policy_no is required and empty"),
        ('{"request_id": "A", "telephone": "1"}', "surrender_requests has no column 'telephone'"),
        ('{"request_id": "A", "phone": ["1"]}', "request.phone is neither text nor number"),
        (
            '{"request_id": "A", "policy_no": "A", "applicant_id": "A", "applied_at": "yesterday"}',
            "surrender_requests.applied_at is not a date",
        ),
        (
            json.dumps(STRANGER | {"cash_value": "-1"}),
            "surrender_requests.cash_value is not an amount",
        ),
    ],
)
def test_bad_bodies_are_told(ringfinder: Command, body: str, message: str) -> None:
    Path("new.json").write_text(body, encoding="utf-8")
    told = ringfinder("screen", "new.json")
    assert (told.code, told.out) == (2, "")
    assert message in told.err


def test_without_an_index_it_says_so_and_the_index_can_be_made_again(
    place: Path, ringfinder: Command, member: dict[str, str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    shutil.copytree(place / "w", tmp_path / "w")
    monkeypatch.setenv("RINGFINDER_WORKSPACE", str(tmp_path / "w"))
    index = tmp_path / "w" / "runs" / "run-000001" / "index"
    first = _written(index)
    shutil.rmtree(index)
    Path("new.json").write_text(json.dumps(member), encoding="utf-8")
    told = ringfinder("screen", "new.json")
    assert told.code == 3
    assert "there is no index" in told.err
    assert ringfinder("index").code == 0
    assert _written(index) == first
    assert ringfinder("screen", "new.json").code == 0
    assert ringfinder("detect").code == 0
    assert not index.exists(), "only the current run keeps one"
    assert (tmp_path / "w" / "runs" / "run-000002" / "index" / "index.json").exists()
