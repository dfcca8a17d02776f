"""From the workspace to the graph in Neo4j, and from the graph's patterns to leads."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ringfinder.errors import InputError
from ringfinder.identity import REVEALERS, Principal
from ringfinder.neo4j.keys import Keyring, open_keyring
from ringfinder.neo4j.library import CypherFile, Library
from ringfinder.neo4j.projection import Projection, RingFacts, RunFacts, Scope, project, understand
from ringfinder.neo4j.runner import run as run_file
from ringfinder.neo4j.sync import Held, read_held
from ringfinder.pipeline.again import Note, facts_of, settings_of
from ringfinder.report.masking import Masker
from ringfinder.report.summary import summary
from ringfinder.store import Run, Workspace
from ringfinder.store.files import private_folder
from ringfinder.store.lock import locked

if TYPE_CHECKING:
    from ringfinder.neo4j.connection import Driver

_ALL = 1_000_000
"""Rows of a pattern when leads are recorded: all of them."""


@dataclass(frozen=True)
class Asked:
    """What is to be projected.

    Parameters
    ----------
    url
        Begin of the address of a ring in the service; empty where there is none.
    unmasked
        Raw values come along; needs somebody who may see them and a purpose, which is journalled.
    """

    scope: Scope = Scope.LINKED
    run: str = "current"
    url: str = ""
    unmasked: bool = False
    purpose: str = ""
    by: Principal | None = None


def projection_of(
    workspace: Workspace, asked: Asked, notes: list[Note], tell: Callable[[str], None] | None = None
) -> Projection:
    """The tables of a run.

    Raises
    ------
    InputError
        If there is no such run, or values are to be shown without a purpose.
    SurroundingsError
        If facts or files of the run are gone, or the secret cannot be read.
    """
    if asked.unmasked:
        check_purpose(asked.purpose)
        if asked.by is None:
            raise TypeError("unmasked values are asked for by nobody")
        asked.by.must(REVEALERS, "write personal data into Neo4j")
    tell = tell or (lambda _: None)
    run = workspace.runs.find(asked.run)
    keyring = open_keyring(workspace.path)
    tell("read")
    portfolio = facts_of(workspace, run, notes, as_written=False)
    found = rings_of_run(workspace, run, asked)
    tell("network")
    source = understand(portfolio, settings_of(run, notes), found)
    tell("tables")
    projection = project(source, asked.scope, keyring, unmasked=asked.unmasked)
    if asked.unmasked and asked.by:
        workspace.journal.append(
            asked.by,
            action="neo4j unmasked",
            purpose=asked.purpose,
            object=run.run_id,
            details={"scope": asked.scope.value, "requests": projection.nodes["SurrenderRequest"].num_rows},
        )
    return projection


def check_purpose(purpose: str) -> None:
    """Refuse raw values without a purpose.

    Raises
    ------
    InputError
        If no purpose is given.
    """
    if not purpose.strip():
        raise InputError(
            "--unmasked writes personal data into Neo4j", remedy="say why with --purpose TEXT; it is journalled"
        )


def rings_of_run(workspace: Workspace, run: Run, asked: Asked) -> RingFacts:
    """The rings of a run, and what it and earlier runs say of them."""
    files = workspace.runs.files(run.number)
    rings = list(files.rings())
    known = [one for one in workspace.runs.all() if one.number <= run.number]
    there = {one.number: workspace.runs.files(one.number).there() for one in known}
    since: dict[tuple[str, str], int] = {}
    for one in known:
        if there[one.number]:
            members = workspace.runs.files(one.number).members(("ring_id", "request_id"))
            for pair in zip(members["ring_id"].to_pylist(), members["request_id"].to_pylist(), strict=True):
                since.setdefault(pair, one.number)
    return RingFacts(
        rings=rings,
        summaries=[summary(ring) for ring in rings],
        show=Masker.of(rings, reveal=asked.unmasked),
        runs=[_facts(one, workspace.runs.files(one.number).faded() if there[one.number] else ()) for one in known],
        current=run.number,
        first_run=workspace.runs.first_runs(),
        since=since,
        url=asked.url,
    )


def _facts(run: Run, faded: tuple[str, ...]) -> RunFacts:
    return RunFacts(
        run.number,
        run.run_id,
        run.finished_at,
        run.as_of,
        run.settings_hash,
        run.requests,
        run.alert_rings,
        run.review_rings,
        faded,
    )


def sync_folder(workspace: Workspace) -> Path:
    """Where the workspace remembers the last sync."""
    return private_folder(workspace.path / "neo4j")


@contextmanager
def syncing(workspace: Workspace, wait: float) -> Iterator[Path]:
    """Hold the lock for one sync.

    Raises
    ------
    SurroundingsError
        If another process of this workspace still syncs after `wait` seconds.
    """
    folder = sync_folder(workspace)
    with locked(folder, "sync", wait):
        yield folder


def key_of(workspace: Workspace, kind: str, value: str, purpose: str, by: Principal) -> tuple[str, Keyring]:
    """Key of a value; that it was asked for is journalled, the value itself is not.

    Raises
    ------
    InputError
        If there is no purpose, or the value has no normal form.
    """
    if not purpose.strip():
        raise InputError(
            "looking up a key says whom you look for", remedy="say why with --purpose TEXT; it is journalled"
        )
    keyring = open_keyring(workspace.path)
    key = keyring.look_up(kind, value)
    workspace.journal.append(by, action="neo4j key", purpose=purpose, object=f"{kind} {key}")
    return key, keyring


@dataclass(frozen=True)
class Collected:
    """What one pattern found; `fresh` of the leads had never been found before."""

    file: CypherFile
    found: int
    fresh: int


def collect(
    workspace: Workspace, driver: Driver, library: Library, wanted: Sequence[CypherFile] | None = None
) -> tuple[str, list[Collected]]:
    """Run lead patterns with their defaults, and record what they find under the run that the graph shows.

    Returns
    -------
    run_id
        That run.
    collected
        A line for each pattern.

    Raises
    ------
    InputError
        If the graph holds no run of this workspace.
    """
    run = _shown(workspace, read_held(driver))
    done = []
    for file in wanted if wanted is not None else [one for one in library.files if one.lead]:
        if not file.lead:
            raise InputError(f"{file.id} finds no leads", remedy="those that do are marked in `ringfinder cypher list`")
        values = file.values()
        if "limit" in values:
            values["limit"] = _ALL
        table = run_file(driver, file, values)
        rows = [dict(zip(table.columns, row, strict=True)) for row in table.rows]
        found = [({name: row[name] for name in file.identity}, _kept(row)) for row in rows]
        fresh = workspace.leads.record(run.number, file.id, file.version, found)
        done.append(Collected(file, len(found), fresh))
    return run.run_id, done


def _kept(row: dict[str, Any]) -> dict[str, Any]:
    return {name: cell for name, cell in row.items() if name != "of"}


def _shown(workspace: Workspace, held: Held | None) -> Run:
    if held is None or held.state != "complete":
        raise InputError("the graph is empty or half-written", remedy="ringfinder neo4j sync, then repeat")
    known = {run.run_id: run for run in workspace.runs.all()}
    if held.run not in known:
        raise InputError(
            f"the graph shows {held.run}, which this workspace does not have",
            remedy="ringfinder neo4j sync, then repeat",
        )
    return known[held.run]
