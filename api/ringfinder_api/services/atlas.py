"""The index of a run, opened once: its entities, handles and screener."""

from __future__ import annotations

import threading
from functools import cached_property

from ringfinder.index.entities import Entities
from ringfinder.index.files import MANIFEST, Files
from ringfinder.keychain import VALUES, Keyring, read_secret
from ringfinder.pipeline.index import INDEX, open_index
from ringfinder.screen.screener import Screener
from ringfinder.store import Run, Workspace
from ringfinder_api.errors import NotFoundError
from ringfinder_api.services.handles import Handles

Stamp = tuple[int, int, int]


class Atlas:
    """What is looked up in one run."""

    def __init__(self, run: Run, index: Files, keyring: Keyring) -> None:
        self.run = run
        self.entities = Entities(index)
        self.handles = Handles(keyring, run.run_id)
        self._index = index

    @cached_property
    def screener(self) -> Screener:
        """Screens against this run."""
        return Screener(self._index)


class Atlases:
    """The indexes of a workspace; the one that was used last stays open, as long as its files are the same.

    Erasing a person removes the index: what is still mapped of it must not be asked any more.

    Raises
    ------
    NotFoundError
        By `of`, if the run is an earlier one: its index went when the next run came, and does not come back.
    SurroundingsError
        By `of`, if the current run has no index.
    """

    def __init__(self, workspace: Workspace) -> None:
        self._workspace = workspace
        self.keyring = Keyring(read_secret(VALUES, workspace.path))
        self._kept: tuple[Stamp, Atlas] | None = None
        self._lock = threading.Lock()

    def of(self, run: Run) -> Atlas:
        """The index of a run."""
        stamp = self._stamp(run)
        if stamp is None and run.number != self._workspace.runs.current_number():
            raise NotFoundError("only the current run can be searched: leave out `run`")
        with self._lock:
            if self._kept is None or stamp is None or self._kept[0] != stamp:
                self._kept = None
                self._kept = (stamp or (0, 0, 0), Atlas(run, open_index(self._workspace, run), self.keyring))
            return self._kept[1]

    def _stamp(self, run: Run) -> Stamp | None:
        """Tells one index from another; None where there is none."""
        try:
            found = (self._workspace.runs.files(run.number).folder / INDEX / MANIFEST).stat()
        except FileNotFoundError:
            return None
        return run.number, found.st_ino, found.st_mtime_ns
