"""Statistics, refunds and policies at risk as somebody meets them at the command line."""

from __future__ import annotations

import csv
import json
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from tests.e2e.run.conftest import Site
from tests.journals import journalled
from tests.results import Command

from ringfinder.identity import OPERATORS, ApiKeys, Principal, Role, Users
from ringfinder.settings import Settings
from ringfinder.statistics.output import FILES
from ringfinder.store import Workspace


def refused(ringfinder: Command, *args: str, because: str) -> bool:
    """Whether a command ends as one does that was asked wrongly, and says why."""
    done = ringfinder(*args)
    return done.code == 2 and done.out == "" and because in done.err


def test_a_period_is_told_and_written(site: Site, ringfinder: Command, tmp_path: Path) -> None:
    out = tmp_path / "q1"
    text = ringfinder("stats", "--period", "2025-Q4", "--out", str(out)).out
    for word in ("2025-Q4", "surrender rate", "request-level", "Exposure", "never verdicts", "statistics.html"):
        assert word in text
    assert {path.name for path in out.iterdir()} == FILES
    said = json.loads(ringfinder("stats", "--period", "2025-Q4", "--json").out)
    assert said == json.loads((out / "statistics.json").read_text(encoding="utf-8"))
    zh = ringfinder("stats", "--period", "2025", "--lang", "zh").out
    for word in ("退保统计 2025", "退款资金监督", "申请口径", "线索，不是结论"):
        assert word in zh
    assert json.loads(ringfinder("stats", "--json").out)["period"]["name"].startswith("20")


def test_refunds_are_listed_masked_and_written_in_each_form(site: Site, ringfinder: Command, tmp_path: Path) -> None:
    said = json.loads(ringfinder("refunds", "--period", "2025", "--json").out)
    assert said["masked"] is True
    (rows,) = (one["rows"] for one in said["tables"] if one["name"] == "refund_rows")
    for form in ("csv", "xlsx", "json"):
        path = tmp_path / f"list.{form}"
        ringfinder("refunds", "--period", "2025", "--out", str(path))
        assert path.stat().st_mode & 0o777 == 0o600
    assert json.loads((tmp_path / "list.json").read_text(encoding="utf-8")) == said
    with (tmp_path / "list.csv").open(encoding="utf-8-sig", newline="") as file:
        assert len(list(csv.reader(file))) == len(rows) + 1
    assert len(openpyxl.load_workbook(tmp_path / "list.xlsx").sheetnames) == 5
    ring = site.rings()[0]
    of_ring = json.loads(ringfinder("refunds", "--ring", ring.ring_id, "--json").out)
    assert (of_ring["ring_id"], of_ring["period"]) == (ring.ring_id, None)
    text = ringfinder("refunds", "--ring", ring.ring_id, "--lang", "zh").out
    assert "付款超过现金价值" in text
    assert "****" in text


def test_a_revealed_list_is_journalled_and_only_then_holds_accounts(site: Site, ringfinder: Command) -> None:
    masked = ringfinder("refunds", "--period", "2025", "--json").out
    assert refused(ringfinder, "refunds", "--period", "2025", "--reveal", because="--purpose")
    shown = json.loads(ringfinder("refunds", "--period", "2025", "--json", "--reveal", "--purpose", "case 7").out)
    assert shown["masked"] is False
    (accounts,) = (one["rows"] for one in shown["tables"] if one["name"] == "refund_accounts")
    assert accounts
    assert not any(row[0] in masked for row in accounts)
    entry = journalled(site.path)[-1]
    assert (entry.action, entry.object, entry.purpose, entry.mac) == (
        "reveal",
        "refunds of 2025",
        "case 7",
        shown["anchor"],
    )


def test_policies_at_risk_come_with_what_the_list_is_for(site: Site, ringfinder: Command, tmp_path: Path) -> None:
    text = ringfinder("at-risk").out
    assert text.startswith("For protection and callback")
    said = json.loads(ringfinder("at-risk", "--json").out)
    assert said["total"] == len(said["policies"]) > 0
    one = json.loads(ringfinder("at-risk", "--json", "--limit", "1").out)
    assert (one["total"], len(one["policies"])) == (said["total"], 1)
    path = tmp_path / "callback.xlsx"
    ringfinder("at-risk", "--out", str(path), "--lang", "zh")
    first = openpyxl.load_workbook(path).worksheets[0]
    assert "不得用于拒绝" in str(first.cell(1, 2).value)


@pytest.mark.parametrize(
    ("args", "why"),
    [
        (("stats", "--period", "2025-Q5"), "is no period"),
        (("stats", "--run", "9"), "no run '9'"),
        (("refunds", "--ring", "RF-ZZZZZZZZ"), "no ring"),
        (("refunds", "--ring", "RF-ZZZZZZZZ", "--period", "2025"), "at once"),
        (("refunds", "--out", "list.pdf"), "names a form"),
        (("at-risk", "--out", "list"), "names a form"),
        (("at-risk", "--limit", "0"), "--limit"),
        (("stats", "--out", "."), "other files"),
    ],
)
def test_what_is_asked_wrongly_is_told(
    site: Site, ringfinder: Command, tmp_path: Path, args: tuple[str, ...], why: str
) -> None:
    (tmp_path / "mine.txt").write_text("mine")
    assert refused(ringfinder, *args, because=why)


def test_a_key_sees_what_its_role_and_branches_allow(
    site: Site, ringfinder: Command, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = json.loads(ringfinder("stats", "--period", "2025", "--json").out)
    keys = {}
    with Workspace.open(Settings(site.path)) as workspace:
        for name, role, branches in (
            ("desk", Role.DESK, None),
            ("aud", Role.AUDITOR, None),
            ("ann", Role.INVESTIGATOR, ["B001"]),
        ):
            keys[name] = _key(workspace, name, role, branches)
    monkeypatch.setenv("RINGFINDER_KEY", keys["desk"])
    for command in ("stats", "refunds", "at-risk"):
        assert refused(ringfinder, command, because="desk may not")
    monkeypatch.setenv("RINGFINDER_KEY", keys["aud"])
    assert json.loads(ringfinder("stats", "--period", "2025", "--json").out)["tables"] == whole["tables"]
    assert refused(ringfinder, "refunds", because="aud may not")
    monkeypatch.setenv("RINGFINDER_KEY", keys["ann"])
    bound = json.loads(ringfinder("stats", "--period", "2025", "--json").out)
    assert bound["branches"] == ["B001"]
    assert 0 < _requests(bound) < _requests(whole)


def _requests(said: dict[str, Any]) -> int:
    (totals,) = (one for one in said["tables"] if one["name"] == "totals")
    found: int = totals["rows"][0][2]
    return found


def _key(workspace: Workspace, name: str, role: Role, branches: list[str] | None) -> str:
    admin = Principal("", "operator:test", OPERATORS)
    user = Users(workspace).create(name, by=admin, roles={role}, branches=branches)
    return ApiKeys(workspace).create(user, name, by=admin)
