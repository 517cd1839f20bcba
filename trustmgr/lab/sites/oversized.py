"""Sites whose Certificate message no client takes."""

from __future__ import annotations

from cryptography import x509

from trustmgr.lab.pki import Identity, Pki
from trustmgr.lab.plain_flight import PlainFlight
from trustmgr.lab.site import Definition
from trustmgr.lab.sites.made import web

_CERTIFICATES = 64
_PADDING = 16 * 1024
#: Below the enterprise number that is reserved for examples (RFC 5612).
_FILLER = x509.ObjectIdentifier("1.3.6.1.4.1.32473.2")


def _huge(pki: Pki, host: str) -> Identity:
    """About 1 MB. Clients bound what they read before they know whom they talk to (OpenSSL to 100 KiB,
    SSL_CTX_set_max_cert_list), so not one certificate of it is seen, and the cause is that the
    message as a whole cannot be taken for certificates: `malformed-certificate`."""
    filler = (x509.UnrecognizedExtension(_FILLER, bytes(_PADDING)), False)
    padded = pki.authority("Trust Manager Lab Padded Intermediate", extra=[filler])
    identity = pki.leaf(host)
    return identity.sending(*identity.sent[1:], *[padded.certificate] * _CERTIFICATES)


SITES = (
    Definition(
        "huge-chain",
        "Sends 1 MB of certificates.",
        web(_huge),
        frozenset({"malformed-certificate"}),
    ),
    Definition(
        "not-der",
        "Sends bytes as its certificate that are none.",
        lambda _pki, _host: PlainFlight(
            b"This is no certificate.", b"\x30\x82\xff\xff" + bytes(64)
        ),
        frozenset({"malformed-certificate"}),
    ),
)
