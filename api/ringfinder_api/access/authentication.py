"""Who comes with this request: `Authorization: Bearer`, a key of ours or a token of an issuer we know."""

from __future__ import annotations

from typing import Annotated

from fastapi import Depends, Request

from ringfinder.errors import InputError
from ringfinder.identity import Principal
from ringfinder_api.errors import NotAuthenticatedError
from ringfinder_api.http.rate_limit import RateLimit
from ringfinder_api.services.long_work import LongWork
from ringfinder_api.site import Site

_LONGEST = 8192


def site_of(request: Request) -> Site:
    """What the application serves."""
    site: Site = request.app.state.site
    return site


async def _here(request: Request) -> Site:
    """The same as a dependency that waits for nothing, for which no thread need be taken."""
    return site_of(request)


def authenticated(request: Request) -> Principal:
    """Whoever makes the request; counted against the limit of the key.

    Raises
    ------
    NotAuthenticatedError
        If there is no key or none that is valid.
    TooManyRequestsError
        If the key made too many requests.
    """
    headers = request.headers.getlist("authorization")
    scheme, _, text = headers[0].partition(" ") if len(headers) == 1 else ("", "", "")
    if scheme.lower() != "bearer" or not text.strip() or len(text) > _LONGEST:
        raise NotAuthenticatedError
    try:
        principal = site_of(request).authenticator.authenticate(text.strip())
    except InputError:
        raise NotAuthenticatedError from None
    request.state.key_id = principal.key_id
    limit: RateLimit = request.app.state.rate_limit
    limit.count(principal.key_id or principal.user_id)
    return principal


Here = Annotated[Site, Depends(_here)]


def _long_work(site: Here) -> LongWork:
    return site.long_work


Work = Annotated[LongWork, Depends(_long_work)]
"""Jobs, uploads and webhooks of the site."""
