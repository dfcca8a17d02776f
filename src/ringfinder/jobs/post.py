"""One message to one address: sent, its status read, and nothing else believed.

The standard library's client, for three things that matter here: it goes where the socket goes (no proxy of
the environment, no second resolution), it follows no redirect, and its socket can be shut from outside when
a receiver answers a byte a second.
"""

from __future__ import annotations

import errno
import http.client
import socket
import ssl
import threading
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass

from ringfinder.jobs.addresses import Place

CONNECT, ANSWER, ALTOGETHER = 5.0, 10.0, 20.0
"""Seconds for the connection, for each piece of the answer, and for everything."""

UNREACHED = frozenset({"refused", "unreachable"})
"""Words for a connection that did not come about: another address of the host may do."""

_READ = 4096
_LONGEST = 60
_NO_WAY = frozenset({errno.ENETUNREACH, errno.EHOSTUNREACH, errno.EADDRNOTAVAIL})


@dataclass(frozen=True, slots=True)
class Outcome:
    """The status that came, or in a word why none did."""

    status: int | None
    error: str = ""

    @property
    def accepted(self) -> bool:
        """Whether the receiver took the message."""
        return self.status is not None and 200 <= self.status < 300  # noqa: PLR2004 - as HTTP says


class _Pinned(http.client.HTTPConnection):
    """A connection to an address that was looked at, under the name of its host."""

    def __init__(self, place: Place, address: str, context: ssl.SSLContext) -> None:
        super().__init__(place.host, place.port, timeout=CONNECT)
        self._place = place
        self._address = address
        self._context = context
        self._wire: socket.socket | None = None  # the client forgets its socket once the head of an answer is there

    def connect(self) -> None:
        """Connect to the address itself; the certificate has to be the host's."""
        sock = socket.create_connection((self._address, self.port), CONNECT)
        sock.settimeout(ANSWER)
        self._wire = self.sock = sock
        if self._place.scheme == "https":
            self.sock = self._context.wrap_socket(sock, server_hostname=self._place.host, do_handshake_on_connect=False)
            self._wire = self.sock
            self.sock.do_handshake()

    def shut(self) -> None:
        """End whatever is being waited for; for another thread."""
        if self._wire is not None:
            with suppress(OSError):
                # The bare socket's own: that of an encrypted one changes what the other thread is reading with.
                socket.socket.shutdown(self._wire, socket.SHUT_RDWR)


def post(
    place: Place,
    address: str,
    headers: Mapping[str, str],
    body: bytes,
    *,
    context: ssl.SSLContext | None = None,
    altogether: float = ALTOGETHER,
) -> Outcome:
    """Send a message to one address of a place."""
    connection = _Pinned(place, address, context or ssl.create_default_context())
    late = threading.Timer(altogether, connection.shut)
    late.daemon = True
    late.start()
    try:
        connection.request("POST", place.path, body, {"Host": place.authority, "Connection": "close", **headers})
        answer = connection.getresponse()
        with suppress(OSError, http.client.HTTPException):
            answer.read(_READ)  # so that the receiver is not cut off in the middle of a short answer
        return Outcome(answer.status)
    except (OSError, http.client.HTTPException, ValueError) as error:
        return Outcome(None, _word(error))
    finally:
        late.cancel()
        connection.close()


_WORDS: tuple[tuple[type[Exception], str], ...] = (
    (ssl.SSLCertVerificationError, "certificate"),
    (ssl.SSLError, "tls"),
    (TimeoutError, "timeout"),
    (ConnectionRefusedError, "refused"),
    (http.client.HTTPException, "no HTTP"),
)


def _word(error: Exception) -> str:
    """What went wrong, without what the receiver said."""
    if isinstance(error, OSError) and error.errno in _NO_WAY:
        return "unreachable"
    return next((word for kind, word in _WORDS if isinstance(error, kind)), type(error).__name__[:_LONGEST])
