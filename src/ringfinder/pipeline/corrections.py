"""Reports that were sent and no longer say what a newer run finds: what differs, for a correction notice.

A report is held against the newest run of which its recipients know: its own, or that of a correction that was sent.
A ring that was dismissed, because its values turned out honest (`known_attributes`), is gone from the next run, and so
is found here like any other that faded.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

import pyarrow.compute as pc

from ringfinder.identity import Principal
from ringfinder.pipeline.compare import MONEY, Comparison, RingChange, Why, compare_runs
from ringfinder.records.rings import LineageStatus
from ringfinder.registers import Dispatches, Kind, Report, Reports
from ringfinder.report.written import rounded, yuan
from ringfinder.store import Run, Workspace


class Fate(StrEnum):
    """What became of the ring of a report."""

    CHANGED = "changed"
    MERGED = "merged"
    FADED = "faded"
    RETURNED = "returned"


_Told = tuple[tuple[str, ...], tuple[str, ...], Mapping[str, tuple[Any, Any]]]
"""Requests that joined and left, and figures before and after."""


@dataclass(frozen=True)
class Correction:
    """A sent report that a newer run puts right.

    Parameters
    ----------
    told
        The run that recipients know of.
    now
        The run that differs from it.
    into
        Of a merged ring: the one it went into.
    joined, left
        Requests that came into the ring, and that went.
    figures
        ``score``, ``tier``, ``kind`` and sums in fen that differ: before and after, None where the ring is gone or
        was.
    why
        What did it, as far as two runs can show.
    kin
        Of a ring that is gone: rings of the newer run that hold its people, and how many.
    notice
        Number of a correction by this run that was made and not sent yet; empty for none.
    """

    report: Report
    told: str
    now: str
    fate: Fate
    into: str
    joined: tuple[str, ...]
    left: tuple[str, ...]
    figures: Mapping[str, tuple[Any, Any]]
    why: Why
    kin: tuple[tuple[str, int], ...]
    notice: str


def corrections(workspace: Workspace, by: Principal) -> list[Correction]:
    """Sent reports whose ring differs in the current run, the oldest first.

    Reports that `by` may not know of are left out.

    Raises
    ------
    InputError
        If the role is missing, or there is no run.
    SurroundingsError
        If the files of a run are gone or damaged.
    """
    known = Reports(workspace).listed(by)
    went = {name for name, sent in Dispatches(workspace).all(known).items() if sent}
    runs = {run.number: run for run in workspace.runs.all()}
    current = workspace.runs.find()
    compared: dict[int, Comparison] = {}
    found = []
    for report in known:
        if report.number not in went or report.kind is Kind.CORRECTION:
            continue
        notices = [one for one in known if one.corrects == report.number]
        told = max([report.run, *(one.run for one in notices if one.number in went)])
        if told >= current.number:
            continue
        if told not in compared:
            compared[told] = compare_runs(runs[told], current, workspace.runs.files)
        waiting = [one.number for one in notices if one.run == current.number and one.number not in went]
        differs = _of(workspace, runs, report, compared[told], waiting[-1] if waiting else "")
        if differs:
            found.append(differs)
    return found


def _of(
    workspace: Workspace, runs: Mapping[int, Run], report: Report, compared: Comparison, notice: str
) -> Correction | None:
    """What differs for one report; None where nothing does."""
    ring, old, new = report.ring_id, compared.old, compared.new

    def differs(change: RingChange, fate: Fate, told: _Told, into: str = "") -> Correction:
        return Correction(
            report, old.run_id, new.run_id, fate, into, *told, why=change.why, kin=change.kin, notice=notice
        )

    for change in compared.changed:
        if change.ring_id == ring:
            return differs(change, Fate.CHANGED, (change.joined, change.left, dict(change.figures or {})))
    for change in compared.gone:
        if change.ring_id == ring:
            requests, figures = _whole(workspace, old, ring)
            into = _heir(workspace, runs, ring, new)
            pairs = {name: (figure, None) for name, figure in figures.items()}
            return differs(change, Fate.MERGED if into else Fate.FADED, ((), requests, pairs), into)
    for change in compared.born:  # it had faded, a correction said so, and it is back
        if change.ring_id == ring:
            requests, figures = _whole(workspace, new, ring)
            pairs = {name: (None, figure) for name, figure in figures.items()}
            return differs(change, Fate.RETURNED, (requests, (), pairs))
    return None


def _whole(workspace: Workspace, run: Run, ring_id: str) -> tuple[tuple[str, ...], dict[str, Any]]:
    """All requests of a ring, and its figures."""
    files = workspace.runs.files(run.number)
    members = files.members(("ring_id", "request_id"))
    mine = members.filter(pc.equal(members["ring_id"], ring_id))["request_id"].to_pylist()
    (head,) = (head for head in files.heads().to_pylist() if head["ring_id"] == ring_id)
    figures = {name: head[name] for name in ("tier", "kind", *MONEY)}
    return tuple(sorted(mine)), {"score": rounded(head["score"]), **figures}


def _heir(workspace: Workspace, runs: Mapping[int, Run], ring_id: str, now: Run) -> str:
    """The ring of `now` into which a ring was merged in the run after its last; empty where it was not."""
    last = workspace.runs.given_ids().get(ring_id)
    after = next(
        (run for _, run in sorted(runs.items()) if run.compared_with == last and run.number <= now.number), None
    )
    if last is None or after is None:
        return ""
    files, living = workspace.runs.files(after.number), workspace.runs.files(now.number).heads()["ring_id"].to_pylist()
    for place, head in enumerate(files.heads().to_pylist()):
        if head["lineage"] == LineageStatus.MERGED.value and head["ring_id"] in living:
            ring = files.ring(head["ring_id"], place)
            if ring and ring.lineage and ring_id in ring.lineage.before:
                return ring.ring_id
    return ""


def difference_as_json(one: Correction) -> dict[str, Any]:
    """The difference of one report as an object; money in yuan."""
    return {
        "number": one.report.number,
        "recipient": one.report.recipient,
        "ring_id": one.report.ring_id,
        "told": one.told,
        "now": one.now,
        "fate": one.fate.value,
        "into": one.into or None,
        "joined": list(one.joined),
        "left": list(one.left),
        "figures": {name: _pair(name, pair) for name, pair in one.figures.items()},
        "why": one.why.value,
        "kin": [{"ring_id": ring, "people": people} for ring, people in one.kin],
        "notice": one.notice or None,
    }


def _pair(name: str, pair: tuple[Any, Any]) -> dict[str, Any]:
    before, after = (yuan(one) if name in MONEY and one is not None else one for one in pair)
    return {"before": before, "after": after}
