"""Who and what is turned away before the database matters: roles, bodies, names, forms; on SQLite alone."""

from pathlib import Path

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient
from tests.api.jobs.conftest import CSV, SIZE, Caller, left, upload
from tests.long_work import USER

from ringfinder.identity import Role
from ringfinder_api.services.long_work import LongWork


@pytest.fixture
def url(tmp_path: Path) -> str:
    """One database is as good as the other."""
    return f"sqlite:///{tmp_path / 'decisions.db'}"


ROUTES = [
    ("POST", "/v1/uploads", {Role.OPERATOR, Role.ADMIN}),
    ("GET", "/v1/uploads/U-1", {Role.OPERATOR, Role.ADMIN}),
    ("DELETE", "/v1/uploads/U-1", {Role.OPERATOR, Role.ADMIN}),
    ("POST", "/v1/jobs", {Role.OPERATOR, Role.ADMIN}),
    ("GET", "/v1/jobs", set(Role)),
    ("GET", "/v1/jobs/J-1", set(Role)),
    ("POST", "/v1/jobs/J-1/cancel", {Role.OPERATOR, Role.ADMIN}),
    ("GET", "/v1/jobs/J-1/rejects", set(Role)),
    ("POST", "/v1/webhooks", {Role.ADMIN}),
    ("GET", "/v1/webhooks", {Role.ADMIN}),
    ("GET", "/v1/webhooks/W-1", {Role.ADMIN}),
    ("DELETE", "/v1/webhooks/W-1", {Role.ADMIN}),
]


@pytest.mark.parametrize(("method", "path", "allowed"), ROUTES)
def test_nobody_and_the_wrong_roles_are_kept_out(
    method: str, path: str, allowed: set[Role], app: FastAPI, caller: Caller
) -> None:
    with TestClient(app) as nobody:
        assert nobody.request(method, path).status_code == 401
    for role in Role:
        status = caller(USER, role).request(method, path).status_code
        assert (status == 403) is (role not in allowed), role


def test_every_route_is_in_that_list(app: FastAPI) -> None:
    declared = {
        (method.upper(), path)
        for path, item in app.openapi()["paths"].items()
        if path.split("/")[2:3] and path.split("/")[2] in {"uploads", "jobs", "webhooks"}
        for method in item
    }
    names = {"{upload_id}": "U-1", "{job_id}": "J-1", "{webhook_id}": "W-1"}
    for name, example in names.items():
        declared = {(method, path.replace(name, example)) for method, path in declared}
    assert declared == {(method, path) for method, path, _ in ROUTES}


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"kind": "drop"},
        {"kind": "load"},
        {"kind": "load", "upload_id": "../x"},
        {"kind": "load", "upload_id": "U-1", "folder": "/etc"},
        {"kind": "detect", "window": 0},
        {"kind": "detect", "as_of": "2026-01-01T00:00:00Z"},
        {"kind": "sync", "unmasked": True},
        [],
    ],
)
def test_a_job_that_cannot_be_asked_for(body: object, client: TestClient, work: LongWork) -> None:
    assert client.post("/v1/jobs", json=body).status_code == 422
    assert work.jobs.listed().items == ()


@pytest.mark.parametrize(
    ("name", "content", "status"),
    [
        ("../../policies.csv", CSV, 422),
        ("a%2Fpolicies.csv", CSV, 201),  # signs like any other: nothing decodes a name
        ("policies.exe", CSV, 422),
        ("policies.xlsx", CSV, 422),
        ("policies.csv", b"%PDF", 422),
        ("policies.csv", b"x" * (SIZE + 1), 413),
        ("policies.csv", b"x" * (SIZE + (2 << 20)), 413),
    ],
)
def test_abuse_of_uploads(name: str, content: bytes, status: int, client: TestClient, work: LongWork) -> None:
    answer = upload(client, (name, content))
    assert answer.status_code == status, answer.text
    if status != 201:
        assert left(work) == []
        assert answer.json()["detail"]
        assert str(work.workspace) not in answer.text


@pytest.mark.parametrize(
    ("kind", "body"),
    [
        ("application/json", b"{}"),
        ("", b""),
        ("multipart/form-data", b""),
        ("multipart/form-data; boundary=" + "b" * 71, b""),
        ("multipart/form-data; boundary=b", b""),
        ("multipart/form-data; boundary=b", b"nonsense"),
        ("multipart/form-data; boundary=b", b'--b\r\nContent-Disposition: form-data; name="a"\r\n\r\nx\r\n--b--\r\n'),
        ("multipart/form-data; boundary=b", b"--b\r\n\r\nx\r\n--b--\r\n"),
        (
            "multipart/form-data; boundary=b",
            b'--b\r\nContent-Disposition: form-data; name="a"; filename="policies.csv"\r\n\r\n' + CSV,
        ),
        (
            "multipart/form-data; boundary=b",
            b'--b\r\nContent-Disposition: form-data; name="a"; filename="\xff.csv"\r\n\r\nx\r\n--b--\r\n',
        ),
    ],
)
def test_a_form_that_is_none_or_breaks_off(kind: str, body: bytes, client: TestClient, work: LongWork) -> None:
    answer = client.post("/v1/uploads", content=body, headers={"Content-Type": kind})
    assert (answer.status_code, answer.json()["type"]) == (422, "urn:ringfinder:problem:upload-refused")
    assert left(work) == []
