"""Stability of rings between two outputs: identical sets, ids, splits and rings that went away."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from ringfinder.cli.root import run
from ringfinder.evaluate import Found, FoundRing, stability


def found(**rings: str) -> Found:
    """Rings by id; each letter is a request."""
    return Found(
        tuple(FoundRing(name, 1.0, flagged=True, roles=dict.fromkeys(text, "")) for name, text in rings.items())
    )


def test_the_same_rings_under_other_ids() -> None:
    result = stability(found(A="abc", B="defg"), found(X="gfed", A="cba"))
    assert result.identical
    assert (result.jaccard, result.jaccard_other, result.found_again) == (1.0, 1.0, 1.0)
    assert result.ids_kept == 0.5


def test_a_split_ring_is_found_in_its_larger_part() -> None:
    result = stability(found(A="abcdef"), found(A="ab", B="cdef"))
    assert result.jaccard == pytest.approx(4 / 6)
    assert result.jaccard_other == pytest.approx((2 / 6 + 4 / 6) / 2)
    assert (result.found_again, result.ids_kept, result.identical) == (1.0, 0.0, False)


def test_a_ring_that_went_away_counts_as_nothing() -> None:
    result = stability(found(A="abc", B="xyz"), found(A="abcd"))
    assert result.jaccard == pytest.approx(0.75 / 2)
    assert (result.found_again, result.ids_kept) == (0.5, 1.0)


def test_rings_for_review_do_not_count_and_empty_outputs_have_no_mean() -> None:
    review = Found((FoundRing("A", 1.0, flagged=False, roles={"a": ""}),))
    result = stability(review, Found(()))
    assert (result.rings, result.jaccard, result.ids_kept, result.identical) == (0, None, None, True)


def write(folder: Path, **rings: str) -> Path:
    folder.mkdir()
    lines = [f"{name},1.0,true" for name in rings]
    (folder / "rings.csv").write_text("\n".join(["ring_id,score,flagged", *lines]) + "\n", encoding="utf-8")
    members = [f"{name},{request}" for name, text in rings.items() for request in text]
    (folder / "ring_members.csv").write_text("\n".join(["ring_id,request_id", *members]) + "\n", encoding="utf-8")
    return folder


def test_the_command_tells_it_without_labels(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    one, two = write(tmp_path / "one", A="abc"), write(tmp_path / "two", A="abcd")
    assert run(["evaluate", str(one), "--against", str(two), "--json"]) == 0
    told = json.loads(capsys.readouterr().out)["stability"]
    assert (told["jaccard"], told["identical"]) == (0.75, False)
    assert run(["evaluate", str(one), "--against", str(two)]) == 0
    assert "mean best Jaccard 0.750" in capsys.readouterr().out
    assert run(["evaluate", str(one)]) == 2
    assert "--labels" in capsys.readouterr().err
