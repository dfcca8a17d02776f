"""A sync as a job: done by a child, taken up again where a kill cut it, cancelled, and refused in words."""

import os
import signal
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from neo4j import Driver
from sqlalchemy import Engine
from tests.long_work import USER, add_users
from tests.neo4j.conftest import Server
from tests.neo4j.sync.harness import Site

from ringfinder.jobs.queue import Job, Jobs
from ringfinder.jobs.states import State
from ringfinder.jobs.supervisor import Supervisor
from ringfinder.neo4j.sync import read_held
from ringfinder.settings import Settings
from ringfinder.store.database import open_database


@pytest.fixture
def engine(site: Site, server: Server, monkeypatch: pytest.MonkeyPatch) -> Iterator[Engine]:
    monkeypatch.setenv("RINGFINDER_NEO4J_URL", server.uri)
    monkeypatch.setenv("RINGFINDER_NEO4J_USER", server.user)
    monkeypatch.setenv("RINGFINDER_NEO4J_PASSWORD", server.password)
    engine = open_database(site.path, "")
    add_users(engine)
    yield engine
    engine.dispose()


def drain(path: Path) -> None:
    supervisor = Supervisor(Settings(path), poll=0.05)
    try:
        supervisor.run(until=supervisor.idle)
    finally:
        supervisor.stop()


def test_a_sync_is_done_and_repeated(site: Site, clear: Driver, engine: Engine, server: Server) -> None:
    jobs = Jobs(engine)
    names = [jobs.submit(USER, "sync", {"scope": "flagged"}).job_id for _ in range(2)]
    drain(site.path)
    first, second = map(jobs.get, names)
    assert (first.state, second.state) == (State.DONE, State.DONE), (first.error, second.error)
    assert (first.result["run"], first.result["mode"], second.result["mode"]) == ("run-000002", "whole", "nothing")
    nodes = clear.execute_query("MATCH (n) RETURN count(n) AS n").records[0]["n"]
    assert nodes == first.result["nodes"] + 1, "and the node that says what is held"
    held = read_held(clear)
    assert held is not None
    assert (held.state, held.run) == ("complete", "run-000002")


def test_a_killed_sync_goes_on(site: Site, clear: Driver, engine: Engine) -> None:
    jobs = Jobs(engine)
    name = jobs.submit(USER, "sync", {}).job_id
    supervisor = Supervisor(Settings(site.path), poll=0.02)
    supervisor.start()
    try:
        until = time.monotonic() + 60
        while not clear.execute_query("MATCH (n) RETURN count(n) AS n").records[0]["n"]:
            assert time.monotonic() < until
        worker = jobs.get(name).worker
        assert worker is not None
        assert worker.at_work
        os.kill(worker.pid, signal.SIGKILL)
        while (job := jobs.get(name)).state in (State.WAITING, State.RUNNING):
            assert time.monotonic() < until
            time.sleep(0.05)
    finally:
        supervisor.stop()
    check(job)
    assert job.attempts == 2
    held = read_held(clear)
    assert held is not None
    assert held.state == "complete"


def check(job: Job) -> None:
    assert job.state is State.DONE, job.error


def test_a_narrower_scope_asks_first(site: Site, clear: Driver, engine: Engine, server: Server) -> None:
    jobs = Jobs(engine)
    wide = jobs.submit(USER, "sync", {"scope": "linked"}).job_id
    narrow = jobs.submit(USER, "sync", {"scope": "flagged"}).job_id
    agreed = jobs.submit(USER, "sync", {"scope": "flagged", "narrow": True}).job_id
    drain(site.path)
    check(jobs.get(wide))
    refused = jobs.get(narrow)
    assert refused.state is State.FAILED
    assert refused.error is not None
    assert refused.error.kind == "input"
    assert server.password not in str(refused)
    check(jobs.get(agreed))
