"""Bundles: a report's files with a signed manifest, written whole or not at all, and verified by anybody offline."""

from ringfinder.report.bundle.issuing import Asked, Cover, Issued, issue_report
from ringfinder.report.bundle.settling import Settled, finish_cut_short
from ringfinder.report.bundle.verifying import Verification, verify_bundle

__all__ = [
    "Asked",
    "Cover",
    "Issued",
    "Settled",
    "Verification",
    "finish_cut_short",
    "issue_report",
    "verify_bundle",
]
