"""`rings.csv`, `ring_members.csv` and `coverage.json` from rings made by hand."""

import dataclasses
import json
import math
from pathlib import Path

import pytest
from tests.results import ACCOUNT, make_detection, make_ring

from ringfinder.records.rings import Money
from ringfinder.report.results import write_coverage, write_members, write_rings
from ringfinder.report.written import figures, rounded, yuan


def test_money_is_exact_to_the_last_fen() -> None:
    assert [yuan(fen) for fen in (0, 5, 99, 100, 123456789012345)] == [
        "0.00",
        "0.05",
        "0.99",
        "1.00",
        "1234567890123.45",
    ]
    assert yuan(-5) == "-0.05"
    assert yuan(-12345) == "-123.45"


def test_figures_are_finite_and_never_minus_zero() -> None:
    assert f"{rounded(-0.00001):.4f}" == "0.0000"
    assert figures({"members": 4.0, "rate": 0.03125000001}) == {"members": 4, "rate": 0.0313}
    for odd in (math.nan, math.inf, -math.inf):
        with pytest.raises(ValueError, match="not finite"):
            rounded(odd)


def test_a_line_for_each_ring(tmp_path: Path) -> None:
    ring = make_ring()
    alike = dataclasses.replace(ring, ring_id="RF-BBBBBBBB", q_value=None, money=Money(), score=-0.00001)
    assert write_rings(tmp_path / "rings.csv", [ring, alike]) == 2
    span, text = "2026-03-02T09:30:00,2026-03-05T09:30:00", (tmp_path / "rings.csv").read_text(encoding="utf-8-sig")
    assert text.splitlines()[1:] == [
        f"RF-AAAAAAAA,12.5000,alert,true,0.0120,shared_contact,4,4,4,{span},12345.67,2000.01,0.05,0.00",
        f"RF-BBBBBBBB,0.0000,alert,true,,shared_contact,4,4,4,{span},0.00,0.00,0.00,0.00",
    ]


def test_what_a_detector_must_not_hand_on_is_refused(tmp_path: Path) -> None:
    ring = make_ring()
    with pytest.raises(ValueError, match="two rings"):
        write_rings(tmp_path / "rings.csv", [ring, ring])
    with pytest.raises(ValueError, match="not finite"):
        write_rings(tmp_path / "rings.csv", [dataclasses.replace(ring, score=math.inf)])
    with pytest.raises(ValueError, match="listed already"):
        write_members(tmp_path / "members.csv", [ring, dataclasses.replace(ring, ring_id="RF-BBBBBBBB")])
    twice = dataclasses.replace(ring, members=ring.members * 2)
    with pytest.raises(ValueError, match="listed already"):
        write_members(tmp_path / "members.csv", [twice])


def test_numbers_in_a_wrong_column_are_masked_in_the_account(tmp_path: Path) -> None:
    write_coverage(tmp_path / "coverage.json", make_detection(make_ring()), ACCOUNT, reveal=False)
    text = (tmp_path / "coverage.json").read_text(encoding="utf-8")
    assert "13812340000" not in text
    said = json.loads(text)
    assert said["other_values"] == {"surrender_requests.kind": {"退保险": 3, "13****00": 1}}
    assert said["as_of"] == "2026-06-30T18:00:00"
    assert said["rings"] == {"alert": 1, "review": 0}
    assert [(one["evidence"], one["on"]) for one in said["evidence"]] == [("shared_phone", True), ("devices", False)]
    assert "timings" not in text, "the same tables give the same file"
