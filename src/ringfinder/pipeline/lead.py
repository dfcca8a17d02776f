"""A lead report of a ring that a stored run holds."""

from __future__ import annotations

from ringfinder.detect.analysis import limits_of
from ringfinder.pipeline.again import Note, facts_of, settings_of
from ringfinder.records.rings import Ring
from ringfinder.report.lead import Given, LeadReport, lead_report
from ringfinder.store import Run, Workspace


def lead_of(
    workspace: Workspace, run: Run, ring: Ring, notes: list[Note], *, masked: bool, given: Given | None = None
) -> LeadReport:
    """The report of a ring, from the facts that its run looked at; remarks for the user go into `notes`.

    Whether it may be unmasked is for the caller to check; nothing is journalled here.

    Raises
    ------
    SurroundingsError
        If some of the facts are gone.
    """
    portfolio = facts_of(workspace, run, notes)
    limits = limits_of(settings_of(run, notes))
    return lead_report(ring, run, portfolio, workspace.batches(), limits, masked=masked, given=given)
