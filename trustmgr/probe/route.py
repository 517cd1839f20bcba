"""The way to a target: directly or through a proxy, into TLS at once or by STARTTLS."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from trustmgr.probe.addresses import is_address
from trustmgr.probe.deadline import Deadline
from trustmgr.probe.stream import Stream
from trustmgr.target import Target

if TYPE_CHECKING:
    from trustmgr.probe.proxy import Proxy

#: Ports whose TLS carries something other than HTTP (IANA): there ALPN would be a foreign word.
_NOT_HTTP = {465, 563, 636, 853, 989, 990, 992, 993, 994, 995, 3269, 5061, 5223, 5671, 6697, 8883}


class Route(NamedTuple):
    """How to reach a target's TLS."""

    host: str
    port: int
    sni: str | None
    alpn: bool
    starttls: str | None = None
    proxy: Proxy | None = None

    @classmethod
    def to(cls, target: Target, proxy: Proxy | None) -> Route:
        """The route to a site; `target` is no file."""
        host, port = target.connect or (target.host or "", target.port or 443)
        name = target.server_name
        return cls(
            host=host,
            port=port,
            sni=name if name and not is_address(name) else None,
            alpn=target.starttls is None and (target.port or port) not in _NOT_HTTP,
            starttls=target.starttls,
            proxy=proxy,
        )

    @property
    def proxy_name(self) -> str:
        """``host:port`` of the proxy, for people; empty without one."""
        return str(self.proxy) if self.proxy else ""

    async def open(self, address: str, deadline: Deadline, patience: float | None = None) -> Stream:
        """A stream on which TLS can begin, connected within `patience` in seconds. Raises `ConnectionFailed` and `Cancelled`."""
        if self.proxy is not None:
            from trustmgr.probe.proxy import open_tunnel

            stream = await open_tunnel(self.proxy, address, self.port, deadline)
        else:
            stream = await Stream.open(address, self.port, deadline, patience)
        if self.starttls is None:
            return stream
        from trustmgr.probe.starttls import upgrade

        try:
            await upgrade(self.starttls, stream, self.sni or self.host)
        except BaseException:
            stream.close()
            raise
        return stream
