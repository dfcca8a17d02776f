"""Which Neo4j to talk to, and what its errors mean to a user."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import unquote, urlsplit

from ringfinder.errors import SurroundingsError
from ringfinder.neo4j.server import default_home, status
from ringfinder.neo4j.server.probe import driver_module

if TYPE_CHECKING:
    from neo4j import Driver as Driver  # noqa: PLC0414 - handed on to whoever may not import the driver

URL_VARIABLE = "RINGFINDER_NEO4J_URL"
USER_VARIABLE = "RINGFINDER_NEO4J_USER"
PASSWORD_VARIABLE = "RINGFINDER_NEO4J_PASSWORD"  # noqa: S105 - the name of a variable
PASSWORD_FILE_VARIABLE = "RINGFINDER_NEO4J_PASSWORD_FILE"  # noqa: S105 - the name of a variable
BROWSER_VARIABLE = "RINGFINDER_NEO4J_BROWSER"

_BROWSER = "http://127.0.0.1:7474/browser/"
_MAJOR = 5
_SCHEMES = frozenset({"bolt", "bolt+s", "bolt+ssc", "neo4j", "neo4j+s", "neo4j+ssc"})
_FULL = re.compile("(disk|store|storage|space).*(full|exceed|left)|no space", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Address:
    """Where a server is and who asks; the password never shows."""

    uri: str
    user: str
    password: str = field(repr=False)
    browser: str


def find_address(home: Path | None = None) -> Address:
    """The server named in the environment, else the one of one's own that runs.

    Raises
    ------
    SurroundingsError
        If there is neither.
    """
    url = os.environ.get(URL_VARIABLE, "")
    if url:
        return _named(url)
    running = status(home or default_home()).running
    if running is None:
        raise SurroundingsError(
            "no Neo4j server runs",
            remedy=f"start one with `ringfinder neo4j up`, or name yours in {URL_VARIABLE}",
        )
    password = running.password_file.read_text(encoding="utf-8").strip()
    return Address(running.uri, running.user, password, running.browser)


def browser_address(home: Path) -> str:
    """Address of Browser: of the server at hand, else where it stands by default."""
    try:
        return find_address(home).browser
    except SurroundingsError:
        return _BROWSER


def _named(url: str) -> Address:
    """The address that a URL says; the URL itself may hold a password, and is in no message."""
    try:
        parts = urlsplit(url)
        known = parts.scheme in _SCHEMES and bool(parts.hostname) and parts.port != 0
    except ValueError:
        known = False
    if not known:
        raise SurroundingsError(
            f"{URL_VARIABLE} names no Neo4j",
            remedy="write it as bolt://HOST:7687 or neo4j+s://HOST; Browser's address (http) is another",
        )
    where = parts.netloc.rpartition("@")[2]
    user = unquote(parts.username or "") or os.environ.get(USER_VARIABLE, "neo4j")
    host = f"[{parts.hostname}]" if ":" in str(parts.hostname) else parts.hostname
    browser = os.environ.get(BROWSER_VARIABLE) or f"http://{host}:7474/browser/"
    return Address(f"{parts.scheme}://{where}", user, unquote(parts.password or "") or _password(), browser)


def _password() -> str:
    file = os.environ.get(PASSWORD_FILE_VARIABLE, "")
    if not file:
        return os.environ.get(PASSWORD_VARIABLE, "")
    try:
        return Path(file).read_text(encoding="utf-8").strip()
    except OSError as error:
        raise SurroundingsError(
            f"the password file {file} cannot be read: {error.strerror}", remedy=f"mend {PASSWORD_FILE_VARIABLE}"
        ) from None


@contextmanager
def connected(address: Address) -> Iterator[Driver]:
    """A driver whose server answers and is of a version that we know.

    Raises
    ------
    SurroundingsError
        If the server is away, refuses the password, or is another version; also for whatever it says
        while the block runs.
    """
    neo4j = driver_module()
    try:
        with neo4j.GraphDatabase.driver(
            address.uri,
            auth=(address.user, address.password),
            notifications_min_severity="OFF",
            telemetry_disabled=True,
            connection_timeout=10.0,
            max_transaction_retry_time=60.0,
        ) as driver:
            driver.verify_connectivity()
            _check_version(driver, address)
            yield driver
    except (neo4j.exceptions.Neo4jError, neo4j.exceptions.DriverError) as error:
        raise translated(error, address.uri) from None


def _check_version(driver: Driver, address: Address) -> None:
    found = driver.execute_query("CALL dbms.components() YIELD versions RETURN versions[0] AS version").records
    version = str(found[0]["version"])
    if version.partition(".")[0] != str(_MAJOR):
        raise SurroundingsError(
            f"the Neo4j at {address.uri} is version {version}; ringfinder works with {_MAJOR}.x",
            remedy="name another server, or start one with `ringfinder neo4j up`",
        )


def translated(error: Exception, uri: str) -> SurroundingsError:
    """What an error of the driver or the server means, without parameters or passwords."""
    neo4j = driver_module()
    code = str(getattr(error, "code", "") or type(error).__name__)
    if isinstance(error, neo4j.exceptions.AuthError):
        return SurroundingsError(
            f"the Neo4j at {uri} refuses the user or password",
            remedy=f"mend {USER_VARIABLE} and {PASSWORD_VARIABLE} (or {PASSWORD_FILE_VARIABLE})",
        )
    if isinstance(error, neo4j.exceptions.ServiceUnavailable | neo4j.exceptions.SessionExpired):
        return SurroundingsError(
            f"there is no Neo4j at {uri}, or it went away",
            remedy="start it (`ringfinder neo4j up`), then repeat: what was written stays, the rest follows",
        )
    if _FULL.search(str(getattr(error, "message", "") or "")):
        return SurroundingsError(
            f"the disk of the Neo4j at {uri} is full ({code})", remedy="free space there, then repeat"
        )
    if "MemoryPool" in code or "OutOfMemory" in code:
        return SurroundingsError(
            f"the Neo4j at {uri} has not enough memory ({code})",
            remedy="give it more (`ringfinder neo4j up --heap 4g`), then repeat",
        )
    return SurroundingsError(f"the Neo4j at {uri} says {code}", remedy="see its log; then repeat")
