"""Who acts, and how that is journalled: for commands that change what a workspace holds."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ringfinder.identity import Principal, Role, acting
from ringfinder.pipeline.erase import Note
from ringfinder.store import Workspace

KEEPERS = frozenset({Role.OPERATOR, Role.COMPLIANCE})
"""Who looks after what is kept, held and erased."""


def keeper(workspace: Workspace, what: str) -> Principal:
    """Whoever acts, if that one may.

    Raises
    ------
    InputError
        If the key is not valid, or is for other roles.
    """
    by = acting(workspace)
    by.must(KEEPERS, what)
    return by


def noted(workspace: Workspace, by: Principal) -> Note:
    """Writes to the journal of a workspace: action, purpose, object, details."""

    def note(action: str, purpose: str, subject: str, details: Mapping[str, Any]) -> None:
        workspace.journal.append(by, action=action, purpose=purpose, object=subject, details=dict(details))

    return note
