"""Small servers on loopback: each does one thing with every connection."""

from __future__ import annotations

import contextlib
import socket
import threading
from collections.abc import Callable, Iterator

from cryptography import x509
from OpenSSL import SSL, crypto

from tests.making import Made

Talk = Callable[[socket.socket], None]


@contextlib.contextmanager
def serving(talk: Talk, host: str = "127.0.0.1") -> Iterator[int]:
    """A port where `talk` is done with every connection, in a thread of its own."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.create_server((host, 0), family=family) as listener:
        threading.Thread(target=_accept, args=(listener, talk), daemon=True).start()
        yield listener.getsockname()[1]
        with contextlib.suppress(OSError):
            listener.shutdown(socket.SHUT_RDWR)


def _accept(listener: socket.socket, talk: Talk) -> None:
    while True:
        try:
            connection, _ = listener.accept()
        except OSError:
            return
        threading.Thread(target=_one, args=(connection, talk), daemon=True).start()


def _one(connection: socket.socket, talk: Talk) -> None:
    connection.settimeout(20)
    with connection, contextlib.suppress(OSError, SSL.Error):
        talk(connection)


def tls(
    *chain: Made,
    setup: Callable[[SSL.Context], None] = lambda context: None,
    staple: bytes = b"",
) -> Talk:
    """TLS with this chain (leaf first) and nothing said inside."""
    context = SSL.Context(SSL.TLS_SERVER_METHOD)
    context.set_cipher_list(b"ALL:@SECLEVEL=0")
    context.use_certificate(chain[0].certificate)
    context.use_privatekey(chain[0].key)
    for one in chain[1:]:
        context.add_extra_chain_cert(one.certificate)
    context.set_ocsp_server_callback(lambda connection, data: staple)
    setup(context)

    def talk(connection: socket.socket) -> None:
        inside = SSL.Connection(context, connection)
        connection.settimeout(None)
        inside.set_accept_state()
        inside.do_handshake()
        inside.recv(1)

    return talk


def saying(data: bytes, *, after: bool = False, linger: bool = True) -> Talk:
    """These bytes, at once or after the client's first, and then silence until it leaves."""

    def talk(connection: socket.socket) -> None:
        if after:
            connection.recv(65536)
        connection.sendall(data)
        if linger:
            while connection.recv(65536):
                pass

    return talk


def http(answers: dict[str, tuple[bytes, bytes]], asked: list[bytes] | None = None) -> Talk:
    """A web server: path -> (header lines with status line, body). Everything else is 404."""

    def talk(connection: socket.socket) -> None:
        request = b""
        while b"\r\n\r\n" not in request:
            request += connection.recv(65536)
        if asked is not None:
            asked.append(request)
        head, body = answers.get(request.split(b" ")[1].decode(), (b"HTTP/1.0 404 No", b""))
        connection.sendall(head + b"\r\n\r\n" + body)

    return talk


def pem(certificate: x509.Certificate) -> bytes:
    return crypto.dump_certificate(crypto.FILETYPE_PEM, crypto.X509.from_cryptography(certificate))
