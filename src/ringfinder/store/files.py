"""Files that survive a crash: written aside, flushed, renamed."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

from ringfinder.errors import InputError, SurroundingsError

FOLDER_MODE = 0o700
FILE_MODE = 0o600


def private_folder(path: Path) -> Path:
    """Make a folder that only its owner may enter.

    Raises
    ------
    InputError
        If a file stands in its place.
    SurroundingsError
        If it cannot be made or written.
    """
    if path.exists() and not path.is_dir():
        raise InputError(f"{path} is a file, not a workspace", remedy="name a folder")
    try:
        path.mkdir(mode=FOLDER_MODE, parents=True, exist_ok=True)
        path.chmod(FOLDER_MODE)
    except OSError as error:
        raise SurroundingsError(
            f"the folder {path} cannot be used: {error.strerror}",
            remedy="choose another --workspace or mend its rights",
        ) from None
    return path


def flush(path: Path) -> None:
    """Force a file or folder onto the disk."""
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def publish(aside: Path, final: Path) -> None:
    """Give a finished folder its final name; after this it is whole or not there."""
    for part in sorted(aside.rglob("*"), reverse=True):  # what is in a folder before the folder
        part.chmod(FOLDER_MODE if part.is_dir() else FILE_MODE)
        flush(part)
    flush(aside)
    if final.exists():
        shutil.rmtree(final)
    aside.rename(final)
    flush(final.parent)


def sweep(folder: Path, known: set[str]) -> list[str]:
    """Remove everything in `folder` that is not in `known`; return the names removed."""
    removed = [path for path in folder.iterdir() if path.name not in known]
    for path in removed:
        shutil.rmtree(path) if path.is_dir() else path.unlink()
    return [path.name for path in removed]
