"""Statistics, refunds and policies at risk: counted in a process of its own, which keeps the facts."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeVar

from ringfinder.errors import InputError
from ringfinder.pipeline.statistics import Refunds, Risks, Statistician
from ringfinder.settings import Settings
from ringfinder.statistics.summary import PeriodStatistics
from ringfinder.store import Workspace
from ringfinder.store.runs import CURRENT, Runs
from ringfinder_api.errors import NotFoundError
from ringfinder_api.services.other_process import OtherProcess
from ringfinder_api.services.views import Branches, Views

T = TypeVar("T")

_statisticians: dict[Settings, Statistician] = {}
"""Of the process that counts."""


@dataclass(frozen=True)
class Asked:
    """A question of one caller about a period or a ring, by the rings of a run."""

    run: str
    branches: Branches
    period: str | None = None
    ring: str | None = None


def _statistician(settings: Settings) -> Statistician:
    if settings not in _statisticians:
        _statisticians[settings] = Statistician(Workspace.open(settings))
    return _statisticians[settings]


def _period(settings: Settings, asked: Asked) -> PeriodStatistics | None:
    try:
        return _statistician(settings).period(asked.period, asked.run, asked.branches)
    except InputError:
        return None


def _refunds(settings: Settings, asked: Asked) -> Refunds | None:
    try:
        return _statistician(settings).refunds(asked.period, asked.ring, asked.run, asked.branches)
    except InputError:
        return None


def _risks(settings: Settings, asked: Asked) -> Risks | None:
    try:
        return _statistician(settings).risks(asked.run, asked.branches)
    except InputError:
        return None


class Counter:
    """Asks the other process.

    Parameters
    ----------
    patience
        Seconds to wait for an answer.
    """

    def __init__(self, settings: Settings, patience: float) -> None:
        self._settings, self._process = settings, OtherProcess(patience)

    def period(self, asked: Asked) -> PeriodStatistics:
        """The statistics of a period.

        Raises
        ------
        NotFoundError
            If nothing was loaded.
        TookTooLongError
            If they are not counted yet; so with the others.
        """
        return _there(self._process.ask(_period, self._settings, asked), "nothing was loaded yet")

    def refunds(self, asked: Asked) -> Refunds:
        """The refunds of a period or a ring.

        Raises
        ------
        NotFoundError
            If there is no such ring, or nothing was loaded.
        """
        missing = "there is no such ring in this run" if asked.ring else "nothing was loaded yet"
        return _there(self._process.ask(_refunds, self._settings, asked), missing)

    def risks(self, asked: Asked) -> Risks:
        """The policies at risk.

        Raises
        ------
        NotFoundError
            If nothing was loaded.
        """
        return _there(self._process.ask(_risks, self._settings, asked), "nothing was loaded yet")

    def close(self) -> None:
        """End the process."""
        self._process.close()


def _there(found: T | None, missing: str) -> T:
    if found is None:
        raise NotFoundError(missing)
    return found


def run_asked(runs: Runs, views: Views, name: str) -> str:
    """The run that a question is about: its id, or ``current`` where there is none yet.

    Raises
    ------
    NotFoundError
        If a named run is not there.
    """
    if name == CURRENT and runs.current_number() is None:
        return CURRENT
    return views.run(name).run_id
