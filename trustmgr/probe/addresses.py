"""Names to addresses, in bounded time and without asking anybody about localhost."""

from __future__ import annotations

import ipaddress
import socket
from functools import partial

from trustmgr.probe.deadline import Deadline
from trustmgr.probe.waits import Finished

#: More addresses than these are not tried: four refusals say as much as twenty.
MOST = 4


class NameNotFound(Exception):
    """The name has no address, or the answer did not come in time; the text says which."""


async def resolve(host: str, deadline: Deadline) -> tuple[str, ...]:
    """At most `MOST` numeric addresses in the system's order of preference.

    Names under ``localhost`` are loopback (RFC 6761 section 6.3). Raises `NameNotFound` and
    `Cancelled`. The system's resolver cannot be interrupted.
    """
    if is_address(host):
        return (host,)
    if host == "localhost" or host.endswith(".localhost"):
        return ("127.0.0.1", "::1")
    answer: list[str | OSError | UnicodeError] = []
    if not await Finished(partial(_ask, host, answer), deadline):
        raise NameNotFound("no answer in time")
    failures = [str(item) for item in answer if not isinstance(item, str)]
    if failures:
        raise NameNotFound(failures[0])
    return tuple(dict.fromkeys(item for item in answer if isinstance(item, str)))[:MOST]


def _ask(host: str, answer: list[str | OSError | UnicodeError]) -> None:
    try:
        for *_, place in socket.getaddrinfo(host, None, type=socket.SOCK_STREAM):
            answer.append(str(place[0]))
    except OSError as error:
        answer.append(OSError(error.strerror or str(error)))
    except UnicodeError as error:  # labels longer than 63 octets
        answer.append(error)


def is_address(host: str) -> bool:
    """Whether this is an IPv4 or IPv6 address, and so no name to send as SNI."""
    try:
        ipaddress.ip_address(host)
    except ValueError:
        return False
    return True


def is_private(address: str) -> bool:
    """Whether an address cannot be reached from everywhere: loopback, link-local, RFC 1918 and the like."""
    parsed = ipaddress.ip_address(address)
    if isinstance(parsed, ipaddress.IPv6Address) and parsed.ipv4_mapped is not None:
        parsed = parsed.ipv4_mapped
    return not parsed.is_global or parsed.is_multicast
