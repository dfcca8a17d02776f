"""Which applicant holds which shared value, read from tables as they are handed over."""

from __future__ import annotations

from pathlib import Path

import pytest

from ringfinder.errors import InputError
from ringfinder.evaluate.baselines import read_holders
from ringfinder.evaluate.baselines.__main__ import main
from ringfinder.evaluate.baselines.holders import Holders

REQUESTS = "request_id,applicant_id,phone,payout_account,delegate_phone,complaint_id"


def shared(holders: Holders) -> set[frozenset[str]]:
    """Applicants of every value that several hold."""
    groups: dict[int, set[str]] = {}
    for unit, value in zip(holders.unit.tolist(), holders.value.tolist(), strict=True):
        groups.setdefault(value, set()).add(str(holders.applicants[unit]))
    return {frozenset(group) for group in groups.values()}


def folder(tmp_path: Path, **tables: str) -> Path:
    for name, text in tables.items():
        (tmp_path / f"{name}.csv").write_text(text, encoding="utf-8")
    return tmp_path


def test_values_written_differently_are_one_and_kinds_are_apart(tmp_path: Path) -> None:
    rows = "q1,p1,139 5724 6018,,,\nq2,p2,+86-13957246018,,,\nq3,p3,,13957246018,,\nq4,p4,,,13957246018,\n"
    assert shared(read_holders(folder(tmp_path, surrender_requests=f"{REQUESTS}\n{rows}"))) == {
        frozenset({"p1", "p2", "p4"})
    }


def test_an_applicant_counts_once(tmp_path: Path) -> None:
    rows = "q1,p1,13957246018,,,\nq2,p1,13957246018,,13957246018,\n"
    holders = read_holders(folder(tmp_path, surrender_requests=f"{REQUESTS}\n{rows}"))
    assert holders.unit.size == 0
    assert (holders.units, holders.values, holders.requests.tolist()) == (1, 0, ["q1", "q2"])


def test_what_is_on_file_for_an_applicant_does_not_link_that_applicant(tmp_path: Path) -> None:
    rows = "".join(f"q{k},p{k},13957246018,,,\n" for k in range(4))
    persons = "person_id,phone\np0,13957246018\np1,13800001111\np9,13957246018\n"
    holders = read_holders(folder(tmp_path, surrender_requests=f"{REQUESTS}\n{rows}", persons=persons))
    assert shared(holders) == {frozenset({"p1", "p2", "p3"})}


def test_a_complaint_belongs_to_the_applicant_of_the_request_that_names_it(tmp_path: Path) -> None:
    rows = "q1,p1,,,,c1\nq2,p2,,,,\nq3,p3,,,,\n"
    complaints = "complaint_id,applicant_id,sender_phone\nc1,p9,13957246018\nc2,p2,13957246018\nc3,p8,13957246018\n"
    holders = read_holders(folder(tmp_path, surrender_requests=f"{REQUESTS}\n{rows}", complaints=complaints))
    assert shared(holders) == {frozenset({"p1", "p2"})}


def test_chinese_headers_in_gb18030(tmp_path: Path) -> None:
    text = "申请号,客户号,联系电话\nq1,p1,13957246018\nq2,p2,13957246018\n"
    (tmp_path / "退保申请.csv").write_bytes(text.encode("gb18030"))
    assert shared(read_holders(tmp_path)) == {frozenset({"p1", "p2"})}


def test_a_folder_without_requests(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="holds no surrender_requests"):
        read_holders(tmp_path)


def test_one_baseline_as_a_process(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    rows = "".join(f"q{k},p{k},13957246018,,,\n" for k in range(3))
    source = folder(tmp_path, surrender_requests=f"{REQUESTS}\n{rows}")
    assert main(["components", str(source), str(tmp_path / "out")]) == 0
    assert (tmp_path / "out" / "rings.csv").read_text(encoding="utf-8").count("\n") == 2
    assert main(["components", str(tmp_path / "none"), str(tmp_path / "out")]) == 2
    assert main(["nonsense"]) == 2
    assert "usage:" in capsys.readouterr().err
