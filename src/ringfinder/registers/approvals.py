"""Approvals of unmasked reports: asked by one user, given by another, for one ring, one run, one recipient, for a time.

Nothing here is ever edited: asking, approving and withdrawing are rows, each journalled in its own transaction.
"""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Connection, and_, insert, select

from ringfinder.errors import InputError
from ringfinder.identity import ForbiddenError, Principal
from ringfinder.registers.access import APPROVES, COMPLIANCE, READS, journalled, must, sees_restricted
from ringfinder.registers.rings import check_ring
from ringfinder.registers.wording import LONGEST_RECIPIENT, as_written, in_one_spelling
from ringfinder.store import Run, Workspace, run_name
from ringfinder.store.manifest import as_utc
from ringfinder.store.schema import report_approval_steps, report_approvals

USUAL_DAYS, MOST_DAYS = 14, 90
_APPROVED, _WITHDRAWN = "approved", "withdrawn"


@dataclass(frozen=True)
class Approval:
    """One approval, asked for or given.

    Parameters
    ----------
    run
        Number of the run.
    asked_by, approved_by, withdrawn_by
        Users by id; empty for the account of the operating system (which may ask, not approve), or where
        nobody has done it.
    days
        How long it holds from the approval on.
    expires_at
        None until it is approved.
    """

    approval_id: str
    ring_id: str
    run: int
    recipient: str
    purpose: str
    restricted: bool
    asked_by: str
    asked_name: str
    asked_at: datetime
    days: int
    approved_by: str = ""
    approved_name: str = ""
    approved_at: datetime | None = None
    expires_at: datetime | None = None
    withdrawn_name: str = ""
    withdrawn_at: datetime | None = None

    def state(self, at: datetime) -> str:
        """``asked``, ``valid``, ``expired`` or ``withdrawn`` at a moment."""
        if self.withdrawn_at is not None and self.withdrawn_at <= at:
            return "withdrawn"
        if self.approved_at is None or self.expires_at is None or at < self.approved_at:
            return "asked"
        return "valid" if at < self.expires_at else "expired"


class Approvals:
    """The approvals of a workspace."""

    def __init__(self, workspace: Workspace) -> None:
        self._workspace = workspace
        self._engine = workspace.engine
        self._journal = workspace.journal

    def ask(
        self,
        ring_id: str,
        run: Run,
        recipient: str,
        purpose: str,
        *,
        by: Principal,
        days: int = USUAL_DAYS,
        restricted: bool = False,
    ) -> Approval:
        """Ask that an unmasked report may be made.

        Parameters
        ----------
        restricted
            For a report that the AML role alone may know of; then that role asks and approves.

        Raises
        ------
        InputError
            If the role is missing, the run has no such ring, a text cannot be one, or the days are too many.
        """
        must(by, COMPLIANCE, "ask for an unmasked report", restricted=restricted)
        if not 1 <= days <= MOST_DAYS:
            raise InputError(f"an approval cannot hold {days} days", remedy=f"give 1 to {MOST_DAYS} days")
        asked = Approval(
            approval_id=f"A-{secrets.token_hex(5).upper()}",
            ring_id=check_ring(self._workspace, run, ring_id),
            run=run.number,
            recipient=in_one_spelling(recipient, "recipient", LONGEST_RECIPIENT),
            purpose=as_written(purpose, "purpose"),
            restricted=restricted,
            asked_by=by.user_id,
            asked_name=by.name,
            asked_at=datetime.now(UTC),
            days=days,
        )
        row = {column.name: getattr(asked, column.name) for column in report_approvals.columns}
        with self._journal.writing() as connection:
            connection.execute(insert(report_approvals).values(row))
            self._note(connection, by, "approval asked", asked, days=days)
        return asked

    def approve(self, approval_id: str, *, by: Principal) -> Approval:
        """Approve what another user asked for.

        Raises
        ------
        InputError
            If the role is missing, there is no such approval, it is one's own, or it was approved or withdrawn.
        """
        with self._journal.writing() as connection:
            asked = self._find(connection, approval_id, by)
            must(by, APPROVES, "approve an unmasked report", restricted=asked.restricted)
            if not by.user_id:
                raise ForbiddenError(
                    "the account of the operating system cannot approve: it is no user",
                    remedy="approve with the key of a user, in RINGFINDER_KEY",
                )
            if by.user_id == asked.asked_by:
                raise ForbiddenError(
                    f"{asked.approval_id} was asked for by {by.name}", remedy="another user has to approve it"
                )
            if asked.approved_at or asked.withdrawn_at:
                done = "approved" if not asked.withdrawn_at else "withdrawn"
                raise InputError(f"{asked.approval_id} was {done} already", remedy="ask anew if it is still needed")
            now = datetime.now(UTC)
            self._add(connection, asked, _APPROVED, by, now, now + timedelta(days=asked.days))
            self._note(connection, by, "approval given", asked, asked_by=asked.asked_by)
            return self._find(connection, approval_id, by)

    def withdraw(self, approval_id: str, *, by: Principal) -> Approval:
        """End an approval, or the asking for one.

        Raises
        ------
        InputError
            If the role is missing, there is no such approval, or it was withdrawn already.
        """
        with self._journal.writing() as connection:
            held = self._find(connection, approval_id, by)
            must(by, APPROVES, "withdraw an approval", restricted=held.restricted)
            if held.withdrawn_at:
                raise InputError(f"{held.approval_id} was withdrawn already", remedy="nothing is left to do")
            self._add(connection, held, _WITHDRAWN, by, datetime.now(UTC), None)
            self._note(connection, by, "approval withdrawn", held, asked_by=held.asked_by)
            return self._find(connection, approval_id, by)

    def listed(self, by: Principal) -> list[Approval]:
        """Every approval that somebody may know of, the oldest first.

        Raises
        ------
        ForbiddenError
            If the role is missing.
        """
        must(by, READS, "see approvals")
        seen = () if sees_restricted(by) else (report_approvals.c.restricted.is_(False),)
        with self._engine.connect() as connection:
            return _read(connection, *seen)

    def valid_for(
        self, ring_id: str, run: int, recipient: str, at: datetime, *, restricted: bool = False
    ) -> list[Approval]:
        """Approvals that allow an unmasked report to a recipient at a moment, the latest first."""
        said = in_one_spelling(recipient, "recipient", LONGEST_RECIPIENT)
        with self._engine.connect() as connection:
            found = _about(connection, ring_id, run, restricted=restricted)
        return [one for one in reversed(found) if one.recipient == said and one.state(at) == "valid"]

    def required_in(
        self, connection: Connection, ring_id: str, run: int, recipient: str, *, restricted: bool, author: Principal
    ) -> Approval:
        """The approval that lets `author` make an unmasked report now, looked up in an open transaction.

        Raises
        ------
        InputError
            Why there is none: nobody asked, nobody approved, it is for somebody else, it expired or was
            withdrawn, or the author approved it.
        """
        now = datetime.now(UTC)
        found = _about(connection, ring_id, run, restricted=restricted)
        mine = [one for one in reversed(found) if one.recipient == recipient]
        for one in mine:
            if one.state(now) == "valid" and one.approved_by != author.user_id:
                return one
        raise _lacking(ring_id, run, recipient, mine, [one for one in found if one not in mine], now)

    def _find(self, connection: Connection, approval_id: str, by: Principal) -> Approval:
        """One approval that somebody may know of."""
        wanted = approval_id.strip().upper()
        found = _read(connection, report_approvals.c.approval_id == wanted)
        if not found or (found[0].restricted and not sees_restricted(by)):
            must(by, READS, "see approvals")
            raise InputError(
                f"there is no approval {approval_id!r}", remedy="`ringfinder report approvals list` lists all"
            )
        return found[0]

    def _add(
        self, connection: Connection, one: Approval, step: str, by: Principal, at: datetime, expires: datetime | None
    ) -> None:
        row = {"approval_id": one.approval_id, "step": step, "user_id": by.user_id, "user_name": by.name}
        connection.execute(insert(report_approval_steps).values({**row, "at": at, "expires_at": expires}))

    def _note(self, connection: Connection, by: Principal, action: str, one: Approval, **more: Any) -> None:
        said = {"object": one.approval_id, "purpose": one.purpose, "ring": one.ring_id, "run": run_name(one.run)}
        journalled(self._journal, connection, by, action, {**said, **more}, restricted=one.restricted)


def _about(connection: Connection, ring_id: str, run: int, *, restricted: bool) -> list[Approval]:
    return _read(
        connection,
        report_approvals.c.ring_id == ring_id,
        report_approvals.c.run == run,
        report_approvals.c.restricted.is_(restricted),
    )


def _read(connection: Connection, *conditions: ColumnElement[bool]) -> list[Approval]:
    """Approvals with what became of them, the oldest first."""
    steps = {name: report_approval_steps.alias(name) for name in (_APPROVED, _WITHDRAWN)}
    joined = report_approvals
    query = select(
        report_approvals,
        *(
            column.label(f"{name}_{column.name}")
            for name, step in steps.items()
            for column in step.columns
            if column.name not in {"approval_id", "step"}
        ),
    )
    source: Any = joined
    for name, step in steps.items():
        on = and_(step.c.approval_id == report_approvals.c.approval_id, step.c.step == name)
        source = source.outerjoin(step, on)
    query = query.select_from(source).where(*conditions)
    ordered = query.order_by(report_approvals.c.asked_at, report_approvals.c.approval_id)
    return [_approval(row) for row in connection.execute(ordered)]


def _approval(row: Any) -> Approval:
    def moment(value: datetime | None) -> datetime | None:
        return as_utc(value) if value else None

    return Approval(
        approval_id=row.approval_id,
        ring_id=row.ring_id,
        run=row.run,
        recipient=row.recipient,
        purpose=row.purpose,
        restricted=row.restricted,
        asked_by=row.asked_by,
        asked_name=row.asked_name,
        asked_at=as_utc(row.asked_at),
        days=row.days,
        approved_by=row.approved_user_id or "",
        approved_name=row.approved_user_name or "",
        approved_at=moment(row.approved_at),
        expires_at=moment(row.approved_expires_at),
        withdrawn_name=row.withdrawn_user_name or "",
        withdrawn_at=moment(row.withdrawn_at),
    )


def _lacking(
    ring_id: str, run: int, recipient: str, mine: Sequence[Approval], others: Sequence[Approval], now: datetime
) -> InputError:
    """Why nothing allows an unmasked report, from the latest that was asked for."""
    what = f"{ring_id} of {run_name(run)} to {recipient!r}"
    ask = "ask with `ringfinder report approvals ask`, and let another user approve"
    if not mine:
        remedy = f"an approval is for one recipient; {ask}" if others else ask
        return InputError(f"no approval allows an unmasked report about {what}", remedy=remedy)
    latest = mine[0]
    match latest.state(now):
        case "valid":
            return ForbiddenError(
                f"the author of the report is who approved {latest.approval_id}",
                remedy="somebody else has to make the report, or to approve it",
            )
        case "expired":
            reason = f"{latest.approval_id} expired on {latest.expires_at:%Y-%m-%d %H:%M} UTC"
        case "withdrawn":
            reason = f"{latest.approval_id} was withdrawn"
        case _:
            reason = f"nobody has approved {latest.approval_id} yet"
            ask = f"let another user approve it: ringfinder report approvals approve {latest.approval_id}"
    return InputError(f"{reason}: no unmasked report about {what}", remedy=ask)
