"""Stored runs as a user meets them: detect, runs, rings, settings, diff."""

import csv
import io
import json
import shutil
import stat
from pathlib import Path
from typing import Any

import pytest
from tests.e2e.run.conftest import Site
from tests.results import Command, Results

from ringfinder.detect import DetectSettings
from ringfinder.records.rings import LineageStatus

NUMBER = next(name for name, value in vars(DetectSettings()).items() if type(value) is float)


def said(ringfinder: Command, *arguments: str | Path) -> Any:
    done = ringfinder(*arguments, "--json")
    assert done.code == 0, done.err
    return json.loads(done.out)


def changed_settings(path: Path) -> Path:
    file = path / "mine.toml"
    file.write_text(f"version = {DetectSettings().version}\n{NUMBER} = {vars(DetectSettings())[NUMBER] / 2}\n")
    return file


def test_a_run_is_listed_with_what_it_looked_at(site: Site, ringfinder: Command) -> None:
    (run,) = said(ringfinder, "runs")
    assert run["run_id"] == "run-000001"
    assert run["current"] is True
    assert run["files"] is True
    assert run["settings"] == DetectSettings().hash
    assert run["requests"] == 2000
    assert len(run["batches"]) == 1
    assert {"read", "lineage", "write"} < set(run["seconds"])
    assert run["rings"]["alert"] + run["rings"]["review"] == len(site.rings()) > 0
    shown = ringfinder("runs").out
    assert "run-000001 *" in shown
    assert "2,000" in shown


def test_the_files_of_a_run_are_its_owners_alone(site: Site) -> None:
    folder = site.path / "runs" / "run-000001"
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    for path in folder.rglob("*"):
        assert stat.S_IMODE(path.stat().st_mode) == (0o700 if path.is_dir() else 0o600), path


def test_the_same_again_continues_every_ring(site: Site, ringfinder: Command) -> None:
    done = said(ringfinder, "detect")
    assert done["run_id"] == "run-000002"
    assert done["compared_with"] == "run-000001"
    assert done["lineage"] == {"continued": len(site.rings(1))}
    assert [ring.ring_id for ring in site.rings(2)] == [ring.ring_id for ring in site.rings(1)]
    assert {ring.lineage.status for ring in site.rings(1) if ring.lineage} == {LineageStatus.BORN}
    difference = said(ringfinder, "diff", "1", "2")
    assert [difference[name] for name in ("data", "settings", "born", "changed", "gone")] == [{}, {}, [], [], []]
    assert "the same data" in ringfinder("diff", "previous", "current").out


def test_a_window_leaves_out_old_requests_and_ids_come_back_afterwards(site: Site, ringfinder: Command) -> None:
    first = {ring.ring_id for ring in site.rings(1)}
    done = said(ringfinder, "detect", "--window", "8")
    assert done["window"] == 8
    assert 0 < done["requests"] < 2000
    assert done["faded"], "a ring of last year is not in a window of eight months"
    short = site.rings(2)
    assert min(ring.first_at for ring in short) > min(ring.first_at for ring in site.rings(1))
    assert said(ringfinder, "detect")["requests"] == 2000
    assert {ring.ring_id for ring in site.rings(3)} == first
    difference = said(ringfinder, "diff", "1", "2")
    assert difference["data"] == {"window": {"old": None, "new": 8}}
    assert {one["ring_id"] for one in difference["gone"]} >= set(done["faded"])
    # What is usual is learnt from the requests in the window, so that a ring may go though none of its requests did.
    reasons = [one["why"] for one in difference["gone"]]
    assert "data" in reasons
    assert set(reasons) <= {"data", "context"}


def test_two_dates(site: Site, ringfinder: Command) -> None:
    done = said(ringfinder, "detect", "--as-of", "2025-06-30")
    assert done["as_of"] == "2025-06-30T00:00:00"
    assert all(ring.last_at.date().isoformat() <= "2025-06-30" for ring in site.rings(2))
    early = ringfinder("detect", "--known-at", "2020-01-01")
    assert early.code == 2
    assert "nothing was loaded by --known-at" in early.err
    empty = said(ringfinder, "detect", "--as-of", "1999-01-01")
    assert empty["requests"] == 0
    assert "nothing to look at" in empty["warnings"][0]
    assert ringfinder("rings").code == 0


def test_more_data_makes_rings_and_says_that_data_did_it(site: Site, ringfinder: Command, tmp_path: Path) -> None:
    more = tmp_path / "more"
    more.mkdir()
    rows = [
        f"N{n},L-N{n},P-N{n},2026-06-{n + 1:02d},negotiated,1000,9000,13977770000,6217000053149414636"
        for n in range(12)
    ]
    header = "request_id,policy_no,applicant_id,applied_at,kind,cash_value,requested_amount,phone,payout_account"
    (more / "surrender_requests.csv").write_text("\n".join([header, *rows]) + "\n", encoding="utf-8")
    assert ringfinder("load", more).code == 0
    assert ringfinder("detect").code == 0
    difference = said(ringfinder, "diff", "run-000001", "run-000002")
    assert len(difference["data"]["batches_added"]) == 1
    (fresh,) = [one for one in difference["born"] if one["unseen"] == 12]
    assert fresh["why"] == "data"
    text = ringfinder("diff", "1", "2").out
    assert fresh["ring_id"] in text
    assert "12 requests that the other run did not see" in text
    listed = said(ringfinder, "rings", "--changed-since", "1")
    assert fresh["ring_id"] in {ring["ring_id"] for ring in listed["rings"]}
    assert (listed["matching"] < listed["rings_in_run"]) == (difference["unchanged"] > 0)


def test_other_settings_stand_in_the_run_and_in_the_difference(
    site: Site, ringfinder: Command, portfolio: Path, tmp_path: Path
) -> None:
    file = changed_settings(tmp_path)
    done = said(ringfinder, "detect", "--settings", file)
    assert done["settings"] != DetectSettings().hash
    coverage = json.loads((site.path / "runs" / "run-000002" / "coverage.json").read_text(encoding="utf-8"))
    assert coverage["settings"] == done["settings"]
    usual = vars(DetectSettings())[NUMBER]
    assert said(ringfinder, "diff", "1", "2")["settings"] == {NUMBER: {"old": usual, "new": usual / 2}}
    assert f"settings: {NUMBER} {usual} → {usual / 2}" in ringfinder("diff", "1", "2").out
    run = said(ringfinder, "run", portfolio, "--out", tmp_path / "out", "--settings", file)
    assert run["settings"] == done["settings"]
    assert Results(tmp_path / "out", ringfinder("runs")).coverage()["settings"] == done["settings"]


def test_settings_are_shown_and_written_and_used(site: Site, ringfinder: Command, tmp_path: Path) -> None:
    shown = ringfinder("settings", "show")
    assert f"{NUMBER} = " in shown.out
    file = tmp_path / "all.toml"
    assert ringfinder("settings", "show", "--out", file).code == 0
    assert file.read_text(encoding="utf-8") == shown.out
    again = ringfinder("settings", "show", "--out", file)
    assert again.code == 2
    assert "there already" in again.err
    assert said(ringfinder, "detect", "--settings", file)["settings"] == DetectSettings().hash
    mine = ringfinder("settings", "show", "--settings", changed_settings(tmp_path)).out
    assert f"{NUMBER} = {vars(DetectSettings())[NUMBER] / 2}" in mine


def test_the_list_as_csv_is_the_table_of_a_run_on_the_same_rows(
    site: Site, ringfinder: Command, results: Results
) -> None:
    out = ringfinder("rings", "--csv").out
    listed = list(csv.DictReader(io.StringIO(out)))
    assert {row.pop("lineage") for row in listed} == {"born"}
    assert listed == results.rows("rings.csv")


def test_the_list_as_json_has_the_fields_of_the_evidence(site: Site, ringfinder: Command, results: Results) -> None:
    listed = said(ringfinder, "rings")
    for head, line in zip(listed["rings"], results.evidence(), strict=True):
        assert head.pop("lineage") == "born"
        assert head == {name: line[name] for name in head}


def test_filters(site: Site, ringfinder: Command) -> None:
    rings = site.rings()

    def found(*arguments: str) -> list[str]:
        return [ring["ring_id"] for ring in said(ringfinder, "rings", *arguments)["rings"]]

    assert found() == [ring.ring_id for ring in rings]
    tier = rings[0].tier.value
    assert found("--tier", tier) == [ring.ring_id for ring in rings if ring.tier.value == tier]
    assert found("--kind", rings[0].kind) == [ring.ring_id for ring in rings if ring.kind == rings[0].kind]
    assert found("--kind", "poach") == []
    score = str(rings[1].score - 1e-9)
    assert found("--min-score", score) == [ring.ring_id for ring in rings if ring.score >= float(score)]
    assert found("--min-requests", "6") == [ring.ring_id for ring in rings if len(ring.members) >= 6]
    day = rings[0].first_at.date().isoformat()
    assert found("--until", day) == [ring.ring_id for ring in rings if ring.first_at.date().isoformat() <= day]
    assert found("--since", day) == [ring.ring_id for ring in rings if ring.last_at.date().isoformat() >= day]
    assert found("--limit", "2") == [ring.ring_id for ring in rings[:2]]


def test_filters_by_branch_and_agent(site: Site, ringfinder: Command, portfolio: Path) -> None:
    ring = site.rings()[0]
    members = {member.request_id for member in ring.members}

    def rows(name: str) -> list[dict[str, str]]:
        with (portfolio / f"{name}.csv").open(encoding="utf-8-sig", newline="") as file:
            return list(csv.DictReader(file))

    requests = [row for row in rows("surrender_requests") if row["request_id"] in members]
    branch = next(row["branch_code"] for row in requests if row["branch_code"])
    policies = {row["policy_no"]: row for row in rows("policies")}
    agent = next(policies[row["policy_no"]]["agent_no"] for row in requests if row["policy_no"] in policies)
    for option, value in (("--branch", branch), ("--agent", agent)):
        listed = said(ringfinder, "rings", option, value)
        assert ring.ring_id in {one["ring_id"] for one in listed["rings"]}
        assert said(ringfinder, "rings", option, f"{value}-none")["matching"] == 0
    both = said(ringfinder, "rings", "--branch", branch, "--agent", agent)["matching"]
    assert both <= listed["matching"]


@pytest.mark.parametrize("sort", ["score", "money", "size", "first", "last"])
def test_orders(sort: str, site: Site, ringfinder: Command) -> None:
    rings = said(ringfinder, "rings", "--sort", sort)["rings"]
    keys = {
        "score": [-ring["score"] for ring in rings],
        "money": [-max(float(ring["money"][name]) for name in ring["money"]) for ring in rings],
        "size": [-ring["requests"] for ring in rings],
        "first": [ring["first_at"] for ring in rings],
        "last": [ring["last_at"] for ring in rings][::-1],
    }
    assert keys[sort] == sorted(keys[sort])


def test_the_table_says_how_many_it_shows_in_either_language(site: Site, ringfinder: Command) -> None:
    total = len(site.rings())
    english = ringfinder("rings", "--limit", "2").out
    assert f"2 of {total} shown" in english
    assert "unrelated people" in english
    chinese = ringfinder("rings", "--limit", "2", "--lang", "zh").out
    assert f"显示 2 / {total} 个" in chinese
    assert "互不相关的投保人" in chinese
    assert "unrelated" not in chinese


def test_the_language_of_the_environment(
    site: Site, ringfinder: Command, monkeypatch: pytest.MonkeyPatch, portfolio: Path, tmp_path: Path
) -> None:
    monkeypatch.setenv("LC_ALL", "zh_CN.UTF-8")
    assert "互不相关" in ringfinder("rings").out
    monkeypatch.setenv("RINGFINDER_LANG", "en")
    assert "互不相关" not in ringfinder("rings").out
    assert "互不相关" in ringfinder("rings", "--lang", "zh").out
    run = ringfinder("run", portfolio, "--out", tmp_path / "out", "--lang", "zh").out
    assert "预警线索" in run
    assert "线索，不是结论" in run
    assert "leads" not in run
    monkeypatch.setenv("RINGFINDER_LANG", "martian")
    wrong = ringfinder("rings")
    assert wrong.code == 2
    assert "zh or en" in wrong.err


def test_a_workspace_may_be_named_before_or_behind_the_command(
    site: Site, ringfinder: Command, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("RINGFINDER_WORKSPACE")
    assert ringfinder("--workspace", site.path, "runs").code == 0
    assert ringfinder("runs", "--workspace", site.path).code == 0
    assert ringfinder("--workspace", "nowhere", "runs", "--workspace", site.path).code == 0
    assert ringfinder("runs").code == 2


def test_a_run_whose_folder_was_deleted_does_not_stop_the_next(site: Site, ringfinder: Command) -> None:
    shutil.rmtree(site.path / "runs" / "run-000001")
    (listed,) = said(ringfinder, "runs")
    assert listed["files"] is False
    assert "its files are gone" in ringfinder("runs").out
    done = said(ringfinder, "detect")
    assert "run-000001 are gone" in done["warnings"][0]
    assert done["compared_with"] is None
    with_ids = {ring.ring_id for ring in site.rings(2)}
    assert said(ringfinder, "detect")["lineage"] == {"continued": len(with_ids)}
