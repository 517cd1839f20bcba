"""What authorities publish over http: their certificates, revocation lists and OCSP answers."""

from __future__ import annotations

import base64
import binascii
import datetime as dt
from urllib.parse import unquote_to_bytes

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ed25519
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509 import ocsp
from cryptography.x509.oid import AuthorityInformationAccessOID

from trustmgr.lab.authority import Authority, Extension
from trustmgr.lab.http import Request, Response

_MINUTE = dt.timedelta(minutes=1)
_NOT_FOUND = Response(404, "text/plain", b"There is nothing here.\n")


class Publication:
    """Everything is made anew for each request, so that it is always fresh."""

    def __init__(self, address: str) -> None:
        self._address = address
        self._authorities: list[Authority] = []
        self._issued: dict[int, tuple[x509.Certificate, Authority]] = {}
        self._revoked: dict[int, dt.datetime] = {}

    # -- what certificates say about it ----------------------------------------------------

    def issuer_pointer(self, authority: Authority) -> Extension:
        """An AIA extension that says where `authority`'s certificate is (RFC 5280 section 4.2.2.1)."""
        where = f"{self._address}/issuer/{self._number(authority)}.cer"
        return _access(AuthorityInformationAccessOID.CA_ISSUERS, where)

    def ocsp_pointer(self) -> Extension:
        """An AIA extension that says where to ask by OCSP."""
        return _access(AuthorityInformationAccessOID.OCSP, f"{self._address}/ocsp")

    def crl_pointer(self, authority: Authority) -> Extension:
        """Where `authority`'s revocation list is (RFC 5280 section 4.2.1.13)."""
        where = x509.UniformResourceIdentifier(f"{self._address}/crl/{self._number(authority)}.crl")
        point = x509.DistributionPoint([where], None, None, None)
        return x509.CRLDistributionPoints([point]), False

    def revoke(self, certificate: x509.Certificate, issuer: Authority) -> None:
        """From now on it has been revoked, half an hour ago."""
        serial = certificate.serial_number
        self._issued[serial] = certificate, issuer
        self._revoked[serial] = _now() - 30 * _MINUTE

    def _number(self, authority: Authority) -> int:
        if authority not in self._authorities:
            self._authorities.append(authority)
        return self._authorities.index(authority)

    # -- answers ---------------------------------------------------------------------------

    def answer(self, request: Request) -> Response:
        """The answer to an http request; 404 for everything unknown."""
        kind, _, rest = request.path.lstrip("/").partition("/")
        if kind == "ocsp":
            return self._answer_ocsp(request, rest)
        number, _, ending = rest.partition(".")
        known = {str(index): authority for index, authority in enumerate(self._authorities)}
        authority = known.get(number)
        if authority is None:
            return _NOT_FOUND
        if (kind, ending) == ("issuer", "cer"):
            der = authority.certificate.public_bytes(Encoding.DER)
            return Response(200, "application/pkix-cert", der)
        if (kind, ending) == ("crl", "crl"):
            return Response(200, "application/pkix-crl", self.revocation_list(authority))
        return _NOT_FOUND

    def revocation_list(self, authority: Authority) -> bytes:
        """The CRL, DER: everything of `authority` that was revoked."""
        now = _now()
        builder = (
            x509.CertificateRevocationListBuilder()
            .issuer_name(authority.certificate.subject)
            .last_update(now - _MINUTE)
            .next_update(now + dt.timedelta(days=1))
            .add_extension(x509.CRLNumber(int(now.timestamp())), critical=False)
            .add_extension(
                x509.AuthorityKeyIdentifier.from_issuer_public_key(authority.key.public_key()),
                critical=False,
            )
        )
        for serial, when in self._revoked.items():
            if self._issued[serial][1] == authority:
                entry = x509.RevokedCertificateBuilder().serial_number(serial).revocation_date(when)
                reason = x509.CRLReason(x509.ReasonFlags.key_compromise)
                builder = builder.add_revoked_certificate(
                    entry.add_extension(reason, critical=False).build()
                )
        return builder.sign(authority.key, _digest(authority)).public_bytes(Encoding.DER)

    def staple(self, certificate: x509.Certificate) -> bytes:
        """An OCSP answer about a certificate that `revoke` was told of, DER."""
        return self._status(certificate.serial_number, hashes.SHA1(), None)  # noqa: S303 - CertID

    def _answer_ocsp(self, request: Request, rest: str) -> Response:
        try:
            body = request.body if request.method == "POST" else _from_path(rest)
            asked = ocsp.load_der_ocsp_request(body)
            return _ocsp_response(self._about(asked))
        except (ValueError, TypeError):
            status = ocsp.OCSPResponseStatus.MALFORMED_REQUEST
            return _ocsp_response(_unsuccessful(status))

    def _about(self, asked: ocsp.OCSPRequest) -> bytes:
        """The status; "unauthorized" for what this responder does not know (RFC 5019 section 2.2.3)."""
        serial, algorithm = asked.serial_number, asked.hash_algorithm
        if serial not in self._issued:
            return _unsuccessful(ocsp.OCSPResponseStatus.UNAUTHORIZED)
        certificate, issuer = self._issued[serial]
        own = ocsp.OCSPRequestBuilder().add_certificate(certificate, issuer.certificate, algorithm)
        if own.build().issuer_key_hash != asked.issuer_key_hash:
            return _unsuccessful(ocsp.OCSPResponseStatus.UNAUTHORIZED)
        return self._status(serial, algorithm, _nonce(asked))

    def _status(
        self, serial: int, algorithm: hashes.HashAlgorithm, nonce: x509.OCSPNonce | None
    ) -> bytes:
        certificate, issuer = self._issued[serial]
        now = _now()
        builder = (
            ocsp.OCSPResponseBuilder()
            .add_response(
                cert=certificate,
                issuer=issuer.certificate,
                algorithm=algorithm,
                cert_status=ocsp.OCSPCertStatus.REVOKED,
                this_update=now - _MINUTE,
                next_update=now + dt.timedelta(days=1),
                revocation_time=self._revoked[serial],
                revocation_reason=x509.ReasonFlags.key_compromise,
            )
            .responder_id(ocsp.OCSPResponderEncoding.HASH, issuer.certificate)
        )
        if nonce is not None:
            builder = builder.add_extension(nonce, critical=False)
        return builder.sign(issuer.key, _digest(issuer)).public_bytes(Encoding.DER)


def _now() -> dt.datetime:
    return dt.datetime.now(dt.UTC).replace(microsecond=0)


def _digest(authority: Authority) -> hashes.SHA256 | None:
    return None if isinstance(authority.key, ed25519.Ed25519PrivateKey) else hashes.SHA256()


def _access(method: x509.ObjectIdentifier, address: str) -> Extension:
    description = x509.AccessDescription(method, x509.UniformResourceIdentifier(address))
    return x509.AuthorityInformationAccess([description]), False


def _from_path(rest: str) -> bytes:
    """The request of a GET: base64 in the path (RFC 6960 appendix A.1)."""
    try:
        return base64.b64decode(unquote_to_bytes(rest), validate=True)
    except binascii.Error as error:
        raise ValueError("no base64") from error


def _nonce(asked: ocsp.OCSPRequest) -> x509.OCSPNonce | None:
    try:
        return asked.extensions.get_extension_for_class(x509.OCSPNonce).value
    except x509.ExtensionNotFound:
        return None


def _unsuccessful(status: ocsp.OCSPResponseStatus) -> bytes:
    return ocsp.OCSPResponseBuilder.build_unsuccessful(status).public_bytes(Encoding.DER)


def _ocsp_response(body: bytes) -> Response:
    return Response(200, "application/ocsp-response", body)
