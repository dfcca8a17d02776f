"""The journal as the service answers it."""

from __future__ import annotations

from ringfinder.identity import Principal
from ringfinder_api.errors import BadCursorError, MayNotError, NotFoundError
from ringfinder_api.lists.cursors import Reading
from ringfinder_api.protocols import Journal
from ringfinder_api.schemas.base import PageQuery
from ringfinder_api.schemas.journal import EntryAnswer, HeadAnswer, JournalPage

_READING = Reading("journal")


def list_entries(journal: Journal, principal: Principal, query: PageQuery) -> JournalPage:
    """One page of the entries, the newest first.

    Raises
    ------
    MayNotError
        If the caller is bound to branches: entries are of all.
    BadCursorError
        If the cursor is of another list.
    """
    _unbound(principal)
    found = journal.entries(before=_before(query), last=query.limit + 1)[::-1]
    shown = found[: query.limit]
    more = len(found) > query.limit
    return JournalPage(
        items=[EntryAnswer(**{name: getattr(one, name) for name in EntryAnswer.model_fields}) for one in shown],
        next=_READING.cursor(0, (shown[-1].sequence,)) if more else None,
    )


def head_answer(journal: Journal, principal: Principal) -> HeadAnswer:
    """The newest entry as an anchor.

    Raises
    ------
    NotFoundError
        If there is none yet.
    """
    _unbound(principal)
    head = journal.head()
    if head is None:
        raise NotFoundError("the journal has no entry yet")
    return HeadAnswer(**{name: getattr(head, name) for name in HeadAnswer.model_fields})


def _unbound(principal: Principal) -> None:
    if principal.branches is not None:
        raise MayNotError("the journal is for auditors who are bound to no branch")


def _before(query: PageQuery) -> int | None:
    """The sequence behind which the page begins."""
    match _READING.place(query.cursor):
        case None:
            return None
        case place if len(place.after) == 1 and isinstance(place.after[0], int):
            return place.after[0]
        case _:
            raise BadCursorError
