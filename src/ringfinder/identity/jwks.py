"""The public keys of one OIDC issuer: fetched when needed, kept for a while, asked for again where one is unknown."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Mapping
from threading import Lock
from typing import TYPE_CHECKING, Any

from ringfinder.errors import SurroundingsError

if TYPE_CHECKING:
    from jwt import PyJWK

KEPT_SECONDS = 3600.0
AGAIN_AFTER_SECONDS = 60.0
"""Between two fetches: tokens with made-up key ids must not make us hammer the issuer."""

_LARGEST = 256 * 1024
_MOST_SECONDS = 10.0
_TYPES = frozenset({"RSA", "EC", "OKP"})  # never a symmetric key


class KeySet:
    """Keys by their id.

    Parameters
    ----------
    uri
        Of the JWKS.
    clock
        Seconds that only go up.
    """

    def __init__(self, uri: str, clock: Callable[[], float] = time.monotonic) -> None:
        self._uri = uri
        self._clock = clock
        self._keys: Mapping[str, PyJWK] = {}
        self._fetched = self._asked = float("-inf")
        self._lock = Lock()

    def find(self, kid: str) -> PyJWK | None:
        """The key of an id; None where the issuer has no such key.

        Raises
        ------
        SurroundingsError
            If the keys that are kept are too old, and the issuer does not give newer ones.
        """
        with self._lock:
            now = self._clock()
            fresh = now - self._fetched < KEPT_SECONDS
            if fresh and kid in self._keys:
                return self._keys[kid]
            if now - self._asked >= AGAIN_AFTER_SECONDS:
                self._asked = now
                try:
                    self._keys, self._fetched, fresh = fetched(self._uri), now, True
                except SurroundingsError:
                    if not fresh:
                        raise
            if not fresh:
                raise _unreachable(self._uri, "not long ago it did not answer")
            return self._keys.get(kid)


def fetched(uri: str) -> dict[str, PyJWK]:
    """Ask an issuer for its keys: no redirects, no endless answers, and of the keys only those for signatures.

    Raises
    ------
    SurroundingsError
        If it does not answer, or with something else.
    """
    import httpx2  # noqa: PLC0415 - of the extra `api`
    from jwt import PyJWK  # noqa: PLC0415
    from jwt.exceptions import PyJWTError  # noqa: PLC0415

    deadline = time.monotonic() + _MOST_SECONDS
    body = b""
    try:
        # Unpacked by nobody: a few bytes may become very many.
        headers = {"Accept": "application/json", "Accept-Encoding": "identity"}
        with httpx2.stream("GET", uri, headers=headers, follow_redirects=False, timeout=5.0) as answer:
            if answer.status_code != 200:  # noqa: PLR2004 - OK
                raise _unreachable(uri, f"it answers {answer.status_code}")
            for part in answer.iter_raw():
                body += part
                if len(body) > _LARGEST or time.monotonic() > deadline:
                    raise _unreachable(uri, "the answer is too long")
        listed = json.loads(body)["keys"]
    except httpx2.HTTPError as error:
        raise _unreachable(uri, type(error).__name__) from None
    except (ValueError, KeyError, TypeError, RecursionError):
        raise _unreachable(uri, "the answer is no set of keys") from None
    keys = {}
    for one in listed if isinstance(listed, list) else []:
        if _for_signatures(one):
            try:
                keys[one["kid"]] = PyJWK(one)
            except (PyJWTError, ValueError):  # of a kind that we do not use
                continue
    return keys


def _for_signatures(one: Any) -> bool:
    return (
        isinstance(one, dict)
        and isinstance(one.get("kid"), str)
        and one.get("kty") in _TYPES
        and one.get("use", "sig") == "sig"
    )


def _unreachable(uri: str, why: str) -> SurroundingsError:
    return SurroundingsError(
        f"the keys of the issuer at {uri} cannot be had: {why}",
        remedy="check the address, and that it is reached from here",
    )
