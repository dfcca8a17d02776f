"""Why: asked of a process of its own, which keeps the analysis of one run for the questions to come.

The first question to a run takes as long as detection; the process that answers requests never computes that.
"""

from __future__ import annotations

from ringfinder.errors import InputError
from ringfinder.pipeline.why import Asker
from ringfinder.records.findings import Findings
from ringfinder.settings import Settings
from ringfinder.store import Workspace
from ringfinder_api.errors import NotFoundError
from ringfinder_api.services.other_process import OtherProcess
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
    """Asks the other process.

    Parameters
    ----------
    patience
        Seconds to wait for an answer.
    """

    def __init__(self, settings: Settings, patience: float) -> None:
        self._settings, self._process = settings, OtherProcess(patience)

    def find(self, run_id: str, text: str, kind: str | None, branches: Branches) -> Told:
        """What is known of a request, a person or a value, as somebody sees it who is bound to `branches`.

        Raises
        ------
        NotFoundError
            If nothing is known by that name, or nothing that may be seen.
        TookTooLongError
            If the analysis is not ready yet.
        """
        found = self._process.ask(_ask, self._settings, run_id, text, kind, branches)
        if found is None:
            raise NotFoundError("nothing is known by that name in this run")
        return found

    def close(self) -> None:
        """End the process."""
        self._process.close()
