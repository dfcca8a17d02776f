"""Jobs, uploads and webhooks in an application of their own, on both decisions databases."""

import ipaddress
import json
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient
from tests.contract.store.conftest import postgres as postgres  # noqa: PLC0414 - a fixture is handed on by its name
from tests.contract.store.conftest import url as url  # noqa: PLC0414
from tests.long_work import USER, add_users

from ringfinder.identity import Principal, Role
from ringfinder.jobs.addresses import Rules
from ringfinder.jobs.archives import ArchiveLimits
from ringfinder.jobs.uploads import UploadLimits
from ringfinder.settings import Settings
from ringfinder.store import Workspace
from ringfinder_api.app import create_app
from ringfinder_api.config import ServiceSettings
from ringfinder_api.services.long_work import LongWork
from ringfinder_api.site import Site

CSV = b"request_id,policy_no,applicant_id,applied_at,phone\nR1,P1,C1,2025-01-02,13912345679\n"
SIZE = 4 << 20


@pytest.fixture
def settings(tmp_path: Path, url: str) -> Settings:
    """A workspace whose decisions are in a database of each kind."""
    return Settings(tmp_path / "data", url)


@pytest.fixture
def work(settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[LongWork]:
    monkeypatch.setenv("RINGFINDER_SECRET_FILE", str(tmp_path / "secrets" / "secret"))
    rules = Rules(("127.0.0.1",), (ipaddress.ip_network("127.0.0.0/8"),))
    limits = UploadLimits(size=SIZE, archive=ArchiveLimits(small=1 << 12))
    notes: list[tuple[str, Any]] = []
    work = LongWork.open(
        settings,
        rules=rules,
        limits=limits,
        journal=lambda action, said: notes.append((action, said)),
    )
    add_users(work.engine)
    yield work
    work.stop()
    assert "13912345679" not in json.dumps(notes)


class AnyKey:
    """Takes ``USER:ROLE,ROLE`` for a key."""

    def authenticate(self, text: str) -> Principal:
        user, _, names = text.partition(":")
        return Principal(user, user, frozenset(map(Role, names.split(","))), None, user)


@pytest.fixture
def app(work: LongWork, settings: Settings) -> Iterator[FastAPI]:
    usual = ServiceSettings()
    many = replace(usual, limits=replace(usual.limits, requests_per_minute=10**6))
    with Workspace.open(settings) as workspace:
        site = Site(workspace, many, AnyKey(), workspace.journal)
        vars(site)["long_work"] = work
        yield create_app(site)


Caller = Callable[..., TestClient]


@pytest.fixture
def caller(app: FastAPI) -> Iterator[Caller]:
    """A client that acts as a user with roles."""
    open_clients = []

    def make(user: str = USER, *roles: Role) -> TestClient:
        names = ",".join(roles or (Role.OPERATOR,))
        client = TestClient(app, headers={"Authorization": f"Bearer {user}:{names}"})
        open_clients.append(client)
        return client

    yield make
    for client in open_clients:
        client.close()


@pytest.fixture
def client(caller: Caller) -> TestClient:
    return caller()


def upload(client: TestClient, *files: tuple[str, bytes], **headers: str) -> Any:
    sent = [("files", (name, content)) for name, content in files or (("surrender_requests.csv", CSV),)]
    return client.post(
        "/v1/uploads", files=sent, headers={name.replace("_", "-"): said for name, said in headers.items()}
    )


def left(work: LongWork) -> list[Path]:
    return list((work.workspace / "uploads").iterdir())
