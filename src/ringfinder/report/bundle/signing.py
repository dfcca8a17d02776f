"""Signatures of manifests: Ed25519, by a key of the site that lies outside the workspace.

The signature is over the bytes of ``manifest.json`` as they stand, so that any other program can check it too. The
public key travels with it; that it is the sender's tells its fingerprint alone, which recipients get by another way.
"""

from __future__ import annotations

import hashlib
import json
import re
from dataclasses import dataclass
from pathlib import Path

from ringfinder.errors import InputError, SurroundingsError
from ringfinder.identity import Principal
from ringfinder.keychain import SIGNING, held_secret, read_secret, secret_file
from ringfinder.report.bundle.manifest import canonical
from ringfinder.store import Workspace

ALGORITHM = "Ed25519"
_VERSION = 1
_SEED, _PUBLIC, _SIGNED = 32, 32, 64
_GROUP = 4
_FIELDS = frozenset({"version", "algorithm", "public_key", "fingerprint", "signature"})
_BETWEEN = re.compile(r"[\s:-]")
_FINGERPRINT = re.compile(r"[0-9a-f]{64}")


class SignatureError(ValueError):
    """Bytes that are no signature; the message says what is wrong."""


class SigningKey:
    """The site's key.

    Parameters
    ----------
    seed
        32 secret bytes (RFC 8032).

    Raises
    ------
    InputError
        If the library is not installed.
    SurroundingsError
        If the seed is of another length.
    """

    def __init__(self, seed: bytes) -> None:
        _library()
        from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey  # noqa: PLC0415 - an extra

        if len(seed) != _SEED:
            raise SurroundingsError(
                f"the signing key {secret_file(SIGNING)} is not {_SEED} bytes", remedy="bring it back from a backup"
            )
        self._key = Ed25519PrivateKey.from_private_bytes(seed)
        self.public = self._key.public_key().public_bytes_raw()

    @property
    def fingerprint(self) -> str:
        """SHA-256 of the public key, in hexadecimal."""
        return fingerprint_of(self.public)

    def sign(self, manifest: bytes) -> bytes:
        """The bytes of ``signature.json`` for those of a manifest."""
        return _written(self.public, self._key.sign(manifest))


@dataclass(frozen=True)
class Signature:
    """What ``signature.json`` says: the raw public key and the raw signature."""

    public: bytes
    signed: bytes

    @property
    def fingerprint(self) -> str:
        """SHA-256 of the public key, in hexadecimal."""
        return fingerprint_of(self.public)

    def holds_for(self, manifest: bytes) -> bool:
        """Whether the key signed these bytes.

        Raises
        ------
        InputError
            If the library is not installed.
        """
        _library()
        from cryptography.exceptions import InvalidSignature  # noqa: PLC0415 - an extra
        from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey  # noqa: PLC0415 - an extra

        try:
            Ed25519PublicKey.from_public_bytes(self.public).verify(self.signed, manifest)
        except (InvalidSignature, ValueError):
            return False
        return True


def site_key(workspace: Path, signed_before: str) -> SigningKey:
    """The site's key, made at first use.

    Parameters
    ----------
    signed_before
        Fingerprint of the key that signed the latest report; empty where there is none.

    Raises
    ------
    SurroundingsError
        If the key is gone: a new one would be made in silence, and no recipient would know it.
    """
    if signed_before and held_secret(SIGNING) is None:
        raise SurroundingsError(
            f"the signing key {secret_file(SIGNING)} is missing; reports were signed with {grouped(signed_before)}",
            remedy="bring it back from a backup; if it is lost, `ringfinder keys signing --new` makes another, whose"
            " fingerprint every recipient must be told",
        )
    return SigningKey(read_secret(SIGNING, workspace))


def replace_signing_key(workspace: Workspace, by: Principal) -> str:
    """Make another key in the place of one that is lost, journalled; return its fingerprint.

    Raises
    ------
    InputError
        If the key is there: reports that it signed would no longer be the site's own.
    """
    if held_secret(SIGNING) is not None:
        raise InputError(
            f"the signing key {secret_file(SIGNING)} is there",
            remedy="keep it: recipients know its fingerprint. To end it, move the file away first",
        )
    key = SigningKey(read_secret(SIGNING, workspace.path))
    workspace.journal.append(by, action="signing key made", object=key.fingerprint)
    return key.fingerprint


def own_fingerprint() -> str:
    """Fingerprint of the key that this account has; empty where it has none. Needs no workspace and makes nothing."""
    seed = held_secret(SIGNING)
    return SigningKey(seed).fingerprint if seed else ""


def fingerprint_of(public: bytes) -> str:
    """SHA-256 of a raw public key, in hexadecimal."""
    return hashlib.sha256(public).hexdigest()


def grouped(fingerprint: str) -> str:
    """A fingerprint as people read it aloud: groups of four."""
    return " ".join(fingerprint[start : start + _GROUP] for start in range(0, len(fingerprint), _GROUP)).upper()


def read_fingerprint(text: str) -> str:
    """A fingerprint that somebody typed, with or without groups.

    Raises
    ------
    InputError
        If it is not a whole one: a part of it could be matched by a key that was made for that.
    """
    plain = _BETWEEN.sub("", text).lower()
    if not _FINGERPRINT.fullmatch(plain):
        raise InputError(
            "that is no fingerprint of a key", remedy="give all 64 digits as `ringfinder keys signing` prints them"
        )
    return plain


def read_signature(raw: bytes) -> Signature:
    """The signature that stands in ``signature.json``.

    Raises
    ------
    SignatureError
        If the bytes are not in the one form in which signatures are written.
    """
    try:
        said = json.loads(raw)
        public, signed = bytes.fromhex(said["public_key"]), bytes.fromhex(said["signature"])
    except (ValueError, KeyError, TypeError, RecursionError):
        raise SignatureError("it is no signature") from None
    if len(public) != _PUBLIC or len(signed) != _SIGNED:
        raise SignatureError(f"it is no signature of {ALGORITHM}")
    if said.keys() != _FIELDS or _written(public, signed) != raw:
        raise SignatureError("it is not in the form in which signatures are written")
    return Signature(public, signed)


def _written(public: bytes, signed: bytes) -> bytes:
    return canonical(
        {
            "version": _VERSION,
            "algorithm": ALGORITHM,
            "public_key": public.hex(),
            "fingerprint": grouped(fingerprint_of(public)),
            "signature": signed.hex(),
        }
    )


def _library() -> None:
    try:
        import cryptography  # noqa: F401, PLC0415 - an extra
    except ModuleNotFoundError:
        raise InputError(
            "bundles are signed and verified with cryptography, which is not installed",
            remedy="pip install 'ringfinder[reports]'",
        ) from None
