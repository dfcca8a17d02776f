"""Names of jobs, uploads, webhooks and deliveries: short, unguessable, and the same again for a repeated request."""

from __future__ import annotations

import base64
import hashlib
import secrets

JOB, UPLOAD, WEBHOOK, DELIVERY = "J", "U", "W", "D"
_BYTES = 8


def new_name(kind: str) -> str:
    """A name that nobody can guess: 64 random bits."""
    return _written(kind, secrets.token_bytes(_BYTES))


def name_from(kind: str, *parts: str) -> str:
    """The name that follows from `parts`: the same parts, the same name."""
    return _written(kind, hashlib.sha256("\n".join((kind, *parts)).encode()).digest()[:_BYTES])


def _written(kind: str, raw: bytes) -> str:
    return f"{kind}-{base64.b32encode(raw).decode().rstrip('=')}"
