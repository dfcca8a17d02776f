"""The index of a run made again: of an older run, or where it is gone."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

from ringfinder.detect.detector import find
from ringfinder.errors import SurroundingsError
from ringfinder.graph.order import in_order
from ringfinder.pipeline.again import facts_of, settings_of
from ringfinder.pipeline.index import INDEX, write_index
from ringfinder.store import Run, Workspace
from ringfinder.store.files import private_folder, publish


def rebuild_index(workspace: Workspace, run: Run) -> Path:
    """Make the index of a run again, from its facts and settings.

    Raises
    ------
    SurroundingsError
        If the facts or files of the run are gone, or its rings are no longer found.
    """
    notes: list[tuple[str, str]] = []
    settings = settings_of(run, notes)
    found = find(in_order(facts_of(workspace, run, notes, as_written=False)), settings)
    files = workspace.runs.files(run.number)
    rings = list(files.rings())
    if [ring.score for ring in rings] != [ring.score for ring in found.detection.rings]:
        raise SurroundingsError(
            f"the rings of {run.run_id} are no longer found: the program changed since",
            remedy="detect again: ringfinder detect",
        )
    aside = files.folder / f".{INDEX}-{os.getpid()}"
    private_folder(aside)
    try:
        write_index(aside, found, settings, rings, run.run_id)
        publish(aside / INDEX, files.folder / INDEX)
    finally:
        shutil.rmtree(aside, ignore_errors=True)
    return files.folder / INDEX
