"""The folder of one instance: its configuration, its password, its data, closed to everybody but its owner."""

from __future__ import annotations

import os
import secrets
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import filelock

from ringfinder.errors import InputError, SurroundingsError
from ringfinder.store.files import FILE_MODE, FOLDER_MODE

HOME_VARIABLE = "RINGFINDER_NEO4J_HOME"
DEFAULT_HOME = Path("ringfinder-neo4j")
HOST = "127.0.0.1"

_FOLDERS = ("conf", "data", "import", "logs", "run")
_PASSWORD_BYTES = 16
_PATIENCE = 900.0
_CONF = """\
# Written anew by each `ringfinder neo4j up`: what is changed here is lost. Folders are those of the home.
server.default_listen_address={host}
server.default_advertised_address={host}
server.bolt.listen_address={host}:{bolt}
server.bolt.advertised_address={host}:{bolt}
server.http.listen_address={host}:{http}
server.http.advertised_address={host}:{http}
server.https.enabled=false
server.directories.plugins=run/plugins
# Not set, this is the home itself, and LOAD CSV could read the password.
server.directories.import=import
server.memory.pagecache.size={page_cache}
dbms.usage_report.enabled=false
client.allow_telemetry=false
dbms.security.procedures.unrestricted=gds.*
"""


@dataclass(frozen=True, slots=True)
class Ports:
    """The two ports of an instance, both on the loopback."""

    bolt: int
    http: int


@dataclass(frozen=True, slots=True)
class Home:
    """The folder of one instance.

    Parameters
    ----------
    path
        The folder, as an absolute path.
    """

    path: Path

    @property
    def password_file(self) -> Path:
        """The file with the password, which only the owner may read."""
        return self.path / "password"

    @property
    def state_file(self) -> Path:
        """The file that tells of the running process."""
        return self.path / "run" / "instance.json"

    @property
    def console(self) -> Path:
        """What the server printed since its last start."""
        return self.path / "logs" / "console.log"

    @property
    def conf(self) -> Path:
        """Folder of the configuration."""
        return self.path / "conf"

    def used(self) -> bool:
        """Whether a server has been started here before, so that its password is settled."""
        return (self.path / "data" / "databases").exists()

    def environment(self) -> dict[str, str]:
        """The environment of the server and of `neo4j-admin`: ours, without what is meant for ringfinder."""
        ours = {name: value for name, value in os.environ.items() if not name.startswith("RINGFINDER_")}
        if sys.getfilesystemencoding() == "utf-8":
            ours["LC_ALL"] = "C.UTF-8"  # in the locale C, Java cannot find a folder with a Chinese name
        return {**ours, "NEO4J_HOME": str(self.path), "NEO4J_CONF": str(self.conf)}

    def make(self) -> None:
        """Make the folders.

        Raises
        ------
        InputError
            If a file stands in the place, or the name cannot stand in a class path.
        SurroundingsError
            If it cannot be made or written.
        """
        if ":" in str(self.path):
            raise InputError(f"Java cannot use a folder with a colon in its name: {self.path}", remedy="name another")
        if self.path.exists() and not self.path.is_dir():
            raise InputError(f"{self.path} is a file", remedy="name a folder with --home")
        try:
            self.path.mkdir(mode=FOLDER_MODE, parents=True, exist_ok=True)
            self.path.chmod(FOLDER_MODE)
            for name in _FOLDERS:
                (self.path / name).mkdir(mode=FOLDER_MODE, exist_ok=True)
        except OSError as error:
            raise SurroundingsError(
                f"the folder {self.path} cannot be used: {error.strerror}",
                remedy="choose another --home or mend its rights",
            ) from None

    def configure(self, distribution: Path, ports: Ports, page_cache: str) -> None:
        """Write the configuration for these ports, and point to the distribution's plugins."""
        # Neo4j reads its configuration as Latin-1: a path with Chinese in it would lead elsewhere, a link does not.
        plugins = self.path / "run" / "plugins"
        plugins.unlink(missing_ok=True)
        plugins.symlink_to(distribution / "plugins")
        write_private(self.conf / "neo4j.conf", conf_text(ports, page_cache))

    def password(self) -> str:
        """The password; a random one is made for an instance that has none.

        Raises
        ------
        SurroundingsError
            If the file is gone while the database still has its password.
        """
        if self.password_file.is_file():
            return self.password_file.read_text(encoding="utf-8").strip()
        if self.used():
            raise SurroundingsError(
                f"the password of this database is gone: there is no {self.password_file}",
                remedy=f"put it back, or remove {self.path / 'data'} and fill the database anew",
            )
        # Hexadecimal: it needs no quotes anywhere, and does not look like an option.
        made = secrets.token_hex(_PASSWORD_BYTES)
        write_private(self.password_file, f"{made}\n")
        return made

    @contextmanager
    def alone(self) -> Iterator[None]:
        """Keep other processes from starting or ending the same instance.

        Raises
        ------
        SurroundingsError
            If another one is at it for a quarter of an hour.
        """
        lock = filelock.FileLock(self.path / ".lock", mode=FILE_MODE)
        try:
            lock.acquire(timeout=_PATIENCE)
        except filelock.Timeout:
            raise SurroundingsError(
                f"another process is starting or ending the server in {self.path}", remedy="wait until it is done"
            ) from None
        try:
            yield
        finally:
            lock.release()


def default_home() -> Path:
    """Where the instance is unless said otherwise: `RINGFINDER_NEO4J_HOME`, else `ringfinder-neo4j` here."""
    return Path(os.environ.get(HOME_VARIABLE) or DEFAULT_HOME)


def conf_text(ports: Ports, page_cache: str) -> str:
    """The configuration; names that only the Enterprise edition knows would stop the start."""
    return _CONF.format(host=HOST, bolt=ports.bolt, http=ports.http, page_cache=page_cache)


def write_private(path: Path, text: str) -> None:
    """Write a file that only its owner may read, whole or not at all."""
    aside = path.with_name(f"{path.name}.new")
    aside.unlink(missing_ok=True)
    with os.fdopen(os.open(aside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, FILE_MODE), "w", encoding="utf-8") as file:
        file.write(text)
    aside.replace(path)
