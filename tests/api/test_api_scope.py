"""Who is bound to branches sees rings with a member there, and of foreign members counts only: in every answer."""

from __future__ import annotations

import io
import json
from dataclasses import replace

import openpyxl
import pytest
from tests.api.conftest import NORTH, SOUTH, Place, Service
from tests.results import PAYEE, PHONE, make_ring

from ringfinder.records.rings import (
    HIDDEN,
    Associate,
    AttributeKey,
    Central,
    Lineage,
    LineageStatus,
    LinkedRing,
    Ring,
    Role,
)
from ringfinder_api.services.scoped import Own, restricted

OF_A_RING = ("", "/members", "/evidence", "/timeline", "/graph", "/graphml", "/page", "/members?format=csv")


def southern(place: Place) -> set[str]:
    """Everything that names somebody of the south and nobody of the north: requests, applicants, policies."""
    named = ("request_id", "applicant_id", "policy_no")
    members = place.members()
    north = {one[name] for one in members if one["branch_code"] == NORTH for name in named}
    return {one[name] for one in members if one["branch_code"] == SOUTH for name in named if one[name]} - north


def hidden_values(ring: Ring, place: Place) -> set[str]:
    """Raw values of a ring that no member in the north uses."""
    mine = {one["request_id"] for one in place.members() if one["branch_code"] == NORTH}
    seen = {shared.key.value for shared in ring.shared if mine & set(shared.requests)}
    return {shared.key.value for shared in ring.shared} - seen


def crossing(place: Place) -> list[Ring]:
    """Rings with members in both branches."""
    branches: dict[str, set[str]] = {}
    for one in place.members():
        branches.setdefault(one["ring_id"], set()).add(one["branch_code"])
    return [ring for ring in place.rings() if branches[ring.ring_id] == {NORTH, SOUTH}]


def test_who_is_bound_to_another_branch_sees_nothing_in_lists_totals_and_changes(shared: Service) -> None:
    page = shared.json("/v1/rings", "nowhere")
    assert (page["total"], page["of"], page["items"]) == (0, 0, [])
    assert shared.json("/v1/changes", "nowhere")["total"] == 0
    diff = shared.json("/v1/runs/1/diff/2", "nowhere")
    assert (diff["total"], diff["unchanged"], diff["items"]) == (0, 0, [])
    run = shared.json("/v1/runs/2", "nowhere")
    assert run["requests"] is None
    assert run["rings"] == {"alert": 0, "review": 0, "faded": None}
    assert run["member_requests"] == 0
    assert shared.json("/v1/runs/2/coverage", "nowhere")["files"] == []


@pytest.mark.parametrize("part", [*OF_A_RING, "/cypher"])
def test_a_ring_of_another_branch_is_as_one_that_does_not_exist(shared: Service, place: Place, part: str) -> None:
    known, made_up = place.rings()[0].ring_id, "RF-ZZZZZZZZ"
    answers = [shared.get(f"/v1/rings/{ring}{part}", "nowhere") for ring in (known, made_up)]
    assert [one.status_code for one in answers] == [404, 404]
    said = [{**one.json(), "request_id": ""} for one in answers]
    assert said[0] == said[1]


def test_lists_hold_the_rings_with_a_member_there(shared: Service, place: Place) -> None:
    for key, branch in (("north", NORTH), ("south", SOUTH)):
        wanted = {one["ring_id"] for one in place.members() if one["branch_code"] == branch}
        page = shared.json("/v1/rings?limit=200", key)
        assert {one["ring_id"] for one in page["items"]} == wanted
        assert (page["total"], page["of"]) == (len(wanted), len(wanted))
    assert shared.json("/v1/rings", "north")["of"] < shared.json("/v1/rings")["of"]


def test_asking_for_a_foreign_branch_or_agent_tells_nothing(shared: Service, place: Place) -> None:
    assert shared.json(f"/v1/rings?branch={SOUTH}")["total"] > 0
    assert shared.json(f"/v1/rings?branch={SOUTH}", "north")["total"] == 0
    agents = {
        branch: {one["agent_no"] for one in place.members() if one["branch_code"] == branch}
        for branch in (NORTH, SOUTH)
    }
    foreign = min(filter(None, agents[SOUTH] - agents[NORTH]))
    assert shared.json(f"/v1/rings?agent={foreign}")["total"] > 0
    assert shared.json(f"/v1/rings?agent={foreign}", "north")["total"] == 0


@pytest.mark.parametrize("reveal", ["", "reveal=true"])
@pytest.mark.parametrize("part", OF_A_RING)
def test_no_answer_names_a_foreign_member_or_value(shared: Service, place: Place, part: str, reveal: str) -> None:
    foreign = southern(place)
    for ring in crossing(place):
        path = f"/v1/rings/{ring.ring_id}{part}"
        if reveal and "members" not in part and part != "/timeline":  # which holds no value to reveal
            path += ("&" if "?" in path else "?") + reveal
        answer = shared.get(path, "north", x_purpose="case 7")
        assert answer.status_code == 200
        assert [one for one in sorted(foreign) if one in answer.text] == []
        assert [one for one in sorted(hidden_values(ring, place)) if one in answer.text] == []


def test_workbooks_hold_to_the_scope_too(shared: Service, place: Place) -> None:
    ring = crossing(place)[0]
    answer = shared.get(f"/v1/rings/{ring.ring_id}/members?format=xlsx", "north")
    rows = list(openpyxl.load_workbook(io.BytesIO(answer.content)).active.values)
    mine = [one for one in place.members() if one["ring_id"] == ring.ring_id and one["branch_code"] == NORTH]
    assert [row[1] for row in rows[1:-1]] == [one["request_id"] for one in mine]
    assert f"(of {len(ring.members)} in all)" in rows[-1][0]
    assert f"{len(mine)} of {len(mine)} member requests" in rows[-1][0]


def test_foreign_members_appear_as_counts(shared: Service, place: Place) -> None:
    for ring in crossing(place):
        said = shared.json(f"/v1/rings/{ring.ring_id}", "north")
        mine = {one["request_id"] for one in place.members() if one["branch_code"] == NORTH}
        own = [one for one in ring.members if one.request_id in mine]
        assert said["requests"] == len(ring.members)
        assert said["elsewhere"] == len(ring.members) - len(own) > 0
        assert (said["members"]["total"], said["members"]["of"]) == (len(own), len(ring.members))
        assert said["shared"]["total"] == len(ring.shared)
        assert [one["rows_total"] for one in said["evidence"]] == [
            len(term.rows) for term in sorted(ring.evidence, key=lambda term: -term.weight)
        ]
        graph = shared.json(f"/v1/rings/{ring.ring_id}/graph", "north")
        assert sum(node["type"] == "request" for node in graph["nodes"]) == len(own)
        assert graph["elsewhere"] == said["elsewhere"]
        timeline = shared.json(f"/v1/rings/{ring.ring_id}/timeline", "north")
        assert sum(one["requests"] for one in timeline["items"]) == timeline["total"] == len(own)
        assert timeline["of"] == len(ring.members)


def test_a_value_of_the_foreign_members_alone_keeps_its_counts_and_loses_what_it_is(
    shared: Service, place: Place
) -> None:
    found = [ring for ring in crossing(place) if hidden_values(ring, place)]
    assert found, "the site has a ring with a value that the north does not use"
    for ring in found:
        said = shared.json(f"/v1/rings/{ring.ring_id}", "north")["shared"]["items"]
        hidden = hidden_values(ring, place)
        for told, shared_value in zip(said, ring.shared, strict=True):
            assert (told["kind"], told["members"], told["holders"]) == (
                shared_value.key.kind,
                shared_value.members,
                shared_value.holders,
            )
            if shared_value.key.value in hidden:
                assert "…" in told["value"]
                assert told["requests"] == []
                assert told["first_at"] is None


def test_linked_rings_and_rings_before_are_those_that_may_be_seen() -> None:
    ring = replace(
        make_ring(size=6),
        linked=(LinkedRing("RF-SEEN", (PHONE, PAYEE), 2), LinkedRing("RF-HIDDEN", (PHONE,), 1)),
        lineage=Lineage(LineageStatus.MERGED, ("RF-BEFORE", "RF-OTHER"), 0.7),
        central=(Central(AttributeKey("applicant", "P00001"), 0.5), Central(AttributeKey("applicant", "P00002"), 0.4)),
        associates=(
            Associate(Role.AGENT, AttributeKey("agent", "A1"), 4),
            Associate(Role.AGENT, AttributeKey("agent", "A2"), 2),
        ),
    )
    mine = [
        {"request_id": "R00001", "applicant_id": "P00001", "policy_no": "L1", "branch_code": NORTH, "agent_no": "A1"},
    ]
    seen = restricted(ring, Own.of(ring, mine, {"RF-SEEN", ring.ring_id}, {"RF-BEFORE"}))
    (link,) = seen.linked
    assert link.ring_id == "RF-SEEN"
    assert link.shared == (PHONE, AttributeKey("bank_account", HIDDEN)), "the first member uses the phone alone"
    assert seen.lineage == Lineage(LineageStatus.MERGED, ("RF-BEFORE",), 0.7)
    assert [one.key.value for one in seen.central] == ["P00001", HIDDEN]
    assert [one.key.value for one in seen.associates] == ["A1", HIDDEN]
    assert [one.requests for one in seen.shared] == [("R00001",), (), ()]
    assert {row.key for term in seen.evidence for row in term.rows} <= {"R00001"}
    assert (seen.score, seen.money, seen.units) == (ring.score, ring.money, ring.units)


def test_the_difference_of_runs_names_own_requests_only(shared: Service, place: Place) -> None:
    foreign = southern(place)
    text = shared.get("/v1/runs/1/diff/2", "north").text
    assert [one for one in sorted(foreign) if one in text] == []
    whole = shared.json("/v1/runs/1/diff/2")
    assert sum(len(one["joined"]) for one in whole["items"]) > 0
    mine = {one["ring_id"]: one for one in json.loads(text)["items"]}
    for one in whole["items"]:
        if one["ring_id"] in mine:
            assert mine[one["ring_id"]]["joined_total"] == one["joined_total"]


def test_leads_and_the_journal_are_for_who_is_bound_to_no_branch(service: Service, place: Place) -> None:
    identity, row = {"kind": "phone", "key": "ab12"}, {"caption": "139****0001", "requests": ["R1"]}
    service.site.workspace.leads.record(2, "patterns/t01-shared-contact", 1, [(identity, row)])
    assert service.json("/v1/leads")["total"] == 1
    assert service.json("/v1/leads", "north") == {"total": 0, "items": [], "next": None}
    assert service.json("/v1/changes", "north")["new_leads"] == 0
    assert service.get("/v1/journal", "clerk").status_code == 403
    assert service.get("/v1/journal/head", "clerk").status_code == 403
    service.site.workspace.leads.record(2, "patterns/t01-shared-contact", 1, [])
