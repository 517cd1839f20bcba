"""Real clients for the lab's tests: openssl and curl as processes, and pyOpenSSL by hand."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
from dataclasses import dataclass, field
from typing import Any

import pytest
from cryptography import x509
from OpenSSL import SSL

from trustmgr.lab import Lab, Site

MODERN = "ECDHE+AESGCM:ECDHE+CHACHA20:DHE+AESGCM:DHE+CHACHA20"

needs_openssl = pytest.mark.skipif(not shutil.which("openssl"), reason="not installed: openssl")
needs_curl = pytest.mark.skipif(not shutil.which("curl"), reason="not installed: curl")


def run(*words: str, stdin: bytes = b"", timeout: float = 30) -> tuple[int, str]:
    """Exit code, and everything written."""
    done = subprocess.run(
        words,
        input=stdin,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        timeout=timeout,
        env={k: v for k, v in os.environ.items() if "PROXY" not in k.upper()},
        check=False,
    )
    return done.returncode, done.stdout.decode("utf-8", "replace")


def is_name(host: str) -> bool:
    return not host[0].isdigit()


def s_client(lab: Lab, site: Site, *more: str) -> str:
    """What ``openssl s_client`` says about the site's own port, judged by the lab's root."""
    named = ["-servername", site.host, "-verify_hostname", site.host] if is_name(site.host) else []
    anchor = ["-CAfile", str(lab.ca_file), "-no-CApath", "-no-CAstore"]
    where = ["-connect", f"127.0.0.1:{site.port}"]
    return run("openssl", "s_client", *where, *anchor, *named, *more)[1]


def curl(lab: Lab, *words: str) -> tuple[int, str]:
    return run("curl", "-sS", "-m", "20", "--cacert", str(lab.ca_file), *words)


@dataclass
class Seen:
    """What one handshake showed."""

    error: str = ""
    chain: list[x509.Certificate] = field(default_factory=list)
    staple: bytes = b""
    version: str = ""
    cipher: str = ""
    body: bytes = b""

    @property
    def leaf(self) -> x509.Certificate:
        return self.chain[0]


def look(
    port: int,
    name: str | None = None,
    *,
    address: str = "127.0.0.1",
    ciphers: str = MODERN,
    lowest: int = SSL.TLS1_2_VERSION,
    ask: bool = False,
) -> Seen:
    """One handshake that accepts everything, with a request behind it when `ask`."""
    context = SSL.Context(SSL.TLS_METHOD)
    context.set_cipher_list(f"{ciphers}:@SECLEVEL=0".encode())
    context.set_min_proto_version(lowest)
    seen = Seen()

    def staple(_connection: Any, data: bytes, _extra: Any) -> bool:
        seen.staple = data
        return True

    context.set_ocsp_client_callback(staple)
    with socket.create_connection((address, port), timeout=20) as raw:
        raw.settimeout(None)  # pyOpenSSL wants a blocking socket; pytest-timeout guards
        connection = SSL.Connection(context, raw)
        connection.set_connect_state()
        connection.request_ocsp()
        if name is not None:
            connection.set_tlsext_host_name(name.encode())
        try:
            connection.do_handshake()
            seen.chain = list(connection.get_peer_cert_chain(as_cryptography=True) or [])
            seen.version = connection.get_protocol_version_name()
            seen.cipher = connection.get_cipher_name() or ""
            if ask:
                connection.sendall(b"GET / HTTP/1.1\r\nHost: x\r\n\r\n")
                while True:
                    seen.body += connection.recv(4096)
        except SSL.ZeroReturnError:
            pass
        except SSL.Error as error:
            seen.error = f"{type(error).__name__} {error}"
    return seen
