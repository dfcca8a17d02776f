"""Why over HTTP: asked of a process of its own, masked, journalled where revealed; the bound see their branches."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

import pytest
from tests.api.conftest import PRINCIPALS, Place, Service, service_of

from ringfinder.errors import InputError
from ringfinder.identity import Principal, Role
from ringfinder.index.entities import Entities, Entity, Sort
from ringfinder.pipeline.index import open_index
from ringfinder.pipeline.why import Asker
from ringfinder.store import Workspace


@pytest.fixture(scope="module")
def asked(workspace: Workspace) -> Iterator[Service]:
    service = service_of(workspace)
    yield service
    service.site.explainer.close()


@pytest.mark.parametrize(("key", "status"), [("", 401), ("desk", 403), ("auditor", 403)])
def test_it_is_for_readers_of_rings(shared: Service, key: str, status: int) -> None:
    assert shared.post("/v1/why", {"text": "x"}, key).status_code == status


def test_a_member_a_value_and_nobody(asked: Service, place: Place) -> None:
    ring = place.rings()[0]
    value = next(one for one in ring.shared if one.key.kind == "phone")
    said = asked.post("/v1/why", {"text": ring.members[0].request_id})
    assert said.status_code == 200, said.text
    (person,) = said.json()["findings"]["people"]
    assert ring.members[0].request_id in {one["request_id"] for one in person["episodes"][0]["requests"]}
    found = asked.post("/v1/why", {"text": value.key.value, "kind": "phone"})
    assert found.json()["findings"]["values"][0]["links"] is True
    assert value.key.value not in found.text, "values are masked"
    assert not asked.ledger.written
    nobody = asked.post("/v1/why", {"text": "nobody-knows-this"})
    assert nobody.status_code == 404
    headers = asked.bearer("investigator") | {"X-Purpose": "case 7"}
    revealed = asked.client.post("/v1/why?reveal=true", json={"text": value.key.value}, headers=headers)
    assert value.key.value in revealed.text
    (entry,) = asked.ledger.written
    assert (entry.action, entry.purpose) == ("reveal", "case 7")


@dataclass(frozen=True)
class Sides:
    """Two rings of different branches, a phone of each, and a value that both branches use.

    `foreign` names what has no request in `branch`: requests, applicants, policies, names and rings.
    """

    branch: str
    own: str
    theirs: str
    phone: str
    their_phone: str
    both: tuple[str, str]
    foreign: frozenset[str]


@pytest.fixture(scope="module")
def sides(workspace: Workspace, place: Place) -> Sides:
    entities = Entities(open_index(workspace, workspace.runs.find()))
    numbers = range(2000)
    of = {entities.text(Entity(Sort.REQUEST, number)): entities.branch_of(number) or "" for number in numbers}
    rings = [(ring, of[ring.members[0].request_id]) for ring in place.rings()]
    mine, branch = rings[0]
    theirs, other = next((ring, found) for ring, found in rings if found != branch)
    value = next(
        tie.to
        for number in numbers
        for tie in entities.ties(number)
        if tie.to.is_value and {entities.branch_of(one.request) for one in entities.requests(tie.to)} >= {branch, other}
    )
    table = workspace.portfolio().table("surrender_requests").select(["request_id", "applicant_id", "policy_no"])
    cells = {
        inside: {c for one in table.to_pylist() if (of[one["request_id"]] == branch) is inside for c in one.values()}
        for inside in (True, False)
    }
    people = workspace.portfolio().table("persons").select(["person_id", "name"]).to_pylist()
    names = {
        inside: {one["name"] for one in people if (one["person_id"] in cells[True]) is inside}
        for inside in (True, False)
    }
    hidden = (cells[False] | names[False]) - cells[True] - names[True] - {None}
    return Sides(
        branch,
        mine.members[0].request_id,
        theirs.members[0].request_id,
        next(one.key.value for one in mine.shared if one.key.kind == "phone"),
        next(one.key.value for one in theirs.shared if one.key.kind == "phone"),
        (value.sort, entities.text(value)),
        frozenset(hidden | {ring.ring_id for ring, found in rings if found != branch}),
    )


@pytest.fixture
def bound(sides: Sides, monkeypatch: pytest.MonkeyPatch) -> str:
    """The key of an investigator of the first branch."""
    reader = Principal("U-bound", "bound", frozenset({Role.INVESTIGATOR}), frozenset({sides.branch}), "K-bound")
    monkeypatch.setitem(PRINCIPALS, "bound", reader)
    return "bound"


@pytest.mark.parametrize("reveal", ["", "?reveal=true"])
def test_no_answer_to_the_bound_names_what_is_of_foreign_branches(
    asked: Service, sides: Sides, bound: str, reveal: str
) -> None:
    headers = asked.bearer(bound) | {"X-Purpose": "case 7"}
    kind, value = sides.both
    for body in ({"text": sides.own}, {"text": sides.phone}, {"text": value, "kind": kind}):
        said = asked.client.post(f"/v1/why{reveal}", json=body, headers=headers)
        assert said.status_code == 200, said.text
        assert set(re.findall(r"[\w-]+", said.text)) & sides.foreign == set()
    (told,) = said.json()["findings"]["values"]
    assert told["requests"] == len(told["holders"]) + told["elsewhere"] > len(told["holders"]) > 0


def test_what_only_foreign_branches_hold_is_as_unknown_as_what_nobody_does(
    asked: Service, sides: Sides, bound: str
) -> None:
    answers = [asked.post("/v1/why", {"text": one}, bound) for one in ("nobody", sides.theirs, sides.their_phone)]
    assert [one.status_code for one in answers] == [404, 404, 404]
    said = [one.json() | {"request_id": ""} for one in answers]
    assert said[0] == said[1] == said[2]
    assert asked.post("/v1/why", {"text": sides.own}, "nowhere").status_code == 404
    assert asked.post("/v1/why", {"text": sides.theirs}).status_code == 200


def test_near_names_are_not_told_to_the_bound(workspace: Workspace, sides: Sides) -> None:
    asker = Asker(workspace, workspace.runs.find())
    for branches, told in ((None, True), ({sides.branch}, False)):
        with pytest.raises(InputError) as refused:
            asker.find(sides.theirs[:-1], None, branches)
        assert (sides.theirs in refused.value.remedy) is told
