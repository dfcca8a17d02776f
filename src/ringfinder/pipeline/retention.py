"""Retention: rows whose period is over go from the batches, unless a legal hold or an open case keeps them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from ringfinder.pipeline.detection import window_start
from ringfinder.pipeline.erase import Note, held_numbers
from ringfinder.pipeline.erasing.copies import Gone, clear_copies
from ringfinder.pipeline.erasing.periods import DATES, Periods
from ringfinder.pipeline.erasing.removal import OWNERS
from ringfinder.records.contract import Table
from ringfinder.records.tables import TABLES
from ringfinder.store import DEFAULT_WAIT, Workspace
from ringfinder.store.current import Part, read_current
from ringfinder.store.intake import rewrite_rows
from ringfinder.store.rewriting import Rewriting, Why
from ringfinder.store.run_files import RUN_FILES

BoolArray = npt.NDArray[np.bool_]

_POINTING = ("policies", "surrender_requests", "complaints", "visits")
"""Tables whose rows keep a person."""


@dataclass(frozen=True)
class Protected:
    """Customer numbers and policies of which nothing may expire, such as those of open cases."""

    numbers: frozenset[str] = frozenset()
    policies: frozenset[str] = frozenset()

    def __or__(self, other: Protected) -> Protected:
        return Protected(self.numbers | other.numbers, self.policies | other.policies)


@dataclass(frozen=True)
class Expired:
    """What expires, or did.

    Parameters
    ----------
    rows
        By table: keys that go, with all their versions.
    protected
        By table: keys whose period is over and that a hold or a case keeps.
    undated
        By table with a period: keys without the date that it runs from.
    files
        Files by what becomes of them.
    """

    rows: Mapping[str, int] = field(default_factory=dict)
    protected: Mapping[str, int] = field(default_factory=dict)
    undated: Mapping[str, int] = field(default_factory=dict)
    files: Mapping[str, int] = field(default_factory=dict)
    erasure_id: str = ""

    @property
    def nothing(self) -> bool:
        """Whether nothing goes."""
        return not self.rows and not self.files


def expire(
    workspace: Workspace,
    periods: Periods,
    actor: str,
    *,
    dry_run: bool = False,
    now: datetime | None = None,
    open_cases: Callable[[], Protected] = Protected,
    note: Note | None = None,
    wait: float = DEFAULT_WAIT,
) -> Expired:
    """Take out what is older than its period.

    Parameters
    ----------
    dry_run
        Only tell what would go.
    now
        Local time that periods are counted back from; the clock where None.
    open_cases
        Customers and policies of open cases.
    note
        Writes to the journal, before anything is changed.

    Raises
    ------
    SurroundingsError
        If others hold the workspace for longer than `wait` seconds, it cannot be written, or nobody can
        tell who is held. What was committed is finished when the workspace is opened next.
    """
    today = now or datetime.now()  # noqa: DTZ005 - local time, as all times of the facts
    with workspace.rewriting(wait) as rewriting:
        parts = workspace.parts(workspace.known())
        guarded = _with_policies(parts, open_cases() | Protected(held_numbers(workspace, parts)))
        ends = _Ends(parts, guarded)
        for name, months in sorted(periods.tables.items(), key=lambda pair: pair[0] == "persons"):
            ends.find(TABLES[name], window_start(today, months))
        old = _old_files(workspace, periods, today)
        expired = Expired(ends.counts(), ends.protected, ends.undated, Counter(kind for kind, _ in old))
        if dry_run or expired.nothing:
            return expired
        for _, path in old:
            rewriting.remove(path)
        _rewrite(workspace, rewriting, ends.keys)
        files = clear_copies(workspace, rewriting, Gone(ends.people(), ends.shown())) if ends.counts() else {}
        counts = {"rows": expired.rows, "files": {**expired.files, **files}}
        if note:
            details = {"erasure": rewriting.erasure_id, **expired.rows, **expired.files}
            note("retention", "", "periods " + ",".join(f"{k}={v}" for k, v in sorted(periods.months.items())), details)
        rewriting.commit(
            Why("retention", "", actor),
            counts,
            lambda connection: rewrite_rows(connection, lambda name, rows: _kept(name, rows, ends.keys)),
        )
    return Expired(expired.rows, expired.protected, expired.undated, counts["files"], rewriting.erasure_id)


class _Ends:
    """Finds the keys whose period is over, table by table; persons last."""

    def __init__(self, parts: Mapping[str, Sequence[Part]], guarded: Protected) -> None:
        self._parts = parts
        self._guarded = guarded
        self.keys: dict[str, pa.Array] = {}
        self.protected: dict[str, int] = {}
        self.undated: dict[str, int] = {}

    def find(self, table: Table, before: datetime) -> None:
        """Look at the rows of a table that count: a key goes with all its versions or not at all."""
        if not self._parts.get(table.name):
            return
        rows = read_current(table, self._parts[table.name])
        dates = pc.coalesce(*(rows[name] for name in DATES[table.name]))
        over = _mask(pc.less(dates, pa.scalar(before, pa.timestamp("us"))))
        undated = int(pc.sum(pc.is_null(dates)).as_py() or 0)
        if undated:
            self.undated[table.name] = undated
        if table.name == "persons":
            over &= ~_mask(pc.is_in(rows["person_id"], value_set=self._still_named()))
        guarded = over & self._guards(table, rows)
        if guarded.any():
            self.protected[table.name] = int(guarded.sum())
        goes = over & ~guarded
        if goes.any():
            self.keys[table.name] = keys_of(table, rows.filter(pa.array(goes)))

    def counts(self) -> dict[str, int]:
        """Keys that go, by table."""
        return {name: len(keys) for name, keys in self.keys.items()}

    def people(self) -> frozenset[str]:
        """Customer numbers that go."""
        return frozenset(self.keys["persons"].to_pylist()) if "persons" in self.keys else frozenset()

    def shown(self) -> dict[str, frozenset[str]]:
        """Keys that go as stored runs write them, of tables that have one column for a key."""
        single = (name for name in self.keys if len(TABLES[name].key) == 1)
        return {name: frozenset(self.keys[name].to_pylist()) for name in single}

    def _still_named(self) -> pa.Array:
        """Customers whom a row that stays names."""
        named: set[str] = set()
        for name in _POINTING:
            for part in self._parts.get(name, ()):
                rows = part.read(list(dict.fromkeys([*TABLES[name].key, *OWNERS[name]])))
                stays = rows.filter(pa.array(~_in(TABLES[name], rows, self.keys)))
                for column in OWNERS[name]:
                    named.update(stays[column].drop_null().to_pylist())
        return pa.array(sorted(named), pa.string())

    def _guards(self, table: Table, rows: pa.Table) -> BoolArray:
        """Rows that a hold or an open case keeps."""
        found = np.zeros(rows.num_rows, np.bool_)
        for column in OWNERS.get(table.name, ()):
            found |= _mask(pc.is_in(rows[column], value_set=pa.array(sorted(self._guarded.numbers), pa.string())))
        if "policy_no" in table.by_name:
            found |= _mask(pc.is_in(rows["policy_no"], value_set=pa.array(sorted(self._guarded.policies), pa.string())))
        return found


def keys_of(table: Table, rows: pa.Table) -> pa.Array:
    """Key of each row as one text, shape (n,)."""
    columns = [pc.fill_null(rows[name].cast(pa.string()), "") for name in table.key]
    joined = columns[0] if len(columns) == 1 else pc.binary_join_element_wise(*columns, "\x1f")
    return joined.combine_chunks()


def _in(table: Table, rows: pa.Table, keys: Mapping[str, pa.Array]) -> BoolArray:
    if table.name not in keys:
        return np.zeros(rows.num_rows, np.bool_)
    return _mask(pc.is_in(keys_of(table, rows), value_set=keys[table.name]))


def _kept(name: str, rows: pa.Table, keys: Mapping[str, pa.Array]) -> tuple[pa.Table, BoolArray]:
    gone = _in(TABLES[name], rows, keys)
    return rows.filter(pa.array(~gone)), gone


def _rewrite(workspace: Workspace, rewriting: Rewriting, keys: Mapping[str, pa.Array]) -> None:
    for batch in workspace.batches():
        for file in batch.files:
            if file.part and file.table in keys:
                rows, gone = _kept(file.table, workspace.read_part(batch, file), keys)
                if gone.any():
                    rewriting.part(batch, file, rows, int(gone.sum()), 0)


def _with_policies(parts: Mapping[str, Sequence[Part]], guarded: Protected) -> Protected:
    """With all policies of the customers."""
    if not guarded.numbers:
        return guarded
    policies: set[str] = set()
    for name in ("policies", "surrender_requests"):
        for part in parts.get(name, ()):
            rows = part.read(["policy_no", "applicant_id"])
            theirs = pc.is_in(rows["applicant_id"], value_set=pa.array(sorted(guarded.numbers), pa.string()))
            policies.update(rows["policy_no"].filter(theirs).to_pylist())
    return guarded | Protected(policies=frozenset(policies))


def _old_files(workspace: Workspace, periods: Periods, today: datetime) -> list[tuple[str, Any]]:
    """Copies whose own period is over."""
    found: list[tuple[str, Any]] = []
    for kind, months in periods.files.items():
        before = window_start(today, months)
        if kind == "runs":
            current = workspace.runs.current_number()
            old = [run for run in workspace.runs.all() if run.finished_at.astimezone().replace(tzinfo=None) < before]
            folders = [workspace.runs.files(run.number).folder for run in old if run.number != current]
            held = [folder for folder in folders if any((folder / name).exists() for name in RUN_FILES)]
            found += [(kind, path) for folder in held for path in sorted(folder.iterdir()) if path.name[0] != "."]
        elif (workspace.path / kind).is_dir():
            entries = sorted((workspace.path / kind).iterdir())
            aged = [one for one in entries if datetime.fromtimestamp(one.stat().st_mtime) < before]  # noqa: DTZ006
            found += [(kind, path) for path in aged]
    return found


def _mask(found: pa.ChunkedArray | pa.Array) -> BoolArray:
    result: BoolArray = np.asarray(pc.fill_null(found, fill_value=False))
    return result
