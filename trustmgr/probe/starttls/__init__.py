"""STARTTLS: protocols that begin in plain text and change to TLS when asked.

One file for each protocol, found by listing this folder: `PORT` is where it usually listens, and
``upgrade(stream, host)`` says what is to be said until TLS can begin. It raises `refused(...)`, or lets
the stream's own `ConnectionFailed` through.
"""

from __future__ import annotations

import pkgutil
from importlib import import_module
from types import ModuleType

from trustmgr.errors import UsageError
from trustmgr.evidence import Failure
from trustmgr.probe.stream import ConnectionFailed, Stream


def supported() -> tuple[str, ...]:
    """The protocols' names, sorted."""
    found = (entry.name for entry in pkgutil.iter_modules(__path__))
    return tuple(sorted(name for name in found if name != "lines"))


def protocol(name: str) -> ModuleType:
    """The file of one protocol. Raises `UsageError` for an unknown one."""
    if name not in supported():
        raise UsageError(
            "This protocol has no STARTTLS here.", f"Use one of: {', '.join(supported())}."
        )
    return import_module(f"{__name__}.{name}")


def default_port(name: str) -> int:
    """The port where a protocol usually listens. Raises `UsageError` for an unknown one."""
    port: int = protocol(name).PORT
    return port


async def upgrade(name: str, stream: Stream, host: str) -> None:
    """Speak the protocol until TLS can begin. Raises `ConnectionFailed` and `UsageError`."""
    await protocol(name).upgrade(stream, host)
    if stream.unread:  # injected before encryption began (CVE-2011-0411)
        raise refused(b"the server sent more than its consent: " + stream.unread)


def refused(answer: bytes) -> ConnectionFailed:
    """What to raise when the server does not want to."""
    words = answer.decode("utf-8", "replace").strip()[:300]
    return ConnectionFailed(Failure.STARTTLS_REFUSED, words or "no consent", answer[:512])
