"""What the graph says it holds, and what this workspace remembers of the last sync.

The one `Projection` node says which content was written and whether that was finished. Beside the
workspace's own copy of those tables (masked as they were written) it tells what changed since; where the
two do not agree, everything is written anew.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import socket
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING, LiteralString

import pyarrow as pa
import pyarrow.parquet as pq

from ringfinder.errors import SurroundingsError
from ringfinder.neo4j.model import TRIPLES, Triple
from ringfinder.neo4j.projection import Projection
from ringfinder.neo4j.statements import model_hash

if TYPE_CHECKING:
    from neo4j import Driver

LOADING, COMPLETE = "loading", "complete"
PROJECTION_KEY = "projection"
_SILENT_SECONDS = 180
"""A sync that has shown no sign of life for so long is dead."""

_READ = """
MATCH (p:Projection {key: $key})
RETURN p {.state, .scope, .masked, .key_id, .model, .content, .run, .sync, .owner,
          silent: duration.inSeconds(p.touched_at, localdatetime({timezone: 'UTC'})).seconds} AS p
"""
_CLAIM = """
MERGE (p:Projection {key: $key})
SET p.caption = 'ringfinder', p.lock = coalesce(p.lock, 0) + 1
WITH p, coalesce(duration.inSeconds(p.touched_at, localdatetime({timezone: 'UTC'})).seconds, $silent + 1) AS silent
WITH p, p.state = 'loading' AND NOT p.owner IN [$owner, $dead] AND silent <= $silent AS taken
FOREACH (_ IN CASE WHEN taken THEN [] ELSE [1] END |
  SET p.state = 'loading', p.scope = $scope, p.masked = $masked, p.key_id = $key_id, p.model = $model,
      p.content = $content, p.run = $run, p.sync = $sync, p.owner = $owner,
      p.touched_at = localdatetime({timezone: 'UTC'}))
REMOVE p.lock
RETURN taken, p.owner AS owner
"""
_OWNER = "MATCH (p:Projection {key: $key}) WHERE p.owner IS NOT NULL RETURN p.owner AS owner"
_TOUCH = """
MATCH (p:Projection {key: $key}) WHERE p.owner = $owner
SET p.touched_at = localdatetime({timezone: 'UTC'})
RETURN count(*) AS n
"""
_FINISH = """
MATCH (p:Projection {key: $key}) WHERE p.owner = $owner
SET p.state = 'complete', p.touched_at = localdatetime({timezone: 'UTC'}) REMOVE p.owner
RETURN count(*) AS n
"""


@dataclass(frozen=True, slots=True)
class Held:
    """What the graph says it holds."""

    state: str
    scope: str
    masked: bool
    key_id: str
    model: str
    content: str
    run: str
    sync: int


def read_held(driver: Driver) -> Held | None:
    """What the graph says it holds; None where nothing was ever written."""
    records = driver.execute_query(_READ, {"key": PROJECTION_KEY}).records
    if not records:
        return None
    said = records[0]["p"]
    return Held(
        str(said["state"] or ""),
        str(said["scope"] or ""),
        bool(said["masked"]),
        str(said["key_id"] or ""),
        str(said["model"] or ""),
        str(said["content"] or ""),
        str(said["run"] or ""),
        int(said["sync"] or 0),
    )


def owner() -> str:
    """Who syncs: process and host."""
    return f"{os.getpid()}@{socket.gethostname()}"


def _alive(said: str) -> bool:
    """Whether a process that syncs is there; of another host nobody here can tell, so it is."""
    number, _, host = said.partition("@")
    if host != socket.gethostname() or not number.isdigit():
        return True
    try:
        os.kill(int(number), 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True


def claim(driver: Driver, held: Held) -> None:
    """Say that a sync begins, unless another one is alive.

    Raises
    ------
    SurroundingsError
        If another process is syncing into this graph.
    """
    before = driver.execute_query(_OWNER, {"key": PROJECTION_KEY}).records
    dead = str(before[0]["owner"]) if before and not _alive(str(before[0]["owner"])) else ""
    parameters = {**asdict(held), "key": PROJECTION_KEY, "owner": owner(), "dead": dead, "silent": _SILENT_SECONDS}
    record = driver.execute_query(_CLAIM, parameters).records[0]
    if record["taken"]:
        raise SurroundingsError(
            f"another sync is at work in this graph: process {record['owner']}",
            remedy=f"wait until it is done; one that was killed lets go after {_SILENT_SECONDS // 60} minutes",
        )


def touch(driver: Driver) -> None:
    """Show a sign of life.

    Raises
    ------
    SurroundingsError
        If somebody else has taken the graph over meanwhile.
    """
    _as_owner(driver, _TOUCH)


def finish(driver: Driver) -> None:
    """Say that the graph is whole.

    Raises
    ------
    SurroundingsError
        If somebody else has taken the graph over meanwhile.
    """
    _as_owner(driver, _FINISH)


def _as_owner(driver: Driver, statement: LiteralString) -> None:
    if not driver.execute_query(statement, {"key": PROJECTION_KEY, "owner": owner()}).records[0]["n"]:
        raise SurroundingsError(
            "this sync was silent for so long that another process took the graph over, or dropped it",
            remedy="wait until nobody else writes, then repeat",
        )


def wanted_state(projection: Projection, sync: int, content: str | None = None) -> Held:
    """What the graph will say once it holds a projection.

    Parameters
    ----------
    content
        Hash of its content; computed where None, which reads all tables.
    """
    return Held(
        COMPLETE,
        projection.scope.value,
        projection.masked,
        projection.key_id,
        model_hash(),
        content_hash(projection) if content is None else content,
        projection.run_id,
        sync,
    )


def content_hash(projection: Projection) -> str:
    """Hash of all tables, with their names."""
    digest = hashlib.blake2b(digest_size=16)
    tables: Mapping[str, pa.Table] = {
        **projection.nodes,
        **{str(triple): table for triple, table in projection.relations.items()},
    }
    for name, table in tables.items():
        digest.update(name.encode())
        sink = pa.BufferOutputStream()
        with pa.ipc.new_stream(sink, table.schema) as stream:
            stream.write_table(table.combine_chunks())
        digest.update(sink.getvalue())
    return digest.hexdigest()


class Snapshot:
    """The tables of the last sync as files; they say what to send the next time.

    Parameters
    ----------
    folder
        Of the workspace; nobody else writes there while the sync holds its lock.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder / "snapshot"
        self._progress = folder / "progress.jsonl"

    def held(self) -> Held | None:
        """What was written when the files were; None where there are none or they are damaged."""
        try:
            return Held(**json.loads((self._folder / "held.json").read_text(encoding="utf-8")))
        except (OSError, ValueError, TypeError):
            return None

    def nodes(self, label: str) -> pa.Table | None:
        """Nodes of a label, None where there is no file."""
        return _read(self._folder / f"{label}.parquet")

    def relations(self, triple: Triple) -> pa.Table | None:
        """Relationships, None where there is no file."""
        return _read(self._folder / f"{TRIPLES.index(triple)}.parquet")

    def keep(self, projection: Projection, held: Held) -> None:
        """Replace the files; what says that they are whole is written last."""
        shutil.rmtree(self._folder, ignore_errors=True)
        self._folder.mkdir(mode=0o700, parents=True)
        for label, table in projection.nodes.items():
            self._write(f"{label}.parquet", table)
        for triple, table in projection.relations.items():
            self._write(f"{TRIPLES.index(triple)}.parquet", table)
        path = self._folder / "held.json"
        path.write_text(json.dumps(asdict(held)), encoding="utf-8")
        path.chmod(0o600)
        self._progress.unlink(missing_ok=True)

    def forget(self) -> None:
        """Remove the files: before anything is written that they do not know of."""
        shutil.rmtree(self._folder, ignore_errors=True)

    def _write(self, name: str, table: pa.Table) -> None:
        path = self._folder / name
        pq.write_table(table, path, compression="zstd")
        path.chmod(0o600)

    def done(self, held: Held) -> set[str]:
        """Parts of a cut sync that were written; none where it was another one."""
        try:
            first, *lines = self._progress.read_text(encoding="utf-8").splitlines()
            return set(lines) if json.loads(first) == asdict(held) else set()
        except (OSError, ValueError):
            return set()

    def begin(self, held: Held) -> None:
        """Begin to note the parts of a sync."""
        self._progress.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        self._progress.write_text(json.dumps(asdict(held)) + "\n", encoding="utf-8")
        self._progress.chmod(0o600)

    def note(self, part: str) -> None:
        """Note that a part was written."""
        with self._progress.open("a", encoding="utf-8") as file:
            file.write(part + "\n")


def _read(path: Path) -> pa.Table | None:
    try:
        return pq.read_table(path)
    except FileNotFoundError:
        return None
    except (pa.ArrowException, OSError):
        raise SurroundingsError(
            f"{path} is damaged", remedy="write the whole graph anew: ringfinder neo4j sync --full"
        ) from None
