"""A bundle on the disk: written aside beside its place, flushed, and renamed whole; nothing is overwritten."""

from __future__ import annotations

import errno
import os
import secrets
import shutil
from collections.abc import Mapping
from pathlib import Path

from ringfinder.errors import InputError, SurroundingsError
from ringfinder.report.bundle.archive import as_zip
from ringfinder.report.bundle.names import OWN, folded, is_safe
from ringfinder.store.files import FILE_MODE, FOLDER_MODE, flush

ZIP = ".zip"
_ASIDE = ".aside"
_NO_LINKS = frozenset({errno.EPERM, errno.ENOTSUP, errno.EMLINK, errno.ENOSYS})


def is_zip(out: Path) -> bool:
    """Whether a bundle of that name is one file."""
    return out.suffix.lower() == ZIP


def check_files(files: Mapping[str, bytes]) -> None:
    """Refuse files that no bundle may have.

    Raises
    ------
    ValueError
        If there is none, or a name leaves the bundle, is taken, or is another one on some system: whoever makes the
        content has to mend that.
    """
    if not files:
        raise ValueError("a report without files")
    odd = [name for name in files if not is_safe(name) or folded(name) in OWN]
    if odd or len({folded(name) for name in files}) < len(files):
        raise ValueError(f"names that no bundle may have: {odd or sorted(files)}")


def check_place(out: Path) -> Path:
    """Where the bundle is to be, as a full path.

    Raises
    ------
    InputError
        If something is there already, or there is no folder to put it into.
    """
    place = Path(os.path.abspath(out))  # noqa: PTH100 - `resolve` would follow what stands there
    if os.path.lexists(place):
        raise InputError(f"{out} is there already", remedy="name another place: a bundle is never overwritten")
    if not place.parent.is_dir():
        raise InputError(f"there is no folder {out.parent}", remedy="make it first, or name another place")
    return place


def aside_of(place: Path) -> Path:
    """A place beside, on the same disk, for what is not whole yet."""
    return place.with_name(f".{place.name}-{secrets.token_hex(6)}{_ASIDE}")


def write_aside(files: Mapping[str, bytes], aside: Path, *, one_file: bool) -> None:
    """Write a whole bundle aside, on the disk when this returns, for its owner alone.

    Raises
    ------
    OSError
        If it cannot be written; what is there then is for `remove_aside`.
    """
    if one_file:
        _write(aside, as_zip(files))
        return
    aside.mkdir(mode=FOLDER_MODE)
    folders = {aside}
    for name, content in sorted(files.items()):
        path = aside / name
        path.parent.mkdir(mode=FOLDER_MODE, parents=True, exist_ok=True)
        folders |= {one for one in path.parents if one.is_relative_to(aside)}
        _write(path, content)
    for folder in folders:
        folder.chmod(FOLDER_MODE)
        flush(folder)


def put_in_place(aside: Path, place: Path) -> None:
    """Give a whole bundle its name.

    Raises
    ------
    SurroundingsError
        If something has come there meanwhile, or the disk refuses; the bundle stays whole aside.
    """
    try:
        if os.path.lexists(place):
            if not place.samefile(aside):
                raise FileExistsError(errno.EEXIST, os.strerror(errno.EEXIST))
            aside.unlink()  # it has both names: whoever gave it the second was stopped there
        elif aside.is_dir():
            aside.rename(place)
        else:
            _rename_file(aside, place)
        flush(place.parent)
    except OSError as error:
        raise SurroundingsError(
            f"the bundle is whole, but cannot be named {place}: {error.strerror}; it is at {aside}",
            remedy="clear the place and repeat `ringfinder report list`, which puts it there; its number stays its own",
        ) from None


def remove_aside(aside: Path) -> None:
    """Remove what never became a bundle."""
    if aside.is_dir() and not aside.is_symlink():
        shutil.rmtree(aside, ignore_errors=True)
    else:
        aside.unlink(missing_ok=True)


def _rename_file(aside: Path, place: Path) -> None:
    """Rename a file, but not over another one: a link refuses that, where the disk knows links."""
    try:
        os.link(aside, place)
    except OSError as error:
        if error.errno not in _NO_LINKS:
            raise
        aside.rename(place)
    else:
        aside.unlink()


def _write(path: Path, content: bytes) -> None:
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, FILE_MODE)
    with os.fdopen(handle, "wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
