"""Long work of the service: uploads, jobs, repeated requests, and messages to other systems."""

from __future__ import annotations

from sqlalchemy import BigInteger, Boolean, Column, DateTime, ForeignKey, Integer, String, Table, Text

from ringfinder.store.schema.base import metadata

uploads = Table(
    "uploads",
    metadata,
    Column("upload_id", String(16), primary_key=True),
    Column("user_id", String(16), ForeignKey("users.user_id"), nullable=False, index=True),
    Column("created_at", DateTime(timezone=True), nullable=False),
    Column("removed_at", DateTime(timezone=True), nullable=True),  # its files are gone; who brought what stays
)

upload_files = Table(
    "upload_files",
    metadata,
    Column("upload_id", String(16), ForeignKey("uploads.upload_id"), primary_key=True),
    Column("file", String(255), primary_key=True),  # name inside its folder, made safe
    Column("form", String(16), nullable=False),  # what its content is: text, parquet, workbook, mapping
    Column("size", BigInteger, nullable=False),
    Column("sha256", String(64), nullable=False),
)

jobs = Table(
    "jobs",
    metadata,
    Column("sequence", BigInteger().with_variant(Integer, "sqlite"), primary_key=True, autoincrement=True),
    Column("job_id", String(16), nullable=False, unique=True),
    Column("kind", String(32), nullable=False),  # load, detect, sync
    Column("state", String(16), nullable=False, index=True),  # waiting, running, done, failed, cancelled
    Column("user_id", String(16), ForeignKey("users.user_id"), nullable=False, index=True),
    Column("upload_id", String(16), ForeignKey("uploads.upload_id"), nullable=True, index=True),
    Column("asked", Text, nullable=False),  # parameters, as JSON
    Column("progress", Text, nullable=False),  # done, total, step, as JSON
    Column("committed", Text, nullable=False),  # what its work made whole, in that very transaction, as JSON
    Column("result", Text, nullable=False),  # as JSON
    Column("error", Text, nullable=False),  # problem, as JSON
    Column("attempts", Integer, nullable=False),
    Column("claim", String(16), nullable=False),  # a new one each time it is taken up: an old worker changes nothing
    Column("cancel_asked", Boolean, nullable=False),
    Column("worker", Text, nullable=False),  # process that has it: host, number, start
    Column("created_at", DateTime(timezone=True), nullable=False),
    Column("started_at", DateTime(timezone=True), nullable=True),
    Column("heartbeat_at", DateTime(timezone=True), nullable=True),
    Column("finished_at", DateTime(timezone=True), nullable=True),
)

idempotency_keys = Table(
    "idempotency_keys",
    metadata,
    Column("user_id", String(16), ForeignKey("users.user_id"), primary_key=True),
    Column("idempotency_key", String(128), primary_key=True),
    Column("request_hash", String(64), nullable=False),  # method, path and body
    Column("token", String(32), nullable=False),  # ids of what the request makes come from it, also when repeated
    Column("owner", Text, nullable=False),  # process that answers: host, number, start
    Column("status", Integer, nullable=True),  # missing while the first request is under way
    Column("answer", Text, nullable=False),  # sealed with a key outside the database
    Column("created_at", DateTime(timezone=True), nullable=False, index=True),
)

webhooks = Table(
    "webhooks",
    metadata,
    Column("webhook_id", String(16), primary_key=True),
    Column("url", Text, nullable=False),
    Column("events", Text, nullable=False),  # as JSON
    Column("secret", Text, nullable=False),  # sealed with a key outside the database
    Column("user_id", String(16), ForeignKey("users.user_id"), nullable=False),
    Column("created_at", DateTime(timezone=True), nullable=False),
    Column("revoked_at", DateTime(timezone=True), nullable=True),
)

deliveries = Table(
    "deliveries",
    metadata,
    Column("delivery_id", String(24), primary_key=True),  # from webhook, event, run and ring: none is queued twice
    Column("webhook_id", String(16), ForeignKey("webhooks.webhook_id"), nullable=False, index=True),
    Column("event", String(64), nullable=False),
    Column("number", Integer, ForeignKey("runs.number"), nullable=False),
    Column("ring_id", String(16), nullable=False),  # empty where the event is about the whole run
    Column("body", Text, nullable=False),
    Column("state", String(16), nullable=False, index=True),  # waiting, sent, given_up
    Column("attempts", Integer, nullable=False),
    Column("next_at", DateTime(timezone=True), nullable=False),
    Column("last_status", Integer, nullable=True),
    Column("last_error", String(64), nullable=False),
    Column("created_at", DateTime(timezone=True), nullable=False),
    Column("finished_at", DateTime(timezone=True), nullable=True),
)
