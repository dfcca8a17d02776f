"""Who may see and do what with reports.

A suspicious transaction report is known to the AML role alone: others do not meet it in lists and counts, and its
numbers are a series of their own, so that theirs shows no gap.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from enum import StrEnum
from typing import Any

from sqlalchemy import Connection

from ringfinder.identity import READERS, REVEALERS, ForbiddenError, Principal, Role
from ringfinder.store.journal import Journal


class Kind(StrEnum):
    """What a report is."""

    LEAD = "lead"
    POLICE = "police"
    GOAML = "goaml"
    STIX = "stix"
    CORRECTION = "correction"


RESTRICTED_KINDS = frozenset({Kind.GOAML})
AML = frozenset({Role.AML})
READS = READERS | {Role.AUDITOR}
WRITES = REVEALERS
"""Who may make a masked report; an unmasked one takes `COMPLIANCE` and an approval."""
COMPLIANCE = frozenset({Role.COMPLIANCE})
APPROVES = frozenset({Role.COMPLIANCE, Role.REVIEWER})


def is_restricted(kind: Kind) -> bool:
    """Whether the AML role alone may know of such a report; a correction is what the report is that it corrects."""
    return kind in RESTRICTED_KINDS


def must(by: Principal, allowed: frozenset[Role], what: str, *, restricted: bool = False) -> None:
    """Refuse whoever has not the role, or is bound to branches: a report is about a whole ring.

    Raises
    ------
    ForbiddenError
        Which of the two.
    """
    by.must(AML if restricted else allowed, what)
    if by.branches is not None:
        raise ForbiddenError(
            f"{by.name} is bound to branches and may not {what}",
            remedy="a report is about a whole ring: somebody who is bound to no branch has to do it",
        )


def sees_restricted(by: Principal) -> bool:
    """Whether somebody may know of restricted reports."""
    return by.may(AML)


def journalled(
    journal: Journal, connection: Connection, by: Principal, action: str, said: Mapping[str, Any], *, restricted: bool
) -> None:
    """Add an entry in the transaction of what it is about.

    Of a restricted matter the entry says that the AML role did something, and has a hash of what: who reads the
    journal may not learn of a suspicious transaction report, and who knows it can show that the entry is its own.

    Parameters
    ----------
    said
        ``object``, ``purpose`` and, as counts and keys, the rest.
    """
    state = hashlib.sha256(json.dumps(dict(said), sort_keys=True, ensure_ascii=False, default=str).encode()).hexdigest()
    if restricted:
        journal.append_in(connection, by, action="restricted", after_hash=state)
        return
    details = {name: part for name, part in said.items() if name not in {"object", "purpose"} and part is not None}
    journal.append_in(
        connection,
        by,
        action=action,
        object=str(said["object"]),
        purpose=str(said.get("purpose", "")),
        details=details,
        after_hash=state,
    )
