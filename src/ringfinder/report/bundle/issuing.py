"""Issuing a report: checked, numbered, written, signed, registered and journalled, in an order that loses nothing.

1. roles, ring, recipient, purpose and approval are checked; 2. the likely number is looked up and the content made
with it; 3. the bundle is written aside, whole and on the disk; 4. one transaction looks the number up once more,
checks the approval once more, adds the report and its journal entry; 5. the bundle is renamed into its place. Before
4 is done nothing has happened; after it the bundle is whole and only its name is missing, which the next command gives
it. Content is made outside the transaction: it takes seconds, in which nobody else could write to the journal. Should
somebody take the number meanwhile, the content is made anew with the next.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path

from sqlalchemy import Connection
from sqlalchemy.exc import SQLAlchemyError

from ringfinder import __version__
from ringfinder.errors import InputError, SurroundingsError
from ringfinder.identity import Principal
from ringfinder.registers import Approval, Approvals, Kind, Report, Reports, is_restricted
from ringfinder.registers.access import COMPLIANCE, WRITES, journalled, must
from ringfinder.registers.numbering import Number, likely_number, next_number
from ringfinder.registers.rings import check_ring
from ringfinder.registers.wording import LONGEST_RECIPIENT, as_written, in_one_spelling
from ringfinder.report.bundle.manifest import (
    SCHEMA,
    ApprovalFacts,
    FileSum,
    JournalHead,
    Manifest,
    RunFacts,
    as_bytes,
)
from ringfinder.report.bundle.names import MANIFEST, SIGNATURE
from ringfinder.report.bundle.settling import Making, Settled, folder_of, give_up, note, settle, settle_all
from ringfinder.report.bundle.signing import SigningKey, site_key
from ringfinder.report.bundle.writing import aside_of, check_files, check_place, is_zip, write_aside
from ringfinder.store import DEFAULT_WAIT, Run, Workspace
from ringfinder.store.database import cause
from ringfinder.store.lock import locked

LANGUAGES = ("zh", "en", "both")
_TRIES = 20


@dataclass(frozen=True)
class Asked:
    """What report is wanted.

    Parameters
    ----------
    run
        The run that has the ring; of a correction, the newer run.
    language
        ``zh``, ``en`` or ``both``.
    purpose
        Why; an unmasked report must say it.
    configuration
        Versions of what shapes the content, by name.
    corrects
        Of a correction: the number of the report that it corrects.
    """

    kind: Kind
    ring_id: str
    run: Run
    recipient: str
    language: str
    masked: bool = True
    purpose: str = ""
    configuration: Mapping[str, str] = field(default_factory=dict)
    corrects: str = ""


@dataclass(frozen=True)
class Cover:
    """What the content may print of the report as such.

    Parameters
    ----------
    approvals
        On which an unmasked report rests; to be printed on its cover.
    """

    number: str
    asked: Asked
    author: str
    approvals: tuple[Approval, ...]


Files = Callable[[Cover], Mapping[str, bytes]]
"""Makes the content: bytes by file name. Called again where the number was taken meanwhile."""


@dataclass(frozen=True)
class Issued:
    """A report that was issued, and where its bundle is; `settled` are others that were finished on the way."""

    report: Report
    path: Path
    settled: tuple[Settled, ...] = ()


class _TakenError(Exception):
    """Somebody else has the number."""


def issue_report(
    workspace: Workspace, asked: Asked, files: Files, out: Path, by: Principal, *, wait: float = DEFAULT_WAIT
) -> Issued:
    """Make a report, whole or not at all.

    Parameters
    ----------
    files
        Makes the content.
    out
        Where its bundle is to be: a folder, or a ZIP if the name ends so. Nothing may be there.
    by
        The author.
    wait
        Seconds to wait for another report of this workspace.

    Raises
    ------
    InputError
        If the author may not, nothing allows an unmasked report, the run has no such ring, or `out` cannot be.
    SurroundingsError
        If the signing key is missing, or the disk or the database is in the way; no number is lost then.
    """
    wanted, restricted = _checked(workspace, asked, by)
    place = check_place(out)
    try:
        with locked(folder_of(workspace), "report", wait):
            settled = tuple(settle_all(workspace, by))
            key = site_key(workspace.path, Reports(workspace).last_fingerprint())
            work = _Issuing(workspace, wanted, by, key, restricted=restricted)
            for _ in range(_TRIES):
                try:
                    report = work.attempt(files, place)
                except _TakenError:
                    continue
                return Issued(report, place, settled)
    except SQLAlchemyError as error:
        raise SurroundingsError(
            f"the decisions database cannot be used: {cause(error)}",
            remedy="check that it runs and that there is space, then repeat; no number is lost",
        ) from None
    except OSError as error:
        raise SurroundingsError(
            f"the bundle cannot be written: {error.strerror}: {error.filename or place}",
            remedy="free space or mend the rights there, then repeat; nothing was issued and no number is lost",
        ) from None
    raise SurroundingsError("others number reports all the time", remedy="repeat; no number is lost")


def _checked(workspace: Workspace, asked: Asked, by: Principal) -> tuple[Asked, bool]:
    """What is wanted, in one spelling, and whether it is restricted; the role is looked at first."""
    corrected = Reports(workspace).find(asked.corrects, by) if asked.corrects else None
    restricted = corrected.restricted if corrected else is_restricted(asked.kind)
    must(by, WRITES if asked.masked else COMPLIANCE, "make this report", restricted=restricted)
    if (asked.kind is Kind.CORRECTION) != (corrected is not None):
        raise InputError(
            "a correction names the report that it corrects, and no other report does",
            remedy="give the kind correction and the number of the report, or neither",
        )
    if asked.language not in LANGUAGES:
        raise InputError(f"the language is {asked.language!r}", remedy=f"one of {', '.join(LANGUAGES)}")
    if not asked.masked and not asked.purpose.strip():
        raise InputError("an unmasked report shows personal data", remedy="say why with --purpose TEXT")
    wanted = replace(
        asked,
        ring_id=_ring(workspace, asked, corrected),
        recipient=in_one_spelling(asked.recipient, "recipient", LONGEST_RECIPIENT),
        purpose=as_written(asked.purpose, "purpose") if asked.purpose.strip() else "",
        corrects=corrected.number if corrected else "",
    )
    return wanted, restricted


def _ring(workspace: Workspace, asked: Asked, corrected: Report | None) -> str:
    """The ring's id; a correction is about the ring of its report, which may have faded since."""
    if corrected is None:
        return check_ring(workspace, asked.run, asked.ring_id)
    if asked.ring_id.strip().upper() != corrected.ring_id:
        raise InputError(f"{corrected.number} is about {corrected.ring_id}", remedy="correct it about that ring")
    if asked.run.number <= corrected.run:
        raise InputError(
            f"{corrected.number} is of that run or of a newer one", remedy="correct it by what a newer run found"
        )
    return corrected.ring_id


class _Issuing:
    """One report on its way."""

    def __init__(self, workspace: Workspace, asked: Asked, by: Principal, key: SigningKey, *, restricted: bool) -> None:
        self._workspace = workspace
        self._asked = asked
        self._by = by
        self._key = key
        self._restricted = restricted

    def attempt(self, files: Files, place: Path) -> Report:
        """Make the report with the number that is likely its own.

        Raises
        ------
        _TakenError
            If somebody else has taken that number; nothing is left of the attempt then.
        """
        workspace, asked = self._workspace, self._asked
        at = datetime.now(UTC).replace(microsecond=0)
        number = likely_number(workspace.engine, at, restricted=self._restricted)
        with workspace.engine.connect() as connection:
            approvals = self._approvals(connection)
        content = files(Cover(str(number), asked, self._by.name, approvals))
        check_files(content)
        manifest = as_bytes(self._manifest(number, at, approvals, content))
        report = self._report(number, at, approvals, manifest)
        whole = {**content, MANIFEST: manifest, SIGNATURE: self._key.sign(manifest)}
        aside = aside_of(place)
        noted = note(workspace, Making(str(number), report.manifest_hash, str(aside), str(place)))
        try:
            write_aside(whole, aside, one_file=is_zip(place))
        except BaseException:
            give_up(noted, aside)
            raise
        try:
            self._register(number, report, approvals, len(whole))
        except BaseException:
            # An error may come after the server has committed: what became of the report the database says. Where
            # it does not answer either, the note stays for the next command.
            with suppress(SurroundingsError, SQLAlchemyError, OSError):
                settle(workspace, noted)
            raise
        settle(workspace, noted)
        return report

    def _approvals(self, connection: Connection) -> tuple[Approval, ...]:
        asked = self._asked
        if asked.masked:
            return ()
        required = Approvals(self._workspace).required_in
        found = required(
            connection,
            asked.ring_id,
            asked.run.number,
            asked.recipient,
            restricted=self._restricted,
            author=self._by,
        )
        return (found,)

    def _register(self, number: Number, report: Report, approvals: tuple[Approval, ...], files: int) -> None:
        """Add the report and its journal entry, if the number and the approval still hold."""
        journal = self._workspace.journal
        with journal.writing() as connection:
            if next_number(connection, report.at, restricted=report.restricted) != number:
                raise _TakenError
            if [one.approval_id for one in self._approvals(connection)] != [one.approval_id for one in approvals]:
                raise _TakenError
            Reports(self._workspace).enter_in(connection, number, report)
            said = {
                "object": report.number,
                "purpose": report.purpose,
                "kind": report.kind.value,
                "ring": report.ring_id,
                "run": self._asked.run.run_id,
                "masked": report.masked,
                "approval": report.approval_id or None,
                "corrects": report.corrects or None,
                "manifest": report.manifest_hash,
                "files": files,
            }
            journalled(journal, connection, self._by, "report", said, restricted=report.restricted)

    def _report(self, number: Number, at: datetime, approvals: tuple[Approval, ...], manifest: bytes) -> Report:
        asked = self._asked
        return Report(
            number=str(number),
            kind=asked.kind,
            ring_id=asked.ring_id,
            run=asked.run.number,
            recipient=asked.recipient,
            language=asked.language,
            masked=asked.masked,
            purpose=asked.purpose,
            author_id=self._by.user_id,
            author_name=self._by.name,
            at=at,
            manifest_hash=hashlib.sha256(manifest).hexdigest(),
            fingerprint=self._key.fingerprint,
            restricted=self._restricted,
            corrects=asked.corrects,
            approval_id=approvals[0].approval_id if approvals else "",
        )

    def _manifest(
        self, number: Number, at: datetime, approvals: tuple[Approval, ...], content: Mapping[str, bytes]
    ) -> Manifest:
        asked, head = self._asked, self._workspace.journal.head()
        return Manifest(
            schema=SCHEMA,
            number=str(number),
            kind=asked.kind.value,
            ring=asked.ring_id,
            run=_run_facts(asked.run),
            language=asked.language,
            masked=asked.masked,
            recipient=asked.recipient,
            purpose=asked.purpose,
            author=self._by.name,
            issued_at=_moment(at),
            code_version=__version__,
            configuration=dict(asked.configuration),
            corrects=asked.corrects or None,
            approvals=tuple(map(_approval_facts, approvals)),
            journal=JournalHead(head.journal, head.sequence, head.mac, head.at) if head else None,
            files=tuple(
                FileSum(name, len(one), hashlib.sha256(one).hexdigest()) for name, one in sorted(content.items())
            ),
        )


def _run_facts(run: Run) -> RunFacts:
    return RunFacts(
        run=run.run_id,
        settings_hash=run.settings_hash,
        code_version=run.code_version,
        as_of=run.as_of.isoformat(timespec="seconds") if run.as_of else None,
        known_at=_moment(run.known_at) if run.known_at else None,
    )


def _approval_facts(one: Approval) -> ApprovalFacts:
    if one.approved_at is None or one.expires_at is None:
        raise ValueError(f"{one.approval_id} is not approved")
    return ApprovalFacts(
        approval=one.approval_id,
        recipient=one.recipient,
        purpose=one.purpose,
        asked_by=one.asked_name,
        asked_at=_moment(one.asked_at),
        approved_by=one.approved_name,
        approved_at=_moment(one.approved_at),
        expires_at=_moment(one.expires_at),
    )


def _moment(at: datetime) -> str:
    return at.astimezone(UTC).isoformat(timespec="seconds")
