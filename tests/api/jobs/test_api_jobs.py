"""The routes of jobs, uploads and webhooks over HTTP, in an application of their own."""

import json
import socket
import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import uvicorn
from fastapi import FastAPI
from fastapi.testclient import TestClient
from sqlalchemy import select
from tests.api.jobs.conftest import CSV, Caller, left, upload
from tests.long_work import OTHER, USER

from ringfinder.identity import Role
from ringfinder.simulate import simulate
from ringfinder.store.schema import idempotency_keys, jobs
from ringfinder_api.services.long_work import LongWork

BAD = CSV + b"R2,P2,C2,no date,13812345678\n"


def ended(client: TestClient, job_id: str) -> dict[str, Any]:
    until = time.monotonic() + 60
    while True:
        told: dict[str, Any] = client.get(f"/v1/jobs/{job_id}").json()
        if told["state"] not in ("waiting", "running"):
            return told
        assert time.monotonic() < until
        time.sleep(0.05)


def test_upload_load_and_its_rejects(client: TestClient, work: LongWork) -> None:
    work.start()
    answer = upload(client, ("surrender_requests.csv", BAD))
    assert answer.status_code == 201
    name = answer.json()["upload_id"]
    assert answer.headers["Location"] == f"/v1/uploads/{name}"
    assert client.get(answer.headers["Location"]).json() == answer.json()
    queued = client.post("/v1/jobs", json={"kind": "load", "upload_id": name})
    assert queued.status_code == 202
    job = ended(client, queued.json()["job_id"])
    assert (job["state"], job["error"]) == ("done", None)
    assert (job["result"]["rejected"], job["result"]["files"][0]["loaded"]) == (1, 1)
    rejects = client.get(f"/v1/jobs/{job['job_id']}/rejects")
    assert rejects.headers["Content-Type"].startswith("text/csv")
    assert f"rejects-{job['job_id']}.csv" in rejects.headers["Content-Disposition"]
    assert "applied_at" in rejects.text
    assert "13812345678" not in rejects.text
    assert client.get(f"/v1/uploads/{name}").json()["removed_at"] is not None
    assert client.post(f"/v1/jobs/{job['job_id']}/cancel").status_code == 409


def test_load_and_detect_over_http(client: TestClient, caller: Caller, work: LongWork, tmp_path: Path) -> None:
    simulate("town", 800, 1, tmp_path / "town")
    admin = caller(USER, Role.ADMIN)
    admin.post("/v1/webhooks", json={"url": "https://127.0.0.1/hook", "events": ["run.finished", "ring.new"]})
    files = [(path.name, path.read_bytes()) for path in sorted((tmp_path / "town").iterdir())]
    work.start()
    name = upload(client, *files).json()["upload_id"]
    load = client.post("/v1/jobs", json={"kind": "load", "upload_id": name}).json()
    asked = {"kind": "detect", "as_of": "2100-01-01T00:00:00", "known_at": "2100-01-01T00:00:00+08:00"}
    detect = client.post("/v1/jobs", json=asked).json()
    assert ended(client, load["job_id"])["state"] == "done"
    done = ended(client, detect["job_id"])
    assert (done["state"], done["result"]["run"]) == ("done", "run-000001")
    assert client.get(f"/v1/jobs/{detect['job_id']}/rejects").status_code == 404
    assert done["result"]["requests"] == 800
    rings = done["result"]["alert_rings"] + done["result"]["review_rings"]
    assert admin.get("/v1/webhooks").json()["items"][0]["waiting"] == rings + 1


def test_jobs_of_others_are_not_there_but_for_operators(caller: Caller, client: TestClient) -> None:
    mine = client.post("/v1/jobs", json={"kind": "detect"}).json()["job_id"]
    for role in set(Role) - {Role.OPERATOR, Role.ADMIN}:
        other = caller(OTHER, role)
        assert other.get(f"/v1/jobs/{mine}").status_code == 404
        assert other.get(f"/v1/jobs/{mine}/rejects").status_code == 404
        assert other.get("/v1/jobs").json() == {"items": [], "next": None}
        assert other.get(f"/v1/jobs?after={mine}").status_code == 404
    assert caller(USER, Role.DESK).get(f"/v1/jobs/{mine}").status_code == 200, "its owner, whatever the role by now"
    assert caller(OTHER).get(f"/v1/jobs/{mine}").json()["job_id"] == mine
    assert caller(OTHER).post(f"/v1/jobs/{mine}/cancel").json()["state"] == "cancelled"


def test_a_list_goes_on_where_it_ended(client: TestClient) -> None:
    made = [client.post("/v1/jobs", json={"kind": "detect"}).json()["job_id"] for _ in range(5)]
    found, after = [], ""
    while True:
        page = client.get(f"/v1/jobs?limit=2&state=waiting&kind=detect{after}").json()
        found += [job["job_id"] for job in page["items"]]
        if page["next"] is None:
            break
        after = f"&after={page['next']}"
    assert found == made[::-1]


def test_an_upload_of_another_is_not_there(caller: Caller, client: TestClient) -> None:
    name = upload(client).json()["upload_id"]
    other = caller(OTHER)
    assert other.get(f"/v1/uploads/{name}").status_code == 404
    assert other.delete(f"/v1/uploads/{name}").status_code == 404
    assert other.post("/v1/jobs", json={"kind": "load", "upload_id": name}).status_code == 404
    assert client.post("/v1/jobs", json={"kind": "load", "upload_id": name}).status_code == 202
    refused = client.delete(f"/v1/uploads/{name}")
    assert (refused.status_code, refused.json()["type"]) == (409, "urn:ringfinder:problem:upload-in-use")
    assert refused.headers["Content-Type"] == "application/problem+json"


def test_a_connection_that_is_cut_leaves_nothing(app: FastAPI, work: LongWork) -> None:
    """A real server, and a client that goes away in the middle of a file."""
    server = uvicorn.Server(uvicorn.Config(app, port=0, log_level="critical", lifespan="off"))
    thread = threading.Thread(target=server.run)
    thread.start()
    try:
        soon(lambda: server.started)
        (port,) = {one.getsockname()[1] for group in server.servers for one in group.sockets}
        part = b'--b\r\nContent-Disposition: form-data; name="a"; filename="policies.csv"\r\n\r\n' + CSV
        head = (
            "POST /v1/uploads HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer user-1:operator\r\n"
            "Content-Type: multipart/form-data; boundary=b\r\nContent-Length: 100000\r\n\r\n"
        )
        with socket.create_connection(("127.0.0.1", port)) as connection:
            connection.sendall(head.encode() + part)
            soon(lambda: [path for folder in left(work) for path in folder.glob("*.csv")])
        soon(lambda: not left(work))
    finally:
        server.should_exit = True
        thread.join(20)


def soon(done: Callable[[], object]) -> None:
    until = time.monotonic() + 20
    while not done():
        assert time.monotonic() < until
        time.sleep(0.02)


def test_the_same_key_and_request_make_one_job(caller: Caller, client: TestClient, work: LongWork) -> None:
    key = {"Idempotency-Key": "abc"}
    first = client.post("/v1/jobs", json={"kind": "detect"}, headers=key)
    again = client.post("/v1/jobs", json={"kind": "detect"}, headers=key)
    assert (again.status_code, again.text) == (first.status_code, first.text)
    assert again.headers["Location"] == first.headers["Location"]
    assert (first.headers.get("Idempotent-Replayed"), again.headers["Idempotent-Replayed"]) == (None, "true")
    other = client.post("/v1/jobs", json={"kind": "detect", "window": 3}, headers=key)
    assert (other.status_code, other.json()["type"]) == (422, "urn:ringfinder:problem:idempotency-key-reused")
    assert caller(OTHER).post("/v1/jobs", json={"kind": "detect"}, headers=key).json() != first.json()
    assert len(work.jobs.listed().items) == 2


def test_many_at_once_with_one_key_make_one_job(client: TestClient, work: LongWork) -> None:
    def ask(_: int) -> Any:
        return client.post("/v1/jobs", json={"kind": "detect"}, headers={"Idempotency-Key": "abc"})

    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(ask, range(16)))
    assert {answer.status_code for answer in answers} <= {202, 409}
    assert len({answer.text for answer in answers if answer.status_code == 202}) == 1
    assert all(int(answer.headers["Retry-After"]) > 0 for answer in answers if answer.status_code == 409)
    assert len(work.jobs.listed().items) == 1


def test_a_refusal_keeps_no_key(client: TestClient, work: LongWork) -> None:
    key = {"Idempotency-Key": "abc"}
    assert client.post("/v1/jobs", json={"kind": "load", "upload_id": "U-1"}, headers=key).status_code == 404
    with work.engine.connect() as connection:
        assert connection.execute(select(idempotency_keys)).all() == []
    assert client.post("/v1/jobs", json={"kind": "detect"}, headers=key).status_code == 202


def test_a_request_that_crashed_half_way_is_repeated_without_a_second_job(
    client: TestClient, work: LongWork, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The job is there, the answer was never kept, and the process is gone."""
    key = {"Idempotency-Key": "abc"}
    with monkeypatch.context() as patch:
        patch.setattr("ringfinder.jobs.idempotency.Idempotency.give_up", lambda *_: None)
        patch.setattr("ringfinder.jobs.idempotency.Idempotency.finish", lambda *_: (_ for _ in ()).throw(MemoryError))
        assert client.post("/v1/jobs", json={"kind": "detect"}, headers=key).status_code == 500
    assert client.post("/v1/jobs", json={"kind": "detect"}, headers=key).status_code == 409
    with work.engine.begin() as connection:
        gone = {"owner": json.dumps(["gone", 1, "", False]), "created_at": datetime.now(UTC) - timedelta(minutes=11)}
        connection.execute(idempotency_keys.update().values(gone))
    assert client.post("/v1/jobs", json={"kind": "detect"}, headers=key).status_code == 202
    with work.engine.connect() as connection:
        assert len(connection.execute(select(jobs)).all()) == 1


def test_the_same_files_with_one_key_are_one_upload(client: TestClient, work: LongWork) -> None:
    first = upload(client, Idempotency_Key="abc")
    again = upload(client, Idempotency_Key="abc")
    assert (again.status_code, again.json()) == (201, first.json())
    assert upload(client, ("policies.csv", CSV), Idempotency_Key="abc").status_code == 422
    assert [path.name for path in left(work)] == [first.json()["upload_id"]]


def test_webhooks_over_http(caller: Caller) -> None:
    admin = caller(USER, Role.ADMIN)
    wanted = {"url": "https://127.0.0.1/hook", "events": ["ring.new"]}
    for wrong in (
        "http://127.0.0.1/",
        "https://elsewhere.example/",
        "https://127.0.0.1:22/",
        "https://user@127.0.0.1/",
    ):
        refused = admin.post("/v1/webhooks", json={**wanted, "url": wrong})
        assert (refused.status_code, refused.json()["type"]) == (422, "urn:ringfinder:problem:address-refused")
    assert admin.post("/v1/webhooks", json={**wanted, "events": ["ring.old"]}).status_code == 422
    assert admin.post("/v1/webhooks", json={**wanted, "secret": "mine"}).status_code == 422
    made = admin.post("/v1/webhooks", json=wanted, headers={"Idempotency-Key": "abc"})
    again = admin.post("/v1/webhooks", json=wanted, headers={"Idempotency-Key": "abc"})
    assert made.status_code == 201
    assert again.text == made.text, "the secret too, to whoever did not get it the first time"
    name, secret = made.json()["webhook"]["webhook_id"], made.json()["secret"]
    listed = admin.get("/v1/webhooks")
    assert listed.json()["items"] == [made.json()["webhook"]]
    assert secret not in listed.text + admin.get(f"/v1/webhooks/{name}").text
    assert admin.delete(f"/v1/webhooks/{name}").status_code == 204
    assert admin.delete(f"/v1/webhooks/{name}").status_code == 404
    assert admin.get("/v1/webhooks").json() == {"items": []}
