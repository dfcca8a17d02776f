"""Runs of detection, every ring id ever given, and leads of patterns."""

from __future__ import annotations

from sqlalchemy import BigInteger, Column, DateTime, ForeignKey, Integer, String, Table, Text

from ringfinder.store.schema.base import metadata

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
    Column("intake", BigInteger, nullable=False, server_default="0"),  # the last row of intake that it saw
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
