"""Leads of patterns on both databases: one identity over runs, and what a run says replaces what it said before."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from ringfinder.records.rings import Ring
from ringfinder.settings import Settings
from ringfinder.store import Run, Workspace
from ringfinder.store.leads import Leads, lead_id
from ringfinder.store.run_files import MEMBER_SCHEMA, write_rings

NOW = datetime(2026, 7, 1, 12, 0, tzinfo=UTC)
CONTACT, PAYEE = "patterns/t01-shared-contact", "patterns/t06-shared-payee"
ONE, TWO = {"kind": "Phone", "key": "k1"}, {"kind": "Phone", "key": "k2"}


@pytest.fixture
def workspace(url: str, tmp_path: Path) -> Iterator[Workspace]:
    """A workspace with three runs that found no ring."""
    with Workspace.open(Settings(tmp_path / "w", url)) as workspace:
        for number in (1, 2, 3):
            with workspace.runs.recording(5) as recording:
                write_rings(recording.aside, list[Ring](), [], MEMBER_SCHEMA.empty_table(), ())
                recording.commit(_run(number), [])
        yield workspace


@pytest.fixture
def leads(workspace: Workspace) -> Leads:
    return workspace.leads


def _run(number: int) -> Run:
    return Run(
        number=number,
        started_at=NOW,
        finished_at=NOW,
        as_of=None,
        known_at=None,
        window_months=None,
        settings_hash="0123456789abcdef",
        settings={},
        code_version="0",
        compared_with=number - 1 or None,
        requests=0,
        alert_rings=0,
        review_rings=0,
        member_requests=0,
        faded_rings=0,
        timings={},
        batches=(),
    )


def _found(*identities: Mapping[str, Any], **row: Any) -> Sequence[tuple[Mapping[str, Any], Mapping[str, Any]]]:
    return [(one, {**one, **row}) for one in identities]


def _runs(leads: Leads, pattern: str = "") -> dict[str, tuple[int, int, int]]:
    """Of each lead the run it is listed under, the first and the last, by its key."""
    return {one.identity["key"]: (one.run, one.first_run, one.last_run) for one in leads.listed(pattern=pattern)}


def test_a_lead_is_what_it_is_whatever_the_order_of_its_parts(leads: Leads) -> None:
    name = lead_id(CONTACT, ONE)
    assert name == lead_id(CONTACT, {"key": "k1", "kind": "Phone"})
    assert len({name, lead_id(PAYEE, ONE), lead_id(CONTACT, TWO)}) == 3
    assert leads.listed() == []


def test_what_was_found_comes_back_whole(leads: Leads) -> None:
    row = {"caption": "138****0000", "households": 5, "rows": ["请求.csv:3", "a.csv:4"], "harm": 0.5, "none": None}
    assert leads.record(1, CONTACT, 7, _found(ONE, **row)) == 1
    (one,) = leads.listed()
    assert (one.lead_id, one.pattern, one.version) == (lead_id(CONTACT, ONE), CONTACT, 7)
    assert (one.identity, one.finding) == (ONE, {**ONE, **row})


def test_a_lead_keeps_its_name_over_runs_and_one_that_is_gone_its_last_run(leads: Leads) -> None:
    assert leads.record(1, CONTACT, 1, _found(ONE, TWO, households=3)) == 2
    assert leads.record(2, CONTACT, 2, _found(ONE, households=4)) == 0
    assert _runs(leads) == {"k1": (2, 1, 2), "k2": (1, 1, 1)}
    first, second = ({one.identity["key"]: one for one in leads.listed(run)} for run in (1, 2))
    assert first.keys() == {"k1", "k2"}
    assert second.keys() == {"k1"}
    assert first["k1"].lead_id == second["k1"].lead_id
    assert [(one["k1"].finding["households"], one["k1"].version) for one in (first, second)] == [(3, 1), (4, 2)]
    # and it may come back
    assert leads.record(3, CONTACT, 2, _found(TWO)) == 0
    assert _runs(leads) == {"k1": (2, 1, 2), "k2": (3, 1, 3)}


def test_recorded_twice_in_a_run_the_second_replaces_the_first(leads: Leads) -> None:
    leads.record(1, CONTACT, 1, _found(ONE, households=3))
    leads.record(2, CONTACT, 1, _found(ONE, TWO, households=3))
    assert leads.record(2, CONTACT, 1, _found(TWO, households=9)) == 0
    # what the second run no longer says is found in the first alone
    assert _runs(leads) == {"k1": (1, 1, 1), "k2": (2, 2, 2)}
    assert [one.finding["households"] for one in leads.listed(2)] == [9]
    assert leads.record(2, CONTACT, 1, []) == 0
    assert _runs(leads) == {"k1": (1, 1, 1)}
    assert leads.record(3, CONTACT, 1, _found(TWO)) == 1, "found anew: nothing speaks of it any more"


def test_an_earlier_run_that_is_recorded_late_is_the_first(leads: Leads) -> None:
    leads.record(3, CONTACT, 1, _found(ONE))
    assert leads.record(1, CONTACT, 1, _found(ONE)) == 0
    assert _runs(leads) == {"k1": (3, 1, 3)}


def test_patterns_do_not_touch_one_another(leads: Leads) -> None:
    leads.record(1, CONTACT, 1, _found(ONE))
    leads.record(1, PAYEE, 1, _found({"key": "k1"}))
    leads.record(1, PAYEE, 1, [])
    assert [one.pattern for one in leads.listed()] == [CONTACT]
    leads.record(1, PAYEE, 1, _found({"key": "k1"}))
    assert [one.pattern for one in leads.listed()] == [CONTACT, PAYEE]
    assert [one.pattern for one in leads.listed(pattern=PAYEE)] == [PAYEE]
    assert leads.listed(2) == leads.listed(pattern="patterns/no-such") == []


def test_one_found_twice_by_a_pattern_is_one_lead(leads: Leads) -> None:
    assert leads.record(1, CONTACT, 1, [*_found(ONE, households=3), *_found(ONE, households=4)]) == 1
    assert [one.finding["households"] for one in leads.listed()] == [4]


def test_many_leads_are_recorded_and_replaced(leads: Leads) -> None:
    """More than a statement may have parameters."""
    many = [{"key": f"k{number}"} for number in range(2500)]
    assert leads.record(1, CONTACT, 1, _found(*many)) == 2500
    assert leads.record(2, CONTACT, 1, _found(*many[:2000])) == 0
    assert sum(last == 2 for _, _, last in _runs(leads).values()) == 2000


def test_leads_of_a_run_that_is_not_there_are_refused_whole(leads: Leads) -> None:
    leads.record(1, CONTACT, 1, _found(ONE))
    with pytest.raises(Exception, match=r"(?i)foreign key|violates"):
        leads.record(99, CONTACT, 1, _found(TWO))
    assert _runs(leads) == {"k1": (1, 1, 1)}
