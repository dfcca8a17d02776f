"""The index of the current run: written with it, and opened by the service."""

from __future__ import annotations

import shutil
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path

from ringfinder.detect import DetectSettings
from ringfinder.detect.detector import Found
from ringfinder.index import making
from ringfinder.index.files import Files, Writer
from ringfinder.store import Run, Workspace

INDEX = "index"


def write_index(
    folder: Path,
    found: Found,
    settings: DetectSettings,
    names: Mapping[int, str],
    run_id: str,
    rescored_at: datetime | None = None,
) -> None:
    """Write the index of a run into its folder; a run without any request has none.

    Parameters
    ----------
    names
        Lasting ids of rings by their group.
    rescored_at
        When the scores were worked out anew, where they are no longer those of the run.
    """
    if found.analysis is None or found.standing is None:
        return
    writer = Writer(folder / INDEX)
    making.make_index(writer, making.Found(found.analysis, found.standing, settings, [*names], [*names.values()]))
    writer.finish({"run_id": run_id, "rescored_at": rescored_at.isoformat() if rescored_at else None})


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
