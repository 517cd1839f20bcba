"""Proof: real programs of this machine try the target, each in its own process.

To add a client: one file in this folder, and one line in `_TABLE` (or `_OF_SYSTEM`, `_OWN`).
"""

from __future__ import annotations

import re
import sys
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from importlib import import_module
from typing import TYPE_CHECKING

from trustmgr.clients.base import Attempt, Client, ClientResult, Sandbox, environment
from trustmgr.clients.sandbox import sandbox_files
from trustmgr.errors import Cancelled, UsageError
from trustmgr.progress import Progress
from trustmgr.target import Target

if TYPE_CHECKING:
    from trustmgr.ground import Ground

#: id -> "module:class". Tried unless others are named; these read the machine's own store.
_TABLE = {
    "python": "trustmgr.clients.python:Python",
    "curl": "trustmgr.clients.curl:Curl",
    "openssl": "trustmgr.clients.openssl:OpenSsl",
}
#: The verdict of the system itself, where there is one; tried with those above.
_OF_SYSTEM: dict[str, dict[str, str]] = {
    "darwin": {"macos.trust": "trustmgr.clients.macos_trust:MacosTrust"},
    "win32": {"windows.schannel": "trustmgr.clients.schannel:Schannel"},
}
#: Those with settings or stores of their own, some of which take seconds: tried when they are named,
#: or all are.
_OWN = {
    "gnutls": "trustmgr.clients.gnutls:GnuTls",
    "git": "trustmgr.clients.git:Git",
    "wget": "trustmgr.clients.wget:Wget",
    "pip": "trustmgr.clients.pip:Pip",
    "npm": "trustmgr.clients.npm:Npm",
    "node": "trustmgr.clients.node:Node",
    "requests": "trustmgr.clients.requests:Requests",
    "httpx": "trustmgr.clients.httpx:Httpx",
    "go": "trustmgr.clients.go:Go",
    "cargo": "trustmgr.clients.cargo:Cargo",
    "aws": "trustmgr.clients.aws:Aws",
    "java": "trustmgr.clients.java:Java",
    "chromium": "trustmgr.clients.chromium:Chromium",
    "firefox": "trustmgr.clients.firefox:Firefox",
}
#: The id that stands for all of them.
ALL = "all"
#: What may be handed to another program as a host: names as ASCII, IPv4, IPv6.
_HOST = re.compile(r"(?!-)[A-Za-z0-9_.:-]{1,255}")
_LOOPBACK = ("127.0.0.1", "::1")


@dataclass(frozen=True)
class _Place:
    """Where to connect, and what to check."""

    address: str
    port: int
    name: str


def known() -> tuple[str, ...]:
    """The ids of the clients that are tried unless others are named: who reads the machine's store."""
    return (*_of_system(), *_TABLE)


def everything() -> tuple[str, ...]:
    """The ids of all clients, also those with stores of their own."""
    return (*known(), *_OWN)


def _of_system() -> dict[str, str]:
    return _OF_SYSTEM.get(sys.platform, {})


def client(identity: str) -> Client:
    """One client. Raises `UsageError` for an unknown id."""
    table = {**_of_system(), **_TABLE, **_OWN}
    if identity not in table:
        names = ", ".join((*table, ALL))
        raise UsageError(f"There is no client {identity!r}.", f"Known clients: {names}.")
    module, name = table[identity].split(":")
    made: Client = getattr(import_module(module), name)()
    return made


def verify(
    engine: Ground, target: Target, ids: Sequence[str], progress: Progress, timeout: float
) -> tuple[ClientResult, ...]:
    """Every client of the machine's store, or those named (`ALL`: all), at the same time; `timeout` in seconds for each connection.

    Raises `UsageError` for an unknown id or a target that is no site, and `Cancelled`.
    """
    named = everything() if ALL in ids else ids or known()
    clients = [client(identity) for identity in dict.fromkeys(named)]
    place = _place(target, timeout)
    progress.say(f"Asking {', '.join(c.title for c in clients)}")
    with sandbox_files(engine) as sandbox, ThreadPoolExecutor(len(clients)) as pool:
        attempt = Attempt(target, place.address, place.port, place.name, timeout, progress, sandbox)
        results = tuple(pool.map(lambda c: _try(c, attempt), clients))
    progress.check()
    return results


def _try(asked: Client, attempt: Attempt) -> ClientResult:
    program = asked.find()
    store = _store(asked, attempt.sandbox)
    if program is None:
        return ClientResult(asked.id, asked.title, None, "not installed", store)
    try:
        return asked.try_(program, attempt)
    except Cancelled:
        return ClientResult(asked.id, asked.title, None, "stopped", store)
    except OSError as error:
        why = f"{program} cannot be started: {error.strerror or error}"
        return ClientResult(asked.id, asked.title, None, why, store)


def _store(asked: Client, sandbox: Sandbox | None) -> str:
    return sandbox.store if sandbox else asked.store(environment())


def _place(target: Target, timeout: float) -> _Place:
    if target.host is None or target.is_file:
        raise UsageError(
            "Only a site can be verified, not a file.",
            "Give its address: trustmgr verify HOST:PORT",
        )
    name = target.server_name or target.host
    address, port = target.connect or (target.host, target.port or 443)
    for text in (name, address):
        if not _HOST.fullmatch(text):
            raise UsageError(f"{text!r} is no host name.", "Give a name or an address.")
    if address.lower().rstrip(".").split(".")[-1] == "localhost":
        address = _loopback(port, timeout)
    return _Place(address, port, name.rstrip("."))


def _loopback(port: int, timeout: float) -> str:
    """The loopback address that answers (RFC 6761 section 6.3: such names are never asked of DNS)."""
    import socket
    from contextlib import suppress

    for address in _LOOPBACK:
        with suppress(OSError), socket.create_connection((address, port), timeout):
            return address
    return _LOOPBACK[0]
