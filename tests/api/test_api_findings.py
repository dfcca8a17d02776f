"""Runs and their difference, what changed since somebody looked, leads of patterns, and the journal."""

from __future__ import annotations

import shutil

import pytest
from tests.api.conftest import Place, Service

from ringfinder.pipeline.compare import compare_runs


def test_runs_are_listed_with_the_newest_first(shared: Service) -> None:
    said = shared.json("/v1/runs")
    assert [(one["run_id"], one["current"]) for one in said["items"]] == [("run-000002", True), ("run-000001", False)]
    first = shared.json("/v1/runs?limit=1")
    second = shared.json(f"/v1/runs?limit=1&cursor={first['next']}")
    assert [one["run_id"] for one in first["items"] + second["items"]] == ["run-000002", "run-000001"]
    assert second["next"] is None
    assert shared.get("/v1/runs?cursor=abc").status_code == 400


def test_a_run_tells_what_it_found(shared: Service, place: Place) -> None:
    for name, number in (("current", 2), ("2", 2), ("run-000001", 1), ("previous", 1)):
        said = shared.json(f"/v1/runs/{name}", "operator")
        rings = place.rings(number)
        assert said["rings"]["alert"] + said["rings"]["review"] == len(rings)
        assert said["member_requests"] == sum(len(ring.members) for ring in rings)
        assert said["compared_with"] == (None if number == 1 else "run-000001")
        assert said["files"] is True
    assert shared.get("/v1/runs/3").status_code == 404


def test_coverage_says_which_evidence_was_on(shared: Service) -> None:
    said = shared.json("/v1/runs/current/coverage")
    assert {one["table"] for one in said["files"]} >= {"surrender_requests", "policies"}
    assert all(one["zh"] and one["en"] for one in said["evidence"])
    assert any(one["on"] for one in said["evidence"])


@pytest.mark.parametrize(("old", "new"), [("1", "2"), ("2", "1"), ("2", "2")])
def test_the_difference_is_that_of_the_command(shared: Service, old: str, new: str) -> None:
    runs = shared.site.workspace.runs
    found = compare_runs(runs.find(old), runs.find(new), runs.files)
    said = shared.json(f"/v1/runs/{old}/diff/{new}?limit=200")
    assert [said[name] for name in ("born", "changed", "gone", "unchanged")] == [
        len(found.born),
        len(found.changed),
        len(found.gone),
        found.unchanged,
    ]
    for told, change in zip(said["items"], (*found.born, *found.changed, *found.gone), strict=True):
        assert told["ring_id"] == change.ring_id
        assert told["why"] == change.why.value
        assert told["joined"] == list(change.joined)
        assert [one["ring_id"] for one in told["kin"]] == [ring for ring, _ in change.kin]
    first = shared.json(f"/v1/runs/{old}/diff/{new}?limit=1")
    assert first["items"] == said["items"][:1]


def test_who_never_looked_sees_every_ring_as_new(service: Service, place: Place) -> None:
    said = service.json("/v1/changes?limit=200", "reviewer")
    assert (said["since"], said["looked_at"], said["run_id"]) == (None, None, "run-000002")
    assert [one["ring_id"] for one in said["items"]] == [ring.ring_id for ring in place.rings()]
    assert said["total"] == said["born"] == len(place.rings())
    first = service.json("/v1/changes?limit=1", "reviewer")
    second = service.json(f"/v1/changes?limit=1&cursor={first['next']}", "reviewer")
    assert [one["ring_id"] for one in first["items"] + second["items"]] == [one["ring_id"] for one in said["items"][:2]]


def test_the_mark_moves_only_when_it_is_moved_and_is_one_s_own(service: Service) -> None:
    cursor = service.json("/v1/changes?limit=1", "compliance")["next"]
    marked = service.post("/v1/changes/seen", {"run": "1"}, "compliance").json()
    assert marked["run_id"] == "run-000001"
    since = service.json("/v1/changes?limit=200", "compliance")
    diff = service.json("/v1/runs/1/diff/2?limit=200")
    assert since["since"] == "run-000001"
    assert since["items"] == diff["items"]
    assert since["total"] == diff["total"] > 0
    assert service.json("/v1/changes", "compliance")["total"] == since["total"], "looking moves no mark"
    assert service.get(f"/v1/changes?limit=1&cursor={cursor}", "compliance").status_code == 400
    service.post("/v1/changes/seen", {"run": "current"}, "compliance")
    assert service.json("/v1/changes", "compliance")["total"] == 0
    assert service.json("/v1/changes", "reviewer")["since"] is None


@pytest.mark.parametrize("body", [{}, {"run": "7"}, {"run": 1}, {"run": "1", "user": "x"}, [], "1", None])
def test_a_mark_at_no_run_is_refused(service: Service, body: object) -> None:
    status = service.post("/v1/changes/seen", body, "aml").status_code
    assert status == (404 if body == {"run": "7"} else 422)
    assert service.json("/v1/changes", "aml")["since"] is None


def test_leads_are_listed_by_pattern_and_counted_until_seen(service: Service) -> None:
    leads = service.site.workspace.leads
    patterns = ("patterns/t01-shared-contact", "patterns/t06-shared-payee")
    for pattern in patterns:
        found = [
            ({"kind": "phone", "key": f"k{number}"}, {"caption": "139****0001", "n": number}) for number in range(3)
        ]
        leads.record(2, pattern, 1, found)
    every = service.json("/v1/leads")
    assert every["total"] == 6
    assert [one["pattern"] for one in every["items"]] == sorted(one["pattern"] for one in every["items"])
    assert service.json(f"/v1/leads?pattern={patterns[1]}")["total"] == 3
    assert service.json("/v1/leads?run=1")["total"] == 0
    assert service.get("/v1/leads?run=9").status_code == 404
    joined, cursor = [], ""
    while True:
        page = service.json(f"/v1/leads?limit=4{cursor}")
        joined += page["items"]
        if page["next"] is None:
            break
        cursor = f"&cursor={page['next']}"
    assert joined == every["items"]
    assert service.get(f"/v1/leads?pattern={patterns[0]}&limit=4{cursor}").status_code == 400
    assert service.json("/v1/changes", "reviewer")["new_leads"] == 6
    service.post("/v1/changes/seen", {"run": "2"}, "south")
    for pattern in patterns:
        leads.record(2, pattern, 1, [])


def test_the_journal_is_read_page_by_page(service: Service, place: Place) -> None:
    assert service.get("/v1/journal/head", "auditor").status_code == 404
    for _ in range(5):
        service.get(f"/v1/rings/{place.rings()[0].ring_id}/graph?reveal=true", x_purpose="case 7")
    assert service.json("/v1/journal/head", "auditor")["sequence"] == 5
    seen, cursor = [], ""
    while True:
        page = service.json(f"/v1/journal?limit=2{cursor}", "auditor")
        seen += [one["sequence"] for one in page["items"]]
        if page["next"] is None:
            break
        cursor = f"&cursor={page['next']}"
    assert seen == [5, 4, 3, 2, 1]
    assert page["items"][0]["purpose"] == "case 7"
    assert service.get("/v1/journal?cursor=W10", "auditor").status_code == 400


def test_a_run_whose_files_are_gone_is_told_apart_and_found_again(service: Service, place: Place) -> None:
    folder = place.path / "runs" / "run-000001"
    aside = folder.with_name("aside")
    shutil.move(folder, aside)
    try:
        assert service.json("/v1/runs/1")["files"] is False
        assert service.json("/v1/runs/1", "north")["member_requests"] == 0
        for path in ("/v1/rings?run=1", "/v1/runs/1/coverage", "/v1/runs/1/diff/2", "/v1/rings?changed_since=1"):
            assert service.get(path).status_code == 404, path
        service.post("/v1/changes/seen", {"run": "1"}, "north")
        assert service.json("/v1/changes", "north")["total"] == service.json("/v1/rings", "north")["of"]
    finally:
        shutil.move(aside, folder)
    assert service.json("/v1/rings?run=1")["of"] == len(place.rings(1))
