"""The site's secrets: made at first use, each in a file of its own outside the workspace, readable by its owner alone.

Copies of a workspace travel; what makes them safe must not travel with them.
"""

from __future__ import annotations

import hmac
import os
import secrets
from collections.abc import Iterable
from pathlib import Path

from ringfinder.errors import SurroundingsError

SECRET_VARIABLE = "RINGFINDER_SECRET_FILE"  # noqa: S105 - where the secret is, not the secret
VALUES, JOURNAL, PEPPER, SEAL = "secret", "journal-key", "pepper", "seal-key"
"""Secrets by purpose: keys of values, MACs of the journal, hashes of API keys, sealing what must be read again."""

SUBJECTS = "subject-key"
"""Of keys of those who are held or were erased; never replaced, or nobody would know them any more."""

SIGNING = "signing-key"
"""Signs bundles of reports (Ed25519); a new one is a new signature, and recipients must be told its fingerprint."""

_BYTES = 32
_LEAST = 16
_HEX = 32
"""Digits of a key: 128 bits, so that two values meet in one key less than once in 10^20 graphs."""


class Keyring:
    """Makes keys of values with one secret, so that nothing that stores them holds a raw value.

    A plain hash of a phone is undone in minutes, for there are only some 10^10 phones to try.

    Parameters
    ----------
    secret
        At least 16 bytes.
    """

    def __init__(self, secret: bytes) -> None:
        self._secret = secret
        self.key_id = self.key("key id", "")[:8]
        """Tells secrets apart and says nothing about them."""

    def key(self, kind: str, text: str) -> str:
        """Key of one normal form (or identifier) of a kind."""
        said = f"{kind}\0{text}".encode("utf-8", "surrogatepass")
        return hmac.digest(self._secret, said, "sha256").hex()[:_HEX]

    def keys(self, kind: str, texts: Iterable[str]) -> list[str]:
        """Keys of many texts of one kind."""
        return [self.key(kind, text) for text in texts]


def secret_file(name: str = VALUES) -> Path:
    """Where a secret is: beside `RINGFINDER_SECRET_FILE` where that is set, else in the user's configuration folder."""
    named = os.environ.get(SECRET_VARIABLE)
    if named:
        return Path(named) if name == VALUES else Path(named).with_name(f"{Path(named).name}.{name}")
    home = os.environ.get("XDG_CONFIG_HOME") or Path.home() / ".config"
    return Path(home) / "ringfinder" / name


def read_secret(name: str, workspace: Path) -> bytes:
    """A secret of the site, made at first use.

    Raises
    ------
    SurroundingsError
        If it cannot be read or made, others may read it, or it lies inside the workspace.
    """
    path = secret_file(name)
    if path.resolve().is_relative_to(workspace.resolve()):
        raise SurroundingsError(
            f"the secret {path} lies inside the workspace", remedy=f"name another place in {SECRET_VARIABLE}"
        )
    try:
        if not path.exists():
            make_secret(path)
    except OSError as error:
        raise _unreadable(path, error) from None
    return _read(path)


def held_secret(name: str) -> bytes | None:
    """A secret of the site, or None where it was not made yet; none is made.

    Raises
    ------
    SurroundingsError
        If it cannot be read, or others may read it.
    """
    path = secret_file(name)
    return _read(path) if path.exists() else None


def _read(path: Path) -> bytes:
    try:
        if path.stat().st_mode & 0o077:
            raise SurroundingsError(f"others may read the secret {path}", remedy=f"chmod 600 {path}")
        secret = bytes.fromhex(path.read_text(encoding="ascii").strip())
    except (OSError, ValueError) as error:
        raise _unreadable(path, error) from None
    if len(secret) < _LEAST:
        raise SurroundingsError(f"the secret {path} is too short", remedy="bring it back from a backup")
    return secret


def _unreadable(path: Path, error: Exception) -> SurroundingsError:
    return SurroundingsError(
        f"the secret {path} cannot be read: {type(error).__name__}",
        remedy=f"mend its rights, bring it back from a backup, or name another place in {SECRET_VARIABLE}",
    )


def make_secret(path: Path) -> None:
    """Make a new secret where there is none; of two processes the first wins."""
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    aside = path.with_name(f".{path.name}-{secrets.token_hex(4)}")
    handle = os.open(aside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "w", encoding="ascii") as file:
        file.write(secrets.token_hex(_BYTES) + "\n")
    try:
        os.link(aside, path)
    except FileExistsError:
        pass
    finally:
        aside.unlink()
