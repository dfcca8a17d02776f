"""Who acts, and how that is journalled: for commands that change what a workspace holds."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ringfinder import journal
from ringfinder.pipeline.erase import Note
from ringfinder.pipeline.stored import JOURNAL
from ringfinder.store import Workspace


def acting() -> str:
    """Name of whoever acts."""
    return journal.actor()


def noted(workspace: Workspace) -> Note:
    """Writes to the journal of a workspace: action, purpose, object, details."""

    def note(action: str, purpose: str, subject: str, details: Mapping[str, Any]) -> None:
        journal.append(workspace.path / JOURNAL, action=action, purpose=purpose, subject=subject, details=dict(details))

    return note
