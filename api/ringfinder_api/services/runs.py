"""Runs as the service answers them: counts are those that the caller sees."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from ringfinder.pipeline.detection import COVERAGE
from ringfinder.store import Run, run_name
from ringfinder.store.runs import Runs
from ringfinder_api.errors import NotFoundError
from ringfinder_api.lists.cursors import Reading, page
from ringfinder_api.schemas.base import PageQuery
from ringfinder_api.schemas.runs import (
    CoverageAnswer,
    EvidenceCoverage,
    FileAccount,
    Pair,
    RingCounts,
    RunAnswer,
    RunPage,
)
from ringfinder_api.services.views import Branches, Views


def list_runs(runs: Runs, views: Views, branches: Branches, query: PageQuery) -> RunPage:
    """One page of the runs, the newest first.

    Raises
    ------
    BadCursorError
        If the cursor is of another list.
    """
    reading = Reading("runs")
    found = runs.all()[::-1]
    shown, last = page(found, lambda run: (-run.number,), reading.place(query.cursor), query.limit)
    return RunPage(
        items=[run_answer(run, runs, views, branches) for run in shown],
        next=reading.cursor(0, last) if last else None,
    )


def run_answer(run: Run, runs: Runs, views: Views, branches: Branches) -> RunAnswer:
    """One run."""
    there = runs.files(run.number).there()
    counts, members = _counts(run, views, branches, there=there)
    return RunAnswer(
        run_id=run.run_id,
        current=run.number == runs.current_number(),
        started_at=run.started_at,
        finished_at=run.finished_at,
        as_of=run.as_of,
        known_at=run.known_at,
        window_months=run.window_months,
        settings_hash=run.settings_hash,
        code_version=run.code_version,
        compared_with=run_name(run.compared_with) if run.compared_with else None,
        batches=list(run.batches),
        requests=run.requests if branches is None else None,
        rings=counts,
        member_requests=members,
        files=there,
    )


def _counts(run: Run, views: Views, branches: Branches, *, there: bool) -> tuple[RingCounts, int]:
    """Rings by tier and member requests, as far as the caller sees them."""
    if branches is None:
        return RingCounts(alert=run.alert_rings, review=run.review_rings, faded=run.faded_rings), run.member_requests
    if not there:
        return RingCounts(alert=0, review=0, faded=None), 0
    scope = views.find(run.run_id).scope(branches)
    tiers = Counter(head["tier"] for head in scope.heads)
    return RingCounts(alert=tiers["alert"], review=tiers["review"], faded=None), len(scope.members)


def coverage_answer(runs: Runs, run: Run, branches: Branches) -> CoverageAnswer:
    """What the data of a run allowed; what was read of the whole insurer only for who sees all of it.

    Raises
    ------
    NotFoundError
        If its files are gone.
    """
    try:
        said: Mapping[str, Any] = json.loads((runs.files(run.number).folder / COVERAGE).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        raise NotFoundError("the files of this run are gone") from None
    whole = branches is None
    return CoverageAnswer(
        run_id=run.run_id,
        evidence=[EvidenceCoverage(**one) for one in said["evidence"]],
        files=[FileAccount(**one) for one in said["files"]] if whole else [],
        warnings=said["warnings"] if whole else [],
        other_values=said["other_values"] if whole else {},
    )


def pair(values: tuple[Any, Any]) -> Pair:
    """Something before and after."""
    old, new = (one.isoformat() if isinstance(one, datetime) else one for one in values)
    return Pair(old=old, new=new)
