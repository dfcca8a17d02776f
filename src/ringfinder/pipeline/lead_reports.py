"""Reports of one ring: read from the run that has it, made in every form, issued as a signed bundle.

What a report says depends on ring, run, approval and language alone: it bears the reference of the lead, and its
number in the register stands in the manifest.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import replace
from functools import cached_property
from pathlib import Path
from typing import cast

from ringfinder.errors import InputError
from ringfinder.identity import Principal
from ringfinder.pipeline.lead import lead_of
from ringfinder.pipeline.stored import find_ring
from ringfinder.registers import Approval
from ringfinder.report.bundle import Asked, Cover, Issued, issue_report
from ringfinder.report.lead.content import LEAD_VERSION, Given, LeadReport
from ringfinder.report.lead.content import Approval as Allowed
from ringfinder.report.lead.files import lead_files
from ringfinder.report.lead.speech import Language
from ringfinder.store import Workspace


class Content:
    """What reports of one ring say; its facts are read when they are first needed, and once.

    Parameters
    ----------
    asked
        As `issue_report` takes it.
    """

    def __init__(self, workspace: Workspace, asked: Asked) -> None:
        self._workspace, self._asked = workspace, asked

    def under(self, cover: Cover) -> LeadReport:
        """The report under a cover; a masked one is the same for every recipient."""
        asked = cover.asked
        reference = f"{self._found.ring_id}/{asked.run.run_id}"
        if asked.masked:
            return replace(self._found, given=Given(reference))
        allowed = tuple(_allowed(one) for one in cover.approvals)
        return replace(self._found, given=Given(reference, asked.recipient, asked.purpose, allowed))

    @cached_property
    def _found(self) -> LeadReport:
        workspace, run = self._workspace, self._asked.run
        ring = find_ring(workspace, run, self._asked.ring_id)
        return lead_of(workspace, run, ring, [], masked=self._asked.masked)


def issue_lead(
    workspace: Workspace, asked: Asked, out: Path, by: Principal, *, template: bytes | None = None
) -> Issued:
    """Make the lead report of a ring and write its bundle.

    Parameters
    ----------
    template
        A letter of the insurer with named fields (DOCX), instead of the report's own.

    Raises
    ------
    InputError
        If there is no such ring, the author may not, nothing allows an unmasked report, or the letter cannot be used.
    SurroundingsError
        If facts of the run, the extra `reports`, the signing key or space are missing; no number is lost then.
    """
    content = Content(workspace, asked)
    versions = {"lead report": str(LEAD_VERSION)}
    if template is not None:
        versions["letter"] = hashlib.sha256(template).hexdigest()

    def files(cover: Cover) -> Mapping[str, bytes]:
        # The language was checked before the content is asked for.
        return lead_files(content.under(cover), cast("Language", cover.asked.language), template)

    return issue_report(workspace, replace(asked, configuration={**asked.configuration, **versions}), files, out, by)


def _allowed(one: Approval) -> Allowed:
    if one.approved_at is None or one.expires_at is None:
        raise InputError(f"{one.approval_id} is not approved", remedy="another user has to approve it")
    return Allowed(one.approved_name, "", one.approved_at, one.recipient, one.expires_at)
