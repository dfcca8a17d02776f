"""What each kind of job does, and what it reports: a function of what it made whole, so that it can be told twice."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import asdict, dataclass
from typing import Any

from sqlalchemy import Engine
from sqlalchemy.exc import SQLAlchemyError

from ringfinder.errors import RingfinderError
from ringfinder.ingest import HeaderMapping, find_sources, load_mapping
from ringfinder.jobs.asked import DetectAsked, LoadAsked, SyncAsked, moment
from ringfinder.jobs.outbox import announce, public_url
from ringfinder.jobs.queue import Job, Jobs
from ringfinder.jobs.uploads import Uploads
from ringfinder.neo4j.connection import connected, find_address
from ringfinder.neo4j.projection import Scope
from ringfinder.neo4j.sync import check_scope, read_held, synchronise
from ringfinder.pipeline import detection, graph
from ringfinder.pipeline.load import load_sources
from ringfinder.records.portfolio import Tally
from ringfinder.store import Workspace

PATIENCE = 24 * 3600.0
"""Seconds that a job waits for another load or detection of the workspace: it can be cancelled meanwhile."""

_MOST_NOTES = 100

Tell = Callable[[int, int, str], None]


@dataclass(frozen=True)
class Task:
    """A job at work in this process."""

    workspace: Workspace
    engine: Engine
    jobs: Jobs
    uploads: Uploads
    job: Job

    def work(self, tell: Tell) -> Mapping[str, Any]:
        """Do what is asked, or what is left of it, and return the result.

        Raises
        ------
        RingfinderError
            If it cannot be done.
        KeyboardInterrupt
            If the process was told to stop.
        """
        if self.job.cancel_asked and not self.job.committed:
            raise KeyboardInterrupt
        match self.job.asked:
            case LoadAsked() as asked:
                return self._load(asked, tell)
            case DetectAsked() as asked:
                return self._detect(asked, tell)
            case SyncAsked() as asked:
                return self._sync(asked, tell)

    def _load(self, asked: LoadAsked, tell: Tell) -> Mapping[str, Any]:
        """One batch of the upload's files, which go when it is told.

        A load that was committed and not told is done, unless rows were rejected: their list may be half-written,
        and is made again by a second reading, which finds nothing new.
        """
        made = dict(self.job.committed)
        notes: tuple[str, ...] = ()
        others: dict[str, dict[str, int]] = {}
        if not made or _rejected(self.workspace.manifest.tallies(made["load"])):
            folder = self.uploads.folder(asked.upload_id)
            mapping = load_mapping(folder / asked.mapping) if asked.mapping else HeaderMapping()
            found = find_sources(folder, mapping)
            ignored = [
                f"{name}: not named after a table, left alone" for name in found.ignored if name != asked.mapping
            ]

            def note(connection: Any, load_id: int, batch: Any) -> None:
                made.setdefault("load", load_id)
                made.setdefault("batch", batch.batch_id if batch else "")
                made["rejects"] = load_id
                self.jobs.commit(connection, self.job, made)

            origin = f"upload {asked.upload_id}"
            done = load_sources(self.workspace, found.sources, origin, mapping, tell, PATIENCE, ignored, also=note)
            notes, others = done.warnings, done.other_values
        return _loaded(self.workspace, made, notes, others)

    def _detect(self, asked: DetectAsked, tell: Tell) -> Mapping[str, Any]:
        made = dict(self.job.committed)
        if not made:

            def note(connection: Any, run: Any) -> None:
                made["run"] = run.run_id
                self.jobs.commit(connection, self.job, made)

            wanted = detection.Asked(moment(asked.as_of), moment(asked.known_at), asked.window)
            detection.detect_workspace(self.workspace, wanted, tell, PATIENCE, also=note)
        with suppress(RingfinderError, SQLAlchemyError):  # the supervisor announces what was missed
            announce(self.workspace, self.engine)
        return _found(self.workspace, made)

    def _sync(self, asked: SyncAsked, tell: Tell) -> Mapping[str, Any]:
        notes: list[tuple[str, str]] = []
        scope = Scope(asked.scope)
        with graph.syncing(self.workspace, PATIENCE) as folder, connected(find_address()) as driver:
            check_scope(scope, read_held(driver), narrow=asked.narrow)
            wanted = graph.Asked(scope, asked.run, public_url())
            projection = graph.projection_of(self.workspace, wanted, notes, lambda step: tell(0, 0, step))
            report = synchronise(driver, projection, folder, tell, full=asked.full, narrow=asked.narrow)
        told = asdict(report)
        names = ("mode", "sync", "nodes", "relations", "written", "removed", "resumed")
        return {"run": projection.run_id, "scope": scope.value, **{name: told[name] for name in names}}


def _loaded(
    workspace: Workspace, made: Mapping[str, Any], notes: tuple[str, ...], others: Mapping[str, Mapping[str, int]]
) -> Mapping[str, Any]:
    """The account of a load; of values that no list names, only how many, for they may be anything."""
    tallies = workspace.manifest.tallies(made["load"])
    return {
        "load": made["load"],
        "batch": made["batch"] or None,
        "files": [asdict(tally) for tally in tallies],
        "rejected": _rejected(tallies),
        "rejects": made["rejects"] if _rejected(tallies) else None,
        "notes": list(notes[:_MOST_NOTES]),
        "other_values": {column: sum(values.values()) for column, values in others.items()},
    }


def _rejected(tallies: list[Tally]) -> int:
    return sum(tally.rejected for tally in tallies)


def _found(workspace: Workspace, made: Mapping[str, Any]) -> Mapping[str, Any]:
    """What a run found, as the database says."""
    run = workspace.runs.find(made["run"])
    return {
        "run": run.run_id,
        "requests": run.requests,
        "alert_rings": run.alert_rings,
        "review_rings": run.review_rings,
        "faded_rings": run.faded_rings,
        "member_requests": run.member_requests,
        "seconds": round(sum(run.timings.values()), 3),
    }
