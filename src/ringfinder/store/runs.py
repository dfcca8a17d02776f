"""Runs of detection: what the database says of each, and how a run becomes the current one, whole or not at all.

A run is written into a folder aside, flushed, renamed to ``runs/run-000001``, and then named in the
database together with the pointer, in one transaction. Whatever stops it before leaves the former run
the current one; the folder is swept by the next run.
"""

from __future__ import annotations

import difflib
import json
import os
import re
import shutil
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, func, insert, select, update
from sqlalchemy.exc import SQLAlchemyError

from ringfinder.errors import InputError, SurroundingsError
from ringfinder.store.database import cause
from ringfinder.store.files import private_folder, publish
from ringfinder.store.lock import locked
from ringfinder.store.manifest import as_utc
from ringfinder.store.run_files import RunFiles
from ringfinder.store.schema import pointers, ring_ids, run_batches, runs

CURRENT, PREVIOUS = "current", "previous"
"""Names that stand for a run: the one that the pointer names, and the one before it."""

_CURRENT_NUMBER = select(pointers.c.number).where(pointers.c.name == CURRENT)
_NAMED = re.compile(r"(?:run-)?0*([1-9][0-9]{0,8})")
_FOLDER = re.compile(r"run-[0-9]{6,9}")
_ASIDE = ".tmp-"
_COMMITTED = ".committed"  # tells a folder that the database named once from one that a crash left


@dataclass(frozen=True)
class Run:
    """What the database says of one run.

    Parameters
    ----------
    as_of, window_months
        Events after this local time were left out, and requests so many months before it.
    known_at
        Batches loaded after this time were left out; None for all.
    settings
        Every constant by name; `settings_hash` is their hash.
    compared_with
        Number of the run that identities were matched to; None for the first.
    timings
        Seconds of each step.
    intake
        The last row of intake that it saw; 0 for none.
    """

    number: int
    started_at: datetime
    finished_at: datetime
    as_of: datetime | None
    known_at: datetime | None
    window_months: int | None
    settings_hash: str
    settings: Mapping[str, Any]
    code_version: str
    compared_with: int | None
    requests: int
    alert_rings: int
    review_rings: int
    member_requests: int
    faded_rings: int
    timings: Mapping[str, float] = field(default_factory=dict)
    batches: tuple[str, ...] = ()
    intake: int = 0

    @property
    def run_id(self) -> str:
        """Its name, and that of its folder."""
        return run_name(self.number)


def run_name(number: int) -> str:
    """Name of a run by its number."""
    return f"run-{number:06d}"


Also = Callable[[Connection, Run], None]
"""Told of a run inside the transaction that makes it whole; what it writes there is written with it or not at all."""


class Recording:
    """A run being written; use it inside `Runs.recording()`, which holds the lock."""

    def __init__(self, number: int, aside: Path, final: Path, engine: Engine) -> None:
        self.number = number
        self.aside = aside
        self._final = final
        self._engine = engine

    def commit(self, run: Run, rings: Iterable[str], also: Also | None = None) -> None:
        """Make the run whole, and the current one.

        Parameters
        ----------
        rings
            Ids of its rings, from now on never given to another.
        also
            Writes what is to be whole together with the run; an error of its own leaves both unwritten.

        Raises
        ------
        SurroundingsError
            If the database cannot be written; the former run stays the current one.
        """
        publish(self.aside, self._final)
        try:
            with self._engine.begin() as connection:
                _record(connection, run, sorted(rings))
                if also:
                    also(connection, run)
        except SQLAlchemyError as error:
            # The folder stays for the next run to sweep: a server may have committed before it went silent.
            raise SurroundingsError(
                f"the decisions database cannot be written: {cause(error)}",
                remedy="check that it runs and that there is space, then detect again; the former run stays current",
            ) from None
        (self._final / _COMMITTED).touch(mode=0o600)


class Runs:
    """The runs of a workspace.

    Parameters
    ----------
    folder
        Where their folders are.
    """

    def __init__(self, folder: Path, engine: Engine) -> None:
        self._folder = folder
        self._engine = engine

    def all(self) -> list[Run]:
        """Every run, the oldest first."""
        with self._engine.connect() as connection:
            rows = connection.execute(select(runs).order_by(runs.c.number)).all()
            used = connection.execute(select(run_batches).order_by(run_batches.c.batch_id)).all()
        batches: dict[int, list[str]] = {}
        for row in used:
            batches.setdefault(row.number, []).append(row.batch_id)
        return [_run(row, tuple(batches.get(row.number, ()))) for row in rows]

    def current_number(self) -> int | None:
        """Number of the run that the pointer names."""
        with self._engine.connect() as connection:
            return connection.execute(_CURRENT_NUMBER).scalar()

    def finished_at(self) -> datetime | None:
        """When the current run was made."""
        query = select(runs.c.finished_at).join(pointers, pointers.c.number == runs.c.number)
        with self._engine.connect() as connection:
            made = connection.execute(query.where(pointers.c.name == CURRENT)).scalar()
        return as_utc(made) if made else None

    def find(self, name: str = CURRENT) -> Run:
        """The run called `name`: ``run-000003``, ``3``, ``current`` or ``previous``.

        Raises
        ------
        InputError
            If there is none, with the names that are near.
        """
        found = self.all()
        if not found:
            raise InputError("there is no run yet in this workspace", remedy="run `ringfinder detect` first")
        names = {run.run_id: run for run in found}
        run = names.get(self._full_name(name, found))
        if run is None:
            near = difflib.get_close_matches(name, names, n=3) or list(names)[-3:]
            raise InputError(
                f"there is no run {name!r}",
                remedy=f"there are {', '.join(near)} … ; `ringfinder runs` lists all",
            )
        return run

    def _full_name(self, name: str, found: Sequence[Run]) -> str:
        current = self.current_number()
        if name == CURRENT and current is not None:
            return run_name(current)
        if name == PREVIOUS:
            older = [run.number for run in found if current is None or run.number < current]
            return run_name(older[-1]) if older else name
        number = _NAMED.fullmatch(name)
        return run_name(int(number.group(1))) if number else name

    def files(self, number: int) -> RunFiles:
        """The files of a run."""
        return RunFiles(self._folder / run_name(number), run_name(number))

    def given_ids(self) -> dict[str, int]:
        """Every ring id that any run gave, and the last run that had it."""
        with self._engine.connect() as connection:
            rows = connection.execute(select(ring_ids.c.ring_id, ring_ids.c.last_run)).all()
        return {row.ring_id: row.last_run for row in rows}

    def first_runs(self) -> dict[str, int]:
        """Every ring id that any run gave, and the first run that had it."""
        with self._engine.connect() as connection:
            rows = connection.execute(select(ring_ids.c.ring_id, ring_ids.c.first_run)).all()
        return {row.ring_id: row.first_run for row in rows}

    @contextmanager
    def recording(self, wait: float) -> Iterator[Recording]:
        """Hold the lock for one run; whatever was not committed when it ends never was.

        Raises
        ------
        SurroundingsError
            If another process is still detecting after `wait` seconds, or the folder cannot be written.
        """
        with locked(self._folder, "detect", wait):
            known = self._known()
            self._sweep(known)
            held = [int(path.name[4:]) for path in self._folder.iterdir() if _FOLDER.fullmatch(path.name)]
            number = max([0, *known, *held]) + 1
            aside = self._folder / f"{_ASIDE}{os.getpid()}"
            try:  # before the folder is there: an interrupt may come at any moment
                private_folder(aside)
                yield Recording(number, aside, self._folder / run_name(number), self._engine)
            finally:
                shutil.rmtree(aside, ignore_errors=True)

    @contextmanager
    def held(self, wait: float) -> Iterator[None]:
        """Hold the lock to write beside a stored run: nobody detects or erases meanwhile.

        Raises
        ------
        SurroundingsError
            If another process is still at work after `wait` seconds.
        """
        with locked(self._folder, "detect", wait):
            yield

    def _known(self) -> set[int]:
        with self._engine.connect() as connection:
            return set(connection.execute(select(runs.c.number)).scalars())

    def _sweep(self, known: set[int]) -> None:
        """Remove what a crash left; a folder that some database named once is not ours to remove."""
        named = set(map(run_name, known))
        for path in list(self._folder.iterdir()):
            half = bool(_FOLDER.fullmatch(path.name)) and path.name not in named and not (path / _COMMITTED).exists()
            if half or path.name.startswith(_ASIDE):
                shutil.rmtree(path)


def _record(connection: Connection, run: Run, rings: Sequence[str]) -> None:
    """Write the row of a run, its batches and ring ids, and the pointer."""
    connection.execute(
        insert(runs).values(
            number=run.number,
            started_at=run.started_at,
            finished_at=run.finished_at,
            as_of=run.as_of,
            known_at=run.known_at,
            window_months=run.window_months,
            settings_hash=run.settings_hash,
            settings=json.dumps(run.settings, sort_keys=True),
            code_version=run.code_version,
            compared_with=run.compared_with,
            requests=run.requests,
            alert_rings=run.alert_rings,
            review_rings=run.review_rings,
            member_requests=run.member_requests,
            faded_rings=run.faded_rings,
            timings=json.dumps(run.timings),
            intake=run.intake,
        )
    )
    if run.batches:
        connection.execute(insert(run_batches), [{"number": run.number, "batch_id": batch} for batch in run.batches])
    given = set(connection.execute(select(ring_ids.c.ring_id)).scalars())
    fresh = [{"ring_id": ring, "first_run": run.number, "last_run": run.number} for ring in rings if ring not in given]
    if fresh:
        connection.execute(insert(ring_ids), fresh)
    again = [ring for ring in rings if ring in given]
    for start in range(0, len(again), 500):
        part = again[start : start + 500]
        connection.execute(update(ring_ids).where(ring_ids.c.ring_id.in_(part)).values(last_run=run.number))
    if connection.execute(select(func.count()).select_from(pointers).where(pointers.c.name == CURRENT)).scalar():
        connection.execute(update(pointers).where(pointers.c.name == CURRENT).values(number=run.number))
    else:
        connection.execute(insert(pointers).values(name=CURRENT, number=run.number))


def _run(row: Any, batches: tuple[str, ...]) -> Run:
    return Run(
        number=row.number,
        started_at=as_utc(row.started_at),
        finished_at=as_utc(row.finished_at),
        as_of=row.as_of,
        known_at=as_utc(row.known_at) if row.known_at else None,
        window_months=row.window_months,
        settings_hash=row.settings_hash,
        settings=json.loads(row.settings),
        code_version=row.code_version,
        compared_with=row.compared_with,
        requests=row.requests,
        alert_rings=row.alert_rings,
        review_rings=row.review_rings,
        member_requests=row.member_requests,
        faded_rings=row.faded_rings,
        timings=json.loads(row.timings),
        batches=batches,
        intake=row.intake,
    )
