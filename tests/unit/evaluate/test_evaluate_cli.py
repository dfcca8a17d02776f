"""`ringfinder evaluate` as a user meets it."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from ringfinder.cli.root import run


@pytest.fixture
def case(tmp_path: Path) -> tuple[str, str]:
    out = tmp_path / "out"
    out.mkdir()
    (out / "rings.csv").write_text("ring_id,score,flagged,q_value\nRF-A,2.5,true,0.01\n", encoding="utf-8-sig")
    members = "ring_id,request_id,role\n" + "".join(f"RF-A,q{k},member\n" for k in range(4))
    (out / "ring_members.csv").write_text(members, encoding="utf-8-sig")
    labels = tmp_path / "labels.csv"
    rows = "".join(f"q{k},{'R1' if k < 3 else ''},{'member' if k < 3 else ''}\n" for k in range(10))
    labels.write_text("request_id,ring_id,role\n" + rows, encoding="utf-8")
    return str(out), str(labels)


def test_text(case: tuple[str, str], capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["evaluate", case[0], "--labels", case[1]]) == 0
    text = capsys.readouterr().out
    assert "10 requests, 1 true rings with 3 members; 1 rings listed, 1 flagged" in text
    for metric in ("B-cubed F1", "reach", "false rings", "over-merge", "Calibration", "Roles", "score from"):
        assert metric in text


def test_json(case: tuple[str, str], capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["evaluate", case[0], "--labels", case[1], "--json"]) == 0
    result = json.loads(capsys.readouterr().out)
    assert result["request_precision"] == pytest.approx(3 / 4)
    assert result["b3_precision"] == pytest.approx(9 / 16)
    assert result["curve"][0]["threshold"] == pytest.approx(2.5)
    assert result["roles"] == [{"true": "member", "found": "member", "requests": 3}]


def test_warnings_go_to_the_error_stream(case: tuple[str, str], capsys: pytest.CaptureFixture[str]) -> None:
    Path(case[1]).write_text("request_id,ring_id\nq1,R1\nq9,\n", encoding="utf-8")
    assert run(["evaluate", case[0], "--labels", case[1], "--json"]) == 0
    told = capsys.readouterr()
    assert json.loads(told.out)["warnings"] == ["3 found requests are not in the labels: left out"]
    assert "warning: 3 found requests" in told.err


def test_missing_labels(case: tuple[str, str], capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["evaluate", case[0]]) == 2
    assert run(["evaluate", case[0], "--labels", case[1] + ".none"]) == 2
    assert "is not a file" in capsys.readouterr().err


def test_missing_column(case: tuple[str, str], capsys: pytest.CaptureFixture[str]) -> None:
    Path(case[0], "rings.csv").write_text("ring_id,flagged\n", encoding="utf-8")
    assert run(["evaluate", case[0], "--labels", case[1]]) == 2
    told = capsys.readouterr().err
    assert "lacks the column score" in told
    assert "Traceback" not in told
