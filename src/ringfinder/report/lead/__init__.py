"""The lead report (线索报告) of a ring: its content, and its files for regulator and police."""

from ringfinder.report.lead.assembly import lead_report
from ringfinder.report.lead.content import Approval, Given, LeadReport

__all__ = ["Approval", "Given", "LeadReport", "lead_report"]
