"""Keys of nodes: HMAC-SHA256 with the site's secret, so that the graph holds no raw value and none can be guessed."""

from __future__ import annotations

from pathlib import Path

from ringfinder import keychain
from ringfinder.errors import InputError, SurroundingsError
from ringfinder.keychain import VALUES, make_secret, read_secret, secret_file
from ringfinder.neo4j.model import VALUE_LABELS
from ringfinder.normalize import normalize_value
from ringfinder.records.kinds import ColumnKind

VALUE_KINDS: tuple[str, ...] = tuple(VALUE_LABELS)
ID_KINDS: tuple[str, ...] = ("request", "complaint", "visit", "policy", "person", "agent", "branch")


class Keyring(keychain.Keyring):
    """Makes keys of nodes, also of a value as somebody writes it."""

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


def open_keyring(workspace: Path) -> Keyring:
    """The site's keyring; its secret is made at first use.

    Raises
    ------
    SurroundingsError
        If the secret cannot be read or made, others may read it, or it lies inside the workspace.
    """
    return Keyring(read_secret(VALUES, workspace))


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
        make_secret(path)
    except OSError as error:
        raise SurroundingsError(f"the secret {path} cannot be replaced: {error.strerror}") from None
    return kept
