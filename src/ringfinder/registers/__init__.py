"""What was allowed, numbered and sent: approvals, numbers of reports, and the register of dispatches."""

from ringfinder.registers.access import Kind, is_restricted
from ringfinder.registers.approvals import Approval, Approvals
from ringfinder.registers.dispatch import Dispatch, Dispatches, Step
from ringfinder.registers.reports import Report, Reports

__all__ = [
    "Approval",
    "Approvals",
    "Dispatch",
    "Dispatches",
    "Kind",
    "Report",
    "Reports",
    "Step",
    "is_restricted",
]
