"""Reports that left or leave the house: who allowed them, their numbers, and to whom they went.

Rows are added and never changed (migration r0007); texts in which somebody may be named (`purpose`, `note`) are the
exception, for an erasure tidies them.
"""

from __future__ import annotations

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    DateTime,
    ForeignKey,
    Integer,
    String,
    Table,
    Text,
    UniqueConstraint,
)

from ringfinder.store.schema.base import metadata

report_approvals = Table(
    "report_approvals",
    metadata,
    Column("approval_id", String(16), primary_key=True),
    Column("ring_id", String(16), ForeignKey("ring_ids.ring_id"), nullable=False, index=True),
    Column("run", Integer, ForeignKey("runs.number"), nullable=False),
    Column("recipient", String(200), nullable=False),
    Column("purpose", Text, nullable=False),
    Column("restricted", Boolean, nullable=False),  # of a report that the AML role alone sees
    Column("asked_by", String(16), nullable=False),  # user; empty: the account of the operating system
    Column("asked_name", String(160), nullable=False),
    Column("asked_at", DateTime(timezone=True), nullable=False),
    Column("days", Integer, nullable=False),  # from the approval until it expires
)

report_approval_steps = Table(
    "report_approval_steps",
    metadata,
    Column("approval_id", String(16), ForeignKey("report_approvals.approval_id"), primary_key=True),
    Column("step", String(16), primary_key=True),  # approved, withdrawn
    Column("user_id", String(16), nullable=False),
    Column("user_name", String(160), nullable=False),
    Column("at", DateTime(timezone=True), nullable=False),
    Column("expires_at", DateTime(timezone=True), nullable=True),  # of an approval
)

reports = Table(
    "reports",
    metadata,
    Column("report_number", String(24), primary_key=True),
    Column("series", String(4), nullable=False),
    Column("year", Integer, nullable=False),
    Column("place", Integer, nullable=False),  # in its series and year: from 1, without gaps
    Column("kind", String(16), nullable=False),  # lead, police, goaml, stix, correction
    Column("ring_id", String(16), ForeignKey("ring_ids.ring_id"), nullable=False, index=True),
    Column("run", Integer, ForeignKey("runs.number"), nullable=False),
    Column("recipient", String(200), nullable=False),
    Column("language", String(8), nullable=False),
    Column("masked", Boolean, nullable=False),
    Column("purpose", Text, nullable=False),
    Column("author_id", String(16), nullable=False),  # user; empty: the account of the operating system
    Column("author_name", String(160), nullable=False),
    Column("at", DateTime(timezone=True), nullable=False),
    Column("manifest_hash", String(64), nullable=False),  # SHA-256 of the bundle's manifest
    Column("fingerprint", String(64), nullable=False),  # of the key that signed it
    Column("restricted", Boolean, nullable=False),
    Column("corrects", String(24), ForeignKey("reports.report_number"), nullable=True, index=True),
    Column("approval_id", String(16), ForeignKey("report_approvals.approval_id"), nullable=True),
    UniqueConstraint("series", "year", "place"),
)

report_dispatches = Table(
    "report_dispatches",
    metadata,
    Column("sequence", BigInteger().with_variant(Integer, "sqlite"), primary_key=True, autoincrement=True),
    Column("report_number", String(24), ForeignKey("reports.report_number"), nullable=False, index=True),
    Column("step", String(16), nullable=False),  # sent, receipt, reply
    Column("dispatch", BigInteger, nullable=True),  # of a receipt or reply: the row of the dispatch
    Column("replaces", BigInteger, nullable=True),  # the row that this one puts right
    Column("recipient", String(200), nullable=False),  # empty but for a dispatch
    Column("way", String(64), nullable=False),
    Column("at", DateTime(timezone=True), nullable=False),
    Column("note", Text, nullable=False),
    Column("user_id", String(16), nullable=False),
    Column("user_name", String(160), nullable=False),
    Column("recorded_at", DateTime(timezone=True), nullable=False),
    sqlite_autoincrement=True,
)
