"""Leads of Cypher patterns, and what each run had of them."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "r0003"
down_revision = "r0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the tables of leads."""
    op.create_table(
        "leads",
        sa.Column("lead_id", sa.String(16), nullable=False),
        sa.Column("pattern", sa.String(128), nullable=False),
        sa.Column("identity", sa.Text, nullable=False),
        sa.Column("first_run", sa.Integer, nullable=False),
        sa.Column("last_run", sa.Integer, nullable=False),
        sa.PrimaryKeyConstraint("lead_id", name="pk_leads"),
        sa.ForeignKeyConstraint(["first_run"], ["runs.number"], name="fk_leads_first_run"),
        sa.ForeignKeyConstraint(["last_run"], ["runs.number"], name="fk_leads_last_run"),
    )
    op.create_index("ix_leads_pattern", "leads", ["pattern"])
    op.create_table(
        "lead_findings",
        sa.Column("lead_id", sa.String(16), nullable=False),
        sa.Column("number", sa.Integer, nullable=False),
        sa.Column("version", sa.Integer, nullable=False),
        sa.Column("finding", sa.Text, nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("lead_id", "number", name="pk_lead_findings"),
        sa.ForeignKeyConstraint(["lead_id"], ["leads.lead_id"], name="fk_lead_findings_lead_id"),
        sa.ForeignKeyConstraint(["number"], ["runs.number"], name="fk_lead_findings_number"),
    )


def downgrade() -> None:
    """Remove the tables of leads."""
    for table in ("lead_findings", "leads"):
        op.drop_table(table)
