"""As much of HTTP/1.1 (RFC 9112) as one answer on each connection takes."""

from __future__ import annotations

import html
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from email.utils import formatdate
from http import HTTPStatus

MAX_HEAD = 16 * 1024
MAX_BODY = 64 * 1024


class BadRequest(ValueError):
    """What came is no HTTP request, or too big."""


@dataclass(frozen=True)
class Request:
    """What was asked."""

    method: str
    path: str
    body: bytes = b""


@dataclass(frozen=True)
class Response:
    """What is answered."""

    status: int
    content_type: str
    body: bytes
    location: str = ""

    def encode(self, *, head_only: bool = False) -> bytes:
        """The bytes to send; the connection ends behind them."""
        head = (
            f"HTTP/1.1 {self.status} {HTTPStatus(self.status).phrase}\r\n"
            f"Date: {formatdate(usegmt=True)}\r\n"
            "Server: trustmgr-lab\r\n"
            f"Content-Type: {self.content_type}\r\n"
            f"Content-Length: {len(self.body)}\r\n"
            + (f"Location: {self.location}\r\n" if self.location else "")
            + "Connection: close\r\n\r\n"
        )
        return head.encode("ascii") + (b"" if head_only else self.body)


async def read_request(receive: Callable[[], Awaitable[bytes]]) -> Request | None:
    """One request; None when the client says nothing. Raises `BadRequest`."""
    data = b""
    while b"\r\n\r\n" not in data:
        more = await receive()
        if not more:
            if data:
                raise BadRequest("half a request")
            return None
        data += more
        if len(data) > MAX_HEAD:
            raise BadRequest("the head is too long")
    head, _, body = data.partition(b"\r\n\r\n")
    request_line, *fields = head.decode("latin-1").split("\r\n")
    words = request_line.split(" ")
    if len(words) != 3 or not words[2].startswith("HTTP/1."):
        raise BadRequest("no request line")
    length = _content_length(fields)
    while len(body) < length:
        more = await receive()
        if not more:
            raise BadRequest("half a body")
        body += more
    return Request(words[0], words[1].partition("?")[0], body[:length])


def _content_length(fields: list[str]) -> int:
    for field in fields:
        key, _, value = field.partition(":")
        if key.strip().lower() == "content-length":
            digits = value.strip()
            if not (digits.isascii() and digits.isdigit() and len(digits) <= 9):
                raise BadRequest("no length")
            if int(digits) > MAX_BODY:
                raise BadRequest("the body is too long")
            return int(digits)
    return 0


def page(title: str, text: str) -> Response:
    """A small page that a browser shows and a terminal can read."""
    title, text = html.escape(title), html.escape(text)
    body = (
        f'<!DOCTYPE html>\n<html lang="en"><head><meta charset="utf-8"><title>{title}</title></head>\n'
        f"<body><h1>{title}</h1>\n<p>{text}</p></body></html>\n"
    )
    return Response(200, "text/html; charset=utf-8", body.encode())


def redirection(location: str) -> Response:
    """Status 302 to an address (ASCII)."""
    return Response(302, "text/plain", b"", location)


def bad_request(text: str) -> Response:
    """Status 400 with a sentence."""
    return Response(400, "text/plain", f"{text}\n".encode())
