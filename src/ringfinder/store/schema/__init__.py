"""Tables of the decisions database, a file for each part of the work."""

from ringfinder.store.schema.base import metadata
from ringfinder.store.schema.facts import batch_files, batches, load_files, loads
from ringfinder.store.schema.intake import erased_keys, erasures, holds, intake, rewritten_parts
from ringfinder.store.schema.jobs import deliveries, idempotency_keys, jobs, upload_files, uploads, webhooks
from ringfinder.store.schema.people import (
    api_keys,
    journal,
    oidc_subjects,
    user_branches,
    user_looks,
    user_roles,
    users,
)
from ringfinder.store.schema.reports import report_approval_steps, report_approvals, report_dispatches, reports
from ringfinder.store.schema.runs import lead_findings, leads, pointers, ring_ids, run_batches, runs

__all__ = [
    "api_keys",
    "batch_files",
    "batches",
    "deliveries",
    "erased_keys",
    "erasures",
    "holds",
    "idempotency_keys",
    "intake",
    "jobs",
    "journal",
    "lead_findings",
    "leads",
    "load_files",
    "loads",
    "metadata",
    "oidc_subjects",
    "pointers",
    "report_approval_steps",
    "report_approvals",
    "report_dispatches",
    "reports",
    "rewritten_parts",
    "ring_ids",
    "run_batches",
    "runs",
    "upload_files",
    "uploads",
    "user_branches",
    "user_looks",
    "user_roles",
    "users",
    "webhooks",
]
