"""A TLS server on loopback for real clients, with the standard library alone."""

from __future__ import annotations

import socket
import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from tests.making import Made

ANSWER = b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"


@contextmanager
def tls_server(
    folder: Path, *chain: Made, smtp: bool = False, greeting: bytes = b""
) -> Iterator[int]:
    """Serves `chain` (leaf first) until the block ends; gives the port. `greeting`: once TLS is up."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    pem = folder / f"server-{chain[0].sha256[:8]}.pem"
    pem.write_bytes(chain[0].key_pem + b"".join(made.pem for made in chain))
    context.load_cert_chain(pem)
    listener = socket.create_server(("127.0.0.1", 0))
    listener.settimeout(0.1)
    over = threading.Event()
    thread = threading.Thread(
        target=_accept, args=(listener, context, over, smtp, greeting), daemon=True
    )
    thread.start()
    try:
        yield listener.getsockname()[1]
    finally:
        over.set()
        thread.join(10)
        listener.close()


def _accept(
    listener: socket.socket,
    context: ssl.SSLContext,
    over: threading.Event,
    smtp: bool,
    greeting: bytes,
) -> None:
    while not over.is_set():
        with suppress(TimeoutError):
            plain, _ = listener.accept()
            threading.Thread(
                target=_serve, args=(plain, context, smtp, greeting), daemon=True
            ).start()


def _serve(plain: socket.socket, context: ssl.SSLContext, smtp: bool, greeting: bytes) -> None:
    plain.settimeout(10)
    with suppress(OSError), plain:
        if smtp:
            _until_starttls(plain)
        with context.wrap_socket(plain, server_side=True) as tls:
            tls.sendall(greeting)
            tls.recv(4096)
            tls.sendall(b"250 OK\r\n" if smtp else ANSWER)


def _until_starttls(plain: socket.socket) -> None:
    plain.sendall(b"220-mail.test\r\n220 ready\r\n")
    while True:
        line = plain.recv(1024)
        if not line:
            raise OSError("gone")
        if b"STARTTLS" in line:
            plain.sendall(b"220 go ahead\r\n")
            return
        plain.sendall(b"250-mail.test\r\n250-SIZE 1000\r\n250 STARTTLS\r\n")
