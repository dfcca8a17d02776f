"""Tables of the decisions database: batches, loads, runs, every ring id ever given, leads of patterns."""

from __future__ import annotations

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    DateTime,
    ForeignKey,
    Integer,
    MetaData,
    String,
    Table,
    Text,
)

metadata = MetaData(
    naming_convention={
        "pk": "pk_%(table_name)s",
        "fk": "fk_%(table_name)s_%(column_0_name)s",
        "ix": "ix_%(table_name)s_%(column_0_name)s",
        "uq": "uq_%(table_name)s_%(column_0_name)s",
    }
)

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

runs = Table(
    "runs",
    metadata,
    Column("number", Integer, primary_key=True, autoincrement=False),
    Column("started_at", DateTime(timezone=True), nullable=False),
    Column("finished_at", DateTime(timezone=True), nullable=False),
    Column("as_of", DateTime, nullable=True),  # local time, as in the facts
    Column("known_at", DateTime(timezone=True), nullable=True),
    Column("window_months", Integer, nullable=True),
    Column("settings_hash", String(64), nullable=False),
    Column("settings", Text, nullable=False),  # every constant, as JSON
    Column("code_version", String(32), nullable=False),
    Column("compared_with", Integer, nullable=True),  # the run that identities were matched to
    Column("requests", BigInteger, nullable=False),
    Column("alert_rings", Integer, nullable=False),
    Column("review_rings", Integer, nullable=False),
    Column("member_requests", BigInteger, nullable=False),
    Column("faded_rings", Integer, nullable=False),
    Column("timings", Text, nullable=False),  # seconds of each step, as JSON
)

run_batches = Table(
    "run_batches",
    metadata,
    Column("number", Integer, ForeignKey("runs.number"), primary_key=True),
    Column("batch_id", String(16), ForeignKey("batches.batch_id"), primary_key=True),
)

ring_ids = Table(
    "ring_ids",
    metadata,
    Column("ring_id", String(16), primary_key=True),
    Column("first_run", Integer, ForeignKey("runs.number"), nullable=False),
    Column("last_run", Integer, ForeignKey("runs.number"), nullable=False),
)

pointers = Table(
    "pointers",
    metadata,
    Column("name", String(32), primary_key=True),
    Column("number", Integer, ForeignKey("runs.number"), nullable=False),
)

leads = Table(
    "leads",
    metadata,
    Column("lead_id", String(16), primary_key=True),
    Column("pattern", String(128), nullable=False, index=True),
    Column("identity", Text, nullable=False),  # what tells it apart, as JSON
    Column("first_run", Integer, ForeignKey("runs.number"), nullable=False),
    Column("last_run", Integer, ForeignKey("runs.number"), nullable=False),
)

lead_findings = Table(
    "lead_findings",
    metadata,
    Column("lead_id", String(16), ForeignKey("leads.lead_id"), primary_key=True),
    Column("number", Integer, ForeignKey("runs.number"), primary_key=True),
    Column("version", Integer, nullable=False),
    Column("finding", Text, nullable=False),  # the row of the pattern, as JSON
    Column("recorded_at", DateTime(timezone=True), nullable=False),
)
