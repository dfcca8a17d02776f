"""Reports: approvals, numbers, dispatches."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "r0007"
down_revision = "r0006"
branch_labels = None
depends_on = None

_REFUSAL = "reports are only added to"
_TIDIED = frozenset({"purpose", "note"})
"""Texts that an erasure may have to tidy; nothing else of a row ever changes."""


def upgrade() -> None:
    """Make the tables of reports, and let the database refuse to change what they say."""
    _approvals()
    _reports()
    _dispatches()
    if op.get_bind().dialect.name == "postgresql":
        op.execute(
            "CREATE FUNCTION refuse_change_of_reports() RETURNS trigger LANGUAGE plpgsql AS "
            f"$$ BEGIN RAISE EXCEPTION '{_REFUSAL}'; END $$"
        )
    inspector = sa.inspect(op.get_bind())
    for table in ("report_approvals", "report_approval_steps", "reports", "report_dispatches"):
        fixed = [column["name"] for column in inspector.get_columns(table) if column["name"] not in _TIDIED]
        keys = inspector.get_pk_constraint(table)["constrained_columns"]
        for statement in _append_only(op.get_bind().dialect.name, table, fixed, keys):
            op.execute(statement)


def downgrade() -> None:
    """Remove the tables of reports."""
    for table in ("report_dispatches", "reports", "report_approval_steps", "report_approvals"):
        op.drop_table(table)
    if op.get_bind().dialect.name == "postgresql":
        op.execute("DROP FUNCTION refuse_change_of_reports()")


def _append_only(dialect: str, table: str, fixed: list[str], keys: list[str]) -> list[str]:
    """Statements that make a table one to which rows are only added."""
    columns = ", ".join(f'"{name}"' for name in fixed)
    if dialect == "postgresql":
        moments = f"BEFORE UPDATE OF {columns} OR DELETE OR TRUNCATE ON {table}"
        refusing = "FOR EACH STATEMENT EXECUTE FUNCTION refuse_change_of_reports()"
        return [f"CREATE TRIGGER {table}_no_change {moments} {refusing}"]
    refuse = f"BEGIN SELECT RAISE(ABORT, '{_REFUSAL}'); END"
    same = " AND ".join(f'"{name}" = NEW."{name}"' for name in keys)
    there = f"EXISTS (SELECT 1 FROM {table} WHERE {same})"  # noqa: S608 - names of our own tables
    return [
        f"CREATE TRIGGER {table}_no_update BEFORE UPDATE OF {columns} ON {table} {refuse}",
        f"CREATE TRIGGER {table}_no_delete BEFORE DELETE ON {table} {refuse}",
        # INSERT OR REPLACE deletes without asking the trigger above.
        f"CREATE TRIGGER {table}_no_replace BEFORE INSERT ON {table} WHEN {there} {refuse}",
    ]


def _approvals() -> None:
    op.create_table(
        "report_approvals",
        sa.Column("approval_id", sa.String(length=16), nullable=False),
        sa.Column("ring_id", sa.String(length=16), nullable=False),
        sa.Column("run", sa.Integer(), nullable=False),
        sa.Column("recipient", sa.String(length=200), nullable=False),
        sa.Column("purpose", sa.Text(), nullable=False),
        sa.Column("restricted", sa.Boolean(), nullable=False),
        sa.Column("asked_by", sa.String(length=16), nullable=False),
        sa.Column("asked_name", sa.String(length=160), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("days", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["ring_id"], ["ring_ids.ring_id"], name="fk_report_approvals_ring_id"),
        sa.ForeignKeyConstraint(["run"], ["runs.number"], name="fk_report_approvals_run"),
        sa.PrimaryKeyConstraint("approval_id", name="pk_report_approvals"),
    )
    op.create_index("ix_report_approvals_ring_id", "report_approvals", ["ring_id"], unique=False)
    op.create_table(
        "report_approval_steps",
        sa.Column("approval_id", sa.String(length=16), nullable=False),
        sa.Column("step", sa.String(length=16), nullable=False),
        sa.Column("user_id", sa.String(length=16), nullable=False),
        sa.Column("user_name", sa.String(length=160), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["approval_id"], ["report_approvals.approval_id"], name="fk_report_approval_steps_approval_id"
        ),
        sa.PrimaryKeyConstraint("approval_id", "step", name="pk_report_approval_steps"),
    )


def _reports() -> None:
    op.create_table(
        "reports",
        sa.Column("report_number", sa.String(length=24), nullable=False),
        sa.Column("series", sa.String(length=4), nullable=False),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("place", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("ring_id", sa.String(length=16), nullable=False),
        sa.Column("run", sa.Integer(), nullable=False),
        sa.Column("recipient", sa.String(length=200), nullable=False),
        sa.Column("language", sa.String(length=8), nullable=False),
        sa.Column("masked", sa.Boolean(), nullable=False),
        sa.Column("purpose", sa.Text(), nullable=False),
        sa.Column("author_id", sa.String(length=16), nullable=False),
        sa.Column("author_name", sa.String(length=160), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("manifest_hash", sa.String(length=64), nullable=False),
        sa.Column("fingerprint", sa.String(length=64), nullable=False),
        sa.Column("restricted", sa.Boolean(), nullable=False),
        sa.Column("corrects", sa.String(length=24), nullable=True),
        sa.Column("approval_id", sa.String(length=16), nullable=True),
        sa.ForeignKeyConstraint(["ring_id"], ["ring_ids.ring_id"], name="fk_reports_ring_id"),
        sa.ForeignKeyConstraint(["run"], ["runs.number"], name="fk_reports_run"),
        sa.ForeignKeyConstraint(["corrects"], ["reports.report_number"], name="fk_reports_corrects"),
        sa.ForeignKeyConstraint(["approval_id"], ["report_approvals.approval_id"], name="fk_reports_approval_id"),
        sa.PrimaryKeyConstraint("report_number", name="pk_reports"),
        sa.UniqueConstraint("series", "year", "place", name="uq_reports_series"),
    )
    op.create_index("ix_reports_ring_id", "reports", ["ring_id"], unique=False)
    op.create_index("ix_reports_corrects", "reports", ["corrects"], unique=False)


def _dispatches() -> None:
    number = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
    op.create_table(
        "report_dispatches",
        sa.Column("sequence", number, autoincrement=True, nullable=False),
        sa.Column("report_number", sa.String(length=24), nullable=False),
        sa.Column("step", sa.String(length=16), nullable=False),
        sa.Column("dispatch", sa.BigInteger(), nullable=True),
        sa.Column("replaces", sa.BigInteger(), nullable=True),
        sa.Column("recipient", sa.String(length=200), nullable=False),
        sa.Column("way", sa.String(length=64), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("user_id", sa.String(length=16), nullable=False),
        sa.Column("user_name", sa.String(length=160), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["report_number"], ["reports.report_number"], name="fk_report_dispatches_report_number"
        ),
        sa.PrimaryKeyConstraint("sequence", name="pk_report_dispatches"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_report_dispatches_report_number", "report_dispatches", ["report_number"], unique=False)
