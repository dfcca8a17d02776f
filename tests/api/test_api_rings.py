"""Lists of rings: filters, orders, pages and sheets."""

from __future__ import annotations

import base64
import csv
import io
import json
import re
from typing import Any

import openpyxl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.api.conftest import NORTH, Place, Service

from ringfinder.report.listing import CSV_COLUMNS
from ringfinder_api.lists.sheets import Sheet, as_csv, as_xlsx

SORTS = [f"{sign}{name}" for name in ("score", "at_risk", "last_at", "first_at", "requests") for sign in ("", "-")]
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
pages = settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


def whole(service: Service, asked: str = "", key: str = "investigator") -> list[dict[str, Any]]:
    """Every ring that matches, on one page."""
    page = service.json(f"/v1/rings?limit=200&{asked}", key)
    assert page["next"] is None
    assert len(page["items"]) == page["total"]
    found: list[dict[str, Any]] = page["items"]
    return found


def ids(found: list[dict[str, Any]]) -> list[str]:
    return [one["ring_id"] for one in found]


REFUSED = [
    "tier=alarm", "limit=0", "limit=201", "limit=many", "sort=colour", "min_score=nan", "min_score=inf",
    "min_at_risk=-1", "min_paid=0.001", "since=yesterday", "run=../1", "run=RUN", "branch=", "kin=shared_phone",
    "format=pdf", "lineage=lost", "cursor=%C3%A4", f"cursor={'a' * 513}", "kind=shared_phon", "min_requests=0",
]  # fmt: skip


@pytest.mark.parametrize("asked", REFUSED)
def test_what_is_asked_wrongly_is_refused_and_not_echoed(shared: Service, asked: str) -> None:
    answer = shared.get(f"/v1/rings?{asked}")
    assert answer.status_code == 422
    said = answer.json()
    assert said["type"] == "urn:ringfinder:problem:invalid"
    name, _, value = asked.partition("=")
    (fault,) = said["errors"]
    assert (fault["in"], fault["name"]) == ("query", name)
    assert len(value) < 3 or value not in fault["reason"]
    assert set(fault) == {"in", "name", "reason"}


@pytest.mark.parametrize("run", ["9", "run-000009", "previou", "0", "999999999999999"])
def test_runs_that_are_not_there_are_not_found(shared: Service, run: str) -> None:
    assert shared.get(f"/v1/rings?run={run}").status_code == 404
    assert shared.get(f"/v1/rings?changed_since={run}").status_code == 404


def test_the_list_is_that_of_the_run(shared: Service, place: Place) -> None:
    said = shared.json("/v1/rings")
    assert ids(said["items"]) == [ring.ring_id for ring in place.rings()]
    assert said["run_id"] == "run-000002"
    assert said["total"] == said["of"] == len(place.rings())
    for told, ring in zip(said["items"], place.rings(), strict=True):
        assert told["score"] == round(ring.score, 4)
        assert told["requests"] == len(ring.members)
        assert told["money"]["requested"] == {
            "yuan": f"{ring.money.requested // 100}.{ring.money.requested % 100:02d}",
            "fen": ring.money.requested,
        }
    assert ids(shared.json("/v1/rings?run=previous")["items"]) == [ring.ring_id for ring in place.rings(1)]


def test_each_filter_leaves_what_it_says(shared: Service, place: Place) -> None:
    every = whole(shared)
    half = sorted(one["score"] for one in every)[len(every) // 2]
    asked = every[1]["money"]["requested"]
    members = place.members()
    agent = next(one["agent_no"] for one in members if one["agent_no"])
    of_agent = {one["ring_id"] for one in members if one["agent_no"] == agent}
    of_north = {one["ring_id"] for one in members if one["branch_code"] == NORTH}
    day = every[0]["last_at"][:10]
    kind = every[0]["kind"]
    for query, fits in (
        ("tier=alert", lambda one: one["tier"] == "alert"),
        (f"kind={kind}", lambda one: one["kind"] == kind),
        (f"branch={NORTH}", lambda one: one["ring_id"] in of_north),
        (f"agent={agent}", lambda one: one["ring_id"] in of_agent),
        (f"min_score={half}", lambda one: one["score"] >= half),
        ("min_requests=9", lambda one: one["requests"] >= 9),
        (f"min_requested={asked['yuan']}", lambda one: one["money"]["requested"]["fen"] >= asked["fen"]),
        (f"max_requested={asked['yuan']}", lambda one: one["money"]["requested"]["fen"] <= asked["fen"]),
        ("min_paid=0.01", lambda one: one["money"]["paid"]["fen"] >= 1),
        ("max_at_risk=0", lambda one: one["money"]["at_risk"]["fen"] == 0),
        (f"since={day}", lambda one: one["last_at"][:10] >= day),
        (f"until={day}", lambda one: one["first_at"][:10] <= day),
        ("lineage=born", lambda one: one["lineage"] == "born"),
    ):
        wanted = [one for one in every if fits(one)]
        assert ids(whole(shared, query)) == ids(wanted), query
        assert shared.json(f"/v1/rings?{query}")["of"] == len(every)


def test_changed_since_lists_what_the_difference_names(shared: Service) -> None:
    diff = shared.json("/v1/runs/1/diff/2?limit=200")
    changed = {one["ring_id"] for one in diff["items"] if one["change"] != "gone"}
    assert {one["ring_id"] for one in whole(shared, "changed_since=1")} == changed
    assert whole(shared, "changed_since=current") == []


@pytest.mark.parametrize("sort", SORTS)
def test_orders_are_what_they_say_and_equals_go_by_id(shared: Service, sort: str) -> None:
    name = sort.removeprefix("-")
    found = whole(shared, f"sort={sort}")
    values = [(one["money"]["at_risk"]["fen"] if name == "at_risk" else one[name], one["ring_id"]) for one in found]
    rising = sorted(sorted(values, key=lambda pair: pair[1]), key=lambda pair: pair[0], reverse=sort.startswith("-"))
    assert values == rising


@pages
@given(
    limit=st.integers(1, 20),
    sort=st.sampled_from(SORTS),
    asked=st.sampled_from(
        ["", "tier=alert", "tier=review", "min_requests=5", f"branch={NORTH}", "run=1", "max_paid=99999"]
    ),
    key=st.sampled_from(["investigator", "north", "south"]),
)
def test_pages_joined_are_the_whole_list(shared: Service, limit: int, sort: str, asked: str, key: str) -> None:
    joined: list[str] = []
    cursor = ""
    while True:
        page = shared.json(f"/v1/rings?{asked}&sort={sort}&limit={limit}{cursor}", key)
        assert 0 < len(page["items"]) <= limit or page["total"] == 0
        joined += ids(page["items"])
        if page["next"] is None:
            break
        cursor = f"&cursor={page['next']}"
    assert joined == ids(whole(shared, f"{asked}&sort={sort}", key))


def test_a_cursor_stays_in_its_run_when_another_becomes_current(shared: Service) -> None:
    first = shared.json("/v1/rings?run=previous&limit=1")
    assert first["run_id"] == "run-000001"
    runs = shared.site.workspace.runs
    asked = base64.urlsafe_b64decode(first["next"] + "==")
    assert json.loads(asked)[1] == 1
    second = shared.json(f"/v1/rings?run=previous&limit=1&cursor={first['next']}")
    assert second["run_id"] == "run-000001"
    assert runs.current_number() == 2


@pytest.mark.parametrize(
    "other", ["tier=alert", "sort=score", "run=1", "min_score=0", "branch=N001", "changed_since=1", "max_paid=1"]
)
def test_a_cursor_of_another_filter_is_refused(shared: Service, other: str) -> None:
    cursor = shared.json("/v1/rings?limit=1")["next"]
    answer = shared.get(f"/v1/rings?limit=1&cursor={cursor}&{other}")
    assert answer.status_code == 400
    assert answer.json()["type"] == "urn:ringfinder:problem:bad-cursor"
    assert shared.get(f"/v1/rings?limit=7&cursor={cursor}").status_code == 200


def _forged(said: object) -> str:
    return base64.urlsafe_b64encode(json.dumps(said).encode()).decode().rstrip("=")


def test_forged_cursors_are_refused(shared: Service, place: Place) -> None:
    cursor = shared.json("/v1/rings?limit=1")["next"]
    mark, run, after = json.loads(base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)))
    wrong: tuple[object, ...] = (
        [mark, run], [mark, "2", after], [mark, True, after], [mark, run, "x"], [mark, run, {}], [mark, run, [[1]]],
        ["x" * 12, run, after], [mark, run, ["RF", 1]], [mark, run, [None, None]], [mark, run, after, 1], {}, 7, None,
    )  # fmt: skip
    for said in wrong:
        assert shared.get(f"/v1/rings?limit=1&cursor={_forged(said)}").status_code == 400, said
    assert shared.get("/v1/rings?cursor=").status_code == 400
    assert shared.get(f"/v1/rings?limit=1&cursor={_forged([mark, 99, after])}").status_code == 404
    members = shared.json(f"/v1/rings/{place.rings()[0].ring_id}/members?limit=1")["next"]
    assert shared.get(f"/v1/rings?cursor={members}").status_code == 400


def test_a_cursor_opens_nothing_that_its_bearer_may_not_see(shared: Service) -> None:
    cursor = shared.json("/v1/rings?limit=1")["next"]
    assert shared.json(f"/v1/rings?limit=50&cursor={cursor}", "nowhere")["items"] == []


@pytest.mark.parametrize("asked", ["", "tier=alert", "min_requests=9&sort=last_at", "tier=alert&branch=X9"])
def test_sheets_hold_exactly_what_the_filter_leaves(shared: Service, asked: str) -> None:
    found = whole(shared, asked)
    text = shared.get(f"/v1/rings?{asked}&format=csv&limit=1")
    assert text.headers["content-type"] == "text/csv; charset=utf-8"
    assert text.headers["content-disposition"] == 'attachment; filename="rings-run-000002.csv"'
    lines = list(csv.reader(io.StringIO(text.content.decode("utf-8-sig"))))
    book = openpyxl.load_workbook(io.BytesIO(shared.get(f"/v1/rings?{asked}&format=xlsx").content))
    cells = [list(row) for row in book.active.values]
    for rows in (lines, cells):
        assert tuple(rows[0]) == CSV_COLUMNS
        assert [row[0] for row in rows[1:-1]] == ids(found)
        total = shared.json("/v1/rings")["of"]
        assert f"{len(found)} of {len(found)} rings (of {total} in all)" in str(rows[-1][0])
        for part in filter(None, asked.split("&")):
            assert part in str(rows[-1][0])
    assert [str(row[13]) for row in cells[1:-1]] == [one["money"]["agreed"]["yuan"] for one in found]


def test_the_form_follows_accept_unless_the_query_says_otherwise(shared: Service) -> None:
    def media(path: str, accept: str) -> str:
        return str(shared.get(path, accept=accept).headers["content-type"]).partition(";")[0]

    assert media("/v1/rings", "text/csv") == "text/csv"
    assert media("/v1/rings", XLSX) == XLSX
    assert media("/v1/rings", "text/html, text/csv;q=0.9") == "text/csv"
    assert media("/v1/rings", "*/*") == "application/json"
    assert media("/v1/rings", "application/json, text/csv") == "application/json"
    assert media("/v1/rings?format=json", "text/csv") == "application/json"


HOSTILE = ("=1+1", "+1+1", "-1+cmd", "@SUM(A1)", "\tx", "\rx", "＝1", '=HYPERLINK("http://x")')


@pytest.mark.parametrize("cell", HOSTILE)
def test_no_cell_of_a_sheet_runs_as_a_formula(run_at: Any, cell: str) -> None:
    sheet = Sheet("x", ("a", "b"), [(cell, -5)], 1, 1, ("行", "lines"), run_at, {"branch": cell})
    (header, row, end) = csv.reader(io.StringIO(as_csv(sheet).decode("utf-8-sig"), newline=""))
    assert header == ["a", "b"]
    assert row == [f"'{cell}", "-5"]
    assert not end[0].startswith(("=", "+", "-", "@"))
    page = openpyxl.load_workbook(io.BytesIO(as_xlsx(sheet))).active
    assert [one.data_type for one in page[2]] == ["s", "n"]
    assert re.sub(r"_x000[0-9A-F]_", "", str(page["A2"].value)).startswith("'")
    assert page["A2"].hyperlink is None


@pytest.fixture
def run_at(shared: Service) -> Any:
    return shared.site.views.run("current").finished_at


def test_the_same_list_is_the_same_file(shared: Service) -> None:
    for form in ("csv", "xlsx"):
        first, second = (shared.get(f"/v1/rings?format={form}") for _ in range(2))
        assert first.content == second.content
        assert first.headers["etag"] == second.headers["etag"]
