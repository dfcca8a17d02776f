"""Take the projection out of a database, and nothing else that may be in it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ringfinder.neo4j import statements
from ringfinder.neo4j.model import HELD_LABELS
from ringfinder.neo4j.sync.writer import Writer

if TYPE_CHECKING:
    from neo4j import Driver


def drop(driver: Driver) -> int:
    """Remove all nodes of our labels, their relationships, and our constraints and indexes; return the nodes."""
    writer = Writer(driver, "", 0)
    # The node that tells of the others goes last: until then a cut drop is seen for what it is.
    removed = sum(writer.repeat(statements.delete_all_nodes(label)) for label in (*HELD_LABELS, "Projection"))
    for name in statements.constraint_names().values():
        driver.execute_query(f"DROP CONSTRAINT {name} IF EXISTS")
    for name in statements.index_names():
        driver.execute_query(f"DROP INDEX {name} IF EXISTS")
    return removed
