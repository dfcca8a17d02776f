"""Look into stored runs: one ring, or the rings of a branch or an agent; and reveal one with a purpose."""

from __future__ import annotations

import difflib

import pyarrow.compute as pc

from ringfinder.errors import InputError
from ringfinder.identity import REVEALERS, Principal
from ringfinder.records.rings import Ring
from ringfinder.report.masking import Masker
from ringfinder.store import Run, RunFiles, Workspace, run_name


def find_ring(workspace: Workspace, run: Run, ring_id: str) -> Ring:
    """A ring of a run, by its id in any case.

    Raises
    ------
    InputError
        If the run has no such ring: with the nearest ids, or the last run that had it.
    SurroundingsError
        If the files of the run are gone or damaged.
    """
    files = workspace.runs.files(run.number)
    wanted = ring_id.strip().upper()
    ring = files.ring(wanted)
    if ring is not None:
        return ring
    last = workspace.runs.given_ids().get(wanted)
    if last is not None and last != run.number:
        raise InputError(
            f"{wanted} is not in {run.run_id}",
            remedy=f"{run_name(last)} is the last run that has it: add --run {run_name(last)}",
        )
    known = files.heads()["ring_id"].to_pylist()
    near = difflib.get_close_matches(wanted, known, n=3, cutoff=0.5)
    remedy = f"did you mean {', '.join(near)}?" if near else "`ringfinder rings` lists all"
    raise InputError(f"there is no ring {ring_id!r} in {run.run_id}", remedy=remedy)


def rings_of(files: RunFiles, column: str, value: str) -> frozenset[str]:
    """Ids of the rings with a request of that ``branch_code`` or ``agent_no``."""
    members = files.members(("ring_id", column))
    return frozenset(members.filter(pc.equal(members[column], value))["ring_id"].to_pylist())


def check_reveal(by: Principal, purpose: str) -> None:
    """Refuse to reveal without a purpose, or to somebody who is not there for it.

    Raises
    ------
    InputError
        Which of the two.
    """
    by.must(REVEALERS, "see personal data unmasked")
    if not purpose.strip():
        raise InputError("--reveal shows personal data", remedy="say why with --purpose TEXT; it is journalled")


def shown(
    workspace: Workspace, run: Run, ring: Ring, *, by: Principal, reveal: bool, purpose: str
) -> tuple[Masker, str]:
    """How the values of a ring are shown, and the anchor of the journal where they are revealed.

    The journal of the workspace has the entry before anything is shown.

    Raises
    ------
    InputError
        If they may not be revealed to `by`, or `reveal` has no purpose.
    """
    if not reveal:
        return Masker.of([ring], reveal=False), ""
    check_reveal(by, purpose)
    entry = workspace.journal.append(
        by,
        action="reveal",
        purpose=purpose,
        object=f"{ring.ring_id} of {run.run_id}",
        details={"rings": 1, "requests": len(ring.members), "settings": run.settings_hash},
    )
    return Masker.of([ring], reveal=True), entry.mac
