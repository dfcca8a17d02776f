"""The store: immutable batches of facts, the manifest that names them, the rows that count, and the runs."""

from ringfinder.store.loading import Loading
from ringfinder.store.manifest import Batch, BatchFile
from ringfinder.store.run_files import RunFiles
from ringfinder.store.runs import Recording, Run, Runs, run_name
from ringfinder.store.workspace import DEFAULT_WAIT, Workspace

__all__ = [
    "DEFAULT_WAIT",
    "Batch",
    "BatchFile",
    "Loading",
    "Recording",
    "Run",
    "RunFiles",
    "Runs",
    "Workspace",
    "run_name",
]
