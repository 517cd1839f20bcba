"""Trust in the words of NSS: what certutil takes, and what the database then holds."""

from __future__ import annotations

from platform_backends import certificates
from platform_backends.base import Decision, Trust, TrustNotSupported
from platform_backends.nss import objects

_T, _D, _U = Decision.TRUSTED, Decision.DISTRUSTED, Decision.UNSPECIFIED
#: What Firefox itself writes for a certificate that a policy installs (``CT,CT,``), and its own windows do not.
BY_POLICY = Trust(_T, _T, _T, _U)
_HINT = "Ask for TLS servers only, or for the same decision for every purpose."


def effective(wanted: Trust) -> Trust:
    """NSS distrusts servers and clients of TLS together, and tells all other purposes apart."""
    if wanted == Trust():
        raise TrustNotSupported(
            "No purpose was named.", "Say what the certificate is to be trusted for."
        )
    tls = {wanted.server_auth, wanted.client_auth}
    if _D in tls and (_T in tls or wanted.server_auth is not _D):
        raise TrustNotSupported(
            "NSS distrusts a certificate for servers and clients of TLS alike.", _HINT
        )
    client = _D if wanted.server_auth is _D else wanted.client_auth
    return Trust(wanted.server_auth, client, wanted.email, wanted.code_signing)


def words(trust: Trust, der: bytes) -> str:
    """What ``certutil -t`` takes: ``C,,`` for an authority, ``P,,`` for a single certificate."""
    authority = certificates.is_authority(der)
    if trust.client_auth is _T and not authority:
        raise TrustNotSupported(
            "NSS cannot trust a single certificate for clients of TLS apart.", _HINT
        )
    sign = {_T: "C" if authority else "P", _D: "p", _U: ""}
    client = "T" if trust.client_auth is _T else ""
    return f"{sign[trust.server_auth]}{client},{sign[trust.email]},{sign[trust.code_signing]}"


def trust(row: dict[str, bytes]) -> Trust:
    """The trust that an object of a trust class stands for."""
    written = next(f for f in objects.FORMATS if f.kind == row[objects.CLASS])

    def decision(attribute: str) -> Decision:
        if row.get(attribute) in (written.trusted, written.trusted_ca):
            return _T
        return _D if row.get(attribute) == written.not_trusted else _U

    client = decision(written.client_auth)
    if row.get(written.client_auth) == written.trusted:  # comes along with ``P``
        client = _U
    return Trust(
        decision(written.server_auth),
        client,
        decision(written.email),
        decision(written.code_signing),
    )
