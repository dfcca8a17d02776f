"""Rows that arrive one by one, legal holds, erasures."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "r0005"
down_revision = "r0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the tables of intake, holds and erasures; say of files and runs what they have to do with intake."""
    op.add_column("batch_files", sa.Column("after_batch", sa.Integer(), nullable=True))
    op.add_column("runs", sa.Column("intake", sa.BigInteger(), server_default="0", nullable=False))
    op.create_table(
        "intake",
        sa.Column("sequence", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False),
        sa.Column("table_name", sa.String(length=32), nullable=False),
        sa.Column("cells", sa.Text(), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("actor", sa.Text(), nullable=False),
        sa.Column("after_batch", sa.Integer(), nullable=False),
        sa.Column("batch_id", sa.String(length=16), nullable=True),
        sa.ForeignKeyConstraint(["batch_id"], ["batches.batch_id"], name="fk_intake_batch_id"),
        sa.PrimaryKeyConstraint("sequence", name="pk_intake"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_intake_batch_id", "intake", ["batch_id"], unique=False)
    op.create_table(
        "holds",
        sa.Column("hold_id", sa.String(length=16), nullable=False),
        sa.Column("subject_key", sa.String(length=32), nullable=False),
        sa.Column("key_id", sa.String(length=8), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("actor", sa.Text(), nullable=False),
        sa.Column("placed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("released_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("hold_id", name="pk_holds"),
    )
    op.create_index("ix_holds_subject_key", "holds", ["subject_key"], unique=False)
    _make_tables_of_erasures()


def _make_tables_of_erasures() -> None:
    op.create_table(
        "erasures",
        sa.Column("erasure_id", sa.String(length=16), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("subject_key", sa.String(length=32), nullable=False),
        sa.Column("purpose", sa.Text(), nullable=False),
        sa.Column("actor", sa.Text(), nullable=False),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("finished_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("counts", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("erasure_id", name="pk_erasures"),
    )
    op.create_table(
        "erased_keys",
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("erased_key", sa.String(length=32), nullable=False),
        sa.Column("key_id", sa.String(length=8), nullable=False),
        sa.Column("erasure_id", sa.String(length=16), nullable=False),
        sa.ForeignKeyConstraint(["erasure_id"], ["erasures.erasure_id"], name="fk_erased_keys_erasure_id"),
        sa.PrimaryKeyConstraint("kind", "erased_key", name="pk_erased_keys"),
    )
    op.create_table(
        "rewritten_parts",
        sa.Column("erasure_id", sa.String(length=16), nullable=False),
        sa.Column("batch_id", sa.String(length=16), nullable=False),
        sa.Column("table_name", sa.String(length=32), nullable=False),
        sa.Column("part", sa.Text(), nullable=False),
        sa.Column("old_hash", sa.String(length=64), nullable=False),
        sa.Column("new_hash", sa.String(length=64), nullable=False),
        sa.Column("rows_removed", sa.BigInteger(), nullable=False),
        sa.Column("cells_blanked", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["erasure_id"], ["erasures.erasure_id"], name="fk_rewritten_parts_erasure_id"),
        sa.PrimaryKeyConstraint("erasure_id", "batch_id", "table_name", "part", name="pk_rewritten_parts"),
    )


def downgrade() -> None:
    """Remove the tables of intake, holds and erasures."""
    for table in ("rewritten_parts", "erased_keys", "erasures", "holds", "intake"):
        op.drop_table(table)
    op.drop_column("runs", "intake")
    op.drop_column("batch_files", "after_batch")
