"""What is seen of real connections, good and broken."""

from __future__ import annotations

import socket
import struct
import threading
import time
from collections.abc import Callable

import pytest
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509 import ocsp
from OpenSSL import SSL

from tests.making import Made, chain, make
from tests.probe.peers import Talk, saying, serving, tls
from tests.where import needs_resets
from trustmgr.engine import Engine, InspectOptions
from trustmgr.errors import Cancelled
from trustmgr.evidence import Attempt, Evidence, Failure, Offer
from trustmgr.probe.collect import collect
from trustmgr.probe.targets import parse_target
from trustmgr.progress import Progress

LEAF, MIDDLE, ROOT = chain("site.localhost")
#: OpenSSL hands over only what it can read as a response.
STAPLE = ocsp.OCSPResponseBuilder.build_unsuccessful(
    ocsp.OCSPResponseStatus.TRY_LATER
).public_bytes(Encoding.DER)
MODERN_ONLY = [Offer.MODERN]


def see(talk: Talk, *, timeout: float = 5.0, host: str = "site.localhost") -> Evidence:
    with serving(talk) as port:
        options = InspectOptions(timeout=timeout, network=False)
        return collect(parse_target(f"{host}:{port}"), options, (), Progress())


def best(talk: Talk, **options: float) -> Attempt:
    found = see(talk, **options).best_attempt  # type: ignore[arg-type]
    assert found is not None
    return found


def test_a_good_site() -> None:
    evidence = see(tls(LEAF, MIDDLE, staple=STAPLE))
    (attempt,) = evidence.attempts
    assert evidence.addresses == ("127.0.0.1", "::1")
    assert attempt.address == "127.0.0.1"
    assert attempt.offer is Offer.MODERN
    assert attempt.sni == "site.localhost"
    assert attempt.tls_version == "TLSv1.3"
    assert attempt.cipher and "AES" in attempt.cipher
    assert attempt.sent == (LEAF.der, MIDDLE.der)
    assert attempt.stapled_ocsp == STAPLE
    assert attempt.failure is None and attempt.alert is None
    assert not attempt.client_certificate_requested


def test_order_and_repetition_are_kept_as_sent() -> None:
    assert best(tls(LEAF, ROOT, MIDDLE, MIDDLE)).sent == (
        LEAF.der,
        ROOT.der,
        MIDDLE.der,
        MIDDLE.der,
    )


def test_server_names_and_alpn() -> None:
    asked: list[tuple[bytes | None, list[bytes]]] = []

    def choose(context: SSL.Context) -> None:
        def select(connection: SSL.Connection, offered: list[bytes]) -> bytes:
            asked.append((connection.get_servername(), offered))
            return offered[0]

        context.set_alpn_select_callback(select)

    assert best(tls(LEAF, setup=choose)).alpn == "h2"
    with serving(tls(LEAF, setup=choose)) as port:
        target = parse_target(f"127.0.0.1:{port}")
        evidence = Engine().collect(target, InspectOptions(roots=()), Progress())
    assert evidence.attempts[0].sni is None
    assert asked == [(b"site.localhost", [b"h2", b"http/1.1"]), (None, [b"h2", b"http/1.1"])]


def only(*ciphers: str, version: int = SSL.TLS1_2_VERSION) -> Callable[[SSL.Context], None]:
    def setup(context: SSL.Context) -> None:
        context.set_max_proto_version(version)
        if ciphers:
            context.set_cipher_list(":".join([*ciphers, "@SECLEVEL=0"]).encode())

    return setup


RSA = make("site.localhost", key=rsa.generate_private_key(65537, 2048))


@pytest.mark.parametrize(
    ("setup", "version", "cipher"),
    [
        (only(version=SSL.TLS1_VERSION), "TLSv1", "SHA"),
        (only(version=SSL.TLS1_1_VERSION), "TLSv1.1", "SHA"),
        (only("AES128-GCM-SHA256"), "TLSv1.2", "AES128-GCM-SHA256"),
        (only("AES256-SHA"), "TLSv1.2", "AES256-SHA"),
        (only("CAMELLIA128-SHA"), "TLSv1.2", "CAMELLIA128-SHA"),
    ],
    ids=["tls-1.0", "tls-1.1", "static-rsa-gcm", "static-rsa-cbc", "camellia"],
)
def test_old_peers_are_seen_in_a_second_attempt(
    setup: Callable[[SSL.Context], None], version: str, cipher: str
) -> None:
    evidence = see(tls(RSA, setup=setup))
    first, second = evidence.attempts
    assert first.offer is Offer.MODERN and first.failure is Failure.ALERT
    assert first.alert in (40, 70)
    assert second.offer is Offer.LEGACY and second.failure is None
    assert second.tls_version == version
    assert second.cipher and cipher in second.cipher
    assert second.sent == (RSA.der,)
    assert evidence.best_attempt is second


@pytest.mark.parametrize(
    "cipher", ["ECDHE-RSA-AES128-GCM-SHA256", "ECDHE-RSA-AES256-SHA", "ECDHE-RSA-CHACHA20-POLY1305"]
)
def test_what_todays_clients_offer_needs_no_second_attempt(cipher: str) -> None:
    evidence = see(tls(RSA, setup=only(cipher)))
    assert [(a.offer, a.cipher) for a in evidence.attempts] == [(Offer.MODERN, cipher)]


@pytest.mark.parametrize(
    "made",
    [
        make("w", key=rsa.generate_private_key(65537, 1024)),
        make("w", key=rsa.generate_private_key(65537, 2048), sha1=True),
        make("w", key=ec.generate_private_key(ec.SECP521R1())),
        make("w", key=ed25519.Ed25519PrivateKey.generate()),
    ],
    ids=["rsa-1024", "sha-1", "p-521", "ed25519"],
)
def test_weak_and_unusual_certificates_are_seen_at_once(made: Made) -> None:
    (attempt,) = see(tls(made)).attempts
    assert attempt.failure is None
    assert attempt.sent == (made.der,)


@pytest.mark.parametrize("version", [SSL.TLS1_2_VERSION, SSL.TLS1_3_VERSION])
def test_a_client_certificate_that_is_required(version: int) -> None:
    def ask(context: SSL.Context) -> None:
        context.set_max_proto_version(version)
        required = SSL.VERIFY_PEER | SSL.VERIFY_FAIL_IF_NO_PEER_CERT
        context.set_verify(required, lambda *_: True)

    (attempt,) = see(tls(LEAF, MIDDLE, setup=ask)).attempts
    assert attempt.client_certificate_requested
    assert attempt.failure is Failure.ALERT
    assert attempt.alert == (116 if version == SSL.TLS1_3_VERSION else 40)
    assert attempt.sent == (LEAF.der, MIDDLE.der)


@pytest.mark.parametrize("version", [SSL.TLS1_2_VERSION, SSL.TLS1_3_VERSION])
def test_a_client_certificate_that_is_only_welcome(version: int) -> None:
    def ask(context: SSL.Context) -> None:
        context.set_max_proto_version(version)
        context.set_verify(SSL.VERIFY_PEER, lambda *_: True)

    (attempt,) = see(tls(LEAF, setup=ask)).attempts
    assert attempt.client_certificate_requested
    assert attempt.failure is None and attempt.alert is None


@pytest.mark.parametrize(
    "banner",
    [
        b"220 mail.example ESMTP\r\n",
        b"* OK ready\r\n",
        b"+OK ready\r\n",
        b"SSH-2.0-OpenSSH_9.2\r\n",
        b"RTSP/1.0 400 Bad Request\r\n\r\n",
        b"HTTP/1.1 400 Bad Request\r\n\r\nYou speak TLS to a plain port",
        b"\x4a\0\0\0\x0a8.0.36\0" + b"salt" * 10,
        b"\x16 not tls",
        b"x",
    ],
)
@pytest.mark.parametrize("after", [False, True])
def test_plain_text_is_kept(banner: bytes, after: bool) -> None:
    if banner == b"x" and not after:
        banner = b"\r\n"
    (attempt,) = see(saying(banner, after=after)).attempts
    assert attempt.failure is Failure.PLAINTEXT
    assert attempt.first_bytes == banner


def test_a_long_banner_is_cut() -> None:
    assert best(saying(b"a" * 100_000)).first_bytes == b"a" * 512


def reset(connection: socket.socket) -> None:
    connection.recv(65536)
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))


def close(connection: socket.socket) -> None:
    connection.recv(65536)


SERVER_HELLO_TLS_1_0 = (
    bytes.fromhex("160301002a020000260301") + bytes(32) + bytes.fromhex("00002f00")
)


@pytest.mark.parametrize(
    ("talk", "failure", "alert", "offers"),
    [
        pytest.param(reset, Failure.RESET, None, 2, marks=needs_resets),
        (close, Failure.CLOSED, None, 2),
        (saying(b"\x15\x03\x03\0\x02\x02\x70", after=True), Failure.ALERT, 112, 1),
        (saying(b"\x15\x03\x01\0\x02\x02\x28", after=True), Failure.ALERT, 40, 2),
        (saying(b"\x15\x03\x01\0\x02\x02\x28", after=True, linger=False), Failure.ALERT, 40, 2),
        (saying(b"\x16\x03\x03\0\x04\xff\0\0\0", after=True), Failure.PROTOCOL, None, 2),
    ],
    ids=["reset", "close", "alert-112", "alert-40", "alert-40-then-close", "nonsense"],
)
def test_broken_off(talk: Talk, failure: Failure, alert: int | None, offers: int) -> None:
    attempts = see(talk).attempts
    assert len(attempts) == offers
    assert attempts[0].failure is failure
    assert attempts[0].alert == alert
    assert attempts[0].failure_text
    assert attempts[0].sent == ()


def test_a_version_that_was_not_offered() -> None:
    attempts = see(saying(SERVER_HELLO_TLS_1_0, after=True), timeout=1.0).attempts
    assert attempts[0].failure is Failure.NO_SHARED_PROTOCOL
    assert attempts[1].offer is Offer.LEGACY


def test_a_peer_that_never_answers() -> None:
    started = time.monotonic()
    (attempt,) = see(saying(b""), timeout=0.5).attempts
    assert attempt.failure is Failure.HANDSHAKE_TIMEOUT
    assert time.monotonic() - started < 5  # generous: it would be 20 if the peer had to give up


def test_a_peer_that_drips_cannot_stretch_the_time() -> None:
    def drip(connection: socket.socket) -> None:
        for byte in b"\x16\x03\x03\x40\x00\x02\x00\x3f\xfc" + bytes(1000):
            connection.sendall(bytes([byte]))
            time.sleep(0.05)

    (attempt,) = see(drip, timeout=0.6).attempts
    assert attempt.failure is Failure.HANDSHAKE_TIMEOUT


def test_a_chain_that_is_far_too_long() -> None:
    many = [make("pad", ROOT, names=tuple(f"{n}.{'x' * 50}.example" for n in range(300)))] * 60
    attempt = best(tls(LEAF, *many))
    assert attempt.failure is Failure.TOO_BIG


def test_nobody_listens() -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
    evidence = collect(
        parse_target(f"site.localhost:{port}"), InspectOptions(network=False), (), Progress()
    )
    assert [a.address for a in evidence.attempts] == ["127.0.0.1", "::1"]
    assert evidence.best_attempt and evidence.best_attempt.failure is Failure.REFUSED


def test_the_second_address_is_tried() -> None:
    with serving(tls(LEAF), "::1") as port:
        evidence = collect(
            parse_target(f"site.localhost:{port}"), InspectOptions(network=False), (), Progress()
        )
    assert [a.failure for a in evidence.attempts] == [Failure.REFUSED, None]
    assert evidence.sent == (LEAF.der,)


def test_a_name_that_nobody_has() -> None:
    evidence = collect(
        parse_target("no-such-name.invalid"), InspectOptions(network=False), (), Progress()
    )
    assert evidence.dns_failure
    assert evidence.attempts == ()


def test_connecting_elsewhere_and_checking_another_name() -> None:
    with serving(tls(LEAF)) as port:
        target = parse_target("site.example:99", connect=f"127.0.0.1:{port}", host="other.example")
        evidence = collect(target, InspectOptions(network=False), (), Progress())
    (attempt,) = evidence.attempts
    assert (attempt.address, attempt.port, attempt.sni) == ("127.0.0.1", port, "other.example")


def test_cancel_is_heard_while_waiting() -> None:
    progress = Progress()
    ended = threading.Event()

    def work(port: int) -> None:
        with pytest.raises(Cancelled):
            collect(parse_target(f"127.0.0.1:{port}"), InspectOptions(timeout=60), (), progress)
        ended.set()

    with serving(saying(b"")) as port:
        thread = threading.Thread(target=work, args=(port,))
        thread.start()
        time.sleep(0.3)
        progress.cancel()
        assert ended.wait(10)
        thread.join()


def test_a_slow_greeting_has_all_the_time_also_where_there_is_another_address() -> None:
    """The other address gets its share of connecting, not of the handshake."""
    good = tls(LEAF, MIDDLE)

    def slow(connection: socket.socket) -> None:
        time.sleep(1.5)
        good(connection)

    evidence = see(slow, timeout=2.5)
    assert evidence.addresses == ("127.0.0.1", "::1")
    assert [attempt.failure for attempt in evidence.attempts] == [None]
