"""What a site of the lab is: first as defined in the table, then as running."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from trustmgr.lab.peer import Peer
    from trustmgr.lab.pki import Pki

#: Names under it are loopback and never asked of DNS (RFC 6761 section 6.3).
DOMAIN = "localhost"
LOOPBACK = "127.0.0.1"
#: Any name under it is a good site of the main port, with a certificate of its own.
MANY = f"many.{DOMAIN}"


class Behaviour(Protocol):
    """What a site does with a connection."""

    async def serve(self, peer: Peer) -> None:
        """Serve one connection and end it. May raise `OSError`, `EOFError` and `TimeoutError`."""
        ...


@dataclass(frozen=True)
class Definition:
    """One entry of the table.

    `causes` is what inspecting the site has to show when the lab's root is the only anchor, and
    `verdict` the conclusion. `host` is how the site is asked for; empty: ``<name>.localhost``.
    """

    name: str
    description: str
    make: Callable[[Pki, str], Behaviour]
    causes: frozenset[str] = field(default=frozenset())
    verdict: str = ""
    host: str = ""
    starttls: str | None = None

    @property
    def asked_as(self) -> str:
        """The host of the site's target: a name under localhost, or the loopback address."""
        return self.host or f"{self.name}.{DOMAIN}"

    def running(self, port: int) -> Site:
        """The site as it is served on `port`."""
        return Site(
            name=self.name,
            host=self.asked_as,
            port=port,
            causes=self.causes,
            verdict=self.verdict or ("untrusted" if self.causes else "trusted"),
            description=self.description,
            target=f"{self.asked_as}:{port}",
            starttls=self.starttls,
        )


@dataclass(frozen=True)
class Site:
    """A running site. `target` is the text to give to ``trustmgr inspect``.

    `starttls` names the protocol with which a connection works when the port begins in plain text.
    """

    name: str
    host: str
    port: int
    causes: frozenset[str]
    verdict: str
    description: str
    target: str
    starttls: str | None = None


@dataclass(frozen=True)
class Lab:
    """The running lab. `port` is the main one, where the site is chosen by server name."""

    port: int
    http_port: int
    ca_file: Path
    ca_der: bytes
    sites: dict[str, Site]

    def many(self, count: int) -> list[str]:
        """Targets of so many good sites, each with a name and a certificate of its own."""
        return [f"n{number}.{MANY}:{self.port}" for number in range(count)]
