"""The description: whole, closed, stable, and true."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator
from tests.api.conftest import Place, Service

ROOT = Path(__file__).resolve().parents[2]


def described() -> dict[str, Any]:
    said: dict[str, Any] = json.loads((ROOT / "docs" / "openapi.json").read_text(encoding="utf-8"))
    return said


def operations() -> Iterator[tuple[str, str, dict[str, Any]]]:
    for path, methods in described()["paths"].items():
        for method, operation in methods.items():
            yield path, method, operation


def test_the_service_gives_the_description_that_is_kept(shared: Service) -> None:
    assert shared.get("/v1/openapi.json", "").json() == described()


def test_operations_have_names_of_their_own_and_a_sentence() -> None:
    names = [operation["operationId"] for _, _, operation in operations()]
    assert len(set(names)) == len(names)
    for _, _, operation in operations():
        assert re.fullmatch(r"[a-z][a-z_]+", operation["operationId"])
        assert operation["description"].rstrip().endswith("."), operation["operationId"]
        assert operation["x-roles"]


OPEN = {
    "Pair.old": "settings and counts of data, whatever a later version of either calls them",
    "Pair.new": "the same",
    "EntryAnswer.details": "counts and keys of an action, as whoever acted wrote them into the journal",
    "LeadAnswer.identity": "columns of the pattern that found it, which is a file of its own",
    "LeadAnswer.finding": "the same",
}
"""Where others decide what stands there, of any shape; elsewhere names may be data, but what they hold is declared."""


def opened(schema: Any, place: str) -> Iterator[str]:
    """Places within a schema that may hold what nobody declared."""
    if not isinstance(schema, dict):
        return
    if schema.get("type") == "object" and schema.get("additionalProperties", True) is True:
        yield place
    if schema.keys() <= {"title", "description"}:
        yield place
    for name, part in schema.get("properties", {}).items():
        yield from opened(part, f"{place}.{name}")
    for key in ("items", "additionalProperties"):
        yield from opened(schema.get(key), place)
    for key in ("anyOf", "oneOf", "allOf"):
        for part in schema.get(key, ()):
            yield from opened(part, place)


def test_no_schema_is_open() -> None:
    schemas = described()["components"]["schemas"]
    found = {place for name, schema in schemas.items() for place in opened(schema, name)}
    assert found == OPEN.keys()


def test_every_answer_with_a_body_declares_it() -> None:
    for path, _, operation in operations():
        for status, answer in operation["responses"].items():
            for media, content in answer.get("content", {}).items():
                assert content.get("schema"), f"{path} {status} {media}"


def test_no_answer_is_a_fault_of_ours_and_every_keyed_route_tells_its_problems() -> None:
    for path, _, operation in operations():
        statuses = set(operation["responses"])
        assert not {one for one in statuses if one.startswith("5")}, path
        if operation["x-roles"] != "public":
            assert statuses >= {"401", "403", "404", "429"}, path
            assert operation["security"] == [{"bearer": []}]


def test_links_name_operations_and_parameters_that_are_there() -> None:
    known = {operation["operationId"]: operation for _, _, operation in operations()}
    done = [answer for _, _, one in operations() for status, answer in one["responses"].items() if status < "300"]
    links = [link for answer in done for link in answer.get("links", {}).values()]
    assert len(links) > 10
    for link in links:
        parameters = {one["name"] for one in known[link["operationId"]]["parameters"]}
        assert set(link["parameters"]) <= parameters
    followed = {link["operationId"] for link in links}
    assert followed >= {"get_ring", "list_members", "get_graph", "get_page", "get_run", "diff_runs"}


def test_references_lead_somewhere() -> None:
    said = described()
    for reference in re.findall(r'"\$ref": "#/([^"]+)"', json.dumps(said)):
        found: Any = said
        for part in reference.split("/"):
            found = found[part]
        assert found


@pytest.mark.parametrize(
    "path",
    ["/v1/me", "/v1/runs", "/v1/runs/{run}", "/v1/runs/{run}/coverage", "/v1/runs/{run}/diff/{other}", "/v1/rings",
     "/v1/rings/{ring_id}", "/v1/rings/{ring_id}/members", "/v1/rings/{ring_id}/evidence", "/v1/rings/{ring_id}/graph",
     "/v1/rings/{ring_id}/timeline", "/v1/changes", "/v1/leads", "/healthz", "/readyz", "/v1/contract",
     "/v1/stats", "/v1/refunds", "/v1/at-risk"],
)  # fmt: skip
def test_answers_are_what_the_description_says(shared: Service, place: Place, path: str) -> None:
    said = described()
    schema = said["paths"][path]["get"]["responses"]["200"]["content"]["application/json"]["schema"]
    answer = shared.json(path.format(run="1", other="2", ring_id=place.rings()[0].ring_id))
    Draft202012Validator({**schema, "components": said["components"]}).validate(answer)


@pytest.mark.parametrize(
    ("path", "key", "status"),
    [("/v1/me", "", 401), ("/v1/rings", "desk", 403), ("/x", "", 404), ("/v1/rings?limit=0", "aml", 422)],
)
def test_problems_are_what_the_description_says(shared: Service, path: str, key: str, status: int) -> None:
    answer = shared.get(path, key)
    assert answer.status_code == status
    assert answer.headers["content-type"] == "application/problem+json"
    said = described()
    schema = {"$ref": "#/components/schemas/Problem", "components": said["components"]}
    Draft202012Validator(schema).validate(answer.json())
    assert answer.json()["status"] == status
    assert answer.json()["request_id"] == answer.headers["x-request-id"]
