"""The index of the current run: written with it, and opened by the service."""

from __future__ import annotations

import shutil
from collections.abc import Sequence
from pathlib import Path

from ringfinder.detect import DetectSettings
from ringfinder.detect.detector import Found
from ringfinder.index import making
from ringfinder.index.files import Files, Writer
from ringfinder.records.rings import Ring
from ringfinder.store import Run, Workspace

INDEX = "index"


def write_index(folder: Path, found: Found, settings: DetectSettings, rings: Sequence[Ring], run_id: str) -> None:
    """Write the index of a run into its folder; a run without any request has none."""
    if found.analysis is None or found.standing is None:
        return
    writer = Writer(folder / INDEX)
    making.make_index(
        writer,
        making.Found(found.analysis, found.standing, settings, found.groups, [ring.ring_id for ring in rings]),
    )
    writer.finish({"run_id": run_id})


def open_index(workspace: Workspace, run: Run) -> Files:
    """The index of a run.

    Raises
    ------
    SurroundingsError
        If it has none.
    """
    return Files(workspace.runs.files(run.number).folder / INDEX)


def drop_indexes(workspace: Workspace, keep: int) -> None:
    """Remove the indexes of all other runs: they hold a copy of the facts, and can be made again."""
    for run in workspace.runs.all():
        if run.number != keep:
            shutil.rmtree(workspace.runs.files(run.number).folder / INDEX, ignore_errors=True)
