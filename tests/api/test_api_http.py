"""What holds for every request: ids, headers, problems, tags, limits, logs, measures."""

from __future__ import annotations

import json
import re
import threading
import time
from dataclasses import replace
from pathlib import Path

import pytest
from fastapi import FastAPI
from tests.api.conftest import Place, Service, service_of

from ringfinder import __version__
from ringfinder.errors import SurroundingsError
from ringfinder.records.tables import TABLES
from ringfinder.settings import Settings
from ringfinder.store import Workspace
from ringfinder_api.config import Limits, ServiceSettings
from ringfinder_api.http.problems import TABLE
from ringfinder_api.http.security_headers import HEADERS


def broken(service: Service, error: Exception) -> Service:
    """A service with a route that fails."""

    def fail() -> None:
        raise error

    service.app.add_api_route("/v1/fail/{name}", fail)
    return service


def test_the_table_of_problems_has_a_line_for_each_and_both_titles() -> None:
    assert len({kind.error for kind in TABLE}) == len(TABLE)
    said = {(kind.slug, kind.status, kind.zh, kind.en) for kind in TABLE}
    assert len({slug for slug, *_ in said}) == len(said), "one name, one meaning"
    assert [kind.status for kind in TABLE] == sorted(kind.status for kind in TABLE)
    assert all(kind.zh and kind.en for kind in TABLE)


@pytest.mark.parametrize("error", [ValueError("6217000053149414636"), KeyError("13812340000"), RecursionError()])
def test_a_fault_of_ours_says_nothing_and_is_logged_without_values(service: Service, error: Exception) -> None:
    answer = broken(service, error).get("/v1/fail/13812340000")
    assert answer.status_code == 500
    said = answer.json()
    assert said["type"] == "urn:ringfinder:problem:fault"
    assert said["detail"] == ""
    (fault,) = [line for line in service.log() if line["event"] == "fault"]
    assert fault["request_id"] == said["request_id"] == answer.headers["x-request-id"]
    assert fault["error"] == type(error).__name__
    assert any(place.startswith(__file__) for place in fault["places"])
    assert "6217000053149414636" not in service.said.getvalue()
    assert "13812340000" not in service.said.getvalue()


def test_surroundings_are_503_and_their_places_stay_with_us(service: Service) -> None:
    answer = broken(service, SurroundingsError("/data/secret cannot be read")).get("/v1/fail/x")
    assert answer.status_code == 503
    assert answer.headers["retry-after"]
    assert "/data/secret" not in answer.text
    assert "/data/secret" in service.said.getvalue()


@pytest.mark.parametrize(
    "given", ["", "short", "x" * 65, "with space", "tab\there", "a;b=c-1234", "né-en-ascii-1", "12345678\x7f"]
)
def test_an_insane_request_id_is_replaced(shared: Service, given: str) -> None:
    answer = shared.get("/healthz", "", x_request_id=given)
    assert re.fullmatch(r"[0-9a-f]{24}", answer.headers["x-request-id"])


def test_a_sane_request_id_is_kept_and_two_are_not(shared: Service) -> None:
    assert shared.get("/healthz", "", x_request_id="console-0001.a_b").headers["x-request-id"] == "console-0001.a_b"
    twice = [("X-Request-Id", "console-0001"), ("X-Request-Id", "console-0002")]
    assert shared.client.get("/healthz", headers=twice).headers["x-request-id"] not in ("console-0001", "console-0002")
    assert shared.get("/nope", "", x_request_id="console-0001").json()["request_id"] == "console-0001"


@pytest.mark.parametrize("path", ["/healthz", "/v1/rings", "/nope", "/v1/me?x=1"])
def test_every_answer_is_kept_out_of_caches_frames_and_scripts(shared: Service, path: str) -> None:
    answer = shared.get(path, "")
    for name, value in HEADERS.items():
        assert answer.headers[name] == value
    assert "server" not in answer.headers


def test_no_other_origin_may_ask_unless_named(workspace: Workspace, shared: Service) -> None:
    asked = {"origin": "https://console.example", "access_control_request_method": "GET"}
    headers = {name.replace("_", "-"): value for name, value in asked.items()}
    assert "access-control-allow-origin" not in shared.client.options("/v1/rings", headers=headers).headers
    assert "access-control-allow-origin" not in shared.get("/healthz", "", origin=asked["origin"]).headers
    named = service_of(workspace, ServiceSettings(cors_origins=("https://console.example",)))
    preflight = named.client.options("/v1/rings", headers=headers)
    assert preflight.headers["access-control-allow-origin"] == "https://console.example"
    assert named.get("/v1/rings", "", origin=asked["origin"]).headers["access-control-allow-origin"] == asked["origin"]
    assert "access-control-allow-origin" not in named.get("/healthz", "", origin="https://other.example").headers


@pytest.mark.parametrize("path", ["/v1/rings", "/v1/runs", "/v1/me", "/v1/rings?format=csv", "/v1/rings?format=xlsx"])
def test_who_has_an_answer_already_gets_304(shared: Service, path: str) -> None:
    first = shared.get(path)
    tag = first.headers["etag"]
    assert re.fullmatch(r'"[0-9a-f]{32}"', tag)
    for header in (tag, f'"x", {tag}', f"W/{tag}", "*"):
        again = shared.get(path, if_none_match=header)
        assert (again.status_code, again.content, again.headers["etag"]) == (304, b"", tag)
        assert again.headers["cache-control"] == "no-store"
    assert shared.get(path, if_none_match='"other"').status_code == 200
    assert shared.get(path, "", if_none_match="*").status_code == 401


def test_tags_of_different_answers_differ(shared: Service, place: Place) -> None:
    paths = [
        "/v1/rings",
        "/v1/rings?limit=1",
        "/v1/rings?run=1",
        *(f"/v1/rings/{ring.ring_id}" for ring in place.rings()),
    ]
    tags = [shared.get(path).headers["etag"] for path in paths]
    assert len(set(tags)) == len(tags)
    assert shared.get("/v1/rings", "north").headers["etag"] != tags[0]


def limited(workspace: Workspace, **limits: float) -> Service:
    return service_of(workspace, ServiceSettings(limits=replace(Limits(), **limits)))  # type: ignore[arg-type]


def test_a_key_may_make_so_many_requests_and_others_are_not_held_up(workspace: Workspace) -> None:
    service = limited(workspace, requests_per_minute=3)
    assert [service.get("/v1/me").status_code for _ in range(5)] == [200, 200, 200, 429, 429]
    refused = service.get("/v1/me")
    assert 1 <= int(refused.headers["retry-after"]) <= 60
    assert refused.json()["type"] == "urn:ringfinder:problem:too-many"
    assert service.get("/v1/me", "aml").status_code == 200
    assert service.get("/healthz", "").status_code == 200
    assert service.get("/v1/me", "expired").status_code == 401


def test_a_body_may_have_so_many_bytes_whatever_its_headers_say(workspace: Workspace) -> None:
    service = limited(workspace, body_bytes=100)
    chunks = iter([b'{"run": "', b"1" * 60, b"1" * 60, b'"}'])
    headers = {**service.bearer("investigator"), "Content-Type": "application/json"}
    for answer in (
        service.client.post("/v1/changes/seen", content=chunks, headers=headers),
        service.client.post("/v1/changes/seen", content=b" " * 101, headers=headers),
        service.client.request("GET", "/v1/me", content=b" " * 101, headers=headers),
    ):
        assert answer.status_code == 413
        assert answer.json()["type"] == "urn:ringfinder:problem:body-too-large"
    assert service.post("/v1/changes/seen", {"run": "1"}, "desk").status_code == 403


def test_what_takes_too_long_is_answered_in_time(workspace: Workspace) -> None:
    service = limited(workspace, seconds=0.2)
    go_on = threading.Event()

    def slow() -> str:
        go_on.wait(10)
        return "late"

    service.app.add_api_route("/v1/slow", slow)
    began = time.monotonic()
    answer = service.get("/v1/slow")
    go_on.set()
    assert time.monotonic() - began < 5
    assert answer.status_code == 503
    assert answer.json()["type"] == "urn:ringfinder:problem:took-too-long"
    assert service.get("/v1/me").status_code == 200


@pytest.mark.parametrize(
    ("path", "body"),
    [("/v1/changes/seen", b"{"), ("/v1/changes/seen", b"\xff\xfe"), ("/v1/changes/seen", b"[" * 100_000)],
)
def test_a_body_that_is_no_json_is_refused(shared: Service, path: str, body: bytes) -> None:
    headers = {**shared.bearer("investigator"), "Content-Type": "application/json"}
    answer = shared.client.post(path, content=body, headers=headers)
    assert answer.status_code in (400, 422)
    assert answer.headers["content-type"] == "application/problem+json"


def test_methods_and_paths_that_are_not_there_are_refused(shared: Service) -> None:
    answer = shared.client.delete("/v1/rings", headers=shared.bearer("admin"))
    assert answer.status_code == 405
    assert answer.headers["allow"] == "GET"
    assert answer.json()["type"] == "urn:ringfinder:problem:method-not-allowed"
    assert shared.get("/v1/rings/").status_code == 404
    assert shared.client.post("/v1/contract").status_code == 405


def test_the_log_has_a_line_for_each_request_and_nothing_of_what_was_asked(service: Service, place: Place) -> None:
    ring = place.rings()[0].ring_id
    service.get(f"/v1/rings/{ring}?reveal=true", x_purpose="13812340000 of 张三", x_request_id="console-0001")
    service.get("/v1/nope/13812340000", "expired")
    first, second = service.log()
    assert {name: first[name] for name in ("event", "method", "route", "status", "request_id", "key_id", "level")} == {
        "event": "request",
        "method": "GET",
        "route": "/v1/rings/{ring_id}",
        "status": 200,
        "request_id": "console-0001",
        "key_id": "K-investigator",
        "level": "info",
    }
    assert first["ms"] >= 0
    assert (second["route"], second["status"], second["key_id"]) == ("unmatched", 404, "")
    text = service.said.getvalue()
    assert [one for one in (ring, "13812340000", "张三", "expired", "reveal") if one in text] == []


def test_measures_are_by_route_and_tell_how_old_data_and_run_are(service: Service, place: Place) -> None:
    service.get(f"/v1/rings/{place.rings()[0].ring_id}")
    service.client.request("BREW", "/v1/me")
    text = service.get("/metrics", "").text
    assert 'ringfinder_requests_total{method="GET",route="/v1/rings/{ring_id}",status="200"} 1.0' in text
    assert 'ringfinder_requests_total{method="OTHER",route="/v1/me",status="405"} 1.0' in text
    for name in ("data", "run"):
        (age,) = re.findall(rf"^ringfinder_{name}_age_seconds ([0-9.e+]+)$", text, re.MULTILINE)
        assert 0 < float(age) < 3600
    assert "RF-" not in text


def test_liveness_and_readiness(service: Service, place: Place) -> None:
    assert service.get("/healthz", "").json() == {"status": "ok", "version": __version__}
    assert service.get("/readyz", "").json() == {"status": "ready", "run": "run-000002"}
    folder = place.path / "runs" / "run-000002"
    (folder / "rings.parquet").rename(folder / "away")
    try:
        answer = service.get("/readyz", "")
        assert answer.status_code == 503
        assert answer.json()["detail"] == "the files of the current run are gone"
    finally:
        (folder / "away").rename(folder / "rings.parquet")


def test_an_empty_site_is_ready_and_has_nothing(tmp_path: Path) -> None:
    with Workspace.open(Settings(tmp_path / "data")) as workspace:
        service = service_of(workspace)
        assert service.get("/readyz", "").json() == {"status": "ready", "run": None}
        assert not re.findall(r"^ringfinder_(data|run)_age_seconds ", service.get("/metrics", "").text, re.MULTILINE)
        assert service.json("/v1/runs")["items"] == []
        assert service.json("/v1/changes")["run_id"] is None
        for path in ("/v1/rings", "/v1/rings/RF-AAAAAAAA", "/v1/runs/current", "/v1/runs/current/coverage"):
            assert service.get(path).status_code == 404


def test_a_silent_database_is_not_ready(tmp_path: Path) -> None:
    with Workspace.open(Settings(tmp_path / "data")) as workspace:
        service = service_of(workspace)
        workspace.close()
        for file in (tmp_path / "data").glob("decisions.sqlite*"):
            file.unlink()
        (tmp_path / "data" / "decisions.sqlite").write_bytes(b"no database any more, but a text" * 200)
        answer = service.get("/readyz", "")
        assert answer.status_code == 503
        assert answer.json()["type"] == "urn:ringfinder:problem:not-ready"
        (tmp_path / "data" / "decisions.sqlite").unlink()
        (tmp_path / "data" / "decisions.sqlite").mkdir()
        answer = service.get("/v1/runs")
        assert answer.status_code == 503
        assert answer.json()["type"] == "urn:ringfinder:problem:database"
        assert str(tmp_path) not in answer.text


def test_the_contract_lists_every_table_and_column(shared: Service) -> None:
    body = shared.get("/v1/contract", "").json()
    listed = {table["name"]: [column["name"] for column in table["columns"]] for table in body["tables"]}
    assert listed == {name: [column.name for column in table.columns] for name, table in TABLES.items()}
    requests = next(table for table in body["tables"] if table["name"] == "surrender_requests")
    required = {column["name"] for column in requests["columns"] if column["required"]}
    assert required == {"request_id", "policy_no", "applicant_id", "applied_at"}
    assert next(column for column in requests["columns"] if column["name"] == "phone")["personal"]


def test_the_service_makes_one_application_for_each_site(service: Service) -> None:
    assert isinstance(service.app, FastAPI)
    assert json.loads(service.get("/v1/openapi.json", "").text)["info"]["title"] == "ringfinder"
