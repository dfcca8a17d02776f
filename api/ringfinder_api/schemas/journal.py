"""The journal, for auditors."""

from __future__ import annotations

from ringfinder_api.schemas.base import Answer


class EntryAnswer(Answer):
    """Who did what, to what, and why."""

    sequence: int
    at: str
    actor: str
    role: str
    action: str
    purpose: str
    object: str
    details: dict[str, int | str]
    mac: str


class JournalPage(Answer):
    """Entries, the newest first."""

    items: list[EntryAnswer]
    next: str | None


class HeadAnswer(Answer):
    """The newest entry: kept elsewhere, it shows later whether entries were cut off."""

    sequence: int
    at: str | None
    mac: str
