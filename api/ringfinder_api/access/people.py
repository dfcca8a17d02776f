"""The people of a workspace: keys of its own, tokens of the issuers it trusts, and its journal."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from ringfinder.identity import ApiKeys, Principal
from ringfinder.identity.oidc import Issuer, OidcVerifier
from ringfinder.store import Workspace
from ringfinder_api.config import Issuer as IssuerSetting
from ringfinder_api.protocols import JournalEntry

_KEY = "rf_"


class People:
    """Knows who comes with a key of the workspace or with a token of a trusted issuer."""

    def __init__(self, workspace: Workspace, issuers: Sequence[IssuerSetting]) -> None:
        self._keys = ApiKeys(workspace)
        trusted = [Issuer(one.issuer, one.audience, one.jwks_url) for one in issuers]
        self._tokens = OidcVerifier(workspace, trusted) if trusted else None

    def authenticate(self, text: str) -> Principal:
        """The user behind a key or token; without any issuer everything is taken for a key."""
        if self._tokens is None or text.startswith(_KEY):
            return self._keys.authenticate(text)
        return self._tokens.authenticate(text)


class Written:
    """The journal of the workspace, as the service reads and writes it."""

    def __init__(self, workspace: Workspace) -> None:
        self._journal = workspace.journal

    def append(
        self,
        principal: Principal,
        *,
        action: str,
        purpose: str,
        object: str,  # noqa: A002 - what the journal calls it
        details: Mapping[str, int | str],
    ) -> Any:
        """Add an entry, on the disk when this returns."""
        return self._journal.append(principal, action=action, purpose=purpose, object=object, details=details)

    def entries(self, before: int | None, limit: int) -> Sequence[JournalEntry]:
        """Entries below `before`, the newest first."""
        return self._journal.entries(before=before, last=limit)[::-1]

    def head(self) -> JournalEntry | None:
        """The newest entry."""
        found = self._journal.entries(last=1)
        return found[0] if found else None
