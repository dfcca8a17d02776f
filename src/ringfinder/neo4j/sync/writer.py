"""Statements with many rows, in managed transactions: each is whole or not at all, and retried where that helps."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any, Self

import pyarrow as pa

if TYPE_CHECKING:
    from neo4j import Driver, ManagedTransaction, Session

ROWS = 10_000
"""Rows of one transaction: some ten megabytes of the server's memory."""


MOST = 50_000
"""Elements that the server stamps or removes in one transaction, without any rows being sent."""


class Writer:
    """Writes into one database; use it inside ``with``.

    Parameters
    ----------
    run_id, sync
        Stamps of everything it writes.
    """

    def __init__(self, driver: Driver, run_id: str, sync: int) -> None:
        self._driver = driver
        self._stamps = {"run": run_id, "sync": sync}
        self._session: Session | None = None

    def __enter__(self) -> Self:
        self._session = self._driver.session()
        return self

    def __exit__(self, *_: object) -> None:
        if self._session is not None:
            self._session.close()

    def write(self, statement: str, rows: Sequence[Sequence[Any]]) -> None:
        """Write one part."""
        self._run(statement, {"rows": rows})

    def repeat(self, statement: str) -> int:
        """Repeat a statement that works on `$most` elements at a time until it finds none; return how many."""
        total = 0
        while found := self._run(statement, {"most": MOST}):
            total += found
        return total

    def _run(self, statement: str, parameters: dict[str, Any]) -> int:
        if self._session is None:
            raise RuntimeError("a writer is used inside `with`")
        return int(self._session.execute_write(_work, statement, {**parameters, **self._stamps}))


def _work(transaction: ManagedTransaction, statement: str, parameters: dict[str, Any]) -> int:
    record = transaction.run(statement, parameters).single()
    return int(record["n"]) if record else 0


def parts(table: pa.Table, size: int = ROWS) -> Iterator[list[list[Any]]]:
    """Rows of a table as lists, so many at a time."""
    for start in range(0, table.num_rows, size):
        columns = [column.to_pylist() for column in table.slice(start, size).columns]
        yield [list(row) for row in zip(*columns, strict=True)]
