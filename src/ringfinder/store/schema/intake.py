"""Rows that arrive one by one, legal holds, and what was erased."""

from __future__ import annotations

from sqlalchemy import BigInteger, Column, DateTime, ForeignKey, Integer, String, Table, Text

from ringfinder.store.schema.base import metadata

intake = Table(
    "intake",
    metadata,
    Column("sequence", BigInteger().with_variant(Integer, "sqlite"), primary_key=True, autoincrement=True),
    Column("table_name", String(32), nullable=False, index=True),
    Column("cells", Text, nullable=False),  # the columns of the contract as they were written, as JSON
    Column("recorded_at", DateTime(timezone=True), nullable=False),
    Column("actor", Text, nullable=False),
    Column("batch_id", String(16), ForeignKey("batches.batch_id"), nullable=True),  # the batch it was folded into
)

holds = Table(
    "holds",
    metadata,
    Column("hold_id", String(16), primary_key=True),
    Column("subject_key", String(32), nullable=False, index=True),  # key of a person, never the number
    Column("reason", Text, nullable=False),
    Column("actor", Text, nullable=False),
    Column("placed_at", DateTime(timezone=True), nullable=False),
    Column("released_at", DateTime(timezone=True), nullable=True),
)

erasures = Table(
    "erasures",
    metadata,
    Column("erasure_id", String(16), primary_key=True),
    Column("subject_key", String(32), nullable=False),
    Column("purpose", Text, nullable=False),
    Column("actor", Text, nullable=False),
    Column("started_at", DateTime(timezone=True), nullable=False),
    Column("finished_at", DateTime(timezone=True), nullable=True),  # an erasure that was cut is taken up again
    Column("counts", Text, nullable=False),  # rows by table, as JSON
)

rewritten_parts = Table(
    "rewritten_parts",
    metadata,
    Column("erasure_id", String(16), ForeignKey("erasures.erasure_id"), primary_key=True),
    Column("batch_id", String(16), primary_key=True),
    Column("table_name", String(32), primary_key=True),
    Column("part", Text, primary_key=True),
    Column("old_hash", String(64), nullable=False),
    Column("new_hash", String(64), nullable=False),
)
