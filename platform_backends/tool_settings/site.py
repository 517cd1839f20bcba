"""One site, as the ids of stores for it name it: ``HOST:PORT``."""

from __future__ import annotations

import re
from dataclasses import dataclass
from ipaddress import AddressValueError, IPv6Address

from platform_backends.base import StoreUnavailable

HTTPS = 443

_HOST = re.compile(r"[a-z0-9](?:[a-z0-9._-]{0,251}[a-z0-9])?")
_PARTS = re.compile(r"(?:\[(?P<v6>[0-9A-Fa-f:.]+)\]|(?P<host>[^:\[\]]+)):(?P<port>[0-9]{1,5})")


@dataclass(frozen=True)
class Site:
    """`host` is lower-case ASCII, an IPv6 address without brackets. Made by `of` and `parse` alone."""

    host: str
    port: int

    @classmethod
    def of(cls, host: str, port: int) -> Site:
        """Raises `StoreUnavailable` for what is no host name, no address or no port."""
        name = host.lower().removesuffix(".")
        if ":" in name:
            try:
                name = IPv6Address(name).compressed
            except AddressValueError as error:
                raise _malformed(f"[{host}]:{port}") from error
        if "%" in name or not (":" in name or _HOST.fullmatch(name)) or not 0 < port < 65536:
            raise _malformed(f"{host}:{port}")
        return cls(name, port)

    @classmethod
    def parse(cls, text: str) -> Site:
        """The reverse of ``str``. Raises `StoreUnavailable`."""
        found = _PARTS.fullmatch(text)
        if found is None:
            raise _malformed(text)
        return cls.of(found["v6"] or found["host"], int(found["port"]))

    @property
    def bracketed(self) -> str:
        """The host as it stands in a URL (RFC 3986 section 3.2.2)."""
        return f"[{self.host}]" if ":" in self.host else self.host

    @property
    def authority(self) -> str:
        """As people write it in URLs: the port of https is left out."""
        return self.bracketed if self.port == HTTPS else str(self)

    def __str__(self) -> str:
        return f"{self.bracketed}:{self.port}"


def _malformed(text: str) -> StoreUnavailable:
    return StoreUnavailable(
        f"{text!r} is not the host and port of a site.",
        "Write a host name or an address and a port, such as git.example.org:443 or [::1]:8443.",
    )
