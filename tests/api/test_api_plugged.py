"""The service with the keys and the journal of the workspace, as `ringfinder serve` opens it."""

from __future__ import annotations

import io
from pathlib import Path

import pytest
from fastapi.testclient import TestClient
from tests.api.conftest import Place

from ringfinder.cli.root import run
from ringfinder.store import Workspace
from ringfinder_api.app import create_app
from ringfinder_api.config import ServiceSettings
from ringfinder_api.http.logs import open_log
from ringfinder_api.site import Site


def told(capsys: pytest.CaptureFixture[str], *arguments: str) -> str:
    assert run([*arguments]) == 0
    return capsys.readouterr().out


def test_a_key_of_the_command_line_opens_the_service_and_reveals_are_in_the_journal(
    workspace: Workspace,
    place: Place,
    secrets: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setenv("RINGFINDER_WORKSPACE", str(place.path))
    monkeypatch.setenv("RINGFINDER_DATABASE_URL", place.url)
    monkeypatch.setenv("RINGFINDER_SECRET_FILE", str(secrets / "secret"))
    keys = {}
    for role in ("investigator", "auditor"):
        words = told(capsys, "keys", "create", "--role", role, "--name", f"{role}.one").split()
        keys[role] = next(word for word in words if word.startswith("rf_"))
    client = TestClient(create_app(Site.of(workspace, ServiceSettings()), open_log(io.StringIO())))
    bearer = {role: {"Authorization": f"Bearer {key}"} for role, key in keys.items()}
    assert client.get("/v1/rings", headers={"Authorization": f"Bearer {keys['investigator']}x"}).status_code == 401
    assert client.get("/v1/rings", headers=bearer["auditor"]).status_code == 403
    ring = client.get("/v1/rings", headers=bearer["investigator"]).json()["items"][0]["ring_id"]
    answer = client.get(f"/v1/rings/{ring}?reveal=true", headers=bearer["investigator"] | {"X-Purpose": "case 7"})
    assert answer.status_code == 200
    entries = client.get("/v1/journal?limit=1", headers=bearer["auditor"]).json()["items"]
    (entry,) = entries
    assert (entry["action"], entry["purpose"], entry["object"]) == ("reveal", "case 7", f"{ring} of run-000002")
    assert client.get("/v1/journal/head", headers=bearer["auditor"]).json()["sequence"] == entry["sequence"]
    assert client.post("/v1/changes/seen", json={"run": "1"}, headers=bearer["investigator"]).status_code == 200
