"""The workspace: one folder with immutable facts and, unless a server has them, the decisions."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Self

import pyarrow as pa
import pyarrow.parquet as pq
from sqlalchemy import Engine, select
from sqlalchemy.exc import SQLAlchemyError

from ringfinder.errors import SurroundingsError
from ringfinder.records.portfolio import Portfolio
from ringfinder.records.tables import TABLES
from ringfinder.settings import Settings
from ringfinder.store import dates
from ringfinder.store.current import Part, read_current
from ringfinder.store.database import open_database
from ringfinder.store.files import FILE_MODE, private_folder, sweep
from ringfinder.store.folding import Folded, fold
from ringfinder.store.holds import Erased, Holds, erased_of
from ringfinder.store.intake import Arrived, Intake, Known
from ringfinder.store.journal import Journal
from ringfinder.store.leads import Leads
from ringfinder.store.loading import Loading
from ringfinder.store.lock import locked
from ringfinder.store.looks import Looks
from ringfinder.store.manifest import Batch, BatchFile, Manifest, parts_of
from ringfinder.store.rewriting import Rewriting, finish, unfinished
from ringfinder.store.runs import Runs
from ringfinder.store.schema import pointers

DEFAULT_WAIT = 600.0


class Workspace:
    """Facts, manifest and runs of one site; any number may read, one process at a time writes."""

    def __init__(self, path: Path, engine: Engine) -> None:
        self.path = path
        self.manifest = Manifest(engine)
        self.runs = Runs(path / "runs", engine)
        self.leads = Leads(engine)
        self.looks = Looks(engine)
        self.journal = Journal(path, engine)
        self.intake = Intake(engine)
        self.holds = Holds(engine)
        self.engine = engine
        self._facts = path / "facts"

    @classmethod
    def open(cls, settings: Settings) -> Workspace:
        """Open a workspace, making it where there is none.

        Raises
        ------
        InputError, SurroundingsError
            If the folder or the database cannot be used.
        """
        path = private_folder(settings.workspace)
        for part in ("facts", "runs"):
            private_folder(path / part)
        probe = path / f".probe-{os.getpid()}"
        try:
            probe.touch(FILE_MODE)
            probe.unlink()
        except OSError as error:
            raise SurroundingsError(
                f"the workspace {path} cannot be written: {error.strerror}",
                remedy="mend its rights, free space, or choose another --workspace",
            ) from None
        workspace = cls(path, open_database(path, settings.database_url))
        for file in path.glob("decisions.sqlite*"):
            file.chmod(FILE_MODE)
        if unfinished(path):
            with suppress(SurroundingsError):  # whoever is at work there finishes it
                workspace.resume(0)
        return workspace

    def answers(self) -> bool:
        """Whether the database answers; asked for a table of ours, for SQLite says 1 without looking at its file."""
        try:
            with self.engine.connect() as connection:
                connection.execute(select(pointers)).all()
        except SQLAlchemyError:
            return False
        return True

    def close(self) -> None:
        """Let go of the database."""
        self.engine.dispose()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def loaded_at(self) -> datetime | None:
        """When the last batch came."""
        return self.manifest.loaded_at()

    def batches(self, known_at: datetime | None = None) -> list[Batch]:
        """Whole batches, oldest first; those loaded after `known_at` are left out."""
        return [batch for batch in self.manifest.batches() if known_at is None or batch.loaded_at <= _utc(known_at)]

    def known(self, known_at: datetime | None = None) -> Known:
        """What is known now, or was at `known_at`."""
        mark = self.intake.mark(known_at)
        return Known(tuple(self.batches(known_at)), mark)

    def compact(self, wait: float = DEFAULT_WAIT) -> Folded | None:
        """Fold what arrived one by one into a batch; None where nothing waits.

        Raises
        ------
        SurroundingsError
            If another process is still loading after `wait` seconds, or the workspace cannot be written.
        """
        with locked(self.path, "load", wait):
            return fold(self.engine, self._facts, self.intake.mark())

    def erased(self) -> Erased:
        """Keys of what was erased and must not come back."""
        with self.engine.connect() as connection:
            return erased_of(connection)

    def resume(self, wait: float = DEFAULT_WAIT) -> int:
        """Finish erasures that were cut short, and sweep up those that never were; return how many were finished.

        Raises
        ------
        SurroundingsError
            If others are at work for longer than `wait` seconds, or keep the database busy.
        """
        with self._alone(wait):
            return finish(self.path, self.engine, self.manifest)

    @contextmanager
    def rewriting(self, wait: float = DEFAULT_WAIT) -> Iterator[Rewriting]:
        """Hold every lock to take something out of the facts; whatever was not committed when it ends never was.

        Raises
        ------
        SurroundingsError
            If another process loads, detects or syncs for longer than `wait` seconds.
        """
        with self._alone(wait):
            finish(self.path, self.engine, self.manifest)
            rewriting = Rewriting(self.path, self.engine)
            try:
                yield rewriting
            finally:
                rewriting.give_up()
            finish(self.path, self.engine, self.manifest)

    @contextmanager
    def _alone(self, wait: float) -> Iterator[None]:
        """Nobody loads, detects or syncs meanwhile: what began before must not write back what goes now."""
        with ExitStack() as locks:
            locks.enter_context(locked(self.path, "load", wait))
            locks.enter_context(locked(self.path / "runs", "detect", wait))
            locks.enter_context(locked(private_folder(self.path / "neo4j"), "sync", wait))
            yield

    @contextmanager
    def loading(self, source: str, mapping_hash: str = "", wait: float = DEFAULT_WAIT) -> Iterator[Loading]:
        """Hold the lock for one load; whatever was not committed when it ends never was.

        Raises
        ------
        SurroundingsError
            If another process is still loading after `wait` seconds.
        """
        with locked(self.path, "load", wait):
            held = self.manifest.batches()
            sweep(self._facts, {batch.batch_id for batch in held})
            arrived = self.intake.arrived(Known(tuple(held), self.intake.mark()))
            loading = Loading(self._facts, self.manifest, held, arrived.parts, mapping_hash, source)
            try:
                yield loading
            finally:
                loading.give_up()

    def portfolio(
        self, as_of: datetime | None = None, known_at: datetime | None = None, *, as_written: bool = True
    ) -> Portfolio:
        """The current facts, as known at `known_at` and as of `as_of` (default: all, the latest event).

        Detection compares normal forms: without `as_written` the cells behind them stay on the disk, a
        third of the memory.
        """
        facts = self.facts(self.known(known_at), as_of, as_written=as_written)
        return replace(facts, known_at=known_at)

    def facts(self, known: Known, as_of: datetime | None = None, *, as_written: bool = True) -> Portfolio:
        """The current facts among exactly what `known` names."""
        try:
            return self._read(known, as_of, as_written=as_written)
        except FileNotFoundError:
            # Parts were written anew in between; the manifest has their new names.
            now = {batch.batch_id: batch for batch in self.manifest.batches()}
            batches = tuple(now.get(batch.batch_id, batch) for batch in known.batches)
            return self._read(replace(known, batches=batches), as_of, as_written=as_written)

    def read_part(self, batch: Batch, file: BatchFile) -> pa.Table:
        """The rows of one file of a batch."""
        return pq.read_table(self._facts / batch.batch_id / file.part)

    def parts(self, known: Known) -> dict[str, list[Part]]:
        """Every version of the rows of each table that is known."""
        arrived = self.intake.arrived(known)
        names = _present(known.batches, arrived)
        return {name: [*parts_of(known.batches, name, self._facts), *arrived.parts.get(name, ())] for name in names}

    def _read(self, known: Known, as_of: datetime | None, *, as_written: bool) -> Portfolio:
        arrived = self.intake.arrived(known)
        present = _present(known.batches, arrived)
        tables = {}
        for name, table in TABLES.items():
            if name in present:
                parts = [*parts_of(known.batches, name, self._facts), *arrived.parts.get(name, ())]
                tables[name] = read_current(table, parts, as_written=as_written)
        if as_of is not None:
            tables = dates.as_of(tables, as_of)
        return Portfolio(tables=tables, present=present, as_of=as_of or dates.latest_event(tables))


def _present(found: Sequence[Batch], arrived: Arrived) -> dict[str, frozenset[str]]:
    present = dict(arrived.present)
    for batch in found:
        for file in batch.files:
            present[file.table] = present.get(file.table, frozenset()) | file.present
    return present


def _utc(moment: datetime) -> datetime:
    return moment.astimezone(UTC)
