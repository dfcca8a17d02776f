"""Statistics of a workspace on both databases: with and without a run, for branches, as files, with a journal."""

from __future__ import annotations

import csv
import json
import stat
import sys
from collections.abc import Iterator
from importlib.resources import files
from pathlib import Path

import openpyxl
import pytest
from jsonschema import Draft202012Validator
from tests.contract.store.conftest import postgres, url  # noqa: F401 - fixtures

from ringfinder.errors import InputError, SurroundingsError
from ringfinder.identity import Principal, Role
from ringfinder.pipeline.detection import detect_workspace
from ringfinder.pipeline.load import load_folder
from ringfinder.pipeline.statistics import Statistician, refunds_shown, risks_shown, write_period
from ringfinder.settings import Settings
from ringfinder.simulate import simulate
from ringfinder.statistics.lists import refund_rows, risk_rows
from ringfinder.statistics.output import FILES, statistics_as_json
from ringfinder.store import Workspace

INVESTIGATOR = Principal("U1", "ann", frozenset({Role.INVESTIGATOR}))
AUDITOR = Principal("U2", "bob", frozenset({Role.AUDITOR}))


@pytest.fixture(scope="session")
def town(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("statistics-town") / "town"
    simulate("town", 1200, 3, folder)
    return folder


@pytest.fixture
def workspace(url: str, town: Path, tmp_path: Path) -> Iterator[Workspace]:  # noqa: F811 - a fixture
    with Workspace.open(Settings(tmp_path / "data", url)) as workspace:
        load_folder(workspace, town)
        yield workspace


def test_a_workspace_tells_of_a_period_before_and_after_its_first_run(
    workspace: Workspace, town: Path, tmp_path: Path
) -> None:
    counter = Statistician(workspace)
    before = counter.period("2025")
    assert (before.run_id, before.by_kind) == ("", ())
    assert [one.tier for one in before.by_tier] == ["no_run"]
    assert counter.risks().run_id == ""
    with pytest.raises(InputError, match="no run"):
        counter.period("2025", "run-000001")
    detect_workspace(workspace)
    after = counter.period("2025")
    assert after.run_id == "run-000001"
    assert {"alert", "none"} <= {one.tier for one in after.by_tier}
    assert sum(one.requests for one in after.by_tier) == before.by_tier[0].requests
    ring = next(iter(workspace.runs.files(1).heads()["ring_id"].to_pylist()))
    assert counter.refunds(ring=ring.lower()).ring_id == ring
    for wrong in ({"ring": "RF-ZZZZZZZZ"}, {"ring": ring, "period": "2025"}, {"period": "25"}):
        with pytest.raises(InputError):
            counter.refunds(**wrong)
    _branches(counter, workspace, ring)
    _revealed(counter, workspace)
    _later(counter, workspace, town, tmp_path)


def _branches(counter: Statistician, workspace: Workspace, ring: str) -> None:
    whole = counter.period("2025")
    branches = [name for name in whole.of("branch").names if name]
    parts = [counter.period("2025", branches={name}) for name in branches]
    for name in ("requests", "complaints", "paid_amount"):
        assert sum(part.of("branch").total(name) for part in parts) == whole.of("branch").total(name)
    assert sum(one.requests for part in parts for one in part.by_tier) == sum(one.requests for one in whole.by_tier)
    assert sum(part.refunds.refunds for part in parts) == whole.refunds.refunds
    assert counter.period("2025", branches=set()).of("branch").total("requests") == 0
    listed = {one.policy_no for name in branches for one in counter.risks(branches={name}).found.policies}
    assert listed <= {one.policy_no for one in counter.risks().found.policies}
    with pytest.raises(InputError, match="no ring"):
        counter.refunds(ring=ring, branches={"nowhere"})


def _revealed(counter: Statistician, workspace: Workspace) -> None:
    refunds, risks = counter.refunds("2025"), counter.risks()
    account = next(one.account.value for one in refunds.found.rows if one.account)
    masker, anchor = refunds_shown(workspace, refunds, INVESTIGATOR, reveal=False, purpose="")
    assert anchor == ""
    assert account not in repr(refund_rows(refunds.found.rows, masker).rows)
    for who, purpose in ((INVESTIGATOR, " "), (AUDITOR, "audit")):
        with pytest.raises(InputError):
            refunds_shown(workspace, refunds, who, reveal=True, purpose=purpose)
        with pytest.raises(InputError):
            risks_shown(workspace, risks, who, reveal=True, purpose=purpose)
    assert not workspace.journal.entries()
    masker, anchor = refunds_shown(workspace, refunds, INVESTIGATOR, reveal=True, purpose="case 7")
    assert account in repr(refund_rows(refunds.found.rows, masker).rows)
    masker, second = risks_shown(workspace, risks, INVESTIGATOR, reveal=True, purpose="callback")
    assert len(risk_rows(risks.found.policies, masker).rows) == len(risks.found.policies)
    entries = workspace.journal.entries()[-2:]
    assert [(one.action, one.object, one.purpose, one.mac) for one in entries] == [
        ("reveal", "refunds of 2025", "case 7", anchor),
        ("reveal", "policies at risk by run-000001", "callback", second),
    ]


@pytest.fixture(scope="module")
def detected(town: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Workspace]:
    """On the database that needs no server: what follows asks it for nothing."""
    with Workspace.open(Settings(tmp_path_factory.mktemp("statistics") / "data")) as workspace:
        load_folder(workspace, town)
        detect_workspace(workspace)
        yield workspace


def test_files_are_whole_private_repeatable_and_masked(detected: Workspace, town: Path, tmp_path: Path) -> None:
    found = Statistician(detected).period("2025")
    first = tmp_path / "first"
    assert write_period(found, first) == sorted(FILES)
    before = {path.name: path.read_bytes() for path in first.iterdir()}
    write_period(Statistician(detected).period("2025"), first)
    assert before == {path.name: path.read_bytes() for path in first.iterdir()}
    assert before.keys() == FILES
    for name in FILES:
        assert stat.S_IMODE((first / name).stat().st_mode) == 0o600
    said = json.loads((first / "statistics.json").read_text(encoding="utf-8"))
    schema = json.loads((files("ringfinder.statistics") / "statistics.schema.json").read_text(encoding="utf-8"))
    Draft202012Validator(schema).validate(said)
    book = openpyxl.load_workbook(first / "statistics.xlsx")
    sheets = {name.rpartition(" ")[2]: book[name] for name in book.sheetnames}
    for one in said["tables"]:
        with (first / f"{one['name']}.csv").open(encoding="utf-8-sig", newline="") as file:
            rows = list(csv.reader(file))
        assert rows[0] == [column["name"] for column in one["columns"]]
        assert len(rows) - 1 == len(one["rows"]) == sheets[one["name"]].max_row - 3
        money = [at for at, column in enumerate(one["columns"]) if column["kind"] == "money"]
        for line, row in enumerate(one["rows"]):
            for at in money:
                assert row[at] == (rows[line + 1][at] or None)
                cell = sheets[one["name"]].cell(line + 4, at + 1).value
                assert cell == (float(row[at]) if row[at] else "不详 unknown")
    page = (first / "statistics.html").read_text(encoding="utf-8")
    assert page.count("data:image/svg+xml;base64,") >= 8
    assert "http://" not in page.replace("http://www.w3.org", "")
    everything = "".join(path.read_text(encoding="utf-8-sig") for path in first.iterdir() if path.suffix != ".xlsx")
    for personal in _personal(town):
        assert personal not in everything
    for forbidden in ("fraud", "欺诈"):
        assert forbidden not in everything


def _personal(town: Path) -> set[str]:
    """Phones, accounts and ID numbers of the first people and requests."""
    found: set[str] = set()
    for table, columns in (
        ("persons", ("phone", "id_no", "bank_account")),
        ("surrender_requests", ("phone", "payout_account")),
    ):
        with (town / f"{table}.csv").open(encoding="utf-8-sig", newline="") as file:
            for row in list(csv.DictReader(file))[:300]:
                found.update(row[column] for column in columns if len(row[column]) > 7)
    assert len(found) > 500
    return found


def test_a_folder_with_other_files_is_left_alone_and_a_missing_library_leaves_nothing(
    detected: Workspace, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    found = Statistician(detected).period("2025-03")
    other = tmp_path / "rings"
    other.mkdir()
    (other / "rings.csv").write_text("of a run")
    with pytest.raises(InputError, match="holds other files"):
        write_period(found, other)
    with pytest.raises(InputError, match="is a file"):
        write_period(found, other / "rings.csv")
    assert (other / "rings.csv").read_text() == "of a run"
    for missing in ("xlsxwriter", "matplotlib.figure"):
        with monkeypatch.context() as patch:
            patch.setitem(sys.modules, missing, None)
            with pytest.raises(SurroundingsError, match="is not installed") as caught:
                write_period(found, tmp_path / "new")
            assert "ringfinder[reports]" in caught.value.remedy
        assert not (tmp_path / "new").exists()
    assert statistics_as_json(found)["period"]["name"] == "2025-03", "JSON needs none of them"


def test_an_empty_workspace_says_so(tmp_path: Path) -> None:
    with Workspace.open(Settings(tmp_path / "empty")) as workspace:
        for ask in (Statistician(workspace).period, Statistician(workspace).refunds, Statistician(workspace).risks):
            with pytest.raises(InputError, match="nothing was loaded"):
                ask()


def _later(counter: Statistician, workspace: Workspace, town: Path, tmp_path: Path) -> None:
    """Rows that come later are in the next answer."""
    before = counter.period("2025").of("branch").total("requests")
    more = tmp_path / "more"
    more.mkdir()
    lines = (town / "surrender_requests.csv").read_text(encoding="utf-8-sig").splitlines()
    fresh = next(line for line in lines[1:] if '"2025-' in line).replace('"R', '"RX', 1)
    (more / "surrender_requests.csv").write_text("\n".join([lines[0], fresh]) + "\n", encoding="utf-8")
    load_folder(workspace, more)
    assert counter.period("2025").of("branch").total("requests") == before + 1
