"""Where messages may go: hosts that the site has named, and of their addresses none that is inside.

A name is resolved once for each message, every address is looked at, and the connection goes to the very
address that was looked at. So a name that resolves to something else a moment later gains nothing.
"""

from __future__ import annotations

import ipaddress
import os
import re
import socket
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from ringfinder.errors import InputError
from ringfinder.jobs.refusals import AddressRefusedError

HOSTS_VARIABLE = "RINGFINDER_WEBHOOK_HOSTS"
NETWORKS_VARIABLE = "RINGFINDER_WEBHOOK_NETWORKS"

IPAddress = ipaddress.IPv4Address | ipaddress.IPv6Address
Network = ipaddress.IPv4Network | ipaddress.IPv6Network
Resolver = Callable[[str, int], Sequence[str]]
"""The addresses of a host, as text."""

_LONGEST = 2048
_HOST = re.compile(r"(?=.{1,253}$)([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)*[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?")
_PATH = re.compile(r"[!-~]*")  # visible ASCII: nothing that would end a line of the request
_PORTS = {"https": 443, "http": 80}
_MOST_PORT = 65535
# Addresses that carry another one: it counts as well.
_NAT64 = ipaddress.ip_network("64:ff9b::/96")
_COMPATIBLE = ipaddress.ip_network("::/96")
_LOW = 0xFFFFFFFF
# What one version of Python or another holds for open to all: protocols of the net itself (one cloud keeps
# its metadata there), shared by carriers, old site-local, translation for a network's own use.
_INSIDE = tuple(map(ipaddress.ip_network, ("192.0.0.0/24", "100.64.0.0/10", "fec0::/10", "64:ff9b:1::/48")))


@dataclass(frozen=True, slots=True)
class Place:
    """An address of the web, taken apart."""

    scheme: str
    host: str
    port: int
    path: str

    @property
    def authority(self) -> str:
        """Host and, where it is not the usual one, port."""
        return self.host if self.port == _PORTS[self.scheme] else f"{self.host}:{self.port}"


def networks_of(written: Iterable[str]) -> tuple[Network, ...]:
    """Networks as somebody writes them.

    Raises
    ------
    InputError
        If one is no network.
    """
    try:
        return tuple(ipaddress.ip_network(one) for one in written)
    except ValueError:
        raise InputError(
            f"{NETWORKS_VARIABLE} or the setting webhooks.networks names something that is no network",
            remedy="such as 10.20.0.0/16",
        ) from None


@dataclass(frozen=True, slots=True)
class Rules:
    """What the site allows.

    Parameters
    ----------
    hosts
        Names, ``*.example.com`` for every name below one, with ``:PORT`` for another port than 443.
    networks
        Networks inside that may be reached all the same.
    http
        Whether a connection may go unencrypted: for tests alone.
    """

    hosts: tuple[str, ...] = ()
    networks: tuple[Network, ...] = field(default=())
    http: bool = False

    @classmethod
    def from_environment(cls) -> Rules:
        """What the environment says; nothing is allowed where it says nothing.

        Raises
        ------
        InputError
            If it names something that is no network.
        """
        hosts = [part.strip().lower() for part in os.environ.get(HOSTS_VARIABLE, "").split(",")]
        written = [part.strip() for part in os.environ.get(NETWORKS_VARIABLE, "").split(",")]
        return cls(tuple(host for host in hosts if host), networks_of([part for part in written if part]))

    def place(self, url: str) -> Place:
        """The place that a URL names.

        Raises
        ------
        AddressRefusedError
            If it is no plain address of the web, or its host is not allowed.
        """
        place = _place(url)
        if place.scheme != "https" and not self.http:
            raise AddressRefusedError("a webhook's address begins with https://", remedy="encrypt the receiver")
        if not any(_fits(pattern, place) for pattern in self.hosts):
            raise AddressRefusedError(
                "the host of the webhook is not on the site's list", remedy=f"have it added to {HOSTS_VARIABLE}"
            )
        return place

    def reachable(self, place: Place, resolve: Resolver) -> tuple[str, ...]:
        """The addresses of a place, if every one of them may be reached.

        Raises
        ------
        AddressRefusedError
            If one is not, or the name has none.
        """
        try:
            found = tuple(dict.fromkeys(resolve(place.host, place.port)))
            addresses = [ipaddress.ip_address(one) for one in found]
        except (OSError, ValueError):
            found, addresses = (), []
        if not addresses:
            raise AddressRefusedError("the host of the webhook has no address", remedy="mend its name")
        if not all(self._may_reach(one) for one in addresses):
            raise AddressRefusedError(
                "the host of the webhook has an address inside", remedy=f"have its network added to {NETWORKS_VARIABLE}"
            )
        return found

    def _may_reach(self, address: IPAddress) -> bool:
        meant = _meant(address)
        return any(meant in network for network in self.networks if network.version == meant.version) or _outside(meant)


def resolve(host: str, port: int) -> Sequence[str]:
    """Ask the system for the addresses of a host."""
    return [str(found[4][0]) for found in socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)]


def _place(url: str) -> Place:
    wrong = AddressRefusedError("that is no address of a webhook", remedy="write it as https://host/path")
    if len(url) > _LONGEST or not _PATH.fullmatch(url):
        raise wrong
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        raise wrong from None
    host = parts.hostname or ""
    usual = _PORTS.get(parts.scheme)
    if usual is None or "@" in parts.netloc or parts.fragment or "\\" in url or not _HOST.fullmatch(host):
        raise wrong
    if port is not None and not 0 < port <= _MOST_PORT:
        raise wrong
    path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    return Place(parts.scheme, host, port or usual, path)


def _fits(pattern: str, place: Place) -> bool:
    host, _, port = pattern.partition(":")
    if place.port != (int(port) if port.isdigit() else _PORTS[place.scheme]):
        return False
    return place.host == host or (host.startswith("*.") and place.host.endswith(host[1:]))


def _meant(address: IPAddress) -> IPAddress:
    """The address behind one that carries another: mapped, compatible, 6to4, Teredo or NAT64."""
    if isinstance(address, ipaddress.IPv4Address):
        return address
    carried = address.ipv4_mapped or address.sixtofour or (address.teredo[1] if address.teredo else None)
    if carried is None and (address in _NAT64 or (address in _COMPATIBLE and int(address) > 1)):
        carried = ipaddress.IPv4Address(int(address) & _LOW)
    return carried or address


def _outside(address: IPAddress) -> bool:
    """Whether it is an address of the open Internet; those of cloud metadata are link-local, shared or private."""
    if any(address in network for network in _INSIDE if network.version == address.version):
        return False
    return address.is_global and not (address.is_multicast or address.is_reserved or address.is_loopback)
