"""Serves the application with uvicorn until it is told to stop; running requests are finished."""

from __future__ import annotations

import signal
import socket
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager

import uvicorn

from ringfinder.errors import SurroundingsError
from ringfinder_api.app import create_app
from ringfinder_api.patience import patient
from ringfinder_api.site import Site

GRACE = 30
"""Seconds that running requests have after the service is told to stop."""

_BACKLOG = 512


def serve(site: Site, host: str, port: int, ready: Callable[[str], None]) -> None:
    """Serve a site in this process, until SIGTERM or SIGINT.

    Parameters
    ----------
    port
        0 for any that is free.
    ready
        Told the address once the service answers there.

    Raises
    ------
    SurroundingsError
        If the address cannot be used.
    """
    with _listening(host, port) as listener:
        config = uvicorn.Config(
            create_app(site),
            http=patient(site.settings.limits.seconds),
            log_config=None,  # we log by ourselves: uvicorn's lines hold paths
            access_log=False,
            server_header=False,
            proxy_headers=False,
            lifespan="off",
            timeout_graceful_shutdown=GRACE,
        )
        address = _address(listener)
        site.long_work.start()
        server = _Server(config, lambda: ready(address))
        with _stopped_well():
            server.run(sockets=[listener])


@contextmanager
def _stopped_well() -> Iterator[None]:
    """Being told to stop is no failure: the server, which repeats to us the signals that it followed, is not heard."""
    before = {one: signal.signal(one, lambda *_: None) for one in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield
    finally:
        for one, handler in before.items():
            signal.signal(one, handler)


def _listening(host: str, port: int) -> socket.socket:
    try:
        family, kind, _, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
        with ExitStack() as undo:
            listener = undo.enter_context(socket.socket(family, kind))
            listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            listener.bind(address)
            listener.listen(_BACKLOG)
            undo.pop_all()
            return listener
    except OSError as error:
        raise SurroundingsError(
            f"{host}:{port} cannot be used: {error.strerror}", remedy="choose another --host or --port"
        ) from None


def _address(listener: socket.socket) -> str:
    host, port = listener.getsockname()[:2]
    return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"


class _Server(uvicorn.Server):
    """Tells when it answers."""

    def __init__(self, config: uvicorn.Config, ready: Callable[[], None]) -> None:
        super().__init__(config)
        self._ready = ready

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Start, and tell."""
        await super().startup(sockets)
        if self.started:
            self._ready()
