"""Kill the service, the process that does its jobs, or both, at random instants, and start it again on what is left.

One workspace lives through all kills. Between two of them clients record requests over HTTP, a load is uploaded and
queued and a detection asked for, so that a kill falls into loading, detecting, recording, or into the start. What the
service answered is remembered; right after each kill, before anything could mend it, all of that must be there: every
recorded request with its person, whole batches and runs only, a journal that verifies. In the end every job that was
taken has ended well, its rows are there once, and nothing half-written lies about. `make campaign` runs the long form
and writes benchmarks/results/campaign_service.csv; the tests run a short one through `kill_campaign`.
"""

from __future__ import annotations

import json
import os
import random
import re
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from http.client import HTTPConnection, HTTPException
from pathlib import Path
from threading import Event, Lock, Thread
from typing import Any

from bench.campaign import concluded
from campaign_kills import balanced, whole
from ringfinder.identity import ApiKeys, Principal, Role, Users
from ringfinder.jobs.queue import Jobs
from ringfinder.jobs.states import State
from ringfinder.keychain import SECRET_VARIABLE
from ringfinder.pipeline.detection import detect_workspace
from ringfinder.pipeline.load import load_folder
from ringfinder.settings import Settings
from ringfinder.simulate import simulate
from ringfinder.store import Workspace
from ringfinder.store.database import open_database

KILLS = 100
REQUESTS = 400
TARGETS = ("service", "service", "worker", "both")
_RECORDERS = 2
_LONGEST = 120.0
_HEADER = "request_id,policy_no,applicant_id,applied_at\n"


@dataclass(frozen=True)
class Outcome:
    """What one kill met, and what was left.

    Parameters
    ----------
    doing
        Kind of the job that ran, empty where none did.
    recorded
        Requests that the service had said it recorded, since the beginning.
    kept
        Whether all of these are there, each with its person and its entry in the journal.
    whole
        Whether batches, accounts and runs that are listed are whole.
    verified
        Whether the journal verifies.
    """

    seed: int
    after_ms: int
    target: str
    met: bool
    doing: str
    recorded: int
    kept: bool
    whole: bool
    verified: bool

    @property
    def well(self) -> bool:
        """Nothing lost, nothing half done."""
        return self.kept and self.whole and self.verified


@dataclass
class Promises:
    """What the service has answered."""

    recorded: dict[str, int] = field(default_factory=dict)
    jobs: dict[str, list[str]] = field(default_factory=dict)
    _lock: Lock = field(default_factory=Lock)

    def record(self, request: str, entry: int) -> None:
        """A request is recorded, and stands in the journal under that number."""
        with self._lock:
            self.recorded[request] = entry


class Client:
    """Somebody with a key who asks until the service is gone."""

    def __init__(self, port: int, key: str) -> None:
        self._connection = HTTPConnection("127.0.0.1", port, timeout=_LONGEST)
        self._headers = {"Authorization": f"Bearer {key}"}

    def post(self, path: str, body: bytes, kind: str = "application/json") -> Any:
        """The answer, or None where there is none any more."""
        try:
            self._connection.request("POST", path, body, self._headers | {"Content-Type": kind})
            answer = self._connection.getresponse()
            said = json.loads(answer.read())
        except (OSError, HTTPException, ValueError):
            return None
        if answer.status >= 300:
            raise RuntimeError(f"{path} answered {answer.status}: {said}")
        return said

    def close(self) -> None:
        """Ask nothing more."""
        self._connection.close()


class Site:
    """The workspace, and the service that is started on it again and again."""

    def __init__(self, work: Path, requests: int) -> None:
        self.path = work / "data"
        os.environ[SECRET_VARIABLE] = str(work / "secrets" / "secret")
        simulate("town", requests, 1, work / "town")
        by = Principal("", "operator:campaign", frozenset({Role.ADMIN}))
        with Workspace.open(Settings(self.path)) as workspace:
            load_folder(workspace, work / "town")
            detect_workspace(workspace)
            user = Users(workspace).create("campaign", by=by, roles=[Role.OPERATOR, Role.INVESTIGATOR])
            self.key = ApiKeys(workspace).create(user, "campaign", by=by)
        self.config = work / "service.toml"
        self.config.write_text("[limits]\nrequests_per_minute = 1000000\n", encoding="utf-8")

    @contextmanager
    def served(self) -> Iterator[tuple[subprocess.Popen[str], int]]:
        """The service, and its port; it is killed at the end, if not before."""
        where = ["--workspace", str(self.path), "--config", str(self.config), "--port", "0", "--lang", "en"]
        process = subprocess.Popen(
            [sys.executable, "-m", "ringfinder", "serve", *where],
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
        )
        try:
            told = process.stdout.readline() if process.stdout else ""
            found = re.search(r"127\.0\.0\.1:([0-9]+)", told)
            if found is None:
                raise RuntimeError(f"the service did not start: {told}")
            yield process, int(found[1])
        finally:
            process.kill()
            process.communicate()

    @contextmanager
    def opened(self) -> Iterator[tuple[Workspace, Jobs]]:
        """What is on the disk."""
        with Workspace.open(Settings(self.path)) as workspace:
            engine = open_database(self.path, "")
            try:
                yield workspace, Jobs(engine)
            finally:
                engine.dispose()


def kill_campaign(kills: int, seed: int, work: Path, requests: int = REQUESTS) -> list[Outcome]:
    """Kill so many times; the seed gives the instants and whom they meet. The last outcome is of the end.

    Raises
    ------
    RuntimeError
        If the service refuses what it should take, or a job that it took has not ended well.
    """
    site, promises, chance = Site(work, requests), Promises(), random.Random(seed)
    usual = _time_of_a_load(site, promises)
    outcomes = []
    for number in range(1, kills + 1):
        target = chance.choice(TARGETS)
        # A worker takes most of that time to start; what an earlier kill left is taken up before what is asked for now.
        after = chance.uniform(0.0, 1.5 * usual)
        with site.served() as (service, port), _busy(site, port, promises, number):
            time.sleep(after)
            met, doing = _kill(site, service, target)
        outcomes.append(Outcome(seed, round(after * 1000), target, met, doing, *_left(site, promises)))
    with site.served():
        _wait_for_jobs(site)
    check_end(site, promises)
    return outcomes


def _time_of_a_load(site: Site, promises: Promises) -> float:
    """Seconds from asking for a load to its end, where nobody kills anything."""
    with site.served() as (_, port):
        begun = time.perf_counter()
        with closing(Client(port, site.key)) as client:
            _ask_for_work(client, promises, 0)
        _wait_for_jobs(site)
        return time.perf_counter() - begun


@contextmanager
def _busy(site: Site, port: int, promises: Promises, number: int) -> Iterator[None]:
    """Clients that record, and one that asks for a load or a detection; they stop when the service is gone."""
    gone = Event()
    clients = [Client(port, site.key) for _ in range(1 + _RECORDERS)]
    threads = [
        Thread(target=_ask_for_work, args=(clients[0], promises, number)),
        *(
            Thread(target=_record, args=(one, promises, f"{number}-{side}", gone))
            for side, one in enumerate(clients[1:])
        ),
    ]
    for thread in threads:
        thread.start()
    try:
        yield
    finally:
        gone.set()
        for thread in threads:
            thread.join()
        for client in clients:
            client.close()


def _record(client: Client, promises: Promises, name: str, gone: Event) -> None:
    """Record requests with their persons, one after another."""
    for count in range(100_000):
        request = f"REC-{name}-{count}"
        cells = {"request_id": request, "policy_no": request, "applicant_id": request, "applied_at": "2025-03-01"}
        body = {"request": cells, "person": {"person_id": request, "name": "N"}, "record": True}
        said = client.post("/v1/screen", json.dumps(body).encode())
        if said is None or gone.is_set():
            return
        promises.record(request, int(said["reference"][1:]))


def _ask_for_work(client: Client, promises: Promises, number: int) -> None:
    """Ask for a load of rows of one's own, and every other time for a detection."""
    rows = [f"LOAD-{number}-{count}" for count in range(200)]
    text = _HEADER + "".join(f"{row},{row},{row},2025-03-02\n" for row in rows)
    form = (
        f'--b\r\nContent-Disposition: form-data; name="f"; filename="surrender_requests.csv"\r\n\r\n{text}\r\n--b--\r\n'
    )
    upload = client.post("/v1/uploads", form.encode(), "multipart/form-data; boundary=b")
    if upload is None:
        return
    asked = [({"kind": "load", "upload_id": upload["upload_id"]}, rows)]
    if number % 2:
        asked.append(({"kind": "detect"}, []))
    for body, brings in asked:
        job = client.post("/v1/jobs", json.dumps(body).encode())
        if job is None:
            return
        promises.jobs[job["job_id"]] = brings


def _kill(site: Site, service: subprocess.Popen[str], target: str) -> tuple[bool, str]:
    """Kill whom the round is about; whether somebody was met, and what was being done."""
    with site.opened() as (_, jobs):
        running = jobs.running()
    workers = [job.worker for job in running if job.worker and job.worker.at_work]
    met = False
    if target != "worker" or not workers:
        service.kill()
        service.wait()
        met = True
    for worker in workers if target != "service" else ():
        if worker.alive:
            os.kill(worker.pid, signal.SIGKILL)
            met = True
    service.kill()
    service.wait()
    return met, " ".join(job.kind for job in running)


def _left(site: Site, promises: Promises) -> tuple[int, bool, bool, bool]:
    """What a kill left: requests that were recorded, whether all are kept, what is listed whole, the journal good."""
    with site.opened() as (workspace, _):
        facts = workspace.portfolio()
        rows = Counter(one for one in facts.table("surrender_requests")["request_id"].to_pylist() if one[:3] == "REC")
        people = Counter(one for one in facts.table("persons")["person_id"].to_pylist() if one[:3] == "REC")
        said = workspace.journal.verify()
        files = [workspace.runs.files(run.number) for run in workspace.runs.all()]
        # Somebody whose answer was under way may be recorded too; nobody twice, and nobody without the person.
        once = set(rows.values()) <= {1} and rows == people
        kept = once and promises.recorded.keys() <= rows.keys()
        written = max(promises.recorded.values(), default=0) <= said.entries
        runs = all(one.there() and len(list(one.rings())) == one.heads().num_rows for one in files)
        return (
            len(promises.recorded),
            kept and written,
            whole(workspace) and balanced(workspace) and runs,
            not said.fault,
        )


def _wait_for_jobs(site: Site) -> None:
    until = time.monotonic() + _LONGEST
    with site.opened() as (_, jobs):
        while jobs.listed(state=State.WAITING).items or jobs.listed(state=State.RUNNING).items:
            if time.monotonic() > until:
                raise RuntimeError("jobs do not end")
            time.sleep(0.1)


def check_end(site: Site, promises: Promises) -> None:
    """Every job that was taken ended well, its rows are there once, and nothing is left about.

    Raises
    ------
    RuntimeError
        If that is not so.
    """
    with site.opened() as (workspace, jobs):
        rows = Counter(workspace.portfolio().table("surrender_requests")["request_id"].to_pylist())
        batches = Counter(batch.batch_id for batch in workspace.batches())
        runs = {run.run_id for run in workspace.runs.all()}
        for name, brings in promises.jobs.items():
            job = jobs.get(name)
            made = batches[job.result.get("batch", "")] if brings else job.result.get("run") in runs
            if job.state is not State.DONE or made != 1 or any(rows[one] != 1 for one in brings):
                raise RuntimeError(f"{job.kind} was taken and is {job.state}: {job.result} {job.error}")
        left = {path.name for path in (site.path / "facts").iterdir()} - batches.keys()
        left |= {path.name for path in (site.path / "runs").iterdir() if path.is_dir()} - runs
        if left:
            raise RuntimeError(f"{len(left)} things are left about, such as {min(left)}")


def tell(outcomes: Sequence[Outcome], bad: int) -> str:
    """The sentence on all of them."""
    met = Counter(one.doing or "no job" for one in outcomes)
    doing = ", ".join(f"{count} during {what}" for what, count in sorted(met.items()))
    kills = f"{len(outcomes)} kills of the service (seed {outcomes[0].seed}): {doing}"
    return f"{kills}; {outcomes[-1].recorded} requests recorded; {bad} not well"


if __name__ == "__main__":
    sys.exit(
        concluded(
            "campaign_service",
            20261127,
            lambda seed, work: kill_campaign(KILLS, seed, work),
            tell,
            lambda one: not one.well,
        )
    )
