"""Uploads: files come in piece by piece into a folder aside, are looked at, and become one upload or nothing.

A folder ``uploads/U-…`` of the workspace holds the files of an upload, readable by their owner alone. They are
raw personal data: they go when the load that needed them is done, when they are unused for a day, or when asked.
"""

from __future__ import annotations

import errno
import hashlib
import os
import shutil
import time
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import TracebackType
from typing import BinaryIO, Self

from filelock import FileLock, Timeout
from sqlalchemy import Connection, Engine, insert, select, update

from ringfinder.errors import SurroundingsError
from ringfinder.jobs.archives import ArchiveLimits
from ringfinder.jobs.contents import check
from ringfinder.jobs.file_names import form_of, safe_name
from ringfinder.jobs.names import UPLOAD, new_name
from ringfinder.jobs.refusals import UnknownNameError, UploadInUseError, UploadRefusedError, UploadTooLargeError
from ringfinder.jobs.states import OPEN, State
from ringfinder.store.files import FILE_MODE, private_folder, publish
from ringfinder.store.manifest import as_utc
from ringfinder.store.schema import jobs, upload_files, uploads

UNUSED = timedelta(hours=24)
"""After so long without a job that needs them, the files of an upload are removed."""

_ASIDE = ".tmp-"
_ALIVE = ".alive"
_SURELY_STARTED = 600.0  # seconds; a folder that is younger may be about to be locked
_FULL = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)


@dataclass(frozen=True, slots=True)
class UploadLimits:
    """How much may be uploaded.

    Parameters
    ----------
    size
        Bytes of all files of an upload.
    files
        Files of an upload.
    held
        Uploads of one user whose files are still there.
    """

    size: int = 2 << 30
    files: int = 50
    held: int = 20
    archive: ArchiveLimits = field(default_factory=ArchiveLimits)


@dataclass(frozen=True, slots=True)
class UploadedFile:
    """One file of an upload."""

    file: str
    form: str
    size: int
    sha256: str


@dataclass(frozen=True, slots=True)
class Upload:
    """One upload; `removed_at` says since when its files are gone."""

    upload_id: str
    user_id: str
    created_at: datetime
    removed_at: datetime | None
    files: tuple[UploadedFile, ...]

    @property
    def content(self) -> str:
        """Hash of what it holds: the same files under the same names, the same hash."""
        said = "\n".join(sorted(f"{one.file}\0{one.sha256}" for one in self.files))
        return hashlib.sha256(said.encode()).hexdigest()


class Uploads:
    """The uploads of a workspace.

    Parameters
    ----------
    workspace
        Its folder.
    """

    def __init__(self, engine: Engine, workspace: Path, limits: UploadLimits | None = None) -> None:
        self._engine = engine
        self._folder = private_folder(workspace / "uploads")
        self.limits = limits or UploadLimits()

    def begin(self, user_id: str) -> Incoming:
        """An upload that is to come; use it in a `with`, which removes whatever was not committed.

        Raises
        ------
        UploadRefusedError
            If the user holds too many already.
        """
        held = select(uploads.c.upload_id).where(uploads.c.user_id == user_id, uploads.c.removed_at.is_(None))
        with self._engine.connect() as connection:
            if len(connection.execute(held).all()) >= self.limits.held:
                raise UploadRefusedError("too many uploads are held", remedy="load or delete some of them first")
        return Incoming(self, user_id, self._folder)

    def get(self, upload_id: str) -> Upload:
        """One upload.

        Raises
        ------
        UnknownNameError
            If there is none.
        """
        with self._engine.connect() as connection:
            row = connection.execute(select(uploads).where(uploads.c.upload_id == upload_id)).first()
            files = connection.execute(
                select(upload_files).where(upload_files.c.upload_id == upload_id).order_by(upload_files.c.file)
            ).all()
        if row is None:
            raise _unknown()
        removed = as_utc(row.removed_at) if row.removed_at else None
        told = tuple(UploadedFile(one.file, one.form, one.size, one.sha256) for one in files)
        return Upload(row.upload_id, row.user_id, as_utc(row.created_at), removed, told)

    def folder(self, upload_id: str) -> Path:
        """Where the files of an upload are.

        Raises
        ------
        UnknownNameError
            If they are gone.
        """
        upload = self.get(upload_id)
        path = self._folder / upload.upload_id
        if upload.removed_at or not path.is_dir():
            raise UnknownNameError("the files of the upload are gone", remedy="upload them again")
        return path

    def remove(self, upload_id: str) -> None:
        """Remove the files of an upload; that it was there stays known.

        Raises
        ------
        UnknownNameError
            If there is none.
        UploadInUseError
            If a job that has not ended needs it.
        """
        with self._engine.begin() as connection:
            if not _hold(connection, upload_id):
                raise _unknown()
            needed = select(jobs.c.job_id).where(jobs.c.upload_id == upload_id, jobs.c.state.in_(OPEN))
            if connection.execute(needed.limit(1)).first():
                raise UploadInUseError("a job needs the upload", remedy="cancel the job or wait for its end")
            gone = update(uploads).where(uploads.c.upload_id == upload_id, uploads.c.removed_at.is_(None))
            connection.execute(gone.values(removed_at=datetime.now(UTC)))
        shutil.rmtree(self._folder / upload_id, ignore_errors=True)

    def sweep(self, unused: timedelta = UNUSED) -> int:
        """Remove what broke off, what no row names, what was loaded, what was unused so long; return how many went."""
        removed = 0
        for upload_id in self._expired(datetime.now(UTC) - unused):
            try:
                self.remove(upload_id)
                removed += 1
            except UploadInUseError:
                continue  # a job was submitted just now
        with self._engine.connect() as connection:
            rows = connection.execute(select(uploads.c.upload_id, uploads.c.removed_at)).all()
        held = {row.upload_id for row in rows if not row.removed_at}
        gone = {row.upload_id for row in rows if row.removed_at}  # a crash may have come before their files went
        for path in list(self._folder.iterdir()):
            if path.name in gone or (path.name not in held and _abandoned(path)):
                shutil.rmtree(path, ignore_errors=True)
                removed += 1
        return removed

    def _expired(self, before: datetime) -> list[str]:
        """Uploads that a job has loaded, and those that came before that moment and that no job has used since."""
        ours = jobs.c.upload_id == uploads.c.upload_id
        needed = select(jobs.c.job_id).where(ours, jobs.c.state.in_(OPEN)).exists()
        loaded = select(jobs.c.job_id).where(ours, jobs.c.state == State.DONE).exists()
        used = select(jobs.c.job_id).where(ours, jobs.c.finished_at > before).exists()
        query = select(uploads.c.upload_id).where(
            uploads.c.removed_at.is_(None), ~needed, loaded | ((uploads.c.created_at <= before) & ~used)
        )
        with self._engine.connect() as connection:
            return list(connection.execute(query).scalars())

    def record(self, upload: Upload) -> None:
        """Name an upload whose files are in their place."""
        with self._engine.begin() as connection:
            row = {"upload_id": upload.upload_id, "user_id": upload.user_id, "created_at": upload.created_at}
            connection.execute(insert(uploads).values(row))
            for one in upload.files:
                said = {"file": one.file, "form": one.form, "size": one.size, "sha256": one.sha256}
                connection.execute(insert(upload_files).values(upload_id=upload.upload_id, **said))


class Incoming:
    """An upload that is coming in; made by `Uploads.begin`.

    Files come one after the other: `file`, then `write` as often as there are bytes, then the next.
    """

    def __init__(self, uploads: Uploads, user_id: str, folder: Path) -> None:
        self._uploads = uploads
        self._user_id = user_id
        self._folder = folder
        self._name = new_name(UPLOAD)
        self._aside = folder / f"{_ASIDE}{self._name}"
        self._lock = FileLock(self._aside / _ALIVE, timeout=0, mode=FILE_MODE, thread_local=False)
        self._open: BinaryIO | None = None
        self._digest = hashlib.sha256()
        self._files: list[UploadedFile] = []
        self._names: set[str] = set()
        self._form = ""
        self._size = 0

    def __enter__(self) -> Self:
        private_folder(self._aside)
        self._lock.acquire()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._open:
            self._open.close()
        shutil.rmtree(self._aside, ignore_errors=True)
        self._lock.release()
        if isinstance(error, OSError) and error.errno in _FULL:
            raise SurroundingsError(
                "the upload does not fit on the disk", remedy="free space there, then upload again"
            ) from error

    def file(self, name: str) -> None:
        """Begin the next file.

        Raises
        ------
        UploadRefusedError
            If its name may not be, came before, or there are too many files.
        """
        self._close()
        place = len(self._files) + 1
        if place > self._uploads.limits.files:
            raise UploadRefusedError(f"more than {self._uploads.limits.files} files", remedy="upload them in parts")
        plain = safe_name(name, place)
        self._form = form_of(plain, place)
        if plain.casefold() in self._names:
            raise UploadRefusedError(f"file {place}: its name came before", remedy="name each file differently")
        self._names.add(plain.casefold())
        handle = os.open(self._aside / plain, os.O_WRONLY | os.O_CREAT | os.O_EXCL, FILE_MODE)
        self._open = os.fdopen(handle, "wb")
        self._current = plain
        self._begun = self._size
        self._digest = hashlib.sha256()

    def write(self, piece: bytes) -> None:
        """Add bytes to the file that was begun last.

        Raises
        ------
        UploadTooLargeError
            If all files together are more than is allowed; nothing of the upload stays.
        """
        if self._open is None:
            raise UploadRefusedError("bytes before a file", remedy="send files as parts of a form")
        self._size += len(piece)
        if self._size > self._uploads.limits.size:
            raise UploadTooLargeError(
                f"the upload is larger than {self._uploads.limits.size:,} bytes", remedy="upload it in parts"
            )
        self._digest.update(piece)
        self._open.write(piece)

    def close(self) -> Upload:
        """End the last file; return what would be committed.

        Raises
        ------
        UploadRefusedError
            If there is no file, or one is not what its name says.
        """
        self._close()
        if not self._files:
            raise UploadRefusedError("no file came", remedy="send files as parts of a form, each with its name")
        return Upload(self._name, self._user_id, datetime.now(UTC), None, tuple(self._files))

    def commit(self, upload_id: str = "") -> Upload:
        """Make the upload whole: on the disk, then in the database.

        Parameters
        ----------
        upload_id
            Its name where a repeated request must not make a second one; that one is returned then.
        """
        self._name = upload_id or self._name
        upload = self.close()
        with suppress(UnknownNameError):
            return self._uploads.get(self._name)
        # The mark of life must not stand among the files of an upload.
        (self._aside / _ALIVE).unlink(missing_ok=True)
        publish(self._aside, self._folder / self._name)
        self._uploads.record(upload)
        return upload

    def _close(self) -> None:
        if self._open is None:
            return
        self._open.close()
        self._open = None
        place = len(self._files) + 1
        check(self._aside / self._current, self._form, place, self._uploads.limits.archive)
        self._files.append(UploadedFile(self._current, self._form, self._size - self._begun, self._digest.hexdigest()))


def keep(connection: Connection, upload_id: str, user_id: str) -> None:
    """See to it, in a transaction that queues a job, that the files of an upload are there and stay.

    Raises
    ------
    UnknownNameError
        If there is no such upload of this user, or its files are gone.
    """
    if not _hold(connection, upload_id):
        raise _unknown()
    row = connection.execute(select(uploads).where(uploads.c.upload_id == upload_id)).one()
    if row.user_id != user_id or row.removed_at:
        raise _unknown()


def _hold(connection: Connection, upload_id: str) -> bool:
    """Let nobody else decide about an upload until the transaction ends; False if there is none."""
    # A change that changes nothing takes the lock on both databases; reading would not on SQLite.
    same = update(uploads).where(uploads.c.upload_id == upload_id).values(user_id=uploads.c.user_id)
    return bool(connection.execute(same).rowcount)


def _unknown() -> UnknownNameError:
    return UnknownNameError("there is no such upload, or its files are gone", remedy="upload them again")


def _abandoned(path: Path) -> bool:
    """Whether nobody is at work in a folder that no row names."""
    try:
        if time.time() - path.stat().st_mtime < _SURELY_STARTED:
            return False
        if not path.name.startswith(_ASIDE):
            return True
        with FileLock(path / _ALIVE, timeout=0, mode=FILE_MODE):
            return True
    except (OSError, Timeout):
        return False
