"""Statements with many rows, in managed transactions: each is whole or not at all, and retried where that helps."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from typing import TYPE_CHECKING, Any

import pyarrow as pa
import pyarrow.compute as pc

if TYPE_CHECKING:
    from neo4j import Driver, ManagedTransaction

ROWS = 10_000
"""Rows of one transaction: some ten megabytes of the server's memory."""


MOST = 50_000
"""Elements that the server stamps or removes in one transaction, without any rows being sent."""


class Writer:
    """Writes into one database; several threads may use it at once.

    Parameters
    ----------
    run_id, sync
        Stamps of everything it writes.
    """

    def __init__(self, driver: Driver, run_id: str, sync: int) -> None:
        self._driver = driver
        self._stamps = {"run": run_id, "sync": sync}

    def write(self, statement: str, rows: Sequence[Sequence[Any]]) -> int:
        """Write one part; return how many rows it has."""
        self._run(statement, {"rows": rows})
        return len(rows)

    def write_all(self, statement: str, waiting: Iterable[Sequence[Sequence[Any]]], fan_out: int) -> Iterator[int]:
        """Write parts, so many at once; tell the rows of each as it is whole, in their order."""
        with ThreadPoolExecutor(fan_out) as pool:
            under_way: deque[Future[int]] = deque()
            for rows in waiting:
                if len(under_way) >= fan_out:
                    yield under_way.popleft().result()
                under_way.append(pool.submit(self.write, statement, rows))
            while under_way:
                yield under_way.popleft().result()

    def repeat(self, statement: str, between: Callable[[], None] | None = None) -> int:
        """Repeat a statement that works on `$most` elements at a time until it finds none; return how many.

        Parameters
        ----------
        between
            Called after each transaction.
        """
        total = 0
        while found := self._run(statement, {"most": MOST}):
            total += found
            if between:
                between()
        return total

    def _run(self, statement: str, parameters: dict[str, Any]) -> int:
        with self._driver.session() as session:
            return int(session.execute_write(_work, statement, {**parameters, **self._stamps}))


def _work(transaction: ManagedTransaction, statement: str, parameters: dict[str, Any]) -> int:
    record = transaction.run(statement, parameters).single()
    return int(record["n"]) if record else 0


def count(driver: Driver, statement: str) -> int:
    """The one number that a statement returns as `n`."""
    return int(driver.execute_query(statement).records[0]["n"])


def parts(table: pa.Table, wanted: Sequence[int] | None = None) -> Iterator[list[list[Any]]]:
    """Rows of a table as lists, `ROWS` at a time; of the wanted parts alone, by their numbers.

    Days and moments are ISO 8601, as the statements of `ringfinder.neo4j.statements` read them.
    """
    for number in range(-(-table.num_rows // ROWS)) if wanted is None else wanted:
        columns = [iso(column).to_pylist() for column in table.slice(number * ROWS, ROWS).columns]
        yield [list(row) for row in zip(*columns, strict=True)]


def iso(column: pa.ChunkedArray) -> pa.ChunkedArray:
    """Days and moments as text in ISO 8601; the rest as it is."""
    if pa.types.is_timestamp(column.type):
        return pc.strftime(column, format="%Y-%m-%dT%H:%M:%S")
    return column.cast(pa.string()) if pa.types.is_date(column.type) else column
