"""The index of a run made again: of an older run, or where it is gone.

Where rows were erased since the run, its scores cannot be found again: what is usual is learnt from all requests,
and some are gone. The index then holds what is found in the facts that are left, for screening compares a group
with and without the newcomer, and both must come of the same facts. Rings keep the ids of the run by their people.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path

from ringfinder.detect.detector import Found, find
from ringfinder.detect.lineage import persons_of, trace
from ringfinder.errors import SurroundingsError
from ringfinder.graph.order import in_order
from ringfinder.pipeline.again import facts_of, settings_of
from ringfinder.pipeline.index import INDEX, write_index
from ringfinder.records.rings import Ring
from ringfinder.store import DEFAULT_WAIT, Run, Workspace
from ringfinder.store.files import private_folder, publish
from ringfinder.store.rewriting import rewritten_since
from ringfinder.store.runs import CURRENT

_ASIDE = f".{INDEX}-"


def missing_index(workspace: Workspace, wait: float = DEFAULT_WAIT) -> Run | None:
    """Make the index of the current run where it has none, as after an erasure; return the run whose index was made.

    Raises
    ------
    SurroundingsError
        As `rebuild_index`.
    """
    if workspace.runs.current_number() is None:
        return None
    run = workspace.runs.find(CURRENT)
    files = workspace.runs.files(run.number)
    if not files.there() or (files.folder / INDEX).exists():
        return None
    return run if rebuild_index(workspace, run, wait) else None


def rebuild_index(workspace: Workspace, run: Run, wait: float = DEFAULT_WAIT) -> Path | None:
    """Make the index of a run again, from its facts and settings; None where no request is left.

    Nobody detects or erases meanwhile: whoever is erased now must not be in it.

    Raises
    ------
    SurroundingsError
        If the facts or files of the run are gone, its rings are no longer found, or others are at work for
        longer than `wait` seconds.
    """
    with workspace.runs.held(wait):
        files = workspace.runs.files(run.number)
        for left in files.folder.glob(f"{_ASIDE}*"):
            shutil.rmtree(left)
        notes: list[tuple[str, str]] = []
        settings = settings_of(run, notes)
        found = find(in_order(facts_of(workspace, run, notes, as_written=False)), settings)
        rings = list(files.rings())
        same = [ring.score for ring in rings] == [ring.score for ring in found.detection.rings]
        if not same and not rewritten_since(workspace.engine, run.started_at):
            raise SurroundingsError(
                f"the rings of {run.run_id} are no longer found: the program changed since",
                remedy="detect again: ringfinder detect",
            )
        if found.analysis is None:
            return None
        names = (
            {group: ring.ring_id for group, ring in zip(found.groups, rings, strict=True)}
            if same
            else _known_again(found, rings)
        )
        aside = files.folder / f"{_ASIDE}{os.getpid()}"
        private_folder(aside)
        try:
            write_index(aside, found, settings, names, run.run_id, None if same else datetime.now(UTC))
            publish(aside / INDEX, files.folder / INDEX)
        finally:
            shutil.rmtree(aside, ignore_errors=True)
        return files.folder / INDEX


def _known_again(found: Found, stored: Sequence[Ring]) -> Mapping[int, str]:
    """Groups that are rings of the run still, by their people; others have no name that could be looked up."""
    before = {ring.ring_id: persons_of(ring) for ring in stored}
    now = trace(found.detection.rings, before).rings
    return {group: ring.ring_id for group, ring in zip(found.groups, now, strict=True) if ring.ring_id in before}
