"""Kill the worker of a job, or the one who watches it, at random instants, begin again, and look at what is left.

Each round queues a load and a detection in a new workspace, kills in the middle of it, and starts another
worker. Whatever was queued must end as done; there is one batch, one run, both whole, both as they are
without a kill; nothing half-written lies about. `make campaign` runs the long form and writes
benchmarks/results/campaign_jobs.csv; the tests run 8 kills through `kill_campaign`.
"""

import os
import random
import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
from sqlalchemy import Engine, insert

from bench.campaign import concluded
from ringfinder.jobs.queue import Job, Jobs
from ringfinder.jobs.states import State
from ringfinder.jobs.uploads import Uploads
from ringfinder.settings import Settings
from ringfinder.simulate import simulate
from ringfinder.store import Workspace
from ringfinder.store.database import open_database
from ringfinder.store.schema import users

KILLS = 60
REQUESTS = 1000
USER = "campaign"
TARGETS = ("child", "supervisor", "both")
_LONGEST = 120.0


@dataclass(frozen=True)
class Outcome:
    """What one kill left: whom it met, and whether all is well after another worker came."""

    seed: int
    after_ms: int
    target: str
    met: bool
    attempts: int
    done: bool
    once: bool
    whole: bool
    tidy: bool
    same: bool

    @property
    def well(self) -> bool:
        """Nothing lost, nothing twice, nothing half, nothing left about."""
        return self.done and self.once and self.whole and self.tidy and self.same


@contextmanager
def opened(place: Path) -> Iterator[Engine]:
    """The decisions of a workspace."""
    Workspace.open(Settings(place)).close()
    engine = open_database(place, "")
    try:
        yield engine
    finally:
        engine.dispose()


def queue(place: Path, folder: Path) -> tuple[str, str]:
    """Upload a portfolio, and ask for its load and a detection."""
    with opened(place) as engine:
        row = {"user_id": USER, "name": USER, "service": True, "created_at": datetime.now(UTC)}
        with engine.begin() as connection:
            connection.execute(insert(users).values(row))
        with Uploads(engine, place).begin(USER) as incoming:
            for path in sorted(folder.iterdir()):
                incoming.file(path.name)
                incoming.write(path.read_bytes())
            upload = incoming.commit()
        jobs = Jobs(engine)
        load = jobs.submit(USER, "load", {"upload_id": upload.upload_id})
        return load.job_id, jobs.submit(USER, "detect", {}).job_id


def worker(place: Path) -> subprocess.Popen[bytes]:
    """A worker that ends when nothing is left to do."""
    command = [sys.executable, "-m", "ringfinder", "jobs", "work", "--drain", "--workspace", str(place)]
    return subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)


def kill(target: str, supervisor: "subprocess.Popen[bytes]", place: Path) -> bool:
    """Kill whom the round is about; whether somebody was met."""
    with opened(place) as engine:
        children = [job.worker for job in Jobs(engine).running() if job.worker and job.worker.at_work]
    met = False
    if target != "child" and supervisor.poll() is None:
        supervisor.kill()
        met = True
    for child in children if target != "supervisor" else ():
        if child.alive:
            os.kill(child.pid, signal.SIGKILL)
            met = True
    return met


def content(workspace: Workspace) -> Any:
    """Rows by table, and what the rings of the last run are."""
    rows = {name: sorted(table["_hash"].to_pylist()) for name, table in workspace.portfolio().tables.items()}
    current = workspace.runs.current_number()
    return rows, workspace.runs.files(current).heads().to_pylist() if current else None


def look(place: Path, names: tuple[str, str], expected: Any) -> dict[str, Any]:
    """What the workspace holds after everything ended."""
    with opened(place) as engine, Workspace.open(Settings(place)) as workspace:
        load, detect = (Jobs(engine).get(name) for name in names)
        batches, runs, loads = workspace.batches(), workspace.runs.all(), workspace.manifest.loads()
        parts = [(place / "facts" / b.batch_id / f.part, f.tally.loaded) for b in batches for f in b.files if f.part]
        left = {path.name for path in (place / "facts").iterdir()} - {batch.batch_id for batch in batches}
        left |= {path.name for path in (place / "runs").iterdir() if path.is_dir()} - {run.run_id for run in runs}
        return {
            "attempts": load.attempts + detect.attempts,
            "done": _done(load) and _done(detect),
            "once": [load.result.get("batch")] == [batch.batch_id for batch in batches]
            and [detect.result.get("run")] == [run.run_id for run in runs]
            and len(loads) == 1,
            "whole": all(pq.read_metadata(path).num_rows == rows for path, rows in parts),
            "tidy": not left and not list((place / "uploads").iterdir()),
            "same": expected is None or content(workspace) == expected,
        }


def _done(job: Job) -> bool:
    return job.state is State.DONE


def kill_campaign(kills: int, seed: int, work: Path, requests: int = REQUESTS) -> list[Outcome]:
    """Kill in `kills` rounds; the seed gives the instants and whom they are meant for."""
    folder = work / "portfolio"
    simulate("mixed", requests, 1, folder)
    place = work / "untouched"
    names = queue(place, folder)
    begun = time.perf_counter()
    worker(place).wait(_LONGEST)
    usual = time.perf_counter() - begun
    with Workspace.open(Settings(place)) as workspace:
        expected = content(workspace)
    chance = random.Random(seed)
    outcomes = []
    for number in range(kills):
        place = work / f"killed{number}"
        names = queue(place, folder)
        # The worker itself takes a while to start; then every instant is as good as another.
        after, target = chance.uniform(0.15 * usual, usual), chance.choice(TARGETS)
        first = worker(place)
        time.sleep(after)
        met = kill(target, first, place)
        worker(place).wait(_LONGEST)
        first.wait(_LONGEST)
        outcomes.append(Outcome(seed, round(after * 1000), target, met, **look(place, names, expected)))
    return outcomes


def tell(outcomes: Sequence[Outcome], bad: int) -> str:
    """The sentence on all of them."""
    again, met = sum(one.attempts > 2 for one in outcomes), sum(one.met for one in outcomes)
    kills = f"{len(outcomes)} kills of workers (seed {outcomes[0].seed})"
    return f"{kills}: {met} met, {again} jobs taken up again, {bad} not well"


if __name__ == "__main__":
    sys.exit(
        concluded(
            "campaign_jobs",
            20261201,
            lambda seed, work: kill_campaign(KILLS, seed, work),
            tell,
            lambda one: not one.well,
        )
    )
