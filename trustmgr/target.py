"""What the user asks about: a site, or certificate files."""

from __future__ import annotations

from dataclasses import dataclass

#: Protocols that begin in plain text and switch to TLS when asked (RFC 3207 and relatives).
STARTTLS_PROTOCOLS = ("smtp", "imap", "pop3", "ldap", "ftp", "postgres", "mysql", "xmpp")


@dataclass(frozen=True)
class Target:
    """One site, or the certificates of a file.

    `host` is what to connect to, as ASCII: an A-label name, an IPv4 or an IPv6 address without
    brackets. `server_name` is the name to check, and to send as SNI unless it is an address.
    For files both may be None: then no name is checked.
    """

    text: str  # as the user gave it
    host: str | None = None
    port: int | None = None
    server_name: str | None = None
    starttls: str | None = None
    connect: tuple[str, int] | None = None  # where to connect instead of host:port
    files: tuple[str, ...] = ()

    @property
    def is_file(self) -> bool:
        """Whether certificates come from files instead of a connection."""
        return bool(self.files)
