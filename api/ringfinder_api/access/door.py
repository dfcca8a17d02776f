"""Two ways in, one door: keys of ours, and tokens of issuers that the site knows."""

from __future__ import annotations

from ringfinder.identity import Principal
from ringfinder_api.protocols import Authenticator

_DOTS = 2
"""A token is three parts with dots between; no key of ours has one."""


class Door:
    """Asks who knows what was sent.

    Parameters
    ----------
    tokens
        None where the site knows no issuer.
    """

    def __init__(self, keys: Authenticator, tokens: Authenticator | None = None) -> None:
        self._keys = keys
        self._tokens = tokens

    def authenticate(self, text: str) -> Principal:
        """The principal of a key or token.

        Raises
        ------
        InputError
            If it is not valid.
        """
        knows = self._tokens if self._tokens is not None and text.count(".") == _DOTS else self._keys
        return knows.authenticate(text)
