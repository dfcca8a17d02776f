"""Whoever acts, and what that one may do."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from ringfinder.errors import InputError


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

STATISTICS_READERS = READERS | {Role.AUDITOR}
"""Who sees the statistics of a period, in which nobody is named."""

REVEALERS = frozenset({Role.INVESTIGATOR, Role.REVIEWER, Role.COMPLIANCE})
"""Who may see personal data unmasked, with a purpose, journalled."""


OPERATORS = frozenset({Role.OPERATOR, Role.ADMIN, Role.AUDITOR}) | REVEALERS
"""What the account that owns the workspace may do: it can read and write every file there anyhow."""


class UnauthenticatedError(InputError):
    """A key or token that is not valid; why, is not told to whoever sent it."""

    def __init__(self) -> None:
        super().__init__(
            "the key or token is not valid",
            remedy="ask an administrator for a new one: it may be mistyped, expired or revoked",
        )


class ForbiddenError(InputError):
    """A principal without the role that something is for."""


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

    def must(self, allowed: frozenset[Role], what: str) -> None:
        """Refuse what none of the roles allows.

        Raises
        ------
        ForbiddenError
            With the roles that would.
        """
        if not self.may(allowed):
            raise ForbiddenError(
                f"{self.name} may not {what}", remedy=f"it takes one of the roles {', '.join(sorted(allowed))}"
            )

    def sees(self, branch: str | None) -> bool:
        """Whether data of a branch may be shown; of no branch only to those who are bound to none."""
        return self.branches is None or branch in self.branches
