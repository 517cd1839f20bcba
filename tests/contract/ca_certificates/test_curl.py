"""A real client of the store."""

from __future__ import annotations

import os
import socket
import ssl
import subprocess
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from platform_backends.base import SERVER_AUTH_ONLY
from platform_backends.linux_ca_certificates import CaCertificatesStore
from tests.contract.ca_certificates.system import INSTALLED
from tests.making import Made, make

pytestmark = INSTALLED


@contextmanager
def tls_server(leaf: Made, tmp_path: Path) -> Iterator[int]:
    """Answers every connection with one line of HTTP until it ends."""
    file = tmp_path / "leaf.pem"
    file.write_bytes(leaf.pem + leaf.key_pem)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(file)
    listening = socket.create_server(("127.0.0.1", 0))

    def serve() -> None:
        while True:
            try:
                raw, _ = listening.accept()
            except OSError:
                return
            try:
                with context.wrap_socket(raw, server_side=True) as connection:
                    connection.recv(4096)
                    connection.sendall(b"HTTP/1.0 200 OK\r\nContent-Length: 2\r\n\r\nok")
            except OSError:
                pass

    thread = threading.Thread(target=serve, daemon=True)
    thread.start()
    try:
        yield listening.getsockname()[1]
    finally:
        listening.shutdown(socket.SHUT_RDWR)
        listening.close()
        thread.join(10)


def test_curl_accepts_the_site_after_and_not_before(
    store: CaCertificatesStore, tmp_path: Path
) -> None:
    if not os.access("/usr/bin/curl", os.X_OK):
        pytest.skip("not installed: curl")
    root = make("Real Root", ca=True)
    leaf = make("localhost", root)

    def curl(port: int) -> int:
        url = f"https://localhost:{port}/"
        argv = ["/usr/bin/curl", "-sS", "--noproxy", "*", "--max-time", "20", url]
        done = subprocess.run(argv, env={"PATH": "/usr/bin"}, capture_output=True, check=False)
        return done.returncode

    with tls_server(leaf, tmp_path) as port:
        assert curl(port) == 60  # CURLE_PEER_FAILED_VERIFICATION
        store.add(root.der, SERVER_AUTH_ONLY)
        assert curl(port) == 0
        store.remove(root.sha256)
        assert curl(port) == 60
