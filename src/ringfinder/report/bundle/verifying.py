"""Whether a bundle is whole and its sender's: with nothing but the bundle and the fingerprint of a key.

A manifest that somebody rebuilt needs a signature, and a signature of another key has another fingerprint. So the
fingerprint has to come by another way than the bundle; a bundle that agrees with itself alone says nothing.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from ringfinder.errors import InputError
from ringfinder.report.bundle.faults import Fault, Flaw
from ringfinder.report.bundle.manifest import Manifest, ManifestError, read_manifest
from ringfinder.report.bundle.names import MANIFEST, OWN, SIGNATURE
from ringfinder.report.bundle.reading import Contents, read_bundle
from ringfinder.report.bundle.signing import (
    SignatureError,
    grouped,
    own_fingerprint,
    read_fingerprint,
    read_signature,
)


@dataclass(frozen=True)
class Verification:
    """What was found.

    Parameters
    ----------
    fingerprint
        Of the key that was asked for.
    manifest
        What the bundle says of itself; None where it cannot be read. To be believed only of a valid bundle.
    files
        How many files were hashed, manifest and signature with them.
    faults
        Everything that is wrong; empty where nothing is.
    """

    fingerprint: str
    manifest: Manifest | None
    files: int
    faults: tuple[Fault, ...]

    @property
    def valid(self) -> bool:
        """Whether all holds."""
        return not self.faults


def verify_bundle(path: Path, key: str = "") -> Verification:
    """Look whether a bundle is as it was signed, by a key with a fingerprint.

    Parameters
    ----------
    path
        Its folder or ZIP.
    key
        The fingerprint; empty for that of the key which this account signs with.

    Raises
    ------
    InputError
        If there is no such bundle, the key is no fingerprint, or there is none to compare with.
    SurroundingsError
        If the bundle cannot be read.
    """
    wanted = read_fingerprint(key) if key else own_fingerprint()
    if not wanted:
        raise InputError(
            "there is no key to compare the bundle with: this account has signed nothing yet",
            remedy="give the sender's with --key FINGERPRINT, as you got it by another way than the bundle",
        )
    found = read_bundle(path)
    manifest = _manifest(found)
    faults = [*found.faults, *_signature(found, wanted)]
    if manifest is not None:
        faults += _files(found, manifest)
    return Verification(wanted, manifest, len(found.sums), tuple(faults))


def _manifest(found: Contents) -> Manifest | None:
    raw = found.own.get(MANIFEST)
    if raw is None:
        found.fault(Flaw.NO_MANIFEST)
        return None
    try:
        return read_manifest(raw)
    except ManifestError as error:
        found.fault(Flaw.BAD_MANIFEST, str(error))
        return None


def _signature(found: Contents, wanted: str) -> list[Fault]:
    raw, manifest = found.own.get(SIGNATURE), found.own.get(MANIFEST)
    if raw is None:
        return [Fault(Flaw.NO_SIGNATURE)]
    try:
        signature = read_signature(raw)
    except SignatureError as error:
        return [Fault(Flaw.BAD_SIGNATURE, str(error))]
    faults = []
    if signature.fingerprint != wanted:
        faults.append(Fault(Flaw.OTHER_KEY, grouped(signature.fingerprint)))
    if manifest is not None and not signature.holds_for(manifest):
        faults.append(Fault(Flaw.NOT_SIGNED))
    return faults


def _files(found: Contents, manifest: Manifest) -> list[Fault]:
    """Every file against its sum."""
    named = {one.name: one for one in manifest.files}
    held = {name: one for name, one in found.sums.items() if name not in OWN}
    blamed = {fault.name for fault in found.faults}
    faults = [Fault(Flaw.EXTRA, name) for name in held if name not in named]
    for name, one in named.items():
        if name not in held and name not in blamed:
            faults.append(Fault(Flaw.MISSING, name))
        elif name in held and held[name] != one:
            faults.append(Fault(Flaw.CHANGED, name))
    return faults
