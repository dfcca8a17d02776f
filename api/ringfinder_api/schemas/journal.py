"""The journal, for auditors."""

from __future__ import annotations

from pydantic import Field

from ringfinder_api.schemas.base import Answer, Cell


class EntryAnswer(Answer):
    """Who did what, to what, and why."""

    sequence: int
    at: str
    actor: str
    user_id: str
    key_id: str
    role: str
    action: str = Field(examples=["reveal"])
    purpose: str
    object: str
    details: dict[str, Cell]
    before_hash: str
    after_hash: str
    previous: str = Field(description="MAC of the entry before.")
    mac: str


class JournalPage(Answer):
    """Entries, the newest first."""

    items: list[EntryAnswer]
    next: str | None


class HeadAnswer(Answer):
    """The newest entry as an anchor: kept elsewhere, it shows later whether entries were cut off."""

    journal: str
    sequence: int
    mac: str
    at: str
    seal: str
