"""Synchronise: constraints, nodes, relationships, then the clean-up; resumable, and repeating changes nothing.

Whole: everything is written and stamped, then what bears an older stamp is removed.
Changed: where the last content is known, only what differs from it is sent, what is gone is removed by its
keys, and the rest gets the new stamp from the server itself.
The clean-up comes last and only behind a pass that wrote everything, so a cut leaves more, never less.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING

import duckdb
import pyarrow as pa
import pyarrow.compute as pc

from ringfinder.errors import InputError
from ringfinder.neo4j import statements
from ringfinder.neo4j.model import HELD_LABELS, TRIPLES, Triple
from ringfinder.neo4j.projection import END, EXTRA, START, Projection, Scope
from ringfinder.neo4j.sync.state import LOADING, Held, Snapshot, claim, finish, read_held, touch, wanted_state
from ringfinder.neo4j.sync.writer import ROWS, Writer, count, parts

if TYPE_CHECKING:
    from neo4j import Driver

Progress = Callable[[int, int, str], None]
"""Told how many elements are done, how many there are, and what comes next."""

_SECONDS = 10.0
"""Between two signs of life, which cost a transaction each."""
_FAN_OUT = 3
"""Transactions with nodes at once. Those with relationships come one by one: two would wait for each other's hubs."""


@dataclass
class Report:
    """What a sync did.

    Parameters
    ----------
    mode
        ``whole``, ``changed`` or ``nothing``.
    written, removed
        Nodes and relationships that were sent, and that were taken away.
    resumed
        Parts that an earlier, cut sync had written.
    seconds
        Of sending nodes, sending relationships, and the clean-up.
    """

    mode: str
    sync: int
    nodes: int
    relations: int
    written: int = 0
    removed: int = 0
    resumed: int = 0
    seconds: dict[str, float] = field(default_factory=dict)


@dataclass
class _Task:
    """One pass over the graph."""

    driver: Driver
    projection: Projection
    snapshot: Snapshot
    writer: Writer
    report: Report
    tell: Progress
    done: set[str] = field(default_factory=set)
    told: int = 0
    since: float = field(default_factory=time.perf_counter)
    touched: float = field(default_factory=time.monotonic)

    def pulse(self, most: float = _SECONDS) -> None:
        """Show a sign of life, unless one was shown less than so many seconds ago."""
        if time.monotonic() - self.touched >= most:
            touch(self.driver)
            self.touched = time.monotonic()

    def repeat(self, statement: str) -> int:
        """Have the server work until nothing is left to do; return on how many elements it did."""
        return self.writer.repeat(statement, self.pulse)

    def timed(self, name: str) -> None:
        """End a stage: its seconds go into the report."""
        now = time.perf_counter()
        self.report.seconds[name] = round(now - self.since, 3)
        self.since = now

    def send(self, name: str, statement: str, table: pa.Table, fan_out: int = 1) -> None:
        """Write a table part by part; parts that are noted already are left out."""
        names = [f"{name}:{number}" for number in range(-(-table.num_rows // ROWS))]
        left = [number for number, part in enumerate(names) if part not in self.done]
        self.report.resumed += len(names) - len(left)
        self.told += sum(min(ROWS, table.num_rows - n * ROWS) for n in range(len(names)) if n not in left)
        for number, rows in zip(left, self.writer.write_all(statement, parts(table, left), fan_out), strict=True):
            if self.report.mode == "whole":  # parts of changes name other rows: a cut one begins anew
                self.snapshot.note(names[number])
            self.report.written += rows
            self.told += rows
            self.tell(self.told, self.projection.node_count + self.projection.relation_count, name)
            self.pulse()


def synchronise(
    driver: Driver,
    projection: Projection,
    folder: Path,
    progress: Progress | None = None,
    *,
    full: bool = False,
    narrow: bool = False,
) -> Report:
    """Bring the graph to a projection.

    Parameters
    ----------
    folder
        Where the workspace remembers the last sync.
    full
        Write everything, whatever is remembered.
    narrow
        Whether a narrower scope than the graph's may remove what lies outside it.

    Raises
    ------
    InputError
        If the scope is narrower than the graph's and `narrow` is not said.
    SurroundingsError
        If another sync is at work. Errors of the driver are its own; `ringfinder.neo4j.connection` tells them.
    """
    snapshot, held = Snapshot(folder), read_held(driver)
    remembered = snapshot.held()
    check_scope(projection.scope, held, narrow=narrow)
    wanted = wanted_state(projection, held.sync if held else 0)
    report = Report("nothing", wanted.sync, projection.node_count, projection.relation_count)
    _schema(driver)
    if not full and held == wanted and _counts(driver, projection.nodes.get, projection.relations.get):
        if remembered != held:  # the graph came from import files, or another workspace wrote it
            snapshot.keep(projection, wanted)
        return report
    trusted = (
        not full and held is not None and remembered == held and _counts(driver, snapshot.nodes, snapshot.relations)
    )
    done = set() if full or held != replace(wanted, state=LOADING) else snapshot.done(wanted)
    if not done:
        wanted = replace(wanted, sync=wanted.sync + 1)
    changed = trusted and not done and held is not None and held.model == wanted.model and held.key_id == wanted.key_id
    claim(driver, replace(wanted, state=LOADING))
    report.mode, report.sync = "changed" if changed else "whole", wanted.sync
    task = _Task(driver, projection, snapshot, Writer(driver, wanted.run, wanted.sync), report, progress or _silent)
    task.done = done
    if not done:
        snapshot.begin(wanted)
    if changed:
        _send_changes(task)
    else:
        snapshot.forget()
        _send_all(task, fresh=_empty(driver))
    finish(driver)
    snapshot.keep(projection, wanted)
    return report


def _silent(done: int, total: int, name: str) -> None:
    """Tell nobody."""


def check_scope(scope: Scope, held: Held | None, *, narrow: bool) -> None:
    """Refuse a scope that is narrower than the graph's, unless `narrow` is said.

    Raises
    ------
    InputError
        With both scopes.
    """
    if held is None or not held.scope or narrow:
        return
    if Scope(held.scope).width > scope.width:
        raise InputError(
            f"the graph holds scope {held.scope}; scope {scope.value} would remove what lies outside it",
            remedy="say --yes to remove it, or sync with --scope " + held.scope,
        )


def _counts(
    driver: Driver, nodes: Callable[[str], pa.Table | None], relations: Callable[[Triple], pa.Table | None]
) -> bool:
    """Whether the graph has as many elements of every sort as it should: somebody may have changed it by hand."""
    for label in HELD_LABELS:
        table = nodes(label)
        if count(driver, statements.count_nodes(label)) != (table.num_rows if table else 0):
            return False
    expected: dict[str, dict[Triple, int]] = {}
    for triple in TRIPLES:
        table = relations(triple)
        expected.setdefault(triple.relation, {})[triple] = table.num_rows if table else 0
    return all(_as_many(driver, relation, sorts) for relation, sorts in expected.items())


def _as_many(driver: Driver, relation: str, expected: Mapping[Triple, int]) -> bool:
    """Whether there are as many relationships of a type; nodes of somebody else may be joined by the same type."""
    if count(driver, statements.count_type(relation)) == sum(expected.values()):
        return True
    return all(count(driver, statements.count_relations(one)) == number for one, number in expected.items())


def _empty(driver: Driver) -> bool:
    return all(not count(driver, statements.count_nodes(label)) for label in HELD_LABELS)


def _schema(driver: Driver) -> None:
    for statement in (*statements.constraints(), *statements.indexes()):
        driver.execute_query(statement)
    driver.execute_query("CALL db.awaitIndexes(300)")


def _by_labels(table: pa.Table) -> Iterator[tuple[str, pa.Table]]:
    """Rows by their extra labels."""
    for extra in sorted(pc.unique(table[EXTRA]).to_pylist()):
        yield extra, table.filter(pc.equal(table[EXTRA], extra)).drop_columns([EXTRA])


def _send_nodes(task: _Task, label: str, table: pa.Table, *, fresh: bool) -> None:
    for extra, rows in _by_labels(table):
        names = [name for name in extra.split(";") if name]
        task.send(f"{label} {extra}".strip(), statements.upsert_nodes(label, names, fresh=fresh), rows, _FAN_OUT)


def _send_all(task: _Task, *, fresh: bool) -> None:
    for label, table in task.projection.nodes.items():
        _send_nodes(task, label, table, fresh=fresh)
    task.timed("nodes")
    for triple, table in task.projection.relations.items():
        task.send(str(triple), statements.upsert_relations(triple), table)
    task.timed("relations")
    if fresh and not task.report.resumed:
        return
    task.tell(task.told, 0, "clean-up")
    task.pulse(0)  # whoever has lost the graph removes nothing
    for triple in TRIPLES:
        task.report.removed += task.repeat(statements.delete_stale_relations(triple))
    for label in HELD_LABELS:
        task.report.removed += task.repeat(statements.delete_stale_nodes(label))
    _mend(task)
    task.timed("clean-up")


def _mend(task: _Task) -> None:
    """Write once more what does not count up.

    Somebody took away what a cut sync had written, or drew a relationship twice, so that both were found and stamped.
    """
    nodes, relations = task.projection.nodes, task.projection.relations
    if _counts(task.driver, nodes.get, relations.get):
        return
    task.done = set()
    for label, table in nodes.items():
        if count(task.driver, statements.count_nodes(label)) != table.num_rows:
            _send_nodes(task, label, table, fresh=False)
    for triple, table in relations.items():
        if count(task.driver, statements.count_relations(triple)) != table.num_rows:
            task.repeat(statements.delete_all_relations(triple))
            task.send(str(triple), statements.upsert_relations(triple), table)


def _send_changes(task: _Task) -> None:
    """Send what differs from the last content; remove what is gone; stamp the rest."""
    gone_nodes: dict[str, pa.Table] = {}
    gone_relations: dict[Triple, pa.Table] = {}
    for label, table in task.projection.nodes.items():
        before = task.snapshot.nodes(label)
        changed, gone_nodes[label] = _difference(table, before, ("key",))
        _send_nodes(task, label, changed, fresh=False)
    task.timed("nodes")
    for triple, table in task.projection.relations.items():
        changed, gone_relations[triple] = _difference(table, task.snapshot.relations(triple), (START, END))
        task.send(str(triple), statements.upsert_relations(triple), changed)
    task.timed("relations")
    task.tell(task.told, 0, "clean-up")
    task.pulse(0)
    for triple, gone in gone_relations.items():
        task.send(f"- {triple}", statements.delete_relations(triple), gone)
    for label, gone in gone_nodes.items():
        task.send(f"- {label}", statements.delete_nodes(label), gone)
    removed = sum(gone.num_rows for gone in (*gone_nodes.values(), *gone_relations.values()))
    task.report.removed, task.report.written = removed, task.report.written - removed
    for triple in TRIPLES:
        task.repeat(statements.stamp_relations(triple))
    for label in HELD_LABELS:
        task.repeat(statements.stamp_nodes(label))
    task.timed("clean-up")


def _difference(table: pa.Table, before: pa.Table | None, keys: tuple[str, ...]) -> tuple[pa.Table, pa.Table]:
    """Rows that are new or say something else, and the keys that are gone."""
    if before is None or before.schema.names != table.schema.names:
        return table, table.slice(0, 0).select(list(keys))
    if table.equals(before):  # as most are: saves the start of a database each
        return table.slice(0, 0), table.slice(0, 0).select(list(keys))
    named = ", ".join(f'"{key}"' for key in keys)
    with duckdb.connect() as connection:
        connection.register("now", table)
        connection.register("before", before)
        changed = connection.sql("SELECT * FROM now EXCEPT SELECT * FROM before").to_arrow_table()
        gone = connection.sql(
            f"SELECT {named} FROM before EXCEPT SELECT {named} FROM now"  # noqa: S608 - names of columns
        ).to_arrow_table()
    return changed.cast(table.schema), gone
