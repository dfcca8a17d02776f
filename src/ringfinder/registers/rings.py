"""Which ring of which run a report is about."""

from __future__ import annotations

import difflib

from ringfinder.errors import InputError
from ringfinder.store import Run, Workspace, run_name


def check_ring(workspace: Workspace, run: Run, ring_id: str) -> str:
    """The id of a ring that the run has, in its own spelling.

    Raises
    ------
    InputError
        If the ring faded before the run, is of a later one, or is none.
    """
    wanted = ring_id.strip().upper()
    known: list[str] = workspace.runs.files(run.number).heads()["ring_id"].to_pylist()
    if wanted in known:
        return wanted
    last = workspace.runs.given_ids().get(wanted)
    if last is None:
        near = difflib.get_close_matches(wanted, known, n=3, cutoff=0.5)
        raise InputError(
            f"there is no ring {ring_id!r} in {run.run_id}",
            remedy=f"did you mean {', '.join(near)}?" if near else "`ringfinder rings` lists all",
        )
    if last < run.number:
        raise InputError(
            f"{wanted} has faded: {run.run_id} no longer has it",
            remedy=f"{run_name(last)} is the last run that has it; name that run, or correct what was sent about it",
        )
    raise InputError(f"{wanted} is not in {run.run_id}", remedy=f"{run_name(last)} has it: name that run")
