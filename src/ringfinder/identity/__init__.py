"""Who acts: users, their roles and branches, and the keys and subjects by which they are known."""

from ringfinder.identity.acting import KEY_VARIABLE, acting
from ringfinder.identity.keys import ApiKey, ApiKeys
from ringfinder.identity.oidc import Issuer, OidcVerifier
from ringfinder.identity.principal import (
    OPERATORS,
    READERS,
    REVEALERS,
    ForbiddenError,
    Principal,
    Role,
    UnauthenticatedError,
)
from ringfinder.identity.users import User, Users

__all__ = [
    "KEY_VARIABLE",
    "OPERATORS",
    "READERS",
    "REVEALERS",
    "ApiKey",
    "ApiKeys",
    "ForbiddenError",
    "Issuer",
    "OidcVerifier",
    "Principal",
    "Role",
    "UnauthenticatedError",
    "User",
    "Users",
    "acting",
]
