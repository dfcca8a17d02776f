"""The queue of jobs: who asks puts one in, a worker takes the oldest, and none is lost or done twice.

Every change is one guarded statement. A job that is taken up gets a new `claim`; whatever an earlier
worker still tries to write bears an old one and changes nothing. What a job's work makes whole (a batch, a
run) is noted in the job inside that very transaction, so after a crash it is either done or never was.
"""

from __future__ import annotations

import json
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, DateTime, Engine, case, insert, literal, select, update
from sqlalchemy.exc import IntegrityError

from ringfinder.jobs.asked import Asked, LoadAsked, as_parameters, read_asked
from ringfinder.jobs.names import JOB, new_name
from ringfinder.jobs.refusals import JobEndedError, SupersededError, UnknownNameError
from ringfinder.jobs.states import OPEN, State
from ringfinder.jobs.uploads import keep
from ringfinder.jobs.worker import Worker
from ringfinder.store.manifest import as_utc
from ringfinder.store.schema import jobs

MOST_ATTEMPTS = 3
"""Times that a job is taken up after its worker vanished; one that ends its process each time would go on for ever."""

_TOLD_AGAIN = 2 * MOST_ATTEMPTS  # for a job whose work is committed and only has to be told


@dataclass(frozen=True)
class Problem:
    """Why a job failed, in words without personal data."""

    kind: str
    message: str
    remedy: str = ""


@dataclass(frozen=True)
class Job:
    """One job.

    Parameters
    ----------
    progress
        ``done``, ``total`` (0: not known) and ``step``; empty before the first.
    committed
        What its work made whole so far; empty while it may still be as if it had never run.
    attempts
        How often it was taken up.
    claim
        Of the worker that has it.
    """

    sequence: int
    job_id: str
    kind: str
    state: State
    user_id: str
    asked: Asked
    progress: Mapping[str, Any]
    committed: Mapping[str, Any]
    result: Mapping[str, Any]
    error: Problem | None
    attempts: int
    claim: str
    cancel_asked: bool
    worker: Worker | None
    created_at: datetime
    started_at: datetime | None
    heartbeat_at: datetime | None
    finished_at: datetime | None

    @property
    def lost(self) -> bool:
        """Whether it is said to run, and its worker is gone."""
        return self.state is State.RUNNING and (self.worker is None or self.worker.gone(self.heartbeat_at))


@dataclass(frozen=True)
class Page:
    """A part of a list, and the job after which the next part begins; empty at the end."""

    items: tuple[Job, ...]
    next: str = ""


class Jobs:
    """The jobs of a site."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def submit(self, user_id: str, kind: str, asked: Mapping[str, Any], *, job_id: str = "") -> Job:
        """Queue a job.

        Parameters
        ----------
        job_id
            Its name where a repeated request must not make a second one; that one is returned then.

        Raises
        ------
        InputError
            If the parameters are wrong, or the upload is not there.
        """
        parameters = read_asked(kind, asked)
        name = job_id or new_name(JOB)
        upload = parameters.upload_id if isinstance(parameters, LoadAsked) else None
        try:
            with self._engine.begin() as connection:
                if upload:
                    keep(connection, upload, user_id)
                connection.execute(insert(jobs).values(_fresh(name, user_id, kind, parameters, upload)))
        except IntegrityError:
            # The very request came before; of another user's job nobody learns that it is there.
            found = self._found(name)
            if found is None or found.user_id != user_id:
                raise
            return found
        return self.get(name)

    def get(self, job_id: str) -> Job:
        """One job.

        Raises
        ------
        UnknownNameError
            If there is none.
        """
        found = self._found(job_id)
        if found is None:
            raise UnknownNameError("there is no such job", remedy="`ringfinder jobs list` names them")
        return found

    def listed(self, *, user_id: str = "", kind: str = "", state: str = "", after: str = "", limit: int = 50) -> Page:
        """Jobs, the newest first, from behind the job `after` on.

        Raises
        ------
        UnknownNameError
            If there is no job `after`.
        """
        query = select(jobs).order_by(jobs.c.sequence.desc()).limit(limit + 1)
        for column, wanted in ((jobs.c.user_id, user_id), (jobs.c.kind, kind), (jobs.c.state, state)):
            if wanted:
                query = query.where(column == wanted)
        if after:
            query = query.where(jobs.c.sequence < self.get(after).sequence)
        with self._engine.connect() as connection:
            found = tuple(_job(row) for row in connection.execute(query))
        return Page(found[:limit], found[limit - 1].job_id if len(found) > limit else "")

    def running(self) -> tuple[Job, ...]:
        """Jobs that are said to run, the oldest first."""
        query = select(jobs).where(jobs.c.state == State.RUNNING).order_by(jobs.c.sequence)
        with self._engine.connect() as connection:
            return tuple(_job(row) for row in connection.execute(query))

    def cancel(self, job_id: str) -> Job:
        """Ask for the end of a job: one that waits ends at once, one that runs when its worker hears of it.

        What a job has committed is not taken back: such a job ends as done.

        Raises
        ------
        UnknownNameError
            If there is no such job.
        JobEndedError
            If it has ended already.
        """
        now = datetime.now(UTC)
        unborn = (jobs.c.state == State.WAITING) & (jobs.c.committed == "")
        statement = (
            update(jobs)
            .where(jobs.c.job_id == job_id, jobs.c.state.in_(OPEN))
            .values(
                cancel_asked=True,
                state=case((unborn, literal(State.CANCELLED.value)), else_=jobs.c.state),
                finished_at=case((unborn, literal(now, DateTime(timezone=True))), else_=jobs.c.finished_at),
            )
        )
        with self._engine.begin() as connection:
            changed = connection.execute(statement).rowcount
        found = self.get(job_id)
        if not changed:
            raise JobEndedError(f"the job is {found.state.value} already", remedy="there is nothing to cancel")
        return found

    def claim(self, worker: Worker) -> Job | None:
        """Take the oldest job that waits, in one statement; None where none does."""
        oldest = (
            select(jobs.c.sequence)
            .where(jobs.c.state == State.WAITING)
            .order_by(jobs.c.sequence)
            .limit(1)
            .with_for_update(skip_locked=True)
            .scalar_subquery()
        )
        now = datetime.now(UTC)
        statement = (
            update(jobs)
            .where(jobs.c.sequence == oldest, jobs.c.state == State.WAITING)
            .values(
                state=State.RUNNING,
                worker=worker.text(),
                claim=secrets.token_hex(8),
                attempts=jobs.c.attempts + 1,
                started_at=case(
                    (jobs.c.started_at.is_(None), literal(now, DateTime(timezone=True))), else_=jobs.c.started_at
                ),
                heartbeat_at=now,
            )
            .returning(*jobs.c)
        )
        with self._engine.begin() as connection:
            row = connection.execute(statement).first()
        return None if row is None else _job(row)

    def take(self, job_id: str, claim: str, worker: Worker) -> Job | None:
        """Hand a claimed job on to the process that works on it; None if it was taken up anew meanwhile."""
        statement = (
            update(jobs).where(*_held(job_id, claim)).values(worker=worker.text(), heartbeat_at=datetime.now(UTC))
        )
        with self._engine.begin() as connection:
            row = connection.execute(statement.returning(*jobs.c)).first()
        return None if row is None else _job(row)

    def pulse(self, job: Job, progress: Mapping[str, Any]) -> bool:
        """Show a sign of life and how far the work is; return whether its end was asked for.

        Raises
        ------
        SupersededError
            If the job is another worker's by now.
        """
        values = {"progress": json.dumps(dict(progress), ensure_ascii=False), "heartbeat_at": datetime.now(UTC)}
        statement = update(jobs).where(*_held(job.job_id, job.claim)).values(values).returning(jobs.c.cancel_asked)
        with self._engine.begin() as connection:
            row = connection.execute(statement).first()
        if row is None:
            raise SupersededError
        return bool(row.cancel_asked)

    def commit(self, connection: Connection, job: Job, made: Mapping[str, Any]) -> None:
        """Note inside the transaction that makes the work whole what was made.

        Raises
        ------
        SupersededError
            If the job is another worker's by now: nothing of that transaction must stay.
        """
        statement = update(jobs).where(*_held(job.job_id, job.claim)).values(committed=json.dumps(dict(made)))
        if not connection.execute(statement).rowcount:
            raise SupersededError

    def finish(self, job: Job, result: Mapping[str, Any]) -> bool:
        """End a job as done; False if it is another worker's by now."""
        return self._end(job, State.DONE, {"result": json.dumps(dict(result), ensure_ascii=False)})

    def fail(self, job: Job, problem: Problem) -> bool:
        """End a job as failed, unless its work is committed: then it waits to be told; False if it is another's."""
        error = json.dumps(vars(problem), ensure_ascii=False)
        return self._end(job, State.FAILED, {"error": error}, jobs.c.committed == "") or self.let_go(
            job, problem.message
        )

    def let_go(self, job: Job, reason: str, *, counted: bool = True) -> bool:
        """Give a job back whose worker ended without ending it; False if it is another worker's by now.

        It waits again, or is cancelled if that was asked for, or failed with `reason` after
        `MOST_ATTEMPTS`. One whose work is committed waits in any case, to be told.

        Parameters
        ----------
        counted
            Whether this was an attempt; not so where the worker was told to stop and did.
        """
        while (now := self._found(job.job_id)) is not None and now.claim == job.claim and now.state is State.RUNNING:
            state, error = _after(now, reason, counted=counted)
            values = {
                "state": state,
                "error": error,
                "worker": "",
                "attempts": now.attempts - (not counted),
                "finished_at": None if state is State.WAITING else datetime.now(UTC),
            }
            as_seen = (jobs.c.cancel_asked == now.cancel_asked, jobs.c.committed == _json(now.committed))
            statement = update(jobs).where(*_held(job.job_id, job.claim), *as_seen).values(values)
            with self._engine.begin() as connection:
                if connection.execute(statement).rowcount:
                    return True
        return False

    def _end(self, job: Job, state: State, values: Mapping[str, Any], *also: ColumnElement[bool]) -> bool:
        end = {**values, "state": state, "worker": "", "finished_at": datetime.now(UTC)}
        with self._engine.begin() as connection:
            return bool(
                connection.execute(update(jobs).where(*_held(job.job_id, job.claim), *also).values(end)).rowcount
            )

    def _found(self, job_id: str) -> Job | None:
        with self._engine.connect() as connection:
            row = connection.execute(select(jobs).where(jobs.c.job_id == job_id)).first()
        return None if row is None else _job(row)


def _held(job_id: str, claim: str) -> tuple[ColumnElement[bool], ...]:
    return jobs.c.job_id == job_id, jobs.c.claim == claim, jobs.c.state == State.RUNNING


def _after(job: Job, reason: str, *, counted: bool) -> tuple[State, str]:
    """The state of a job that its worker left, and why it failed if it did."""
    if job.cancel_asked and not job.committed:
        return State.CANCELLED, ""
    if not counted or job.attempts < (_TOLD_AGAIN if job.committed else MOST_ATTEMPTS):
        return State.WAITING, ""
    kept = f"; its work was committed: {_json(job.committed)}" if job.committed else "; nothing half-done was kept"
    problem = Problem("vanished", f"{reason}, {job.attempts} times{kept}", "see the log of the service, then ask again")
    return State.FAILED, json.dumps(vars(problem), ensure_ascii=False)


def _json(said: Mapping[str, Any]) -> str:
    return json.dumps(dict(said)) if said else ""


def _fresh(name: str, user_id: str, kind: str, asked: Asked, upload: str | None) -> dict[str, Any]:
    return {
        "job_id": name,
        "kind": kind,
        "state": State.WAITING,
        "user_id": user_id,
        "upload_id": upload,
        "asked": json.dumps(as_parameters(asked), ensure_ascii=False),
        "progress": "",
        "committed": "",
        "result": "",
        "error": "",
        "attempts": 0,
        "claim": "",
        "cancel_asked": False,
        "worker": "",
        "created_at": datetime.now(UTC),
    }


def _job(row: Any) -> Job:
    return Job(
        sequence=row.sequence,
        job_id=row.job_id,
        kind=row.kind,
        state=State(row.state),
        user_id=row.user_id,
        asked=read_asked(row.kind, json.loads(row.asked)),
        progress=json.loads(row.progress) if row.progress else {},
        committed=json.loads(row.committed) if row.committed else {},
        result=json.loads(row.result) if row.result else {},
        error=Problem(**json.loads(row.error)) if row.error else None,
        attempts=row.attempts,
        claim=row.claim,
        cancel_asked=row.cancel_asked,
        worker=Worker.read(row.worker) if row.worker else None,
        created_at=as_utc(row.created_at),
        started_at=_utc(row.started_at),
        heartbeat_at=_utc(row.heartbeat_at),
        finished_at=_utc(row.finished_at),
    )


def _utc(moment: datetime | None) -> datetime | None:
    return None if moment is None else as_utc(moment)
