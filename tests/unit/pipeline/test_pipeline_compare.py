"""Two runs side by side: what differs, and what can be told about why."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest
from tests.results import START, make_member, make_ring

from ringfinder.pipeline.compare import Comparison, Why, compare_runs
from ringfinder.pipeline.detection import window_start
from ringfinder.records.rings import Money, Ring, Tier
from ringfinder.store import Run, RunFiles
from ringfinder.store.run_files import MEMBER_SCHEMA, write_rings

A, B = "RF-AAAAAAAA", "RF-BBBBBBBB"
NOW = datetime(2026, 7, 1, tzinfo=UTC)


def run(number: int, **differing: Any) -> Run:
    usual = Run(
        number, NOW, NOW, START + timedelta(days=90), None, None, "h", {"version": 1, "margin": 2.0}, "1", None,
        1000, 1, 0, 4, 0, batches=("b1",),
    )  # fmt: skip
    return replace(usual, **differing)


def ring(name: str, people: Sequence[int], **differing: Any) -> Ring:
    return replace(make_ring(name), members=tuple(make_member(n, day=n) for n in people), **differing)


class Pair:
    """Compares rings of an older run with rings of a newer one."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def __call__(
        self, old: Sequence[Ring], new: Sequence[Ring], old_run: Run, new_run: Run, batch: str = "b1", late: str = "b1"
    ) -> Comparison:
        """`late`: the batch of requests from the 20th on, in the newer run."""
        for number, rings in ((1, old), (2, new)):
            folder = self._path / str(number)
            folder.mkdir()
            rows = [
                {
                    "ring_id": one.ring_id,
                    "request_id": member.request_id,
                    "applicant_id": member.applicant_id,
                    "applied_at": member.applied_at,
                    "batch_id": late if number == 2 and member.request_id >= "R00020" else batch,
                }
                for one in rings
                for member in one.members
            ]
            members = pa.Table.from_pylist(rows, MEMBER_SCHEMA)
            write_rings(folder, rings, [("一", "one")] * len(rings), members, ())
        return compare_runs(old_run, new_run, lambda number: RunFiles(self._path / str(number), f"run {number}"))


@pytest.fixture
def compare(tmp_path: Path) -> Pair:
    return Pair(tmp_path)


def test_the_same_twice(compare: Pair) -> None:
    found = compare([ring(A, range(4))], [ring(A, range(4))], run(1), run(2))
    assert (found.born, found.changed, found.gone, found.unchanged) == ((), (), (), 1)
    assert (found.data, found.settings, found.version) == ({}, {}, None)


def test_members_score_tier_and_money(compare: Pair) -> None:
    new = ring(A, range(1, 6), score=3.25, tier=Tier.REVIEW, money=Money(at_risk=5))
    (change,) = compare([ring(A, range(4))], [new], run(1), run(2)).changed
    assert (change.joined, change.left) == (("R00004", "R00005"), ("R00000",))
    assert change.figures == {
        "score": (12.5, 3.25),
        "tier": ("alert", "review"),
        "at_risk": (1234567, 5),
        "requested": (200001, 0),
        "agreed": (5, 0),
    }
    assert change.why is Why.CONTEXT


def test_new_and_gone_rings_name_where_their_people_are(compare: Pair) -> None:
    found = compare([ring(A, range(6))], [ring(B, range(2, 5))], run(1), run(2))
    assert [(one.ring_id, one.kin) for one in (*found.born, *found.gone)] == [(B, ((A, 3),)), (A, ((B, 3),))]


@pytest.mark.parametrize(
    ("differing", "late", "why", "unseen"),
    [
        ({"batches": ("b1", "b2")}, "b2", Why.DATA, 3),
        ({"batches": ("b1", "b2"), "settings": {"version": 1, "margin": 3.0}}, "b2", Why.BOTH, 3),
        ({"batches": ("b1", "b2"), "settings": {"version": 1, "margin": 3.0}}, "b1", Why.EITHER, 0),
        ({"settings": {"version": 1, "margin": 3.0}}, "b1", Why.SETTINGS, 0),
        ({"code_version": "2"}, "b1", Why.VERSION, 0),
        ({"batches": ("b1", "b2")}, "b1", Why.CONTEXT, 0),
    ],
)
def test_why(differing: dict[str, Any], late: str, why: Why, unseen: int, compare: Pair) -> None:
    found = compare([], [ring(B, range(20, 23))], run(1), run(2, **differing), late=late)
    assert [(one.why, one.unseen) for one in found.born] == [(why, unseen)]
    assert ("batches_added" in found.data) == ("batches" in differing)
    assert found.settings == ({"margin": (2.0, 3.0)} if "settings" in differing else {})
    assert (found.version == ("1", "2")) == ("code_version" in differing)


def test_what_another_date_or_window_hid(compare: Pair) -> None:
    old = run(1, as_of=START + timedelta(days=2, hours=1))
    found = compare([], [ring(B, range(6))], old, run(2))
    assert [(one.why, one.unseen) for one in found.born] == [(Why.DATA, 3)]
    assert found.data == {"as_of": (old.as_of, run(2).as_of)}


def test_what_a_window_hid(compare: Pair) -> None:
    new = run(2, window_months=1, as_of=START + timedelta(days=32))
    found = compare([ring(A, range(4))], [], run(1, as_of=new.as_of), new)
    assert window_start(START + timedelta(days=32), 1) == START + timedelta(days=1)
    assert [(one.why, one.unseen) for one in found.gone] == [(Why.DATA, 2)]


def test_a_corrected_row_is_data(compare: Pair) -> None:
    same = ring(A, range(20, 24))
    found = compare([same], [replace(same, score=1.0)], run(1), run(2, batches=("b1", "b2")), late="b2")
    assert [(one.why, one.unseen) for one in found.changed] == [(Why.DATA, 4)]


@pytest.mark.parametrize(
    ("day", "months", "start"),
    [
        ("2026-03-31", 1, "2026-02-28"),
        ("2024-03-31", 1, "2024-02-29"),
        ("2026-01-15", 1, "2025-12-15"),
        ("2026-06-30", 24, "2024-06-30"),
        ("2026-12-31", 12, "2025-12-31"),
        ("2026-01-01", 99999, "0001-01-01"),
    ],
)
def test_a_window_starts_on_the_same_day_so_many_months_before(day: str, months: int, start: str) -> None:
    assert window_start(datetime.fromisoformat(day), months) == datetime.fromisoformat(start)
