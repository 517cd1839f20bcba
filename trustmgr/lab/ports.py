"""Listening sockets on loopback: one port number for IPv4 and, where it exists, IPv6."""

from __future__ import annotations

import errno
import socket
import sys

from trustmgr.errors import UsageError

#: Connections that may wait to be accepted.
BACKLOG = 128
_TRIES = 50


def listen(port: int) -> list[socket.socket]:
    """Sockets that listen on `port` of 127.0.0.1 and ::1; 0 finds one that is free on both.

    Raises `UsageError` when the port cannot be had.
    """
    for _ in range(_TRIES):
        try:
            return _listen(port)
        except OSError as error:
            if port:
                raise _refused(port, error) from error
    raise UsageError(
        "No free port was found on the loopback address.",
        "End programs that listen on many ports and try again.",
    )


def _listen(port: int) -> list[socket.socket]:
    first = _bound(socket.AF_INET, "127.0.0.1", port)
    try:
        second = _bound(socket.AF_INET6, "::1", first.getsockname()[1]) if has_ipv6() else None
    except OSError:
        first.close()
        raise
    return [first] if second is None else [first, second]


def has_ipv6() -> bool:
    """Whether ::1 can be listened on."""
    if not socket.has_ipv6:
        return False
    try:
        _bound(socket.AF_INET6, "::1", 0).close()
    except OSError:
        return False
    return True


def _bound(family: socket.AddressFamily, address: str, port: int) -> socket.socket:
    listener = socket.socket(family, socket.SOCK_STREAM)
    try:
        if sys.platform == "win32":
            # There SO_REUSEADDR would let two programs share the port.
            listener.setsockopt(socket.SOL_SOCKET, socket.SO_EXCLUSIVEADDRUSE, 1)
        else:
            listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        if family == socket.AF_INET6:
            listener.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 1)
        listener.bind((address, port))
        listener.listen(BACKLOG)
        listener.setblocking(False)
    except OSError:
        listener.close()
        raise
    return listener


def _refused(port: int, error: OSError) -> UsageError:
    if error.errno == errno.EADDRINUSE:
        return UsageError(
            f"Port {port} is in use by another program.",
            "Choose another with --port, or --port 0 for free ones.",
        )
    if error.errno == errno.EACCES:
        return UsageError(
            f"The operating system does not allow this user to listen on port {port}.",
            "Choose one above 1024 with --port.",
        )
    reason = error.strerror or type(error).__name__
    return UsageError(
        f"Port {port} cannot be listened on: {reason}.", "Choose another with --port."
    )
