"""What the client says it can do: once as today's clients do, once with everything there is.

MODERN offers what current Chrome, Firefox and curl have in common beyond TLS 1.3: ECDHE with AES-GCM
or ChaCha20-Poly1305 (RFC 9325 section 4.2), the CBC suites with ECDHE that they still send, and DHE,
which OpenSSL's clients send. Suites without forward secrecy (static RSA) are left out although some
clients still send them: RFC 9325 says that they SHOULD NOT be negotiated, and a server that has
nothing else is worth a finding. 3DES, Camellia, RC4 and the rest are only in LEGACY.

Security level 0 in both: it lets through small keys and old hashes *in certificates*, which the
diagnosis judges by itself; the list of suites stays as it is.
"""

from __future__ import annotations

from functools import cache

from OpenSSL import SSL

from trustmgr.evidence import Offer

_SUITES = {
    Offer.MODERN: b"ECDHE+AESGCM:ECDHE+CHACHA20:DHE+AESGCM:DHE+CHACHA20:ECDHE+AES:!PSK:!SRP:!aNULL:@SECLEVEL=0",
    Offer.LEGACY: b"ALL:!aNULL:!PSK:!SRP:@SECLEVEL=0",
}
_OLDEST = {Offer.MODERN: SSL.TLS1_2_VERSION, Offer.LEGACY: SSL.TLS1_VERSION}

#: SSL_OP_LEGACY_SERVER_CONNECT: talk to servers without secure renegotiation (RFC 5746) as well.
_LEGACY_SERVER_CONNECT = 0x4


@cache
def context(offer: Offer) -> SSL.Context:
    """The settings for one offer, shared by every connection of the process.

    Nothing is verified while connecting: verification is the diagnosis's work, on the evidence.
    """
    made = SSL.Context(SSL.TLS_CLIENT_METHOD)
    made.set_cipher_list(_SUITES[offer])
    made.set_min_proto_version(_OLDEST[offer])
    made.set_verify(SSL.VERIFY_NONE)
    made.set_session_cache_mode(SSL.SESS_CACHE_OFF)
    if offer is Offer.LEGACY:
        made.set_options(_LEGACY_SERVER_CONNECT)
    made.set_info_callback(_told)
    made.set_ocsp_client_callback(_stapled)
    return made


def _told(connection: SSL.Connection, where: int, value: int) -> None:
    connection.get_app_data().told(where, value, connection.get_state_string())


def _stapled(connection: SSL.Connection, response: bytes, _: object) -> bool:
    connection.get_app_data().stapled(response)
    return True
