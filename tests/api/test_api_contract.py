"""The service answers liveness and the data contract, and nothing else yet."""

from collections.abc import Iterator
from http import HTTPStatus

import pytest
from fastapi.testclient import TestClient

from ringfinder import __version__
from ringfinder.records.tables import TABLES
from ringfinder_api.app import create_app


@pytest.fixture
def client() -> Iterator[TestClient]:
    with TestClient(create_app()) as client:
        yield client


def test_health_names_the_version(client: TestClient) -> None:
    answer = client.get("/healthz")
    assert answer.status_code == HTTPStatus.OK
    assert answer.json() == {"status": "ok", "version": __version__}


def test_contract_lists_every_table_and_column(client: TestClient) -> None:
    body = client.get("/v1/contract").json()
    listed = {table["name"]: [column["name"] for column in table["columns"]] for table in body["tables"]}
    assert listed == {name: [column.name for column in table.columns] for name, table in TABLES.items()}
    requests = next(table for table in body["tables"] if table["name"] == "surrender_requests")
    required = {column["name"] for column in requests["columns"] if column["required"]}
    assert required == {"request_id", "policy_no", "applicant_id", "applied_at"}
    assert next(column for column in requests["columns"] if column["name"] == "phone")["personal"]


def test_unknown_path_and_method_are_refused(client: TestClient) -> None:
    assert client.get("/v1/rings").status_code == HTTPStatus.NOT_FOUND
    assert client.post("/v1/contract").status_code == HTTPStatus.METHOD_NOT_ALLOWED
