"""Search by any value, neighbourhoods and paths: handles, scope, caps, masks, and what the journal has of them."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import pytest
from tests.api.conftest import NOWHERE, PRINCIPALS, Place, Service

from ringfinder.identity import Principal, Role
from ringfinder.index.entities import Entities, Entity, Sort
from ringfinder.index.explore import neighbourhood
from ringfinder.pipeline.index import open_index
from ringfinder.store import Workspace


@pytest.fixture(scope="module")
def entities(workspace: Workspace) -> Entities:
    return Entities(open_index(workspace, workspace.runs.find()))


@pytest.fixture(scope="module")
def shared_value(place: Place) -> tuple[str, str, list[str]]:
    """Kind and text of a value that a ring shares, and the requests that show it."""
    ring = place.rings()[0]
    one = next(value for value in ring.shared if value.key.kind == "phone" and len(value.requests) > 2)
    return one.key.kind, one.key.value, list(one.requests)


def found(service: Service, text: str, sort: str | None = None, key: str = "investigator") -> dict[str, Any]:
    answer = service.post("/v1/search", {"text": text, "sort": sort}, key)
    assert answer.status_code == 200, answer.text
    said: dict[str, Any] = answer.json()
    return said


@pytest.mark.parametrize("role", ["desk", "auditor", "operator", "admin", "complaints"])
def test_search_is_for_readers_of_rings(shared: Service, role: str) -> None:
    assert shared.post("/v1/search", {"text": "x"}, role).status_code == 403
    assert shared.post("/v1/search", {"text": "x"}, "").status_code == 401


def test_a_value_is_found_however_it_is_written_and_shown_masked(
    shared: Service, shared_value: tuple[str, str, list[str]]
) -> None:
    kind, text, requests = shared_value
    for written in (text, f"+86 {text[:3]}-{text[3:7]}-{text[7:]}", f" {text} "):
        said = found(shared, written)
        (one,) = [item for item in said["items"] if item["sort"] == kind]
        assert one["label"] == f"{text[:3]}****{text[-4:]}"
        assert one["requests"] >= len(requests)
        assert one["households"] > 2
        assert one["links"] is True
        assert len(one["rings"]) >= 1
        assert text not in str(said)
    assert found(shared, "nobody")["items"] == []


def test_a_request_a_person_and_a_policy_are_found_by_their_numbers(shared: Service, place: Place) -> None:
    member = place.members()[0]
    for sort, name in (("request", "request_id"), ("person", "applicant_id"), ("policy", "policy_no")):
        (one,) = found(shared, member[name], sort)["items"]
        assert one["sort"] == sort
        assert one["rings"]


def test_reveal_is_journalled_before_it_is_shown(service: Service, shared_value: tuple[str, str, list[str]]) -> None:
    kind, text, _ = shared_value
    headers = service.bearer("investigator") | {"X-Purpose": "case 7"}
    answer = service.client.post("/v1/search?reveal=true", json={"text": text, "sort": kind}, headers=headers)
    assert answer.json()["items"][0]["label"] == text
    (entry,) = service.ledger.written
    assert (entry.action, entry.purpose, entry.details) == ("reveal", "case 7", {"entities": 1})
    assert text not in entry.object
    service.ledger.broken = True
    answer = service.client.post("/v1/search?reveal=true", json={"text": text}, headers=headers)
    assert answer.status_code == 503
    assert text not in answer.text
    without = service.client.post("/v1/search?reveal=true", json={"text": text}, headers=service.bearer("investigator"))
    assert without.status_code == 400


def test_a_neighbourhood_is_that_of_the_index_with_its_caps(
    shared: Service, entities: Entities, shared_value: tuple[str, str, list[str]]
) -> None:
    kind, text, _ = shared_value
    handle = found(shared, text, kind)["items"][0]["handle"]
    said = shared.json(f"/v1/entities/{handle}/neighbourhood?steps=3&max_nodes=1000")
    expected = neighbourhood(entities, entities.find(text, kind)[0], 3, 1000)
    assert said["shown"] == len(said["nodes"]) == len(expected.steps)
    assert {one["steps"] for one in said["nodes"]} == set(expected.steps.values())
    handles = {one["handle"] for one in said["nodes"]}
    assert all({edge["request"], edge["to"]} <= handles for edge in said["edges"])
    few = shared.json(f"/v1/entities/{handle}/neighbourhood?steps=3&max_nodes=5")
    assert (few["shown"], len(few["nodes"])) == (5, 5)
    assert few["of"] > 5
    assert shared.get(f"/v1/entities/{handle}/neighbourhood?max_nodes=1001").status_code == 422


def test_a_path_names_the_row_behind_each_step(
    shared: Service, place: Place, shared_value: tuple[str, str, list[str]]
) -> None:
    _, _, requests = shared_value
    first, last = (found(shared, one, "request")["items"][0]["handle"] for one in (requests[0], requests[1]))
    said = shared.json(f"/v1/entities/{first}/path/{last}")
    assert said["found"] is True
    assert [one["handle"] for one in said["entities"]][0::2][0] == first
    assert said["entities"][-1]["handle"] == last
    assert len(said["steps"]) == len(said["entities"]) - 1 == 2
    assert {one["request_id"] for one in said["steps"]} == {requests[0], requests[1]}
    assert all(one["file"].endswith(".csv") and one["line"] > 1 for one in said["steps"])


@pytest.mark.parametrize(
    "change",
    [
        lambda handle: handle[:-1] + ("0" if handle[-1] != "0" else "1"),
        lambda handle: handle.replace("phone", "email"),
        lambda handle: f"phone.{int(handle.split('.')[1]) + 1}.{handle.split('.')[2]}",
        lambda handle: f"phone.999999999999.{handle.split('.')[2]}",
    ],
)
def test_a_handle_cannot_be_guessed(shared: Service, shared_value: tuple[str, str, list[str]], change: Any) -> None:
    handle = found(shared, shared_value[1], "phone")["items"][0]["handle"]
    assert shared.get(f"/v1/entities/{handle}").status_code == 200
    assert shared.get(f"/v1/entities/{change(handle)}").status_code == 404
    other_run = shared.get(f"/v1/entities/{handle}?run=1")
    assert other_run.status_code in {404, 503}, "a handle is of one run"


def _branches(entities: Entities, requests: Iterable[str]) -> dict[str, str | None]:
    return {one: entities.branch_of(entities.find(one, Sort.REQUEST)[0].number) for one in requests}


def test_who_is_bound_to_branches_sees_requests_of_these_alone(
    service: Service, entities: Entities, monkeypatch: pytest.MonkeyPatch
) -> None:
    value = next(
        tie.to
        for number in range(2000)
        for tie in entities.ties(number)
        if tie.to.is_value and len({entities.branch_of(one.request) for one in entities.requests(tie.to)}) > 1
    )
    kind, text = value.sort, entities.text(value)
    requests = sorted({entities.text(Entity(Sort.REQUEST, one.request)) for one in entities.requests(value)})
    branches = _branches(entities, requests)
    mine = next(branch for branch in branches.values() if branch)
    for name, branch in (("bound", mine), ("elsewhere", NOWHERE)):
        bound = Principal(f"U-{name}", name, frozenset({Role.INVESTIGATOR}), frozenset({branch}), f"K-{name}")
        monkeypatch.setitem(PRINCIPALS, name, bound)
    whole = found(service, text, kind)["items"][0]
    seen = found(service, text, kind, "bound")["items"][0]
    wanted = {tie.request for tie in entities.requests(value) if entities.branch_of(tie.request) == mine}
    assert seen["requests"] == len(wanted) < whole["requests"]
    around = service.json(f"/v1/entities/{seen['handle']}/neighbourhood?steps=4&max_nodes=1000", "bound")
    shown = {one["label"] for one in around["nodes"] if one["sort"] == "request"}
    assert shown >= {entities.text(entities.find(one, Sort.REQUEST)[0]) for one in requests if branches[one] == mine}
    for label in shown:
        assert entities.branch_of(entities.find(label, Sort.REQUEST)[0].number) == mine
    foreign = next(one for one in requests if branches[one] != mine)
    assert found(service, foreign, "request", "bound")["items"] == []
    assert found(service, text, kind, "elsewhere")["of"] == 0
    handle = found(service, foreign, "request")["items"][0]["handle"]
    assert service.get(f"/v1/entities/{handle}", "bound").status_code == 404
    assert service.get(f"/v1/entities/{seen['handle']}", "elsewhere").status_code == 404


def test_an_index_that_was_removed_is_not_asked_any_more(
    service: Service, place: Place, shared_value: tuple[str, str, list[str]]
) -> None:
    index, aside = (place.path / "runs" / "run-000002" / name for name in ("index", ".aside"))
    before = found(service, shared_value[1])
    index.rename(aside)
    try:
        answer = service.post("/v1/search", {"text": shared_value[1]})
    finally:
        aside.rename(index)
    assert answer.status_code == 503
    assert found(service, shared_value[1]) == before
