"""The store: immutable batches of facts, the manifest that names them, and the rows that count."""

from ringfinder.store.loading import Loading
from ringfinder.store.manifest import Batch, BatchFile
from ringfinder.store.workspace import DEFAULT_WAIT, Workspace

__all__ = ["DEFAULT_WAIT", "Batch", "BatchFile", "Loading", "Workspace"]
