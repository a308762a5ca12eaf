"""What Hark may reach: this machine, and what the configuration names. systemd has the kernel hold it to that."""

import ipaddress
import socket
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from speaker.config import Config

_SETTINGS = ("host", "url")  # of a plugin, which name a place


@dataclass(frozen=True, slots=True)
class Named:
    """A place that the configuration names."""

    by: str
    """The key that names it."""
    host: str
    """A name or an address."""


@dataclass(frozen=True, slots=True)
class Reached:
    """A place, and the addresses that it has now."""

    place: Named
    addresses: tuple[str, ...]
    """Empty where it is not found."""

    @property
    def outside(self) -> bool:
        """Whether one of them is none of a house: the configuration wants it so, and should know."""
        return any(ipaddress.ip_address(address).is_global for address in self.addresses)


def named(config: Config) -> tuple[Named, ...]:
    """What the configuration names, but for this machine itself, each host once.

    The drivers of the home, and what plugins have under ``host`` or ``url``. What ``hark models`` and ``hark voices`` fetch is
    fetched by them and never by the service.
    """
    found: dict[str, Named] = {}
    for named in _all(config):
        if not _is_here(named.host):
            found.setdefault(named.host.lower(), named)
    return tuple(found.values())


def reached(place: Named, resolve: Callable[[str], tuple[str, ...]]) -> Reached:
    """The place with the addresses that it has now."""
    return Reached(place, (place.host,) if _is_address(place.host) else resolve(place.host))


def resolved(host: str) -> tuple[str, ...]:
    """The addresses behind a name; none where it is not found."""
    try:
        found = socket.getaddrinfo(host, None, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError):
        return ()
    return tuple(dict.fromkeys(str(entry[4][0]).partition("%")[0] for entry in found))


def rules(places: Iterable[Reached]) -> str:
    """One line a place, for a shell: ``ADDRESS,ADDRESS NAME``, where NAME is - for a place that is named by its address.

    Who has names in it has to look again some time, for addresses change; a name that is not found has no address: -.
    """
    lines = [
        f"{','.join(each.addresses) or '-'} {'-' if _is_address(each.place.host) else each.place.host}\n"
        for each in places
    ]
    return "".join(lines)


def _all(config: Config) -> Iterator[Named]:
    drivers = config.home.drivers
    if drivers.mqtt:
        yield Named("home.drivers.mqtt", drivers.mqtt.host)
    if drivers.homeassistant:
        yield from _of("home.drivers.homeassistant", {"url": drivers.homeassistant.url})
    for plugin, settings in config.plugins.items():
        yield from _of(f"plugins.{plugin}", settings)


def _of(by: str, settings: Mapping[str, Any]) -> Iterator[Named]:
    for key in _SETTINGS:
        said = settings.get(key)
        if isinstance(said, str) and said and not said.startswith(("/", "@")):  # a socket of this machine
            host = urlsplit(said).hostname if "://" in said else said
            if host:
                yield Named(by, host)


def _is_address(host: str) -> bool:
    try:
        ipaddress.ip_address(host)
    except ValueError:
        return False
    return True


def _is_here(host: str) -> bool:
    return host == "localhost" or (_is_address(host) and ipaddress.ip_address(host).is_loopback)
