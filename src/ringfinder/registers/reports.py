"""The register of reports: each with its number, what it is about, and the hash of its manifest."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, Engine, insert, select

from ringfinder.errors import InputError
from ringfinder.identity import Principal
from ringfinder.registers.access import READS, Kind, must, sees_restricted
from ringfinder.registers.numbering import Number
from ringfinder.store import Workspace
from ringfinder.store.manifest import as_utc
from ringfinder.store.schema import reports


@dataclass(frozen=True)
class Report:
    """One report that was issued.

    Parameters
    ----------
    run
        Number of the run.
    manifest_hash
        SHA-256 of the manifest of its bundle, in hexadecimal.
    fingerprint
        Of the key that signed it.
    corrects
        Number of the report that it corrects; empty for none.
    """

    number: str
    kind: Kind
    ring_id: str
    run: int
    recipient: str
    language: str
    masked: bool
    purpose: str
    author_id: str
    author_name: str
    at: datetime
    manifest_hash: str
    fingerprint: str
    restricted: bool
    corrects: str = ""
    approval_id: str = ""


class Reports:
    """The reports of a workspace."""

    def __init__(self, workspace: Workspace) -> None:
        self._engine: Engine = workspace.engine

    def enter_in(self, connection: Connection, number: Number, report: Report) -> None:
        """Add a report in the transaction in which its number was looked up."""
        connection.execute(
            insert(reports).values(
                report_number=str(number),
                series=number.series,
                year=number.year,
                place=number.place,
                kind=report.kind.value,
                ring_id=report.ring_id,
                run=report.run,
                recipient=report.recipient,
                language=report.language,
                masked=report.masked,
                purpose=report.purpose,
                author_id=report.author_id,
                author_name=report.author_name,
                at=report.at,
                manifest_hash=report.manifest_hash,
                fingerprint=report.fingerprint,
                restricted=report.restricted,
                corrects=report.corrects or None,
                approval_id=report.approval_id or None,
            )
        )

    def listed(self, by: Principal) -> list[Report]:
        """Every report that somebody may know of, the oldest first.

        Raises
        ------
        ForbiddenError
            If the role is missing.
        """
        must(by, READS, "see the register of reports")
        with self._engine.connect() as connection:
            return _read(connection, *(() if sees_restricted(by) else (reports.c.restricted.is_(False),)))

    def find(self, number: str, by: Principal) -> Report:
        """The report of a number.

        Raises
        ------
        InputError
            If there is none that `by` may know of.
        """
        with self._engine.connect() as connection:
            return self.find_in(connection, number, by)

    def find_in(self, connection: Connection, number: str, by: Principal) -> Report:
        """The report of a number, in an open transaction (see `find`)."""
        must(by, READS, "see the register of reports")
        found = _read(connection, reports.c.report_number == number.strip().upper())
        if not found or (found[0].restricted and not sees_restricted(by)):
            raise InputError(f"there is no report {number!r}", remedy="`ringfinder report list` lists all")
        return found[0]

    def has_in(self, connection: Connection, number: str, manifest_hash: str) -> bool:
        """Whether a bundle is that of a registered report."""
        query = select(reports.c.manifest_hash).where(reports.c.report_number == number)
        return connection.execute(query).scalar() == manifest_hash

    def last_fingerprint(self) -> str:
        """Fingerprint of the key that signed the latest report; empty where there is none yet."""
        query = select(reports.c.fingerprint).order_by(reports.c.at.desc(), reports.c.report_number.desc()).limit(1)
        with self._engine.connect() as connection:
            return connection.execute(query).scalar() or ""


def _read(connection: Connection, *conditions: ColumnElement[bool]) -> list[Report]:
    query = select(reports).where(*conditions).order_by(reports.c.at, reports.c.report_number)
    return [_report(row) for row in connection.execute(query)]


def _report(row: Any) -> Report:
    return Report(
        number=row.report_number,
        kind=Kind(row.kind),
        ring_id=row.ring_id,
        run=row.run,
        recipient=row.recipient,
        language=row.language,
        masked=row.masked,
        purpose=row.purpose,
        author_id=row.author_id,
        author_name=row.author_name,
        at=as_utc(row.at),
        manifest_hash=row.manifest_hash,
        fingerprint=row.fingerprint,
        restricted=row.restricted,
        corrects=row.corrects or "",
        approval_id=row.approval_id or "",
    )
