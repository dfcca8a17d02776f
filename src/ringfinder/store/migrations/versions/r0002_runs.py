"""Runs of detection, the pointer to the current one, and every ring id ever given."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "r0002"
down_revision = "r0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the tables of runs."""
    op.create_table(
        "runs",
        sa.Column("number", sa.Integer, autoincrement=False),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("finished_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("as_of", sa.DateTime, nullable=True),
        sa.Column("known_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("window_months", sa.Integer, nullable=True),
        sa.Column("settings_hash", sa.String(64), nullable=False),
        sa.Column("settings", sa.Text, nullable=False),
        sa.Column("code_version", sa.String(32), nullable=False),
        sa.Column("compared_with", sa.Integer, nullable=True),
        sa.Column("requests", sa.BigInteger, nullable=False),
        sa.Column("alert_rings", sa.Integer, nullable=False),
        sa.Column("review_rings", sa.Integer, nullable=False),
        sa.Column("member_requests", sa.BigInteger, nullable=False),
        sa.Column("faded_rings", sa.Integer, nullable=False),
        sa.Column("timings", sa.Text, nullable=False),
        sa.PrimaryKeyConstraint("number", name="pk_runs"),
    )
    op.create_table(
        "run_batches",
        sa.Column("number", sa.Integer, nullable=False),
        sa.Column("batch_id", sa.String(16), nullable=False),
        sa.PrimaryKeyConstraint("number", "batch_id", name="pk_run_batches"),
        sa.ForeignKeyConstraint(["number"], ["runs.number"], name="fk_run_batches_number"),
        sa.ForeignKeyConstraint(["batch_id"], ["batches.batch_id"], name="fk_run_batches_batch_id"),
    )
    op.create_table(
        "ring_ids",
        sa.Column("ring_id", sa.String(16), nullable=False),
        sa.Column("first_run", sa.Integer, nullable=False),
        sa.Column("last_run", sa.Integer, nullable=False),
        sa.PrimaryKeyConstraint("ring_id", name="pk_ring_ids"),
        sa.ForeignKeyConstraint(["first_run"], ["runs.number"], name="fk_ring_ids_first_run"),
        sa.ForeignKeyConstraint(["last_run"], ["runs.number"], name="fk_ring_ids_last_run"),
    )
    op.create_table(
        "pointers",
        sa.Column("name", sa.String(32), nullable=False),
        sa.Column("number", sa.Integer, nullable=False),
        sa.PrimaryKeyConstraint("name", name="pk_pointers"),
        sa.ForeignKeyConstraint(["number"], ["runs.number"], name="fk_pointers_number"),
    )


def downgrade() -> None:
    """Remove the tables of runs; their folders stay."""
    for table in ("pointers", "ring_ids", "run_batches", "runs"):
        op.drop_table(table)
