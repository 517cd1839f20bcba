"""The http proxy that the environment names, and tunnels through it (RFC 9110 section 9.3.6)."""

from __future__ import annotations

import ipaddress
import os
from dataclasses import dataclass

from trustmgr.evidence import Failure
from trustmgr.probe.addresses import NameNotFound, is_address, resolve
from trustmgr.probe.deadline import Deadline
from trustmgr.probe.stream import ConnectionFailed, Stream

_MOST_HEADERS = 16384  # bytes


@dataclass(frozen=True)
class Proxy:
    """A plain http proxy. `credentials` is ``user:password`` or empty; it is never shown."""

    host: str
    port: int
    credentials: str = ""

    def __str__(self) -> str:
        return f"{self.host}:{self.port}"

    def __repr__(self) -> str:
        return f"Proxy({self})"


class ProxyNotUsable(Exception):
    """The environment names a proxy that this program cannot use; the text says why."""


def proxy_for(scheme: str, host: str, port: int) -> Proxy | None:
    """The proxy of ``HTTPS_PROXY`` or ``HTTP_PROXY`` for a host; None: connect directly.

    Loopback never goes through one, nor what ``NO_PROXY`` names. Upper-case ``HTTP_PROXY`` is
    ignored as curl ignores it (in CGI programs it comes from a request's header).
    Raises `ProxyNotUsable`.
    """
    names = ["https_proxy", "HTTPS_PROXY"] if scheme == "https" else ["http_proxy"]
    settings = (os.environ.get(name, "").strip() for name in [*names, "all_proxy", "ALL_PROXY"])
    setting = next((text for text in settings if text), "")
    if not setting or _is_loopback(host) or _exempt(host, port):
        return None
    return _parse(setting)


async def open_tunnel(proxy: Proxy, host: str, port: int, deadline: Deadline) -> Stream:
    """A stream to ``host:port`` through the proxy. Raises `ConnectionFailed` and `Cancelled`."""
    stream = await connect(proxy, deadline)
    try:
        where = f"[{host}]:{port}" if ":" in host else f"{host}:{port}"
        lines = [f"CONNECT {where} HTTP/1.1", f"Host: {where}", *authorization(proxy)]
        await stream.send("\r\n".join([*lines, "", ""]).encode("ascii"))
        answer = await stream.read_until(b"\r\n\r\n", _MOST_HEADERS)
    except ConnectionFailed as failed:
        stream.close()
        raise ConnectionFailed(Failure.PROXY, f"{proxy}: {failed.words}") from failed
    except BaseException:
        stream.close()
        raise
    status = answer.split(b"\r\n", 1)[0].decode("latin-1")
    if status[:7] != "HTTP/1." or status[8:11] != " 20":
        stream.close()
        raise ConnectionFailed(Failure.PROXY, f"{proxy} answers: {status[:200]}")
    return stream


async def connect(proxy: Proxy, deadline: Deadline) -> Stream:
    """A stream to the proxy itself. Raises `ConnectionFailed` (always a proxy's failure)."""
    try:
        addresses = await resolve(proxy.host, deadline)
    except NameNotFound as error:
        raise ConnectionFailed(Failure.PROXY, f"{proxy}: {error}") from error
    for number, address in enumerate(addresses, 1):
        try:
            return await Stream.open(address, proxy.port, deadline)
        except ConnectionFailed as failed:
            if number == len(addresses) or deadline.expired:
                raise ConnectionFailed(Failure.PROXY, f"{proxy}: {failed.words}") from failed
    raise ConnectionFailed(Failure.PROXY, f"{proxy}: no address")


def authorization(proxy: Proxy) -> list[str]:
    """The header with the proxy's name and password, where it has them (RFC 7617)."""
    if not proxy.credentials:
        return []
    from base64 import b64encode

    return [f"Proxy-Authorization: Basic {b64encode(proxy.credentials.encode()).decode()}"]


def _parse(setting: str) -> Proxy:
    from urllib.parse import unquote, urlsplit

    try:
        parts = urlsplit(setting if "://" in setting else f"http://{setting}")
        host, port = parts.hostname, parts.port
    except ValueError as error:
        raise ProxyNotUsable(
            "The proxy that the environment names has no valid address."
        ) from error
    if parts.scheme != "http":
        raise ProxyNotUsable(
            f"The environment names a proxy of the kind {parts.scheme}, which this program does not "
            "speak; it connected directly."
        )
    if not host or not host.isascii():
        raise ProxyNotUsable("The proxy that the environment names has no valid address.")
    user = unquote(parts.username or "")
    credentials = f"{user}:{unquote(parts.password or '')}" if user else ""
    return Proxy(host, port or 80, credentials)


def _is_loopback(host: str) -> bool:
    if is_address(host):
        return ipaddress.ip_address(host).is_loopback
    return host == "localhost" or host.endswith(".localhost")


def _exempt(host: str, port: int) -> bool:
    """``NO_PROXY`` as curl and Go read it: names with their subdomains, addresses, networks, ``*``."""
    listed = os.environ.get("no_proxy") or os.environ.get("NO_PROXY") or ""
    for entry in listed.replace(" ", ",").lower().split(","):
        name = entry.removesuffix(f":{port}").strip("[]").lstrip("*").lstrip(".")
        if entry == "*" or (name and (host == name or host.endswith(f".{name}"))):
            return True
        if "/" in name and is_address(host) and _in_network(host, name):
            return True
    return False


def _in_network(host: str, network: str) -> bool:
    try:
        return ipaddress.ip_address(host) in ipaddress.ip_network(network, strict=False)
    except ValueError:
        return False
