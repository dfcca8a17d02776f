"""How a receiver knows that a message is ours, whole, and no replay.

``X-Ringfinder-Signature: t=1767225600,v1=…`` holds when the message was signed and the HMAC-SHA256, in
hexadecimal, of ``t.body`` under the webhook's secret. The signed body names its `delivery_id`: the same
delivery may come more than once (an answer can be lost), and always under the same name, so a receiver that
keeps the names of the last day refuses replays within the tolerance too.
"""

from __future__ import annotations

import hmac
import re

SIGNATURE, DELIVERY_ID, EVENT = "X-Ringfinder-Signature", "X-Ringfinder-Delivery", "X-Ringfinder-Event"
TOLERANCE = 300
"""Seconds that a message may be old, or from the future."""

_MOST = 10  # signatures in one header: two while a secret is being changed
_MOMENT = re.compile(r"[0-9]{1,12}")


def sign(secret: str, body: bytes, now: int) -> str:
    """The value of the header `SIGNATURE`."""
    return f"t={now},v1={_mac(secret, str(now), body)}"


def verify_signature(secret: str, header: str, body: bytes, now: float, tolerance: float = TOLERANCE) -> bool:
    """Whether a message was signed with the secret, not longer ago than `tolerance` seconds.

    Parameters
    ----------
    header
        Value of `SIGNATURE` as it came.
    body
        The very bytes that came, before anything reads them.
    now
        Unix time.
    """
    parts = [part.strip().partition("=") for part in header.split(",")]
    moments = [value for name, _, value in parts if name == "t"]
    given = [value for name, _, value in parts if name == "v1"]
    if len(moments) != 1 or not _MOMENT.fullmatch(moments[0]) or not 0 < len(given) <= _MOST:
        return False
    expected = _mac(secret, moments[0], body)
    # All are compared, so that the time taken tells nothing of which one fits.
    same = [hmac.compare_digest(expected.encode(), one.encode()) for one in given]
    return any(same) and abs(now - int(moments[0])) <= tolerance


def _mac(secret: str, moment: str, body: bytes) -> str:
    return hmac.digest(secret.encode(), moment.encode() + b"." + body, "sha256").hex()
