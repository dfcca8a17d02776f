"""Screening over HTTP: roles, both answers, the journal, bad bodies, and nothing that blocks."""

from __future__ import annotations

import io
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pyarrow.compute as pc
import pytest
from fastapi.testclient import TestClient
from tests.api.conftest import PRINCIPALS, Keys, Place, Service, service_of

from ringfinder.pipeline.detection import detect_workspace
from ringfinder.pipeline.load import load_folder
from ringfinder.settings import Settings
from ringfinder.store import Workspace
from ringfinder.store.intake import Intake
from ringfinder_api.access.door import Door
from ringfinder_api.app import create_app
from ringfinder_api.config import ServiceSettings
from ringfinder_api.http.logs import open_log
from ringfinder_api.site import Site

STRANGER = {"request_id": "S", "policy_no": "S", "applicant_id": "S", "applied_at": "2026-01-05"}


@pytest.fixture(scope="module")
def twin(place: Place, workspace: Workspace) -> dict[str, str]:
    """A request like that of a member of the highest ring, under new numbers."""
    ring = place.rings()[0]
    shared = next(one for one in ring.shared if len(one.requests) > 2)
    table = workspace.portfolio().table("surrender_requests")
    row = table.filter(pc.equal(table["request_id"], shared.requests[0])).to_pylist()[0]
    columns = ("phone", "address", "email", "payout_account", "payout_name", "branch_code", "kind", "device_id")
    cells = {name: row[name] for name in columns if row[name]}
    money = {name: f"{row[name] / 100:.2f}" for name in ("cash_value", "requested_amount") if row[name] is not None}
    return STRANGER | cells | money | {"applied_at": row["applied_at"].isoformat(), "request_id": "TWIN"}


@pytest.mark.parametrize("role", ["auditor", "operator", "admin", "complaints", "tip_custodian"])
def test_screening_is_for_the_desk_and_for_readers_of_rings(shared: Service, role: str) -> None:
    assert shared.post("/v1/screen", {"request": STRANGER}, role).status_code == 403
    assert shared.post("/v1/screen", {"request": STRANGER}, "").status_code == 401


def test_a_twin_joins_the_ring(service: Service, place: Place, twin: dict[str, str]) -> None:
    answer = service.post("/v1/screen", {"request": twin})
    assert answer.status_code == 200, answer.text
    said = answer.json()
    assert said["way"] in {"joins", "merges"}
    assert said["rings"][0] == place.rings()[0].ring_id
    assert (said["provisional"], said["recorded"], said["rings_elsewhere"]) == (True, False, 0)
    assert said["score_before"] == pytest.approx(place.rings()[0].score)
    assert {one["name"] for one in said["questions"]} >= {"callback", "own_signature"}
    assert said["looked"] <= said["of"]
    for cell in ("phone", "payout_account", "address"):
        assert twin.get(cell, "-") not in answer.text, "values are masked"
    assert "block" not in answer.text
    (entry,) = service.ledger.written
    assert (entry.action, said["reference"]) == ("screen", f"J{entry.sequence}")
    assert entry.details["run"] == said["run_id"]
    assert entry.details["rings"] == len(said["rings"])
    assert "TWIN" not in entry.object, "the journal holds keys"


def test_the_desk_sees_questions_and_a_reference(service: Service, twin: dict[str, str]) -> None:
    said = service.post("/v1/screen", {"request": twin}, "desk").json()
    assert said.keys() == {"reference", "request_id", "provisional", "recorded", "caution", "questions"}
    assert "RF-" not in str(said)


def test_who_is_bound_elsewhere_learns_no_ring(service: Service, twin: dict[str, str]) -> None:
    said = service.post("/v1/screen", {"request": twin}, "nowhere").json()
    assert (said["rings"], said["rings_elsewhere"] >= 1) == ([], True)
    assert "RF-" not in str(said)


def test_what_cannot_be_journalled_is_not_answered(service: Service, twin: dict[str, str]) -> None:
    service.ledger.broken = True
    answer = service.post("/v1/screen", {"request": twin})
    assert answer.status_code == 503
    assert "RF-" not in answer.text


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"request": {}},
        {"request": STRANGER | {"telephone": "1"}},
        {"request": STRANGER | {"applied_at": "yesterday"}},
        {"request": STRANGER | {"cash_value": "-1"}},
        {"request": STRANGER | {"phone": ["1"]}},
        {"request": STRANGER, "ring": {}},
        {"request": STRANGER | {f"c{number}": "x" for number in range(80)}},
        {"request": STRANGER | {"reason": "x" * 5000}},
    ],
)
def test_bad_bodies_are_problems(shared: Service, body: dict[str, Any]) -> None:
    answer = shared.post("/v1/screen", body)
    assert answer.status_code == 422, answer.text
    assert answer.headers["content-type"] == "application/problem+json"


def test_what_is_recorded_is_seen_by_the_next_call(tmp_path: Path, portfolio: Path) -> None:
    """Three strangers who press for refunds through one account: alone, with one other, a group of three."""
    with Workspace.open(Settings(tmp_path / "data")) as workspace:
        load_folder(workspace, portfolio)
        detect_workspace(workspace)
        service = service_of(workspace)
        latest = workspace.portfolio(as_written=False).as_of
        assert latest is not None
        households = []
        for number in range(4):
            request = STRANGER | {
                "request_id": f"NEW-{number}",
                "policy_no": f"NEW-P{number}",
                "applicant_id": f"NEW-C{number}",
                "applied_at": latest.isoformat(),
                "kind": "negotiated",
                "cash_value": "1000",
                "requested_amount": "9000",
                "payout_account": "6217000053149414636",
                "phone": "13912345679",
                "complaint_id": f"NEW-K{number}",
            }
            said = service.post("/v1/screen", {"request": request, "record": True}).json()
            assert said["recorded"] is True
            households.append((said["way"], said["households"]))
        assert households[0] == ("alone", 1)
        assert [number for _, number in households[1:]] == [2, 3, 4], households
        assert {way for way, _ in households[1:]} <= {"founds", "joins"}
        counts = workspace.intake.counts()
        assert counts["surrender_requests"] == (4, 0)
        asked = service.post("/v1/screen", {"request": request | {"request_id": "LAST", "applicant_id": "LAST"}}).json()
        assert (asked["recorded"], asked["households"]) == (False, 5)
        assert workspace.intake.counts() == counts, "nothing is written unless it is asked for"
        again = service_of(workspace).post(
            "/v1/screen", {"request": request | {"request_id": "LAST", "applicant_id": "LAST"}}
        )
        assert again.json()["households"] == 5, "another process sees the same"


def test_a_row_that_cannot_be_recorded_is_refused_and_nothing_is_kept(service: Service, workspace: Workspace) -> None:
    before = workspace.intake.counts()
    body = {"request": STRANGER, "person": {"name": "nobody"}, "record": True}
    assert service.post("/v1/screen", body).status_code == 422
    assert workspace.intake.counts() == before
    assert service.ledger.written == [], "nor is it in the journal"


@pytest.fixture
def journalled(
    workspace: Workspace, secrets: Path, monkeypatch: pytest.MonkeyPatch
) -> Callable[[], tuple[int, Mapping[str, tuple[int, int]]]]:
    """How many screenings the journal of the workspace has, and what its intake holds."""
    monkeypatch.setenv("RINGFINDER_SECRET_FILE", str(secrets / "secret"))
    return lambda: (workspace.journal.count(action="screen"), workspace.intake.counts())


@pytest.mark.parametrize("at", ["before the rows", "after the rows"])
def test_a_fault_leaves_neither_the_rows_nor_the_entry(
    workspace: Workspace, journalled: Callable[[], Any], monkeypatch: pytest.MonkeyPatch, at: str
) -> None:
    site = Site(workspace, ServiceSettings(), Door(Keys(PRINCIPALS)), workspace.journal)
    client = TestClient(create_app(site, open_log(io.StringIO())), raise_server_exceptions=False)
    before, add = journalled(), Intake.add

    class CutError(Exception):
        """Stands for whatever may happen there."""

    def cut(*arguments: Any) -> Any:
        if at == "after the rows":
            add(*arguments)
        raise CutError

    body = {"request": STRANGER | {"request_id": "CUT"}, "person": {"person_id": "S"}, "record": True}
    headers = {"Authorization": "Bearer desk"}
    with monkeypatch.context() as patch:
        patch.setattr(Intake, "add", cut)
        assert client.post("/v1/screen", json=body, headers=headers).status_code == 500
    assert journalled() == before
    (count, held) = before
    checked = client.post("/v1/screen", json={"request": body["request"]}, headers=headers)
    assert checked.status_code == 200
    assert journalled() == (count + 1, held)
