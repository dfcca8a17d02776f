"""What becomes of a report whose making was cut short: in its place if it has its number, else as if it never was.

Before anything is written, a note in the workspace says which bundle is about to be made, and where. The database
alone decides: once the row of the report is there the bundle, which was whole before, is put into its place; else what
lies aside is removed, and the number is given to the next report.
"""

from __future__ import annotations

import json
import secrets
from dataclasses import asdict, dataclass
from pathlib import Path

from ringfinder.errors import SurroundingsError
from ringfinder.identity import Principal
from ringfinder.registers import Reports
from ringfinder.registers.access import sees_restricted
from ringfinder.registers.numbering import is_of_restricted
from ringfinder.report.bundle.writing import put_in_place, remove_aside
from ringfinder.store import Workspace
from ringfinder.store.files import FILE_MODE, flush, private_folder
from ringfinder.store.lock import locked

FOLDER = "reports"
_NOTE = ".making.json"


@dataclass(frozen=True)
class Making:
    """A report that is being made.

    Parameters
    ----------
    aside, place
        Full paths of its bundle: until it is registered, and after it.
    """

    number: str
    manifest_hash: str
    aside: str
    place: str


@dataclass(frozen=True)
class Settled:
    """A registered report whose bundle was still aside; `left` says why it could not be put into its place."""

    number: str
    place: str
    left: str = ""


def folder_of(workspace: Workspace) -> Path:
    """Where the notes of reports in the making are; also what one process at a time may lock."""
    return private_folder(workspace.path / FOLDER)


def note(workspace: Workspace, making: Making) -> Path:
    """Note what is about to be made, on the disk when this returns.

    Raises
    ------
    OSError
        If it cannot be written; nothing is left of it then.
    """
    path = folder_of(workspace) / f"{secrets.token_hex(6)}{_NOTE}"
    try:
        path.touch(FILE_MODE)
        path.write_text(json.dumps(asdict(making)), encoding="utf-8")
        flush(path)
        flush(path.parent)
    except OSError as error:
        path.unlink(missing_ok=True)
        raise OSError(error.errno, error.strerror, str(path)) from error  # a full disk names no file by itself
    return path


def give_up(path: Path, aside: Path) -> None:
    """Remove what never came to be registered, and its note."""
    remove_aside(aside)
    path.unlink(missing_ok=True)


def settle(workspace: Workspace, path: Path) -> Settled | None:
    """Finish what a note is about, and remove the note; None where it never became a report.

    Raises
    ------
    SurroundingsError
        If the bundle cannot be put into its place, or the database does not answer; the note stays.
    """
    making = _read(path)
    if making is None:
        path.unlink(missing_ok=True)
        return None
    aside, place = Path(making.aside), Path(making.place)
    with workspace.journal.writing() as connection:  # waits for a transaction of which nobody knows how it ends
        registered = Reports(workspace).has_in(connection, making.number, making.manifest_hash)
    if not registered:
        remove_aside(aside)
    elif aside.exists():
        put_in_place(aside, place)
    path.unlink(missing_ok=True)
    return Settled(making.number, making.place) if registered else None


def settle_all(workspace: Workspace, by: Principal) -> list[Settled]:
    """Finish whatever was cut short, for whoever holds the lock; return what `by` may know of."""
    found = []
    for path in sorted(folder_of(workspace).glob(f"*{_NOTE}")):
        making = _read(path)
        try:
            settled = settle(workspace, path)
        except SurroundingsError as error:
            settled = Settled(making.number, making.place, error.message) if making else None
        if settled and (sees_restricted(by) or not is_of_restricted(settled.number)):
            found.append(settled)
    return found


def finish_cut_short(workspace: Workspace, by: Principal) -> list[Settled]:
    """Finish whatever was cut short, unless somebody is at work there (that one finishes it).

    Returns
    -------
    list of Settled
        What was finished or could not be, as far as `by` may know of it.
    """
    if not any(folder_of(workspace).glob(f"*{_NOTE}")):
        return []
    try:
        with locked(folder_of(workspace), "report", 0):
            return settle_all(workspace, by)
    except SurroundingsError:
        return []


def _read(path: Path) -> Making | None:
    """What a note says; None where it was cut short while it was written: nothing was made yet then."""
    try:
        return Making(**json.loads(path.read_text(encoding="utf-8")))
    except (ValueError, TypeError):
        return None
