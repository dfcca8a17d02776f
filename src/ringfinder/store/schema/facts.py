"""Batches of facts, their files, and the loads that brought them."""

from __future__ import annotations

from sqlalchemy import BigInteger, Boolean, Column, DateTime, ForeignKey, Integer, String, Table, Text

from ringfinder.store.schema.base import metadata

batches = Table(
    "batches",
    metadata,
    Column("sequence", Integer, primary_key=True, autoincrement=True),
    Column("batch_id", String(16), nullable=False, unique=True),
    Column("contract_version", Integer, nullable=False),
    Column("code_version", String(32), nullable=False),
    Column("mapping_hash", String(64), nullable=False),
    Column("loaded_at", DateTime(timezone=True), nullable=False),
)

batch_files = Table(
    "batch_files",
    metadata,
    Column("batch_id", String(16), ForeignKey("batches.batch_id"), primary_key=True),
    Column("table_name", String(32), primary_key=True),
    Column("file_hash", String(64), primary_key=True),
    Column("file", Text, nullable=False),
    Column("read", BigInteger, nullable=False),
    Column("loaded", BigInteger, nullable=False),
    Column("rejected", BigInteger, nullable=False),
    Column("merged", BigInteger, nullable=False),
    Column("present", Text, nullable=False),  # columns of the contract that the file has, as JSON
    Column("part", Text, nullable=False),  # its Parquet file inside the batch, empty where no row was new
    Column("unique_keys", Boolean, nullable=False),
    Column("after_batch", Integer, nullable=True),  # of folded intake: its rows come right after that batch
)

loads = Table(
    "loads",
    metadata,
    Column("load_id", Integer, primary_key=True, autoincrement=True),
    Column("source", Text, nullable=False),
    Column("batch_id", String(16), ForeignKey("batches.batch_id"), nullable=True),
    Column("finished_at", DateTime(timezone=True), nullable=False),
)

load_files = Table(
    "load_files",
    metadata,
    Column("load_id", Integer, ForeignKey("loads.load_id"), primary_key=True),
    Column("table_name", String(32), primary_key=True),
    Column("file", Text, primary_key=True),
    Column("read", BigInteger, nullable=False),
    Column("loaded", BigInteger, nullable=False),
    Column("rejected", BigInteger, nullable=False),
    Column("merged", BigInteger, nullable=False),
)
