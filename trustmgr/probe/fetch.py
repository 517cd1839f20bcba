"""A very small http client for issuers, OCSP and CRLs: plain http, bounded in size and time.

Answers are authenticated by their own signatures, so plain http is what the standards use
(RFC 5280 section 8). Addresses of the private kind are asked only when the target has one too:
otherwise any certificate could make this machine talk to its neighbours.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TypeVar

from trustmgr.errors import UsageError
from trustmgr.evidence import Failure
from trustmgr.probe.addresses import NameNotFound, is_private, resolve
from trustmgr.probe.answers import Answers
from trustmgr.probe.deadline import Deadline
from trustmgr.probe.hostname import ascii_host
from trustmgr.probe.proxy import ProxyNotUsable, authorization, connect, proxy_for
from trustmgr.probe.stream import ConnectionFailed, Stream
from trustmgr.probe.waits import aside

T = TypeVar("T")

#: Largest answers in bytes.
MOST_CERTIFICATE = 1024 * 1024
MOST_OCSP = 1024 * 1024
MOST_CRL = 10 * 1024 * 1024

_MOST_HEADERS = 16384
_MOST_REDIRECTS = 3
_HTTP = re.compile(r"(?i:http)://([^/?#@\\\s]+)([^#\s]*)(?:#\S*)?")
_STATUS = re.compile(rb"HTTP/1\.[01] (\d{3})(?: ([^\r\n]*))?")


#: Media type and body of a POST.
Posted = tuple[str, bytes]


class FetchFailed(Exception):
    """No usable answer; the text says why."""


@dataclass(frozen=True)
class Fetcher:
    """How far fetching may go: until when, and whether to neighbours."""

    deadline: Deadline
    private_allowed: bool
    seconds: float = 5.0  # for one answer
    answers: Answers = field(default_factory=Answers)  # of all targets of this run

    async def get(self, url: str, most: int) -> bytes:
        """The body at an http address. Raises `FetchFailed` and `Cancelled`."""
        known = self.answers.find(url, private=self.private_allowed)
        if known is not None and len(known) <= most:
            return known
        body = await self._follow(url, None, most)
        return self.answers.keep(url, body, private=self.private_allowed)

    async def post(self, url: str, body: bytes, kind: str, most: int) -> bytes:
        """The answer to a body of the media type `kind`. Raises `FetchFailed` and `Cancelled`."""
        return await self._follow(url, (kind, body), most)

    async def read(self, parse: Callable[[], T]) -> T:
        """What `parse` makes of an answer; it may take its time while other targets go on.

        Raises what `parse` raises, `FetchFailed` when time is up, and `Cancelled`.
        """
        try:
            return await aside(parse, self.deadline)
        except TimeoutError as error:
            raise FetchFailed("the answer takes too long to read") from error

    async def _follow(self, url: str, posted: Posted | None, most: int) -> bytes:
        until = self.deadline.within(self.seconds)
        for _ in range(_MOST_REDIRECTS + 1):
            try:
                status, headers, answer = await self._ask(url, posted, most, until)
            except ConnectionFailed as failed:
                raise FetchFailed(failed.words) from failed
            if status in (301, 302, 303, 307, 308) and "location" in headers:
                url = _absolute(headers["location"], url)
                continue
            if status != 200:
                raise FetchFailed(f"the server answers with status {status}")
            return answer
        raise FetchFailed("redirected too often")

    async def _ask(
        self, url: str, posted: Posted | None, most: int, until: Deadline
    ) -> tuple[int, dict[str, str], bytes]:
        host, port, path = _split(url)
        stream, for_proxy = await self._open(host, port, until)
        where = f"[{host}]" if ":" in host else host
        where = where if port == 80 else f"{where}:{port}"
        prefix = "" if for_proxy is None else f"http://{where}"  # a proxy wants the whole address
        lines = [
            # HTTP/1.0: the answer ends with the connection, and is never in chunks
            f"{'POST' if posted else 'GET'} {prefix}{path} HTTP/1.0",
            f"Host: {where}",
            "Accept: */*",
            "Connection: close",
            *(for_proxy or []),
        ]
        kind, body = posted or ("", b"")
        if posted:
            lines += [f"Content-Type: {kind}", f"Content-Length: {len(body)}"]
        with stream:
            await stream.send("\r\n".join([*lines, "", ""]).encode("ascii") + body)
            status, headers = _head(await stream.read_until(b"\r\n\r\n", _MOST_HEADERS))
            return status, headers, await _body(stream, headers, most)

    async def _open(self, host: str, port: int, until: Deadline) -> tuple[Stream, list[str] | None]:
        """A stream, and the headers for a proxy when there is one in between."""
        try:
            proxy = proxy_for("http", host, port)
        except ProxyNotUsable:
            proxy = None
        if proxy is not None:
            return await connect(proxy, until), authorization(proxy)
        try:
            addresses = await resolve(host, until)
        except NameNotFound as error:
            raise FetchFailed(f"{host}: {error}") from error
        allowed = [one for one in addresses if self.private_allowed or not is_private(one)]
        if not allowed:
            raise FetchFailed(
                f"{host} is an address of the local network, and the target is not: not asked"
            )
        for address in allowed[:-1]:
            try:
                return await Stream.open(address, port, until.within(self.seconds / 2)), None
            except ConnectionFailed:
                continue
        return await Stream.open(allowed[-1], port, until), None


def _split(url: str) -> tuple[str, int, str]:
    match = _HTTP.fullmatch(url)
    if match is None or not url.isascii() or not url.isprintable():
        raise FetchFailed("not a plain http address")
    authority, path = match.groups()
    host, colon, digits = authority.rpartition(":")
    if not colon or authority.endswith("]"):
        host, digits = authority, ""
    if digits and not (digits.isdigit() and 0 < int(digits[:9]) < 65536):
        raise FetchFailed("not a plain http address")
    try:
        name = ascii_host(host)
    except UsageError as error:
        raise FetchFailed("not a plain http address") from error
    return name, int(digits or 80), path if path.startswith("/") else f"/{path}"


def _absolute(location: str, base: str) -> str:
    if location.startswith("/") and not location.startswith("//"):
        return "/".join(base.split("/", 3)[:3]) + location
    return location  # anything but an absolute http address is refused when it is split


def _head(head: bytes) -> tuple[int, dict[str, str]]:
    match = _STATUS.match(head)
    if match is None:
        raise FetchFailed("the answer is no http")
    headers = {}
    for line in head.split(b"\r\n")[1:]:
        name, _, value = line.partition(b":")
        headers[name.strip().lower().decode("latin-1")] = value.strip().decode("latin-1")
    return int(match[1]), headers


async def _body(stream: Stream, headers: dict[str, str], most: int) -> bytes:
    if "chunked" in headers.get("transfer-encoding", "").lower():
        raise FetchFailed("the answer is in chunks, which was not asked for")
    length = headers.get("content-length", "")
    wanted = int(length[:18]) if length.isascii() and length.isdigit() else None
    if wanted is not None and wanted > most:
        raise FetchFailed(f"the answer is bigger than {most} bytes")
    pieces: list[bytes] = []
    size = 0
    while wanted is None or size < wanted:
        try:
            piece = await stream.receive()
        except ConnectionFailed as failed:
            words = (
                "no answer in time" if failed.failure is Failure.HANDSHAKE_TIMEOUT else failed.words
            )
            raise FetchFailed(words) from failed
        if not piece:
            break
        pieces.append(piece)
        size += len(piece)
        if size > most:
            raise FetchFailed(f"the answer is bigger than {most} bytes")
    if wanted is not None and size < wanted:
        raise FetchFailed("the answer is cut off")
    return b"".join(pieces)[:wanted]
