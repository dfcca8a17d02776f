"""What a bundle holds, read as something that an enemy may have made: nothing of it is unpacked or followed."""

from __future__ import annotations

import hashlib
import io
import os
import stat
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from ringfinder.errors import InputError, SurroundingsError
from ringfinder.report.bundle.archive import MOST_BYTES, MOST_FILES, as_zip
from ringfinder.report.bundle.faults import Fault, Flaw
from ringfinder.report.bundle.manifest import FileSum
from ringfinder.report.bundle.names import OWN, folded, is_safe

_AT_ONCE = 1 << 20
_LARGEST_OWN = 1 << 24
_ROOM = 1 << 22  # what headers and names of a ZIP may take
_DEEPEST = 20
_BROKEN = (zipfile.BadZipFile, NotImplementedError, EOFError, ValueError, RuntimeError, OSError, zlib.error, KeyError)
"""What the library may say of a ZIP that was made to be odd."""


@dataclass
class Contents:
    """The files of a bundle by name, the bytes of manifest and signature, and what is wrong with it as a container."""

    sums: dict[str, FileSum] = field(default_factory=dict)
    own: dict[str, bytes] = field(default_factory=dict)
    faults: list[Fault] = field(default_factory=list)

    def fault(self, flaw: Flaw, name: str = "") -> None:
        """Note what is wrong."""
        self.faults.append(Fault(flaw, name))


def read_bundle(path: Path) -> Contents:
    """Read a folder or a ZIP.

    Raises
    ------
    InputError
        If there is nothing at that place, or neither a folder nor a file.
    SurroundingsError
        If it cannot be read.
    """
    try:
        mode = path.stat().st_mode
        if stat.S_ISDIR(mode):
            found = _folder(path)
        elif stat.S_ISREG(mode):
            found = _zip(path)
        else:
            raise InputError(f"{path} is neither a folder nor a file", remedy="name a bundle")
    except FileNotFoundError:
        raise InputError(f"there is no bundle at {path}", remedy="name the folder or the .zip of a report") from None
    except OSError as error:
        raise SurroundingsError(
            f"{error.filename or path} cannot be read: {error.strerror}", remedy="mend its rights, or copy it anew"
        ) from None
    _alike(found)
    return found


def _folder(path: Path) -> Contents:
    found = Contents()
    for name, entry in _entries(path, "", 0):
        if entry.is_symlink():
            found.fault(Flaw.LINK, name)
        elif not is_safe(name):
            found.fault(Flaw.UNSAFE, name)
        elif entry.is_dir(follow_symlinks=False):
            if name.count("/") >= _DEEPEST or not os.listdir(entry.path):  # noqa: PTH208 - a path as text
                found.fault(Flaw.EXTRA, f"{name}/")
        elif not entry.is_file(follow_symlinks=False):
            found.fault(Flaw.SPECIAL, name)
        else:
            _take(found, name, Path(entry.path))
    return found


def _entries(folder: Path, before: str, depth: int) -> Iterator[tuple[str, os.DirEntry[str]]]:
    with os.scandir(folder) as listed:
        inside = sorted(listed, key=lambda entry: entry.name)
    for entry in inside:
        name = f"{before}{entry.name}"
        yield name, entry
        if depth < _DEEPEST and not entry.is_symlink() and entry.is_dir(follow_symlinks=False):
            yield from _entries(Path(entry.path), f"{name}/", depth + 1)


def _take(found: Contents, name: str, path: Path) -> None:
    """Hash a file of a folder without holding it; manifest and signature are kept, if they are not too large."""
    digest, size, kept = hashlib.sha256(), 0, b""
    # Not followed and not waited for, should somebody swap it meanwhile.
    flags = os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0)
    with os.fdopen(os.open(path, flags), "rb") as file:
        while part := file.read(_AT_ONCE):
            digest.update(part)
            size += len(part)
            if name in OWN and size <= _LARGEST_OWN:
                kept += part
    found.sums[name] = FileSum(name, size, digest.hexdigest())
    if name in OWN:
        found.own[name] = kept


def _zip(path: Path) -> Contents:
    found = Contents()
    if path.stat().st_size > MOST_BYTES + _ROOM:
        found.fault(Flaw.TOO_LARGE)
        return found
    raw = path.read_bytes()
    files: dict[str, bytes] = {}
    try:
        with zipfile.ZipFile(io.BytesIO(raw)) as archive:
            if len(archive.infolist()) > MOST_FILES:
                found.fault(Flaw.TOO_LARGE)
                return found
            if archive.comment:
                found.fault(Flaw.COMMENT)
            for info in archive.infolist():
                _take_entry(found, files, archive, info)
    except _BROKEN:
        found.fault(Flaw.NO_ZIP)
        return found
    if not found.faults and as_zip(files) != raw:
        found.fault(Flaw.BYTES)
    for name, content in files.items():
        found.sums[name] = FileSum(name, len(content), hashlib.sha256(content).hexdigest())
        if name in OWN:
            found.own[name] = content[:_LARGEST_OWN]
    return found


def _take_entry(found: Contents, files: dict[str, bytes], archive: zipfile.ZipFile, info: zipfile.ZipInfo) -> None:
    name = info.orig_filename
    if name in files:
        found.fault(Flaw.TWICE, name)
    elif stat.S_ISLNK(info.external_attr >> 16):
        found.fault(Flaw.LINK, name)
    elif not is_safe(name):
        found.fault(Flaw.UNSAFE, name)
    elif info.compress_type != zipfile.ZIP_STORED or info.compress_size != info.file_size:
        found.fault(Flaw.PACKED, name)
    else:
        try:
            files[name] = archive.read(info)
        except _BROKEN:
            found.fault(Flaw.BROKEN, name)


def _alike(found: Contents) -> None:
    """Names that some systems take for one file."""
    known: dict[str, str] = {}
    for name in sorted(found.sums):
        other = known.setdefault(folded(name), name)
        if other != name:
            found.fault(Flaw.ALIKE, f"{other}, {name}")
