"""One ring as the service answers it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby
from typing import Any

from ringfinder.records.rings import Ring
from ringfinder.report.evidence import ring_as_json
from ringfinder.report.explanation import SECTIONS, explain_ring
from ringfinder.report.listing import Head
from ringfinder.report.masking import Masker
from ringfinder.report.page import ring_page
from ringfinder.report.timeline import timeline
from ringfinder.report.written import moment
from ringfinder_api.errors import NotFoundError
from ringfinder_api.lists.cursors import Reading, numbered_page
from ringfinder_api.lists.sheets import Sheet
from ringfinder_api.schemas.base import MOST, PageQuery
from ringfinder_api.schemas.ring import (
    Member,
    MemberPage,
    Period,
    RingAnswer,
    Section,
    SentenceAnswer,
    Shared,
    SomeShared,
    Term,
    Terms,
    TimelineAnswer,
)
from ringfinder_api.services.money import exposure
from ringfinder_api.services.scoped import Own, restricted
from ringfinder_api.services.views import Branches, Scope, Views

_MOST_SHARED, _ROWS = 500, 20
MEMBER_COLUMNS = (
    "ring_id",
    "request_id",
    "applicant_id",
    "role",
    "weight",
    "applied_at",
    "policy_no",
    "branch_code",
    "agent_no",
)


@dataclass(frozen=True)
class Dossier:
    """One ring of a run as a caller sees it.

    Parameters
    ----------
    head
        Of the whole ring.
    ring
        What the caller sees of it.
    rows
        Rows behind each term of the whole, in falling order of weight.
    """

    scope: Scope
    head: Head
    ring: Ring
    rows: Sequence[int]

    @property
    def ring_id(self) -> str:
        """Its id."""
        return self.ring.ring_id

    @property
    def elsewhere(self) -> int:
        """Members that the caller does not see."""
        return int(self.head["requests"]) - len(self.ring.members)

    @property
    def subject(self) -> str:
        """What the journal calls it."""
        return f"{self.ring_id} of {self.scope.run.run_id}"

    def seen(self, what: str) -> dict[str, int | str]:
        """What the journal says of somebody who sees it unmasked."""
        return {
            "what": what,
            "rings": 1,
            "requests": len(self.ring.members),
            "values": sum(bool(one.requests) for one in self.ring.shared),
            "settings": self.scope.run.settings_hash,
        }


def open_dossier(views: Views, branches: Branches, run: str, ring_id: str, cursor: str | None = None) -> Dossier:
    """A ring of a run, or of the run in which a list of its members goes on.

    Raises
    ------
    NotFoundError
        If there is no such ring, or the caller sees no member of it.
    BadCursorError
        If the cursor is not of its members.
    """
    place = members_of(ring_id).place(cursor)
    view = views.find(str(place.run) if place else run)
    scope = view.scope(branches)
    head = scope.by_id.get(ring_id.strip().upper())
    if head is None:
        raise NotFoundError("there is no such ring in this run")
    ring = view.ring(head["ring_id"])
    rows = [len(term.rows) for term in sorted(ring.evidence, key=lambda term: -term.weight)]
    if scope.whole:
        return Dossier(scope, head, ring, rows)
    own = Own.of(ring, scope.members_of(ring.ring_id), scope.by_id.keys(), _before(views, scope, branches))
    return Dossier(scope, head, restricted(ring, own), rows)


def _before(views: Views, scope: Scope, branches: Branches) -> frozenset[str]:
    """Rings of the run before that the caller sees."""
    before = scope.run.compared_with
    if before is None:
        return frozenset()
    try:
        return frozenset(views.find(str(before)).scope(branches).by_id)
    except NotFoundError:
        return frozenset()


def ring_answer(dossier: Dossier, masker: Masker) -> RingAnswer:
    """Everything about a ring; of its members the first page, of its rows the first few."""
    said = ring_as_json(dossier.ring, masker)
    said.pop("version")
    shared = said["shared"]
    said |= {
        "run_id": dossier.scope.run.run_id,
        "elsewhere": dossier.elsewhere,
        "money": exposure(dossier.head),
        "explanation": _explanation(dossier.ring, masker),
        "evidence": _terms(dossier, said["evidence"], _ROWS),
        "members": member_page(dossier, PageQuery(limit=MOST)),
        "shared": SomeShared(total=len(shared), items=[Shared(**one) for one in shared[:_MOST_SHARED]]),
    }
    said |= {name: dossier.head[name] for name in ("requests", "summary_zh", "summary_en")}
    return RingAnswer(**said)


def _explanation(ring: Ring, masker: Masker) -> list[Section]:
    return [
        Section(
            name=name,
            heading_zh=SECTIONS[name][0],
            heading_en=SECTIONS[name][1],
            sentences=[
                SentenceAnswer(
                    zh=one.zh, en=one.en, weight=one.weight, note_zh=one.note_zh, note_en=one.note_en, rows=one.rows
                )
                for one in sentences
            ],
        )
        for name, sentences in groupby(explain_ring(ring, masker), key=lambda one: one.section)
    ]


def terms_answer(dossier: Dossier, masker: Masker, rows: int) -> Terms:
    """The terms of the score with so many rows each."""
    said = ring_as_json(dossier.ring, masker)
    return Terms(
        run_id=dossier.scope.run.run_id,
        ring_id=dossier.ring_id,
        masked=not masker.reveal,
        items=_terms(dossier, said["evidence"], rows),
    )


def _terms(dossier: Dossier, said: Sequence[Mapping[str, Any]], rows: int) -> list[Term]:
    return [
        Term(**{**one, "rows": one["rows"][:rows], "rows_total": total})
        for one, total in zip(said, dossier.rows, strict=True)
    ]


def member_page(dossier: Dossier, query: PageQuery) -> MemberPage:
    """Members of a ring, page by page.

    Raises
    ------
    BadCursorError
        If the cursor is of another list.
    """
    run = dossier.scope.run
    members = dossier.scope.members_of(dossier.ring_id)
    shown, following = numbered_page(members, members_of(dossier.ring_id), run.number, query)
    return MemberPage(
        run_id=run.run_id,
        ring_id=dossier.ring_id,
        total=len(members),
        of=dossier.head["requests"],
        items=[Member(**{name: one[name] for name in Member.model_fields}) for one in shown],
        next=following,
    )


def members_of(ring_id: str) -> Reading:
    """The list of the members of a ring."""
    return Reading("members", (ring_id.strip().upper(),))


def member_sheet(dossier: Dossier) -> Sheet:
    """All members that the caller sees."""
    run = dossier.scope.run
    members = dossier.scope.members_of(dossier.ring_id)
    rows = [[one[name] if name != "applied_at" else _moment(one[name]) for name in MEMBER_COLUMNS] for one in members]
    return Sheet(
        name=f"members-{dossier.ring_id}",
        columns=MEMBER_COLUMNS,
        rows=rows,
        total=len(rows),
        of=dossier.head["requests"],
        what=("件成员申请", "member requests"),
        made_at=run.finished_at,
        about={"run": run.run_id, "ring": dossier.ring_id},
    )


def _moment(when: datetime | None) -> str:
    return moment(when) if when else ""


def timeline_answer(dossier: Dossier) -> TimelineAnswer:
    """When the requests came that the caller sees."""
    counted = timeline(dossier.ring)
    return TimelineAnswer(
        run_id=dossier.scope.run.run_id,
        ring_id=dossier.ring_id,
        total=sum(count for _, count in counted),
        of=dossier.head["requests"],
        items=[Period(period=period, requests=count) for period, count in counted],
    )


def page_of(dossier: Dossier, masker: Masker) -> str:
    """The ring as a page of its own."""
    run = dossier.scope.run
    note = f"{run.run_id} · {run.settings_hash}"
    if dossier.elsewhere:
        seen, total = len(dossier.ring.members), dossier.head["requests"]
        note += f" · 本机构 {seen} / {total} 件申请 · {seen} of {total} requests are of your branches"
    return ring_page(dossier.ring, masker, note=note)
