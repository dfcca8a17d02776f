"""Statistics, refunds and policies at risk over HTTP: roles first, then branches, figures, pages, files, masks."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from tests.api.conftest import TOWN, Place, Service, service_of

from ringfinder.pipeline.statistics import Statistician
from ringfinder.settings import Settings
from ringfinder.statistics.at_risk import PURPOSE
from ringfinder.store import Workspace
from ringfinder_api.services import counting
from ringfinder_api.services.other_process import OtherProcess

ROUTES = ("/v1/stats", "/v1/refunds", "/v1/at-risk")
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@pytest.fixture(scope="module")
def counted(workspace: Workspace) -> Statistician:
    """What the command would say of the same workspace."""
    return Statistician(workspace)


@pytest.fixture(scope="module", autouse=True)
def here() -> Iterator[None]:
    """Count in this process: that there is another one is shown where every route is walked."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(OtherProcess, "ask", lambda _, work, *asked: work(*asked))
        yield
    for statistician in counting._statisticians.values():
        statistician._workspace.close()
    counting._statisticians.clear()


def table(said: dict[str, Any], name: str) -> list[dict[str, Any]]:
    """Rows of a table by name."""
    (one,) = (each for each in said["tables"] if each["name"] == name)
    columns = [column["name"] for column in one["columns"]]
    return [dict(zip(columns, row, strict=True)) for row in one["rows"]]


@pytest.mark.parametrize("path", ROUTES)
@pytest.mark.parametrize("key", ["", "expired", "desk", "complaints", "operator", "admin", "tip_custodian"])
def test_whoever_is_not_there_for_it_sees_nothing(shared: Service, path: str, key: str) -> None:
    assert shared.get(path, key).status_code == (401 if key in ("", "expired") else 403)


def test_an_auditor_sees_figures_and_nobody_s_payments(shared: Service) -> None:
    assert shared.get("/v1/stats", "auditor").status_code == 200
    for path in ROUTES[1:]:
        assert shared.get(path, "auditor").status_code == 403


@pytest.mark.parametrize(
    "asked",
    [
        "period=2026-Q5",
        "period=1949",
        "period=2026-02-30..2026-03-01",
        "period=x",
        "run=../1",
        "table=users",
        "limit=0",
    ],
)
def test_what_is_asked_wrongly_is_refused_and_not_echoed(shared: Service, asked: str) -> None:
    answer = shared.get(f"/v1/stats?{asked}")
    assert answer.status_code == 422
    (fault,) = answer.json()["errors"]
    assert fault["name"] == asked.partition("=")[0]
    assert set(fault) == {"in", "name", "reason"}


def test_a_period_and_a_ring_at_once_or_a_ring_that_is_not_there(shared: Service, place: Place) -> None:
    ring = place.rings()[0].ring_id
    assert shared.get(f"/v1/refunds?period=2025&ring={ring}").status_code == 400
    assert shared.get("/v1/refunds?ring=RF-ZZZZZZZZ").status_code == 404
    assert shared.get(f"/v1/refunds?ring={ring}", "nowhere").status_code == 404, "of others' rings nothing is known"
    for path in ROUTES:
        assert shared.get(f"{path}?run=run-000009").status_code == 404
        assert shared.get(f"{path}?colour=red").status_code == 422


def test_the_figures_are_those_of_the_command(shared: Service, counted: Statistician) -> None:
    said, found = shared.json("/v1/stats?period=2025-q4"), counted.period("2025-Q4")
    assert (said["period"]["name"], said["run_id"]) == ("2025-Q4", "run-000002")
    assert (said["tests"], said["warnings"]) == (found.tests, len(found.warnings))
    whole = table(said, "totals")[0]
    assert whole["requests"] == found.of("branch").total("requests") > 0
    assert sum(row["requests"] for row in table(said, "exposure")) == whole["requests"]
    assert {row["tier"] for row in table(said, "exposure")} > {"alert"}
    one = shared.json("/v1/stats?period=2025-Q4&table=warnings")
    assert [each["name"] for each in one["tables"]] == ["warnings"]
    earlier = shared.json("/v1/stats?period=2025-Q4&run=previous&table=exposure")
    assert earlier["run_id"] == "run-000001"


def test_a_branch_sees_figures_of_its_own(shared: Service, counted: Statistician) -> None:
    said = shared.json("/v1/stats?period=2025", "town")
    assert said["branches"] == [TOWN]
    whole = counted.period("2025").of("branch")
    own = whole.counts["requests"][whole.names.index(TOWN)]
    rows = table(said, "totals")
    assert rows[0]["requests"] == own > 0
    assert {row["value"] for row in rows if row["dimension"] == "branch"} == {TOWN}
    assert table(shared.json("/v1/stats?period=2025", "nowhere"), "totals")[0]["requests"] == 0
    refunds = shared.json("/v1/refunds?period=2025&limit=200", "town")
    assert {one["branch"] for one in refunds["items"]} == {TOWN}
    assert refunds["refunds"] == counted.refunds("2025", branches={TOWN}).found.refunds
    assert {one["branch"] for one in shared.json("/v1/at-risk", "town")["items"]} <= {TOWN}


def test_refunds_come_page_by_page_and_filtered(shared: Service, counted: Statistician) -> None:
    found = counted.refunds("2025").found
    seen, cursor = [], ""
    while cursor is not None:
        page = shared.json(f"/v1/refunds?period=2025&limit=60{cursor and f'&cursor={cursor}'}")
        seen += page["items"]
        cursor = page["next"]
    assert [one["row"]["key"] for one in seen] == [one.row.key for one in found.rows]
    assert page["total"] == len(found.rows)
    assert page["paid"]["fen"] == found.paid
    assert {one["finding"]: one["refunds"] for one in page["findings"]} == {
        one.finding: one.refunds for one in found.sums
    }
    third = shared.json("/v1/refunds?period=2025&finding=third_party&limit=200")
    assert third["total"] == next(one.refunds for one in found.sums if one.finding == "third_party") > 0
    assert all("third_party" in one["findings"] for one in third["items"])
    other = shared.get(f"/v1/refunds?period=2024&cursor={shared.json('/v1/refunds?period=2025&limit=2')['next']}")
    assert other.status_code == 400, "a cursor of another list"


def test_refunds_of_a_ring_are_its_members(shared: Service, place: Place) -> None:
    ring = place.rings()[0]
    said = shared.json(f"/v1/refunds?ring={ring.ring_id}&limit=200")
    assert (said["ring_id"], said["period"]) == (ring.ring_id, None)
    members = {one.request_id for one in ring.members}
    requests = {one["row"]["key"] for one in said["items"] if one["row"]["table"] == "surrender_requests"}
    assert requests
    assert requests <= members
    above = [one["paid_minus_cash_value"]["fen"] for one in said["items"] if "paid_above" in one["findings"]]
    assert sum(above) == ring.money.paid


def test_accounts_and_payees_are_masked_and_shown_for_a_purpose_that_is_journalled(
    shared: Service, counted: Statistician
) -> None:
    before, found = len(shared.ledger.written), counted.refunds("2025").found
    account = next(one.account.value for one in found.rows if one.account)
    payee = max((one.payee for one in found.rows if one.payee), key=len)
    for form in ("json", "csv"):
        said = shared.get(f"/v1/refunds?period=2025&limit=200&format={form}").text
        assert account not in said
        assert payee not in said
    assert len(shared.ledger.written) == before
    for key in ("aml", "auditor"):
        assert shared.get("/v1/refunds?period=2025&reveal=true", key, x_purpose="case 7").status_code == 403
    assert shared.get("/v1/refunds?period=2025&reveal=true").status_code == 400
    shown = shared.get("/v1/refunds?period=2025&reveal=true&limit=200", x_purpose="case 7")
    assert account in shown.text
    assert shown.json()["masked"] is False
    assert shared.get("/v1/at-risk?reveal=true", x_purpose="call back").status_code == 200
    assert [(one.action, one.object, one.purpose) for one in shared.ledger.written[before:]] == [
        ("reveal", "refunds of 2025", "case 7"),
        ("reveal", "policies at risk by run-000002", "call back"),
    ]
    shared.ledger.broken = True
    try:
        refused = shared.get("/v1/refunds?period=2025&reveal=true", x_purpose="case 7")
    finally:
        shared.ledger.broken = False
    assert refused.status_code == 503
    assert account not in refused.text


def test_the_list_of_policies_at_risk_says_what_it_is_for(shared: Service, counted: Statistician) -> None:
    said, found = shared.json("/v1/at-risk"), counted.risks().found
    assert (said["purpose_zh"], said["purpose_en"]) == PURPOSE
    assert (said["known"], said["in_force"], said["total"]) == (True, found.in_force, len(found.policies))
    assert [one["policy_no"] for one in said["items"]] == [one.policy_no for one in found.policies]
    assert said["items"], "the portfolio has some"
    for one in said["items"]:
        for reason in one["reasons"]:
            assert reason["rows"]
            assert "{0}" not in reason["zh"] + reason["en"]
    pages, cursor = [], ""
    while cursor is not None:
        page = shared.json(f"/v1/at-risk?limit=1{cursor and f'&cursor={cursor}'}")
        pages += page["items"]
        cursor = page["next"]
    assert pages == said["items"]


def test_lists_come_as_sheets(shared: Service, counted: Statistician) -> None:
    answer = shared.get("/v1/stats?period=2025-01-01..2025-06-30&table=totals&format=csv")
    assert answer.headers["content-disposition"] == 'attachment; filename="stats-2025-01-01-2025-06-30-totals.csv"'
    rows = list(csv.reader(io.StringIO(answer.text.lstrip("\ufeff"))))
    assert rows[0][:3] == ["dimension", "value", "requests"]
    assert rows[1][0] == "period"
    book = openpyxl.load_workbook(io.BytesIO(shared.get("/v1/refunds?period=2025", accept=XLSX).content))
    found = counted.refunds("2025").found
    sheet = book.active
    assert sheet is not None
    assert sheet.max_row == len(found.rows) + 2
    risks = shared.get("/v1/at-risk?format=csv").text
    assert "never to refuse" in risks
    assert "不得用于拒绝" in risks


def test_the_same_answer_has_the_same_tag(shared: Service) -> None:
    tag = shared.get("/v1/stats?period=2025").headers["etag"]
    assert shared.get("/v1/stats?period=2025", if_none_match=tag).status_code == 304
    assert shared.get("/v1/stats?period=2024").headers["etag"] != tag


def test_a_site_without_data_says_that_nothing_is_there(tmp_path: Path) -> None:
    with Workspace.open(Settings(tmp_path / "empty")) as workspace:
        service = service_of(workspace)
        for path in ROUTES:
            answer = service.get(path)
            assert answer.status_code == 404
            assert answer.json()["detail"] == "nothing was loaded yet"
