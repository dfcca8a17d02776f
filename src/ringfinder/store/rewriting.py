"""Facts and files written anew without something: nothing of it shows before the commit, all of it after.

New parts of batches lie beside the old ones under names that the manifest does not know yet; copies of
other files lie in ``rewriting/<id>/`` with a plan that says whose place they take. One transaction names the
new parts and the erasure. After it the plan is carried out, which may be done again and again: whoever
opens the workspace next finishes what was cut short. Before it, everything is as it was.
"""

from __future__ import annotations

import hashlib
import json
import secrets
import shutil
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
from sqlalchemy import Connection, Engine, func, insert, select, update
from sqlalchemy.exc import SQLAlchemyError

from ringfinder.errors import SurroundingsError
from ringfinder.store.database import cause, wipe_deleted
from ringfinder.store.files import FILE_MODE, flush, private_folder
from ringfinder.store.manifest import COMPRESSION, Batch, BatchFile, Manifest, as_utc
from ringfinder.store.schema import batch_files, erasures, rewritten_parts

FOLDER = "rewriting"
_PLAN = "plan.json"


@dataclass(frozen=True)
class Why:
    """Why something is taken out: for a subject (by key) or because a period is over, and who asked."""

    kind: str
    purpose: str
    actor: str
    subject_key: str = ""


@dataclass(frozen=True, slots=True)
class _Part:
    """A part of a batch that was written anew."""

    batch_id: str
    file: BatchFile
    name: str
    old_hash: str
    new_hash: str
    removed: int
    blanked: int


@dataclass
class _Plan:
    """What is left to do after the commit; paths are relative to the workspace.

    `database` tells which one says whether it was committed: another one, opened by mistake, must not.
    """

    database: str = ""
    places: dict[str, str] = field(default_factory=dict)
    removals: list[str] = field(default_factory=list)


class Rewriting:
    """Something being taken out of a workspace; use it inside `Workspace.rewriting()`, which holds the locks."""

    def __init__(self, workspace: Path, engine: Engine) -> None:
        self.erasure_id = secrets.token_hex(8)
        self._workspace = workspace
        self._engine = engine
        self._aside = workspace / FOLDER / self.erasure_id
        self._parts: list[_Part] = []
        self._plan = _Plan(_address(engine))

    def part(self, batch: Batch, file: BatchFile, rows: pa.Table, removed: int, blanked: int) -> None:
        """Write the rows that stay of one file of a batch."""
        folder = self._workspace / "facts" / batch.batch_id
        name = f"{file.part.partition('.')[0]}.{self.erasure_id}.parquet"
        aside = private_folder(self._aside) / name
        pq.write_table(rows, aside, compression=COMPRESSION)
        aside.chmod(FILE_MODE)
        flush(aside)
        hashes = _hash(folder / file.part), _hash(aside)
        aside.rename(folder / name)
        flush(folder)
        self._parts.append(_Part(batch.batch_id, file, name, *hashes, removed, blanked))

    def place_of(self, path: Path) -> Path:
        """Where to write what takes the place of a file after the commit; nothing does where nothing is written."""
        aside = private_folder(self._aside) / f"{len(self._plan.places):06d}"
        self._plan.places[aside.name] = str(path.relative_to(self._workspace))
        return aside

    def remove(self, path: Path) -> None:
        """Remove a file or a folder after the commit."""
        self._plan.removals.append(str(path.relative_to(self._workspace)))

    def commit(self, why: Why, counts: Mapping[str, Any], also: Callable[[Connection], object]) -> None:
        """Make it happen: from here on it is done, or will be by whoever opens the workspace next.

        Parameters
        ----------
        counts
            What was taken out, by table and by kind of file; no personal data.
        also
            What else changes in the decisions database, in the same transaction.

        Raises
        ------
        SurroundingsError
            If the database cannot be written; nothing was changed then.
        """
        private_folder(self._workspace / FOLDER)
        private_folder(self._aside)
        self._plan.places = {name: at for name, at in self._plan.places.items() if (self._aside / name).exists()}
        for name in self._plan.places:
            (self._aside / name).chmod(FILE_MODE)
            flush(self._aside / name)
        plan = self._aside / _PLAN
        plan.write_text(json.dumps(vars(self._plan)), encoding="utf-8")
        plan.chmod(FILE_MODE)
        for path in (plan, self._aside, self._aside.parent, self._workspace):
            flush(path)
        try:
            with self._engine.begin() as connection:
                connection.execute(
                    insert(erasures).values(
                        erasure_id=self.erasure_id,
                        kind=why.kind,
                        subject_key=why.subject_key,
                        purpose=why.purpose,
                        actor=why.actor,
                        started_at=datetime.now(UTC),
                        counts=json.dumps(counts, sort_keys=True),
                    )
                )
                for part in self._parts:
                    _name(connection, self.erasure_id, part)
                also(connection)
        except SQLAlchemyError as error:
            raise SurroundingsError(
                f"the decisions database cannot be written: {cause(error)}",
                remedy="check that it runs and that there is space, then repeat; nothing was changed",
            ) from None

    def give_up(self) -> None:
        """Remove what was written aside; what was committed is finished by `finish`."""
        with suppress(SQLAlchemyError):  # whether it was committed is then for the next one to find out
            if self.erasure_id in _begun(self._engine):
                return
            for part in self._parts:
                (self._workspace / "facts" / part.batch_id / part.name).unlink(missing_ok=True)
            shutil.rmtree(self._aside, ignore_errors=True)


def unfinished(workspace: Path) -> bool:
    """Whether something is left of a rewriting, be it cut short or under way."""
    folder = workspace / FOLDER
    return folder.is_dir() and any(folder.iterdir())


def finish(workspace: Path, engine: Engine, manifest: Manifest) -> int:
    """Carry out what was committed, and remove what never was; return how many were finished.

    The caller holds the locks. Doing it again changes nothing.

    Raises
    ------
    SurroundingsError
        If others keep the database busy, so that what was deleted could not be wiped from its file.
    """
    folder = workspace / FOLDER
    begun = _begun(engine)
    waiting = [name for name, finished in begun.items() if not finished]
    for name in waiting:
        _carry_out(workspace, folder / name)
    left = [path for path in folder.iterdir() if path.name not in waiting] if folder.is_dir() else []
    left = [path for path in left if _read_plan(path).database in ("", _address(engine))]
    if waiting or left:
        _sweep_parts(workspace / "facts", manifest)
    if waiting:
        wipe_deleted(engine)
    for name in waiting:
        shutil.rmtree(folder / name, ignore_errors=True)
        with engine.begin() as connection:
            ending = update(erasures).where(erasures.c.erasure_id == name)
            connection.execute(ending.values(finished_at=datetime.now(UTC)))
    for path in left:
        shutil.rmtree(path, ignore_errors=True)
    return len(waiting)


def removed_rows(engine: Engine) -> dict[str, int]:
    """Rows that were taken out of each batch that was written anew."""
    query = select(rewritten_parts.c.batch_id, func.sum(rewritten_parts.c.rows_removed)).group_by("batch_id")
    with engine.connect() as connection:
        return {batch_id: int(removed) for batch_id, removed in connection.execute(query)}


def rewritten_since(engine: Engine, moment: datetime) -> bool:
    """Whether rows were taken out of the facts after a moment."""
    with engine.connect() as connection:
        return any(as_utc(one) > as_utc(moment) for one in connection.execute(select(erasures.c.started_at)).scalars())


def _begun(engine: Engine) -> dict[str, bool]:
    """Erasures that were committed, and whether each is finished."""
    with engine.connect() as connection:
        rows = connection.execute(select(erasures.c.erasure_id, erasures.c.finished_at)).all()
    return {row.erasure_id: row.finished_at is not None for row in rows}


def _name(connection: Connection, erasure_id: str, part: _Part) -> None:
    """Let the manifest name a new part."""
    file = part.file
    naming = update(batch_files).where(
        batch_files.c.batch_id == part.batch_id,
        batch_files.c.table_name == file.table,
        batch_files.c.file_hash == file.file_hash,
    )
    connection.execute(naming.values(part=part.name))
    connection.execute(
        insert(rewritten_parts).values(
            erasure_id=erasure_id,
            batch_id=part.batch_id,
            table_name=file.table,
            part=part.name,
            old_hash=part.old_hash,
            new_hash=part.new_hash,
            rows_removed=part.removed,
            cells_blanked=part.blanked,
        )
    )


def _carry_out(workspace: Path, aside: Path) -> None:
    """Put copies in their places and remove what is to go; what is done already is passed over."""
    plan = _read_plan(aside)
    for name, place in plan.places.items():
        if (aside / name).exists():
            (aside / name).replace(workspace / place)
            flush((workspace / place).parent)
    for place in plan.removals:
        path = workspace / place
        shutil.rmtree(path) if path.is_dir() else path.unlink(missing_ok=True)


def _read_plan(aside: Path) -> _Plan:
    """The plan of a rewriting; an empty one where it is not written yet, or carried out and gone."""
    try:
        return _Plan(**json.loads((aside / _PLAN).read_text(encoding="utf-8")))
    except (OSError, ValueError, TypeError):
        return _Plan()


def _address(engine: Engine) -> str:
    """Tells one database from another; nothing can be read from it."""
    return hashlib.sha256(engine.url.render_as_string(hide_password=True).encode()).hexdigest()


def _sweep_parts(facts: Path, manifest: Manifest) -> None:
    """Remove parts that the manifest does not name from batches that it does."""
    for batch in manifest.batches():
        named = {file.part for file in batch.files}
        folder = facts / batch.batch_id
        for path in list(folder.iterdir()) if folder.is_dir() else ():
            if path.name not in named:
                path.unlink()
        if folder.is_dir():
            flush(folder)


def _hash(path: Path) -> str:
    digest = hashlib.sha256()
    with path.open("rb") as file:
        while block := file.read(1 << 20):
            digest.update(block)
    return digest.hexdigest()
