"""Sealing what must be read again: secrets of webhooks, and answers that are given a second time."""

from __future__ import annotations

import base64
import secrets

from ringfinder.errors import SurroundingsError

_NONCE = 12


class Sealer:
    """Seals text with AES-256-GCM, bound to what it is about, so that it cannot be moved to another row.

    Parameters
    ----------
    key
        32 bytes, kept outside the database and the workspace.
    """

    def __init__(self, key: bytes) -> None:
        # Imported here: it comes with the extra `api`, and the queue does without it.
        from cryptography.hazmat.primitives.ciphers.aead import AESGCM  # noqa: PLC0415

        self._cipher = AESGCM(key)

    def seal(self, text: str, about: str) -> str:
        """The sealed text, as characters."""
        nonce = secrets.token_bytes(_NONCE)
        return base64.b64encode(nonce + self._cipher.encrypt(nonce, text.encode(), about.encode())).decode()

    def open(self, sealed: str, about: str) -> str:
        """The text.

        Raises
        ------
        SurroundingsError
            If it was sealed with another key, about something else, or was changed.
        """
        from cryptography.exceptions import InvalidTag  # noqa: PLC0415 - with the extra `api`

        try:
            raw = base64.b64decode(sealed, validate=True)
            return self._cipher.decrypt(raw[:_NONCE], raw[_NONCE:], about.encode()).decode()
        except (InvalidTag, ValueError):
            raise SurroundingsError(
                "what was sealed cannot be opened: the key that seals is another one, or it was changed",
                remedy="bring the key back from a backup",
            ) from None
