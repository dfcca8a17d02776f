"""What is known of a running instance, kept in `run/instance.json` of its home."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from pathlib import Path

from ringfinder.errors import SurroundingsError
from ringfinder.neo4j.server.distribution import Versions
from ringfinder.neo4j.server.home import HOST, Home, Ports, write_private
from ringfinder.neo4j.server.process import mark

USER = "neo4j"
DATABASE = "neo4j"


@dataclass(frozen=True, slots=True)
class Running:
    """A running instance, and how to reach it.

    Parameters
    ----------
    home
        Its folder.
    pid
        Number of its process.
    started
        Mark of that process (`process.mark`), which a later one of the same number does not bear.
    ports
        Its ports on the loopback.
    versions
        Versions that it was started with.
    """

    home: Path
    pid: int
    started: str
    ports: Ports
    versions: Versions

    @property
    def uri(self) -> str:
        """Address for the driver."""
        return f"bolt://{HOST}:{self.ports.bolt}"

    @property
    def user(self) -> str:
        """Name to log in with."""
        return USER

    @property
    def password_file(self) -> Path:
        """File with the password."""
        return Home(self.home).password_file

    @property
    def browser(self) -> str:
        """Address of Neo4j Browser, connected to this instance."""
        return f"http://{HOST}:{self.ports.http}/browser/?dbms={self.uri}&db={DATABASE}"


@dataclass(frozen=True, slots=True)
class Status:
    """Whether an instance runs in `home`, and which."""

    home: Path
    running: Running | None


def read_status(home: Home) -> Status:
    """Read the state; one whose process has ended counts as none.

    Raises
    ------
    SurroundingsError
        If the file is damaged, so that a running process could be overlooked.
    """
    try:
        said = json.loads(home.state_file.read_text(encoding="utf-8"))
        running = Running(
            home.path, int(said["pid"]), str(said["started"]), Ports(**said["ports"]), Versions(**said["versions"])
        )
    except (FileNotFoundError, NotADirectoryError):
        return Status(home.path, None)
    except (ValueError, KeyError, TypeError):
        raise SurroundingsError(
            f"{home.state_file} is damaged, so it is not known whether a server runs",
            remedy="end its java process, if `ps` shows one with this folder, then remove the file",
        ) from None
    return Status(home.path, running if mark(running.pid) == running.started else None)


def write_state(home: Home, running: Running) -> None:
    """Keep what is needed to find the process again."""
    told = {
        "pid": running.pid,
        "started": running.started,
        "ports": asdict(running.ports),
        "versions": asdict(running.versions),
    }
    write_private(home.state_file, json.dumps(told, indent=2) + "\n")
