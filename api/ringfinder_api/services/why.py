"""Why: asked of a process of its own, which keeps the analysis of one run for the questions to come.

The first question to a run takes as long as detection; the process that answers requests never computes that.
"""

from __future__ import annotations

import threading
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from multiprocessing import get_context

from ringfinder.errors import InputError
from ringfinder.pipeline.why import Asker
from ringfinder.records.findings import Findings
from ringfinder.settings import Settings
from ringfinder.store import Workspace
from ringfinder_api.errors import NotFoundError, TookTooLongError
from ringfinder_api.services.views import Branches

Told = tuple[Findings, tuple[tuple[str, str], ...]]

_askers: dict[str, Asker] = {}
"""Of the process that answers: the analysis of one run."""


def _ask(settings: Settings, run_id: str, text: str, kind: str | None, branches: Branches) -> Told | None:
    """In the other process: what is known; None where nothing is, or nothing that may be seen."""
    if run_id not in _askers:
        _askers.clear()
        with Workspace.open(settings) as workspace:
            _askers[run_id] = Asker(workspace, workspace.runs.find(run_id))
    asker = _askers[run_id]
    try:
        return asker.find(text, kind, branches), asker.notes
    except InputError:
        return None


class Explainer:
    """Asks the other process, one question at a time; it is started with the first question.

    Parameters
    ----------
    patience
        Seconds to wait for an answer; the process works on, so that a later question is answered at once.
    """

    def __init__(self, settings: Settings, patience: float) -> None:
        self._settings, self._patience = settings, patience
        self._lock = threading.Lock()
        self._pool: ProcessPoolExecutor | None = None

    def find(self, run_id: str, text: str, kind: str | None, branches: Branches) -> Told:
        """What is known of a request, a person or a value, as somebody sees it who is bound to `branches`.

        Raises
        ------
        NotFoundError
            If nothing is known by that name, or nothing that may be seen.
        TookTooLongError
            If the analysis is not ready yet.
        """
        try:
            found = self._submitted(run_id, text, kind, branches).result(self._patience)
        except TimeoutError:
            raise TookTooLongError(self._patience) from None
        except BrokenProcessPool:
            self.close()
            raise TookTooLongError(self._patience) from None
        if found is None:
            raise NotFoundError("nothing is known by that name in this run")
        return found

    def _submitted(self, run_id: str, text: str, kind: str | None, branches: Branches) -> Future[Told | None]:
        with self._lock:
            if self._pool is None:
                self._pool = ProcessPoolExecutor(1, mp_context=get_context("spawn"))
            return self._pool.submit(_ask, self._settings, run_id, text, kind, branches)

    def close(self) -> None:
        """End the process."""
        with self._lock:
            if self._pool is not None:
                self._pool.shutdown(wait=False, cancel_futures=True)
                self._pool = None
