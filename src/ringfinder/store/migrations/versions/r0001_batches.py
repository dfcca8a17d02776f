"""Batches, their files, and loads."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "r0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the manifest."""
    op.create_table(
        "batches",
        sa.Column("sequence", sa.Integer, autoincrement=True),
        sa.Column("batch_id", sa.String(16), nullable=False),
        sa.Column("contract_version", sa.Integer, nullable=False),
        sa.Column("code_version", sa.String(32), nullable=False),
        sa.Column("mapping_hash", sa.String(64), nullable=False),
        sa.Column("loaded_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("sequence", name="pk_batches"),
        sa.UniqueConstraint("batch_id", name="uq_batches_batch_id"),
    )
    op.create_table(
        "batch_files",
        sa.Column("batch_id", sa.String(16), nullable=False),
        sa.Column("table_name", sa.String(32), nullable=False),
        sa.Column("file_hash", sa.String(64), nullable=False),
        sa.Column("file", sa.Text, nullable=False),
        *_counts(),
        sa.Column("present", sa.Text, nullable=False),
        sa.Column("part", sa.Text, nullable=False),
        sa.Column("unique_keys", sa.Boolean, nullable=False),
        sa.PrimaryKeyConstraint("batch_id", "table_name", "file_hash", name="pk_batch_files"),
        sa.ForeignKeyConstraint(["batch_id"], ["batches.batch_id"], name="fk_batch_files_batch_id"),
    )
    op.create_table(
        "loads",
        sa.Column("load_id", sa.Integer, autoincrement=True),
        sa.Column("source", sa.Text, nullable=False),
        sa.Column("batch_id", sa.String(16), nullable=True),
        sa.Column("finished_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("load_id", name="pk_loads"),
        sa.ForeignKeyConstraint(["batch_id"], ["batches.batch_id"], name="fk_loads_batch_id"),
    )
    op.create_table(
        "load_files",
        sa.Column("load_id", sa.Integer, nullable=False),
        sa.Column("table_name", sa.String(32), nullable=False),
        sa.Column("file", sa.Text, nullable=False),
        *_counts(),
        sa.PrimaryKeyConstraint("load_id", "table_name", "file", name="pk_load_files"),
        sa.ForeignKeyConstraint(["load_id"], ["loads.load_id"], name="fk_load_files_load_id"),
    )


def _counts() -> list[sa.Column[int]]:
    return [sa.Column(name, sa.BigInteger, nullable=False) for name in ("read", "loaded", "rejected", "merged")]


def downgrade() -> None:
    """Remove the manifest; the Parquet files stay."""
    for table in ("load_files", "loads", "batch_files", "batches"):
        op.drop_table(table)
