"""OIDC: tokens of issuers on a list, and whom their subjects stand for."""

from __future__ import annotations

import hmac
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from ringfinder.errors import InputError
from ringfinder.identity.jwks import KeySet
from ringfinder.identity.principal import Principal, UnauthenticatedError
from ringfinder.identity.users import select_users, user_of
from ringfinder.keychain import PEPPER, read_secret
from ringfinder.store import Workspace
from ringfinder.store.schema import oidc_subjects, users

ALGORITHMS = ("RS256", "ES256", "EdDSA")
"""Signatures with a private key of the issuer's; never "none", never a secret shared with it."""

_LONGEST = 16 * 1024
_LEEWAY_SECONDS = 30
_LOOPBACK = frozenset({"localhost", "127.0.0.1", "::1"})


@dataclass(frozen=True)
class Issuer:
    """An issuer that is trusted.

    Parameters
    ----------
    issuer
        As it stands in `iss`, to the letter.
    audience
        What `aud` must hold: this service.
    jwks_uri
        Where its keys are: https, or http on the loopback.
    algorithms
        A part of `ALGORITHMS`.
    """

    issuer: str
    audience: str
    jwks_uri: str
    algorithms: tuple[str, ...] = ALGORITHMS

    def __post_init__(self) -> None:
        """Refuse what would not be safe."""
        place = urlsplit(self.jwks_uri)
        if place.scheme != "https" and not (place.scheme == "http" and place.hostname in _LOOPBACK):
            raise InputError(f"the keys of {self.issuer} are not at an https address", remedy="name one in jwks_uri")
        wrong = set(self.algorithms) - set(ALGORITHMS)
        if wrong or not self.algorithms:
            raise InputError(
                f"{', '.join(sorted(wrong)) or 'nothing'} is no algorithm for tokens of {self.issuer}",
                remedy=f"some of {', '.join(ALGORITHMS)}",
            )
        if not (self.issuer and self.audience):
            raise InputError("an issuer needs its name and an audience")


class OidcVerifier:
    """Knows the users behind tokens.

    Parameters
    ----------
    issuers
        All that are trusted; a token of any other is nobody's.
    clock
        Seconds that only go up; tells how old the issuers' keys are.
    """

    def __init__(
        self, workspace: Workspace, issuers: Iterable[Issuer], clock: Callable[[], float] = time.monotonic
    ) -> None:
        try:
            import httpx2  # noqa: F401, PLC0415 - of the extra `api`
            import jwt  # noqa: PLC0415
        except ModuleNotFoundError as error:
            raise InputError(
                f"{error.name} is not installed, which OIDC needs", remedy="pip install 'ringfinder[api]'"
            ) from None
        self._jwt = jwt
        self._engine = workspace.engine
        self._pepper = read_secret(PEPPER, workspace.path)
        self._issuers = {one.issuer: (one, KeySet(one.jwks_uri, clock)) for one in issuers}

    def authenticate(self, token: str) -> Principal:
        """The user that the subject of a token is linked to.

        Raises
        ------
        UnauthenticatedError
            If anything about the token is wrong, or its subject is nobody here.
        SurroundingsError
            If the keys of its issuer cannot be had.
        """
        if len(token) > _LONGEST:
            raise UnauthenticatedError
        try:
            claims = self._claims(token)
        except (self._jwt.PyJWTError, ValueError, TypeError):
            raise UnauthenticatedError from None
        return self._principal(claims["iss"], claims["sub"])

    def _claims(self, token: str) -> dict[str, Any]:
        """What a token says, once its signature and dates are right."""
        kid = self._jwt.get_unverified_header(token).get("kid")
        claimed = self._jwt.decode(token, options={"verify_signature": False}).get("iss")
        if not isinstance(claimed, str) or not isinstance(kid, str) or claimed not in self._issuers:
            raise UnauthenticatedError
        issuer, keys = self._issuers[claimed]
        key = keys.find(kid)
        if key is None:
            raise UnauthenticatedError
        claims: dict[str, Any] = self._jwt.decode(
            token,
            key,
            algorithms=list(issuer.algorithms),
            audience=issuer.audience,
            issuer=issuer.issuer,
            leeway=_LEEWAY_SECONDS,
            options={"require": ["iss", "sub", "aud", "exp"]},
        )
        return claims

    def _principal(self, issuer: str, subject: str) -> Principal:
        if not subject.isprintable():  # nor is it linked, and not every database could be asked
            raise UnauthenticatedError
        query = (
            select_users()
            .join(oidc_subjects, oidc_subjects.c.user_id == users.c.user_id)
            .where(oidc_subjects.c.issuer == issuer, oidc_subjects.c.subject == subject)
            .where(oidc_subjects.c.revoked_at.is_(None), users.c.revoked_at.is_(None))
        )
        with self._engine.connect() as connection:
            row = connection.execute(query).first()
        if row is None:
            raise UnauthenticatedError
        # A subject may be an e-mail address: what stands in the journal is a key of it.
        named = hmac.digest(self._pepper, f"subject\0{issuer}\0{subject}".encode(), "sha256").hex()[:16]
        return user_of(row).principal(f"oidc-{named}")
