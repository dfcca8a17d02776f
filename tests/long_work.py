"""What tests of the service's long work share: a user, a small portfolio, and jobs done by real processes."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime
from pathlib import Path

from sqlalchemy import Engine, insert

from ringfinder.jobs.uploads import Upload, Uploads
from ringfinder.store.schema import users

USER, OTHER = "user-1", "user-2"


def add_users(engine: Engine, *names: str) -> None:
    """Users that may own jobs."""
    at = datetime.now(UTC)
    rows = [{"user_id": name, "name": name, "service": False, "created_at": at} for name in names or (USER, OTHER)]
    with engine.begin() as connection:
        connection.execute(insert(users), rows)


def upload_folder(uploads: Uploads, folder: Path, user: str = USER) -> Upload:
    """Bring all files of a folder, as the service does."""
    return upload_files(uploads, ((path.name, path.read_bytes()) for path in sorted(folder.iterdir())), user)


def upload_files(uploads: Uploads, files: Iterable[tuple[str, bytes]], user: str = USER) -> Upload:
    """Bring files one by one."""
    with uploads.begin(user) as incoming:
        for name, content in files:
            incoming.file(name)
            for start in range(0, len(content), 1 << 16):
                incoming.write(content[start : start + (1 << 16)])
        return incoming.commit()
