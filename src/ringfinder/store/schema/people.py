"""Who may act: users, their roles and branches, their keys and OIDC subjects; and the journal of what they did."""

from __future__ import annotations

from sqlalchemy import BigInteger, Boolean, Column, DateTime, ForeignKey, Integer, String, Table, Text

from ringfinder.store.schema.base import metadata

users = Table(
    "users",
    metadata,
    Column("user_id", String(16), primary_key=True),
    Column("name", String(128), nullable=False, unique=True),
    Column("service", Boolean, nullable=False),  # a program, not a person
    Column("created_at", DateTime(timezone=True), nullable=False),
    Column("revoked_at", DateTime(timezone=True), nullable=True),
)

user_roles = Table(
    "user_roles",
    metadata,
    Column("user_id", String(16), ForeignKey("users.user_id"), primary_key=True),
    Column("role", String(32), primary_key=True),
)

user_branches = Table(  # no line: every branch
    "user_branches",
    metadata,
    Column("user_id", String(16), ForeignKey("users.user_id"), primary_key=True),
    Column("branch_code", String(64), primary_key=True),
)

api_keys = Table(
    "api_keys",
    metadata,
    Column("key_id", String(16), primary_key=True),
    Column("user_id", String(16), ForeignKey("users.user_id"), nullable=False, index=True),
    Column("name", String(128), nullable=False),
    Column("mac", String(64), nullable=False),  # HMAC-SHA256 of the secret with a pepper outside the database
    Column("roles", Text, nullable=False),  # a part of the user's roles, as JSON; empty: all of them
    Column("created_at", DateTime(timezone=True), nullable=False),
    Column("expires_at", DateTime(timezone=True), nullable=True),
    Column("revoked_at", DateTime(timezone=True), nullable=True),
    Column("last_used_at", DateTime(timezone=True), nullable=True),
)

oidc_subjects = Table(
    "oidc_subjects",
    metadata,
    Column("issuer", String(255), primary_key=True),
    Column("subject", String(255), primary_key=True),
    Column("user_id", String(16), ForeignKey("users.user_id"), nullable=False, index=True),
    Column("created_at", DateTime(timezone=True), nullable=False),
    Column("revoked_at", DateTime(timezone=True), nullable=True),
)

journal = Table(
    "journal",
    metadata,
    Column("sequence", BigInteger, primary_key=True, autoincrement=False),  # without gaps, from 1
    Column("at", String(32), nullable=False),  # ISO 8601 in UTC: as it was hashed, on every database
    Column("actor", Text, nullable=False),
    Column("user_id", String(16), nullable=False),  # empty: the account of the operating system
    Column("key_id", String(32), nullable=False),
    Column("role", Text, nullable=False),
    Column("action", String(64), nullable=False, index=True),
    Column("purpose", Text, nullable=False),
    Column("object", Text, nullable=False),  # keys and ids, never raw values
    Column("details", Text, nullable=False),  # counts and keys, as JSON
    Column("before_hash", String(64), nullable=False),  # of the object's state, where it has one
    Column("after_hash", String(64), nullable=False),
    Column("previous", String(64), nullable=False),  # MAC of the entry before
    Column("mac", String(64), nullable=False),  # over everything above
)

user_looks = Table(  # "what changed since I last looked"
    "user_looks",
    metadata,
    Column("user_id", String(16), ForeignKey("users.user_id"), primary_key=True),
    Column("number", Integer, ForeignKey("runs.number"), nullable=False),
    Column("looked_at", DateTime(timezone=True), nullable=False),
)
