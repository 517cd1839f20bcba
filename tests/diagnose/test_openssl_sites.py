"""Sites that our lab did not make: keys, certificates and servers of the `openssl` program."""

from __future__ import annotations

import contextlib
import shutil
import socket
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from trustmgr.engine import Engine, InspectOptions
from trustmgr.probe.targets import parse_target
from trustmgr.report import Report

pytestmark = pytest.mark.skipif(shutil.which("openssl") is None, reason="not installed: openssl")

KEYS = {
    "rsa-2048": ("-newkey", "rsa:2048"),
    "p-256": ("-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256"),
    "p-521": ("-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-521"),
    "ed25519": ("-newkey", "ed25519"),
    "rsa-pss": ("-newkey", "rsa-pss", "-pkeyopt", "rsa_keygen_bits:2048"),
}


def openssl(*words: str) -> None:
    subprocess.run(["openssl", *words], check=True, capture_output=True)


def self_signed(folder: Path, key: tuple[str, ...], *more: str) -> None:
    openssl(
        *("req", "-x509", *key, "-nodes", "-keyout", str(folder / "key.pem")),
        *("-out", str(folder / "cert.pem"), "-subj", "/CN=localhost", "-days", "9", *more),
    )


@contextlib.contextmanager
def s_server(folder: Path, *more: str) -> Iterator[int]:
    """`openssl s_server` on a free port."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    server = subprocess.Popen(
        [
            *("openssl", "s_server", "-accept", f"127.0.0.1:{port}", "-quiet"),
            *("-key", str(folder / "key.pem"), "-cert", str(folder / "cert.pem"), *more),
        ],
        stdin=subprocess.PIPE,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        for _ in range(100):
            with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port)):
                break
            time.sleep(0.05)
        yield port
    finally:
        server.kill()
        server.communicate()


def inspect(port: int, *roots: Path) -> Report:
    options = InspectOptions(roots=roots, timeout=5)
    return Engine().inspect(parse_target(f"localhost:{port}"), options)


def causes(report: Report) -> list[str]:
    return [finding.cause for finding in report.findings]


SAN = ("-addext", "subjectAltName=DNS:localhost")


@pytest.mark.parametrize("key", KEYS)
def test_self_signed_as_everybody_makes_them(key: str, tmp_path: Path) -> None:
    other = tmp_path / "other"
    other.mkdir()
    self_signed(other, KEYS["p-256"])
    self_signed(tmp_path, KEYS[key], *SAN)
    with s_server(tmp_path) as port:
        assert causes(inspect(port, other / "cert.pem")) == ["self-signed"]
        trusted = inspect(port, tmp_path / "cert.pem")
    assert causes(trusted) == []
    assert trusted.verdict == "trusted"


def test_without_san(tmp_path: Path) -> None:
    self_signed(tmp_path, KEYS["p-256"])
    with s_server(tmp_path) as port:
        assert causes(inspect(port, tmp_path / "cert.pem")) == ["no-san"]


@pytest.mark.parametrize("key", KEYS)
def test_a_chain_made_with_openssl_alone(key: str, tmp_path: Path) -> None:
    authority = tmp_path / "ca"
    authority.mkdir()
    self_signed(authority, KEYS["p-256"])
    request = tmp_path / "request.pem"
    openssl(
        *("req", "-new", *KEYS[key], "-nodes", "-keyout", str(tmp_path / "key.pem")),
        *("-out", str(request), "-subj", "/CN=localhost", *SAN),
    )
    openssl(
        *("x509", "-req", "-in", str(request), "-CA", str(authority / "cert.pem")),
        *("-CAkey", str(authority / "key.pem"), "-CAcreateserial", "-days", "9"),
        *("-copy_extensions", "copy", "-out", str(tmp_path / "cert.pem")),
    )
    other = tmp_path / "other"
    other.mkdir()
    self_signed(other, KEYS["p-256"])
    with s_server(tmp_path) as port:
        assert causes(inspect(port, authority / "cert.pem")) == []
        assert causes(inspect(port, other / "cert.pem")) == ["missing-intermediate"]
    chain = ("-cert_chain", str(authority / "cert.pem"))
    with s_server(tmp_path, *chain) as port:
        assert causes(inspect(port, other / "cert.pem")) == ["untrusted-root"]


def test_tls_1_2_only_is_fine(tmp_path: Path) -> None:
    self_signed(tmp_path, KEYS["p-256"], *SAN)
    with s_server(tmp_path, "-tls1_2") as port:
        report = inspect(port, tmp_path / "cert.pem")
    assert causes(report) == []
    assert report.evidence.best_attempt is not None
    assert report.evidence.best_attempt.tls_version == "TLSv1.2"


def test_old_protocol_and_a_client_certificate(tmp_path: Path) -> None:
    self_signed(tmp_path, KEYS["rsa-2048"], *SAN)
    anchor = tmp_path / "cert.pem"
    old = ("-tls1_1", "-cipher", "ALL:@SECLEVEL=0")
    with s_server(tmp_path, *old) as port:
        assert causes(inspect(port, anchor)) == ["protocol-version"]
    for version in ("-tls1_2", "-tls1_3"):
        with s_server(tmp_path, version, "-Verify", "1", "-CAfile", str(anchor)) as port:
            assert causes(inspect(port, anchor)) == ["client-certificate-required"]
        with s_server(tmp_path, version, "-verify", "1", "-CAfile", str(anchor)) as port:
            assert causes(inspect(port, anchor)) == []
