"""The small parser of greetings: real ones, in pieces, and hostile bytes."""

from __future__ import annotations

import contextlib

from hypothesis import given
from hypothesis import strategies as st
from OpenSSL import SSL

from trustmgr.lab.client_hello import ClientHello, NotAClientHello, parse


def greeting(name: str | None = "a.example", highest: int = SSL.TLS1_3_VERSION) -> bytes:
    context = SSL.Context(SSL.TLS_METHOD)
    context.set_max_proto_version(highest)
    connection = SSL.Connection(context, None)
    connection.set_connect_state()
    if name is not None:
        connection.set_tlsext_host_name(name.encode())
    with contextlib.suppress(SSL.WantReadError):
        connection.do_handshake()
    return connection.bio_read(1 << 16)


REAL = greeting()


def test_real_greetings() -> None:
    found = parse(REAL)
    assert found is not None
    assert found.server_name == "a.example"
    assert found.offers_tls_1_2
    assert found.offers_secure_renegotiation
    assert 0xC02B in found.ciphers
    without = parse(greeting(None, SSL.TLS1_2_VERSION))
    assert without is not None
    assert without.server_name is None
    assert without.offers_tls_1_2


def test_names_are_lower_case_and_without_a_last_dot() -> None:
    found = parse(greeting("WWW.Example.COM."))
    assert found is not None
    assert found.server_name == "www.example.com"


@given(st.integers(0, len(REAL) - 1))
def test_every_beginning_asks_for_more(length: int) -> None:
    assert parse(REAL[:length]) is None


@given(st.integers(1, 600))
def test_in_records_of_any_size(size: int) -> None:
    body = REAL[5:]
    pieces = [body[at : at + size] for at in range(0, len(body), size)]
    records = b"".join(b"\x16\x03\x01" + len(p).to_bytes(2, "big") + p for p in pieces)
    assert parse(records) == parse(REAL)
    assert parse(records + b"more") == parse(REAL)


def _any(data: bytes) -> ClientHello | None:
    """Only two ways out: a greeting or None, and `NotAClientHello`."""
    try:
        return parse(data)
    except NotAClientHello:
        return None


@given(st.binary(max_size=400))
def test_hostile_bytes(data: bytes) -> None:
    _any(data)
    _any(b"\x16\x03\x01" + len(data).to_bytes(2, "big") + data)
    message = b"\x01" + len(data).to_bytes(3, "big") + data
    _any(b"\x16\x03\x01" + len(message).to_bytes(2, "big") + message)


@given(st.integers(5, len(REAL) - 1), st.integers(0, 255))
def test_one_byte_changed(at: int, value: int) -> None:
    found = _any(REAL[:at] + bytes([value]) + REAL[at + 1 :])
    if found is not None and found.server_name is not None:
        assert found.server_name.isascii()
