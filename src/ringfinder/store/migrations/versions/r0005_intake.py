"""Rows that arrive one by one, legal holds, erasures."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "r0005"
down_revision = "r0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the tables of intake, holds and erasures."""
    op.create_table(
        "erasures",
        sa.Column("erasure_id", sa.String(length=16), nullable=False),
        sa.Column("subject_key", sa.String(length=32), nullable=False),
        sa.Column("purpose", sa.Text(), nullable=False),
        sa.Column("actor", sa.Text(), nullable=False),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("finished_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("counts", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("erasure_id", name="pk_erasures"),
    )
    op.create_table(
        "holds",
        sa.Column("hold_id", sa.String(length=16), nullable=False),
        sa.Column("subject_key", sa.String(length=32), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("actor", sa.Text(), nullable=False),
        sa.Column("placed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("released_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("hold_id", name="pk_holds"),
    )
    op.create_index("ix_holds_subject_key", "holds", ["subject_key"], unique=False)
    op.create_table(
        "intake",
        sa.Column("sequence", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False),
        sa.Column("table_name", sa.String(length=32), nullable=False),
        sa.Column("cells", sa.Text(), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("actor", sa.Text(), nullable=False),
        sa.Column("batch_id", sa.String(length=16), nullable=True),
        sa.ForeignKeyConstraint(["batch_id"], ["batches.batch_id"], name="fk_intake_batch_id"),
        sa.PrimaryKeyConstraint("sequence", name="pk_intake"),
    )
    op.create_index("ix_intake_table_name", "intake", ["table_name"], unique=False)
    op.create_table(
        "rewritten_parts",
        sa.Column("erasure_id", sa.String(length=16), nullable=False),
        sa.Column("batch_id", sa.String(length=16), nullable=False),
        sa.Column("table_name", sa.String(length=32), nullable=False),
        sa.Column("part", sa.Text(), nullable=False),
        sa.Column("old_hash", sa.String(length=64), nullable=False),
        sa.Column("new_hash", sa.String(length=64), nullable=False),
        sa.ForeignKeyConstraint(["erasure_id"], ["erasures.erasure_id"], name="fk_rewritten_parts_erasure_id"),
        sa.PrimaryKeyConstraint("erasure_id", "batch_id", "table_name", "part", name="pk_rewritten_parts"),
    )


def downgrade() -> None:
    """Remove the tables of intake, holds and erasures."""
    for table in ("rewritten_parts", "erasures", "holds", "intake"):
        op.drop_table(table)
