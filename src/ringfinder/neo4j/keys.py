"""Keys of nodes: HMAC-SHA256 with the site's secret, so that the graph holds no raw value and none can be guessed.

A plain hash of a phone is undone in minutes, for there are only some 10^10 phones to try. The secret is
made at first use and stays outside the workspace, whose copies it would otherwise travel with.
"""

from __future__ import annotations

import hmac
import os
import secrets
from collections.abc import Iterable
from pathlib import Path

from ringfinder.errors import InputError, SurroundingsError
from ringfinder.neo4j.model import VALUE_LABELS
from ringfinder.normalize import normalize_value
from ringfinder.records.kinds import ColumnKind

SECRET_VARIABLE = "RINGFINDER_SECRET_FILE"  # noqa: S105 - where the secret is, not the secret
_BYTES = 32
_HEX = 32
"""Digits of a key: 128 bits, so that two values meet in one key less than once in 10^20 graphs."""

VALUE_KINDS: tuple[str, ...] = tuple(VALUE_LABELS)
ID_KINDS: tuple[str, ...] = ("request", "complaint", "visit", "policy", "person", "agent", "branch")


class Keyring:
    """Makes keys with one secret.

    Parameters
    ----------
    secret
        At least 16 bytes.
    """

    def __init__(self, secret: bytes) -> None:
        self._secret = secret
        self.key_id = self.key("key id", "")[:8]
        """Tells secrets apart and says nothing about them; stored in the graph."""

    def key(self, kind: str, text: str) -> str:
        """Key of one normal form (or identifier) of a kind."""
        said = f"{kind}\0{text}".encode("utf-8", "surrogatepass")
        return hmac.digest(self._secret, said, "sha256").hex()[:_HEX]

    def keys(self, kind: str, texts: Iterable[str]) -> list[str]:
        """Keys of many texts of one kind."""
        return [self.key(kind, text) for text in texts]

    def look_up(self, kind: str, written: str) -> str:
        """Key of a value as somebody writes it, through its normal form.

        Raises
        ------
        InputError
            If the kind is unknown or the value has no normal form.
        """
        if kind in ID_KINDS:
            return self.key(kind, written.strip())
        if kind not in VALUE_KINDS:
            raise InputError(f"there is no kind {kind!r}", remedy=f"one of {', '.join((*VALUE_KINDS, *ID_KINDS))}")
        # A delegate is known by an ID or, failing that, by a phone. Phones are tried first: written with 0086, one has
        # the fifteen digits of an old ID, and no ID is a phone.
        for column in (ColumnKind.PHONE, ColumnKind.ID_NO) if kind == "delegate" else (ColumnKind(kind),):
            form, _ = normalize_value(column, written)
            if form:
                return self.key(kind, form)
        raise InputError(f"that is no usable {kind}", remedy="see what is wrong with it: ringfinder normalize")


def secret_file() -> Path:
    """Where the secret is: `RINGFINDER_SECRET_FILE`, else the user's configuration folder."""
    named = os.environ.get(SECRET_VARIABLE)
    if named:
        return Path(named)
    home = os.environ.get("XDG_CONFIG_HOME") or Path.home() / ".config"
    return Path(home) / "ringfinder" / "secret"


def open_keyring(workspace: Path) -> Keyring:
    """The site's keyring; its secret is made at first use.

    Raises
    ------
    SurroundingsError
        If the secret cannot be read or made, others may read it, or it lies inside the workspace.
    """
    path = secret_file()
    if path.resolve().is_relative_to(workspace.resolve()):
        raise SurroundingsError(
            f"the secret {path} lies inside the workspace", remedy=f"name another place in {SECRET_VARIABLE}"
        )
    try:
        if not path.exists():
            _make(path)
        if path.stat().st_mode & 0o077:
            raise SurroundingsError(f"others may read the secret {path}", remedy=f"chmod 600 {path}")
        secret = bytes.fromhex(path.read_text(encoding="ascii").strip())
    except (OSError, ValueError) as error:
        raise SurroundingsError(
            f"the secret {path} cannot be read: {type(error).__name__}",
            remedy=f"mend its rights, or name another file in {SECRET_VARIABLE}; a new one needs a new sync",
        ) from None
    if len(secret) < _BYTES // 2:
        raise SurroundingsError(f"the secret {path} is too short", remedy="ringfinder neo4j rotate makes a new one")
    return Keyring(secret)


def rotate() -> Path:
    """Put a new secret in the place of the old one, which is kept beside it; return where it is kept.

    Raises
    ------
    SurroundingsError
        If the folder cannot be written.
    """
    path = secret_file()
    kept = path.with_name(f"{path.name}.before")
    try:
        if path.exists():
            path.replace(kept)
        _make(path)
    except OSError as error:
        raise SurroundingsError(f"the secret {path} cannot be replaced: {error.strerror}") from None
    return kept


def _make(path: Path) -> None:
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    aside = path.with_name(f".{path.name}-{secrets.token_hex(4)}")
    handle = os.open(aside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "w", encoding="ascii") as file:
        file.write(secrets.token_hex(_BYTES) + "\n")
    try:
        os.link(aside, path)  # the first of two processes wins
    except FileExistsError:
        pass
    finally:
        aside.unlink()
