"""The store: immutable batches of facts, the manifest that names them, the rows that count, and the runs."""

from ringfinder.store.current import INTAKE
from ringfinder.store.folding import Folded
from ringfinder.store.intake import Intake, Known
from ringfinder.store.loading import Loading
from ringfinder.store.manifest import Batch, BatchFile
from ringfinder.store.run_files import RunFiles
from ringfinder.store.runs import Recording, Run, Runs, run_name
from ringfinder.store.workspace import DEFAULT_WAIT, Workspace

__all__ = [
    "DEFAULT_WAIT",
    "INTAKE",
    "Batch",
    "BatchFile",
    "Folded",
    "Intake",
    "Known",
    "Loading",
    "Recording",
    "Run",
    "RunFiles",
    "Runs",
    "Workspace",
    "run_name",
]
