"""Rows that arrive one by one, legal holds, and what was taken out of the facts."""

from __future__ import annotations

from sqlalchemy import BigInteger, Column, DateTime, ForeignKey, Integer, String, Table, Text

from ringfinder.store.schema.base import metadata

intake = Table(
    "intake",
    metadata,
    Column("sequence", BigInteger().with_variant(Integer, "sqlite"), primary_key=True, autoincrement=True),
    Column("table_name", String(32), nullable=False),
    Column("cells", Text, nullable=False),  # typed cells of the columns that were given, with normal forms, as JSON
    Column("recorded_at", DateTime(timezone=True), nullable=False),
    Column("actor", Text, nullable=False),
    Column("after_batch", Integer, nullable=False),  # sequence of the last batch before it; 0 where there was none
    Column("batch_id", String(16), ForeignKey("batches.batch_id"), nullable=True, index=True),  # folded into it
    sqlite_autoincrement=True,  # the number of an erased row is never given again
)

holds = Table(
    "holds",
    metadata,
    Column("hold_id", String(16), primary_key=True),
    Column("subject_key", String(32), nullable=False, index=True),  # key of a customer number, never the number
    Column("key_id", String(8), nullable=False),  # tells with which secret the key was made
    Column("reason", Text, nullable=False),
    Column("actor", Text, nullable=False),
    Column("placed_at", DateTime(timezone=True), nullable=False),
    Column("released_at", DateTime(timezone=True), nullable=True),
)

erasures = Table(  # a line for each time that facts were rewritten: for one subject, or because a period was over
    "erasures",
    metadata,
    Column("erasure_id", String(16), primary_key=True),
    Column("kind", String(16), nullable=False),  # subject, retention
    Column("subject_key", String(32), nullable=False),  # empty for retention
    Column("purpose", Text, nullable=False),
    Column("actor", Text, nullable=False),
    Column("started_at", DateTime(timezone=True), nullable=False),
    Column("finished_at", DateTime(timezone=True), nullable=True),  # one that was cut is taken up again
    Column("counts", Text, nullable=False),  # rows and cells by table, files by kind, as JSON
)

erased_keys = Table(  # keys of what must not come back with the next load
    "erased_keys",
    metadata,
    Column("kind", String(16), primary_key=True),
    Column("erased_key", String(32), primary_key=True),
    Column("key_id", String(8), nullable=False),
    Column("erasure_id", String(16), ForeignKey("erasures.erasure_id"), nullable=False),
)

rewritten_parts = Table(
    "rewritten_parts",
    metadata,
    Column("erasure_id", String(16), ForeignKey("erasures.erasure_id"), primary_key=True),
    Column("batch_id", String(16), primary_key=True),
    Column("table_name", String(32), primary_key=True),
    Column("part", Text, primary_key=True),  # its new name
    Column("old_hash", String(64), nullable=False),
    Column("new_hash", String(64), nullable=False),
    Column("rows_removed", BigInteger, nullable=False),
    Column("cells_blanked", BigInteger, nullable=False),
)
