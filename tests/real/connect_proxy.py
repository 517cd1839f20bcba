"""An HTTP proxy that leads every name to loopback, for clients that would ask DNS."""

from __future__ import annotations

import contextlib
import socket
import threading
from types import TracebackType

from tests.real.said import LOOPBACK


class ConnectProxy:
    """CONNECT alone (RFC 9110 section 9.3.6). `address` is for ``https_proxy``."""

    def __enter__(self) -> ConnectProxy:
        self._listener = socket.create_server((LOOPBACK, 0))
        self.address = f"http://{LOOPBACK}:{self._listener.getsockname()[1]}"
        threading.Thread(target=self._accept, daemon=True).start()
        return self

    def __exit__(
        self,
        _kind: type[BaseException] | None,
        _error: BaseException | None,
        _at: TracebackType | None,
    ) -> None:
        self._listener.close()

    def _accept(self) -> None:
        with contextlib.suppress(OSError):
            while True:
                client, _ = self._listener.accept()
                threading.Thread(target=_serve, args=(client,), daemon=True).start()


def _serve(client: socket.socket) -> None:
    with client, contextlib.suppress(OSError):
        head = b""
        while b"\r\n\r\n" not in head:
            head += client.recv(4096)
        port = int(head.split()[1].rpartition(b":")[2])
        with socket.create_connection((LOOPBACK, port)) as site:
            client.sendall(b"HTTP/1.1 200 Connection established\r\n\r\n")
            back = threading.Thread(target=_copy, args=(site, client), daemon=True)
            back.start()
            _copy(client, site)
            back.join()


def _copy(source: socket.socket, target: socket.socket) -> None:
    """Until the end, which is passed on; a reset is passed on as one."""
    with contextlib.suppress(OSError):
        try:
            while block := source.recv(65536):
                target.sendall(block)
            target.shutdown(socket.SHUT_WR)
        except ConnectionResetError:
            target.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\1\0\0\0\0\0\0\0")
            target.close()
