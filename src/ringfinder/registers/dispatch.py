"""The register of dispatches: to whom a report went, when and by what way; its receipt and its reply.

A row is never edited: what was recorded wrongly is put right by a further row that names the one it replaces.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import Connection, insert, select

from ringfinder.errors import InputError
from ringfinder.identity import ForbiddenError, Principal
from ringfinder.registers.access import COMPLIANCE, journalled, must
from ringfinder.registers.reports import Report, Reports
from ringfinder.registers.wording import LONGEST_RECIPIENT, LONGEST_WAY, as_written, in_one_spelling
from ringfinder.store import Workspace
from ringfinder.store.manifest import as_utc
from ringfinder.store.schema import report_dispatches


class Step(StrEnum):
    """What is recorded of a dispatch."""

    SENT = "sent"
    RECEIPT = "receipt"
    REPLY = "reply"


@dataclass(frozen=True)
class Row:
    """One row of the register, as it was recorded.

    Parameters
    ----------
    dispatch
        Of a receipt or reply: the first row of its dispatch.
    replaces
        The row that this one puts right.
    """

    sequence: int
    report: str
    step: Step
    dispatch: int | None
    replaces: int | None
    recipient: str
    way: str
    at: datetime
    note: str
    user_name: str
    recorded_at: datetime


@dataclass(frozen=True)
class Dispatch:
    """One dispatch as it stands: the newest rows of its sending, receipt and reply; `history` has all of them.

    Parameters
    ----------
    number
        From 1 for each report: a number over all reports would show others that there are restricted ones.
    first
        Its first row.
    """

    number: int
    first: int
    sent: Row
    receipt: Row | None
    reply: Row | None
    history: tuple[Row, ...]


class Dispatches:
    """The register of dispatches of a workspace; every row is journalled in its own transaction."""

    def __init__(self, workspace: Workspace) -> None:
        self._engine = workspace.engine
        self._journal = workspace.journal
        self._reports = Reports(workspace)

    def sent(
        self,
        number: str,
        *,
        way: str,
        by: Principal,
        to: str = "",
        at: datetime | None = None,
        note: str = "",
        replaces: int | None = None,
    ) -> Dispatch:
        """Record that a report was sent.

        Parameters
        ----------
        to
            To whom; empty for the recipient that the report names. An unmasked report goes to that one alone.
        at
            When; None for now.
        replaces
            The dispatch that this row puts right.

        Raises
        ------
        InputError
            If the role is missing, there is no such report or dispatch, the report may not go there, the time is
            before the report or to come, or a text cannot be one.
        """
        with self._journal.writing() as connection:
            report = self._open(connection, number, by)
            recipient = in_one_spelling(to or report.recipient, "recipient", LONGEST_RECIPIENT)
            if not report.masked and recipient != report.recipient:
                raise ForbiddenError(
                    f"{report.number} is unmasked and may go to {report.recipient!r} alone",
                    remedy="make a masked report, or ask for an approval for the other recipient",
                )
            moment = _moment(at, report.at, f"{report.number} was made")
            wrong = self._one(connection, report, replaces).first if replaces is not None else None
            said = {"recipient": recipient, "way": in_one_spelling(way, "way", LONGEST_WAY), "at": moment}
            return self._add(connection, report, by, Step.SENT, {**said, "note": note, "replaces": wrong})

    def receipt(
        self, number: str, *, by: Principal, dispatch: int | None = None, at: datetime | None = None, note: str = ""
    ) -> Dispatch:
        """Record that a report arrived; recorded again, the newer row holds (see `sent`)."""
        return self._answered(Step.RECEIPT, number, by, dispatch, at, note)

    def reply(
        self, number: str, *, by: Principal, note: str, dispatch: int | None = None, at: datetime | None = None
    ) -> Dispatch:
        """Record what the recipient replied; recorded again, the newer row holds (see `sent`)."""
        return self._answered(Step.REPLY, number, by, dispatch, at, as_written(note, "reply"))

    def of(self, number: str, by: Principal) -> list[Dispatch]:
        """The dispatches of a report that somebody may know of, the oldest first."""
        with self._engine.connect() as connection:
            report = self._reports.find_in(connection, number, by)
            return _dispatches(_rows(connection, [report.number]))

    def all(self, reports: Sequence[Report]) -> dict[str, list[Dispatch]]:
        """The dispatches of reports, by number; of a report that was not sent, none."""
        found: dict[str, list[Row]] = {one.number: [] for one in reports}
        with self._engine.connect() as connection:
            for row in _rows(connection, None):
                if row.report in found:
                    found[row.report].append(row)
        return {name: _dispatches(rows) for name, rows in found.items()}

    def _answered(
        self, step: Step, number: str, by: Principal, dispatch: int | None, at: datetime | None, note: str
    ) -> Dispatch:
        with self._journal.writing() as connection:
            report = self._open(connection, number, by)
            about = self._one(connection, report, dispatch)
            before = about.receipt if step is Step.RECEIPT else about.reply
            said = {
                "dispatch": about.first,
                "replaces": before.sequence if before else None,
                "at": _moment(at, about.sent.at, "it was sent"),
                "note": note,
            }
            return self._add(connection, report, by, step, said)

    def _open(self, connection: Connection, number: str, by: Principal) -> Report:
        report = self._reports.find_in(connection, number, by)
        must(by, COMPLIANCE, "keep the register of dispatches", restricted=report.restricted)
        return report

    def _one(self, connection: Connection, report: Report, number: int | None) -> Dispatch:
        """A dispatch by its number; without one, the only one."""
        found = _dispatches(_rows(connection, [report.number]))
        chosen = [one for one in found if number in (None, one.number)]
        if len(chosen) == 1:
            return chosen[0]
        known = ", ".join(str(one.number) for one in found)
        if not found:
            raise InputError(
                f"{report.number} was not sent yet", remedy=f"record that first: ringfinder report sent {report.number}"
            )
        if number is None:
            raise InputError(f"{report.number} was sent {len(found)} times", remedy=f"say --dispatch, one of {known}")
        raise InputError(f"{report.number} has no dispatch {number}", remedy=f"it has {known}")

    def _add(
        self, connection: Connection, report: Report, by: Principal, step: Step, said: Mapping[str, Any]
    ) -> Dispatch:
        """Add a row and its journal entry; return the dispatch as it stands then."""
        usual = {"dispatch": None, "replaces": None, "recipient": "", "way": "", "note": ""}
        row = {**usual, **said, "report_number": report.number, "step": step.value}
        if row["note"]:
            row["note"] = as_written(row["note"], "note")
        row |= {"user_id": by.user_id, "user_name": by.name, "recorded_at": datetime.now(UTC)}
        connection.execute(insert(report_dispatches).values(row))
        standing = _dispatches(_rows(connection, [report.number]))
        changed = max(standing, key=lambda one: one.history[-1].sequence)  # the one whose row is the newest
        entry = {"object": report.number, "dispatch": changed.number, "again": row["replaces"] is not None}
        journalled(self._journal, connection, by, f"report {step.value}", entry, restricted=report.restricted)
        return changed


def _moment(at: datetime | None, after: datetime, what: str) -> datetime:
    """A moment in UTC that is not to come and not before a day; people record days, so the hour is not held to."""
    now = datetime.now(UTC)
    moment = now if at is None else at.astimezone(UTC)
    zone = now.astimezone().tzinfo
    if moment > now:
        raise InputError(f"{moment:%Y-%m-%d %H:%M} UTC is still to come", remedy="record it when it has happened")
    if moment.astimezone(zone).date() < after.astimezone(zone).date():
        raise InputError(f"{moment:%Y-%m-%d} is before {what}: {after:%Y-%m-%d}", remedy="give the day it happened")
    return moment


def _rows(connection: Connection, reports: Sequence[str] | None) -> list[Row]:
    query = select(report_dispatches).order_by(report_dispatches.c.sequence)
    if reports is not None:
        query = query.where(report_dispatches.c.report_number.in_(reports))
    return [
        Row(
            sequence=row.sequence,
            report=row.report_number,
            step=Step(row.step),
            dispatch=row.dispatch,
            replaces=row.replaces,
            recipient=row.recipient,
            way=row.way,
            at=as_utc(row.at),
            note=row.note,
            user_name=row.user_name,
            recorded_at=as_utc(row.recorded_at),
        )
        for row in connection.execute(query)
    ]


def _dispatches(rows: Sequence[Row]) -> list[Dispatch]:
    """Rows of one report, the oldest first, as dispatches: a later row of the same step holds."""
    held: dict[int, list[Row]] = {}
    for row in rows:
        of = row.dispatch if row.step is not Step.SENT else row.replaces
        held.setdefault(row.sequence if of is None else of, []).append(row)
    found = []
    for number, (first, mine) in enumerate(held.items(), 1):
        last = {row.step: row for row in mine}
        receipt, reply = last.get(Step.RECEIPT), last.get(Step.REPLY)
        found.append(Dispatch(number, first, last[Step.SENT], receipt, reply, tuple(mine)))
    return found
