"""Syncs that are cut, killed, shut out or overtaken: what is there stays, the next one goes on and ends the same."""

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from neo4j import Driver, ManagedTransaction
from neo4j.exceptions import ServiceUnavailable, TransientError
from tests.neo4j.conftest import Server
from tests.neo4j.sync.harness import (
    Graph,
    Known,
    Site,
    change,
    everything,
    graph_of,
    read_graph,
    said_of_graph,
    stamps,
)
from tests.results import Command

from ringfinder.errors import SurroundingsError
from ringfinder.neo4j.projection import Projection, Scope
from ringfinder.neo4j.sync import compare, read_held
from ringfinder.neo4j.sync import load as load_module
from ringfinder.neo4j.sync import state as state_module
from ringfinder.neo4j.sync import writer as writer_module
from ringfinder.neo4j.sync.state import Snapshot
from ringfinder.neo4j.sync.writer import Writer
from ringfinder.store.lock import locked

Cut = Callable[[int], None]


def _is(driver: Driver, projection: Projection) -> None:
    assert read_graph(driver).differences(graph_of(projection)) == []
    ((run, _),) = stamps(driver)
    assert run == projection.run_id
    assert compare(driver, projection, read_held(driver)) == []


def _holds(driver: Driver, before: Graph) -> bool:
    """Whether everything of before is still there, whatever else is, and whatever it says now."""
    now = read_graph(driver)
    return before.nodes.keys() <= now.nodes.keys() and before.relations.keys() <= now.relations.keys()


def _cut_at(number: int, cut: Cut, uncut: Callable[[], None], sync: Callable[[], object]) -> bool:
    """Cut a sync at a transaction; false if it has fewer than that."""
    cut(number)
    try:
        sync()
    except ServiceUnavailable:
        return True
    else:
        return False
    finally:
        uncut()


@pytest.fixture
def uncut(monkeypatch: pytest.MonkeyPatch) -> Callable[[], None]:
    real = Writer._run
    return lambda: monkeypatch.setattr(Writer, "_run", real)


@pytest.mark.parametrize("number", [0, 1, 9, 25])
def test_a_first_load_that_was_cut_goes_on(
    few: Site, clear: Driver, cut: Cut, uncut: Callable[[], None], number: int
) -> None:
    assert _cut_at(number, cut, uncut, lambda: few.sync(clear))
    projection = few.projection()
    held = read_held(clear)
    assert held
    assert held.state == "loading"
    assert "state" in {one.what for one in compare(clear, projection, held)}
    report = few.sync(clear)
    assert report.mode == "whole"
    # parts that were under way at the same time may be written and not noted; those noted are not sent again
    assert number - 2 <= report.resumed <= number
    assert (report.sync, report.removed) == (1 if report.resumed else 2, 0)
    if report.resumed:
        assert report.written < projection.node_count + projection.relation_count
    _is(clear, projection)
    assert few.sync(clear).mode == "nothing"


def test_a_whole_one_over_an_older_graph_removes_nothing_until_all_is_written(
    few: Site, clear: Driver, cut: Cut, uncut: Callable[[], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    few.sync(clear, Scope.FLAGGED, "2")
    before = read_graph(clear)
    seen: list[str] = []
    real = Writer._run

    def noting(self: Writer, statement: str, parameters: dict[str, object]) -> int:
        seen.append(statement)
        return real(self, statement, parameters)

    monkeypatch.setattr(Writer, "_run", noting)
    few.sync(clear, Scope.FLAGGED, "1", full=True)
    uncut()
    first = next(number for number, statement in enumerate(seen) if "DELETE" in statement)
    assert all("DELETE" in statement for statement in seen[first:]), "the clean-up comes last"
    _is(clear, few.projection(Scope.FLAGGED, "1"))
    assert not _holds(clear, before), "there is something to remove"
    for number in (0, first // 3, first - 1, first):
        few.sync(clear, Scope.FLAGGED, "2", full=True)
        assert _cut_at(number, cut, uncut, lambda: few.sync(clear, Scope.FLAGGED, "1", full=True))
        assert _holds(clear, before)
        assert said_of_graph(clear)["state"] == "loading"
        report = few.sync(clear, Scope.FLAGGED, "1")
        assert report.resumed >= number - 2
        _is(clear, few.projection(Scope.FLAGGED, "1"))


def test_changes_that_were_cut_anywhere_end_the_same(
    few: Site, clear: Driver, cut: Cut, uncut: Callable[[], None]
) -> None:
    scope = Scope.FLAGGED
    few.sync(clear, scope, "1")
    # before anything, among the changes, and while the server stamps the rest
    for number in (0, 5, 40):
        assert _cut_at(number, cut, uncut, lambda: few.sync(clear, scope, "2"))
        assert said_of_graph(clear)["state"] == "loading"
        # nothing is gone but by its key: what both runs have is there
        both = graph_of(few.projection(scope, "1")).nodes.keys() & graph_of(few.projection(scope, "2")).nodes.keys()
        assert both <= read_graph(clear).nodes.keys()
        report = few.sync(clear, scope, "2")
        assert (report.mode, report.resumed) == ("whole", 0), "parts of changes are not those of the whole"
        _is(clear, few.projection(scope, "2"))
        few.sync(clear, scope, "1")


def test_a_cut_one_does_not_go_on_with_something_else(
    few: Site, clear: Driver, cut: Cut, uncut: Callable[[], None]
) -> None:
    assert _cut_at(20, cut, uncut, lambda: few.sync(clear, run="1"))
    report = few.sync(clear, run="2")
    assert (report.mode, report.resumed, report.sync) == ("whole", 0, 2)
    _is(clear, few.projection(run="2"))


def test_a_full_one_does_not_go_on(few: Site, clear: Driver, cut: Cut, uncut: Callable[[], None]) -> None:
    assert _cut_at(20, cut, uncut, lambda: few.sync(clear))
    report = few.sync(clear, full=True)
    assert (report.mode, report.resumed) == ("whole", 0)
    _is(clear, few.projection())


@pytest.mark.parametrize(
    "statement",
    [
        "MATCH (n:SurrenderRequest) WITH n LIMIT 3 DETACH DELETE n",
        "MATCH (n) WHERE NOT n:Projection DETACH DELETE n",
        "MATCH ()-[r:APPLIED_FOR]->() WITH r LIMIT 1 DELETE r",
    ],
)
def test_what_was_written_and_then_taken_away_by_hand_is_written_again(
    few: Site, clear: Driver, cut: Cut, uncut: Callable[[], None], statement: str
) -> None:
    assert _cut_at(25, cut, uncut, lambda: few.sync(clear))
    change(clear, statement)
    assert few.sync(clear).resumed
    _is(clear, few.projection())


def test_cut_after_the_graph_is_whole_and_before_that_is_remembered(
    few: Site, clear: Driver, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full_disk(*_: object) -> None:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr(Snapshot, "keep", full_disk)
        with pytest.raises(OSError, match="No space"):
            few.sync(clear, run="1")
    _is(clear, few.projection(run="1"))
    assert few.sync(clear, run="1").mode == "nothing"
    assert few.sync(clear, run="2").mode == "changed"
    _is(clear, few.projection(run="2"))


# Real processes


@pytest.fixture
def child(site: Site, server: Server, tmp_path: Path) -> Iterator[Callable[..., subprocess.Popen[str]]]:
    """A process that syncs this workspace, and at a transaction dies or waits for a file."""
    started = []
    script = Path(__file__).with_name("child.py")
    address = {"URL": server.uri, "USER": server.user, "PASSWORD": server.password}
    environment = os.environ | {f"RINGFINDER_NEO4J_{name}": value for name, value in address.items()}

    def start(number: int, flag: str, *arguments: str) -> subprocess.Popen[str]:
        process = subprocess.Popen(
            [sys.executable, str(script), str(number), flag, *arguments],
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            cwd=tmp_path,
            env=environment,
        )
        started.append(process)
        return process

    yield start
    for process in started:
        with suppress(ProcessLookupError):
            process.kill()
        process.communicate()


def test_a_killed_process_lets_go_and_the_next_goes_on(
    site: Site, clear: Driver, ringfinder: Command, child: Callable[..., subprocess.Popen[str]]
) -> None:
    process = child(30, "", "neo4j", "sync")
    assert process.communicate(timeout=120) == ("", "")
    assert process.returncode == -signal.SIGKILL
    partly = len(read_graph(clear).nodes)
    assert 0 < partly <= site.projection().node_count
    told = ringfinder("neo4j", "check")
    assert told.code == 2
    assert "state: complete wanted, loading found\n" in told.out
    done = ringfinder("neo4j", "sync")
    assert done.code == 0, done.err
    assert "parts were there from a cut sync" in done.out
    _is(clear, site.projection())
    assert ringfinder("neo4j", "check").code == 0


def test_two_at_once_of_one_workspace_and_of_two(
    site: Site,
    another: Site,
    clear: Driver,
    ringfinder: Command,
    child: Callable[..., subprocess.Popen[str]],
    tmp_path: Path,
) -> None:
    go = tmp_path / "go"
    process = child(30, str(go), "neo4j", "sync")
    deadline = time.monotonic() + 120
    while not Path(f"{go}.waits").exists():
        assert process.poll() is None, process.communicate()
        assert time.monotonic() < deadline
        time.sleep(0.02)
    before = list(everything(clear))
    mine = ringfinder("neo4j", "sync")
    assert (mine.code, mine.out) == (3, "")
    assert f"error: another sync is at work in {site.memory()}: process {process.pid} on " in mine.err
    assert mine.err.splitlines()[-1] == "wait until it is done, or give more time with --wait SECONDS"
    dropped = ringfinder("neo4j", "drop", "--yes")
    assert (dropped.code, dropped.out) == (3, "")
    theirs = ringfinder("neo4j", "sync", "--workspace", another.path)
    assert (theirs.code, theirs.out) == (3, "")
    assert f"error: another sync is at work in this graph: process {process.pid}@" in theirs.err
    assert list(everything(clear)) == before
    go.touch()
    _, err = process.communicate(timeout=120)
    assert (process.returncode, err) == (0, "")
    _is(clear, site.projection())
    assert ringfinder("neo4j", "sync", "--workspace", another.path).code == 0, "now it is its turn"


def test_waiting_for_the_other_one(site: Site, clear: Driver, ringfinder: Command) -> None:
    memory, held, free = site.memory(), threading.Event(), threading.Event()

    def hold() -> None:
        with locked(memory, "sync", 0):
            held.set()
            free.wait(30)

    other = threading.Thread(target=hold)
    other.start()
    held.wait(30)
    threading.Timer(0.3, free.set).start()
    assert ringfinder("neo4j", "sync", "--scope", "flagged", "--wait", "60").code == 0
    other.join()


_CLAIMED = (
    "MERGE (p:Projection {key: 'projection'}) SET p.state = 'loading', p.owner = $owner, p.scope = 'flagged', "
    "p.touched_at = localdatetime({timezone: 'UTC'}) - duration({seconds: $ago})"
)


def _dead() -> int:
    """Number of a process that was."""
    process = subprocess.Popen([sys.executable, "-c", ""])
    process.wait()
    return process.pid


@pytest.mark.parametrize(
    ("owner", "ago", "alive"),
    [
        ("77@elsewhere", 0, True),
        ("77@elsewhere", 170, True),
        ("77@elsewhere", 200, False),
        ("parent", 0, True),
        ("parent", 200, False),
        ("dead", 0, False),
    ],
)
def test_who_is_alive_keeps_the_graph(few: Site, clear: Driver, owner: str, ago: int, *, alive: bool) -> None:
    host = state_module.owner().partition("@")[2]
    said = {"parent": f"{os.getppid()}@{host}", "dead": f"{_dead()}@{host}"}.get(owner, owner)
    change(clear, _CLAIMED, owner=said, ago=ago)
    if alive:
        with pytest.raises(SurroundingsError, match=f"another sync is at work in this graph: process {said}") as told:
            few.sync(clear, Scope.FLAGGED)
        assert told.value.remedy == "wait until it is done; one that was killed lets go after 3 minutes"
        assert read_graph(clear).nodes == {}
    else:
        few.sync(clear, Scope.FLAGGED)
        _is(clear, few.projection(Scope.FLAGGED))


@pytest.mark.parametrize("older", [False, True])
def test_who_lost_the_graph_removes_nothing_and_calls_nothing_whole(
    few: Site, clear: Driver, monkeypatch: pytest.MonkeyPatch, *, older: bool
) -> None:
    if older:
        few.sync(clear, Scope.FLAGGED, "2")
    before = read_graph(clear)
    real = Writer._run
    left = iter(range(5))

    def overtaken(self: Writer, statement: str, parameters: dict[str, object]) -> int:
        if next(left, None) is None:
            clear.execute_query("MATCH (p:Projection) SET p.owner = '77@elsewhere'")
        return real(self, statement, parameters)

    monkeypatch.setattr(Writer, "_run", overtaken)
    with pytest.raises(SurroundingsError, match="took the graph over"):
        few.sync(clear, Scope.FLAGGED, "1")
    assert _holds(clear, before)
    said = said_of_graph(clear)
    assert (said["state"], said["owner"]) == ("loading", "77@elsewhere")


def test_a_long_sync_shows_signs_of_life(few: Site, clear: Driver, monkeypatch: pytest.MonkeyPatch) -> None:
    now = iter(range(10**9, sys.maxsize, 6))  # seconds: each look at the clock is six later
    clock = SimpleNamespace(monotonic=lambda: next(now), perf_counter=time.perf_counter)
    touches: list[str] = []
    real = state_module.touch

    def noted(driver: Driver) -> None:
        touches.append(said_of_graph(driver)["state"])
        real(driver)

    monkeypatch.setattr(load_module, "time", clock)
    monkeypatch.setattr(load_module, "touch", noted)
    monkeypatch.setattr(writer_module, "ROWS", 200)
    monkeypatch.setattr(load_module, "ROWS", 200)
    monkeypatch.setattr(writer_module, "MOST", 200)
    few.sync(clear, Scope.FLAGGED, "1")
    whole = len(touches)
    few.sync(clear, Scope.FLAGGED, "2", full=True)
    assert whole > 10
    assert len(touches) > 2 * whole, "and during the clean-up"
    assert set(touches) == {"loading"}


def test_an_error_that_passes_is_tried_again(
    site: Site, clear: Driver, ringfinder: Command, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = writer_module._work
    failed: list[str] = []

    def passing(transaction: ManagedTransaction, statement: str, parameters: dict[str, Any]) -> int:
        done = real(transaction, statement, parameters)
        if not failed:
            failed.append(statement)
            raise TransientError("deadlock, made up")
        return done

    monkeypatch.setattr(writer_module, "_work", passing)
    done = ringfinder("neo4j", "sync", "--scope", "flagged")
    assert (done.code, done.err) == (0, "")
    assert failed
    projection = site.projection(Scope.FLAGGED)
    assert f"{projection.node_count + projection.relation_count:,} written" in done.out
    _is(clear, projection)


def test_a_server_that_goes_away_is_told_and_what_was_written_helps(
    site: Site, clear: Driver, ringfinder: Command, cut: Cut, uncut: Callable[[], None], server: Server
) -> None:
    cut(25)
    told = ringfinder("neo4j", "sync", "--scope", "flagged")
    assert (told.code, told.out) == (3, "")
    assert told.err.splitlines() == [
        f"error: there is no Neo4j at {server.uri}, or it went away",
        "start it (`ringfinder neo4j up`), then repeat: what was written stays, the rest follows",
    ]
    uncut()
    done = ringfinder("neo4j", "sync", "--scope", "flagged", "--lang", "zh")
    assert "接续上次写好的" in done.out
    _is(clear, site.projection(Scope.FLAGGED))


def test_an_interrupt_is_told_as_one(
    site: Site, clear: Driver, ringfinder: Command, monkeypatch: pytest.MonkeyPatch
) -> None:
    real, left = Writer._run, iter(range(25))

    def interrupted(self: Writer, statement: str, parameters: dict[str, object]) -> int:
        if next(left, None) is None:
            raise KeyboardInterrupt
        return real(self, statement, parameters)

    with monkeypatch.context() as patch:
        patch.setattr(Writer, "_run", interrupted)
        told = ringfinder("neo4j", "sync", "--scope", "flagged")
    assert (told.code, told.out) == (130, "")
    assert told.err.strip() == "interrupted: whole batches and finished files stay, nothing half-done does"
    assert ringfinder("neo4j", "sync", "--scope", "flagged").code == 0
    _is(clear, site.projection(Scope.FLAGGED))


def test_known_projections_are_those_of_the_workspace(another: Site, known: Known) -> None:
    """Guards the other tests: they take projections of a workspace with the same facts."""
    fresh = Site(another.path, {}).projection(Scope.FLAGGED)
    assert graph_of(fresh).differences(graph_of(Site(another.path, known).projection(Scope.FLAGGED))) == []
