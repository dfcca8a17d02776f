"""Looking from outside: which ports are free, and whether a server answers to its password."""

from __future__ import annotations

import errno
import socket
from types import ModuleType
from typing import TYPE_CHECKING

from ringfinder.errors import SurroundingsError
from ringfinder.neo4j.server.home import HOST, Ports

if TYPE_CHECKING:
    from neo4j import Driver

_PATIENCE = 5.0


def settle_ports(bolt: int, http: int) -> Ports:
    """The ports asked for, with free ones in place of 0.

    Raises
    ------
    SurroundingsError
        If something listens on one of them.
    """
    # Both are held at once, so that the second is not the first again.
    with _listener(bolt, "Bolt", "--bolt-port") as first, _listener(http, "HTTP", "--http-port") as second:
        return Ports(first.getsockname()[1], second.getsockname()[1])


def answers(ports: Ports, user: str, password: str) -> bool:
    """Whether the server takes a connection of the driver, and the Browser's page is there.

    Raises
    ------
    SurroundingsError
        If it refuses the password.
    """
    neo4j = driver_module()
    driver: Driver = neo4j.GraphDatabase.driver(
        f"bolt://{HOST}:{ports.bolt}", auth=(user, password), connection_timeout=_PATIENCE
    )
    with driver:
        try:
            driver.verify_connectivity()
        except neo4j.exceptions.AuthError:
            raise SurroundingsError(
                f"the server on port {ports.bolt} refuses the password",
                remedy="write the password that it was changed to into the file `password` of its home",
            ) from None
        except (neo4j.exceptions.DriverError, neo4j.exceptions.Neo4jError):
            return False
    return _listens(ports.http)


def driver_module() -> ModuleType:
    """The Neo4j driver, imported when a server is really needed.

    Raises
    ------
    SurroundingsError
        If the extra is not installed.
    """
    try:
        import neo4j  # noqa: PLC0415 - an extra, and 136 MB once imported
    except ModuleNotFoundError:
        raise SurroundingsError("the Neo4j driver is not installed", remedy="pip install 'ringfinder[neo4j]'") from None
    return neo4j


def _listener(port: int, name: str, option: str) -> socket.socket:
    listener = socket.socket()
    # As the server itself does: a connection that has just ended does not block the port.
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((HOST, port))
        listener.listen()
    except OSError as error:
        listener.close()
        why = "is in use" if error.errno == errno.EADDRINUSE else f"cannot be used ({error.strerror})"
        raise SurroundingsError(
            f"port {port} for {name} {why}",
            remedy=f"end what listens there, or choose another: {option} PORT (0: any free one)",
        ) from None
    return listener


def _listens(port: int) -> bool:
    try:
        with socket.create_connection((HOST, port), timeout=_PATIENCE):
            return True
    except OSError:
        return False
