"""Whoever acts, and what that one may do."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Role(StrEnum):
    """What somebody is there for; each route and command names the roles that it is for."""

    INVESTIGATOR = "investigator"
    REVIEWER = "reviewer"
    COMPLIANCE = "compliance"
    AML = "aml"
    COMPLAINTS = "complaints"
    AUDITOR = "auditor"
    TIP_CUSTODIAN = "tip_custodian"
    DESK = "desk"
    OPERATOR = "operator"
    ADMIN = "admin"


READERS = frozenset({Role.INVESTIGATOR, Role.REVIEWER, Role.COMPLIANCE, Role.AML})
"""Who sees rings and what is behind them, masked."""

REVEALERS = frozenset({Role.INVESTIGATOR, Role.REVIEWER, Role.COMPLIANCE})
"""Who may see personal data unmasked, with a purpose, journalled."""


@dataclass(frozen=True)
class Principal:
    """Whoever acts.

    Parameters
    ----------
    user_id
        Of the user; "another user" is told by this alone, never by the key.
    name
        What the journal shows: a user's name, or ``operator:ACCOUNT`` for the account of the operating system.
    roles
        What this key may do: a part of the user's roles, or all of them.
    branches
        Branches that the user is bound to; None where to none.
    key_id
        The key or subject that was used; empty for the account of the operating system.
    """

    user_id: str
    name: str
    roles: frozenset[Role]
    branches: frozenset[str] | None = None
    key_id: str = ""

    def may(self, allowed: frozenset[Role]) -> bool:
        """Whether one of the roles is among those allowed."""
        return bool(self.roles & allowed)

    def sees(self, branch: str | None) -> bool:
        """Whether data of a branch may be shown; of no branch only to those who are bound to none."""
        return self.branches is None or branch in self.branches
