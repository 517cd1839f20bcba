"""Asking whether certificates were revoked: OCSP (RFC 6960) first, CRLs (RFC 5280) where that fails.

Nothing is judged here: the answers go into the evidence as they came, and the diagnosis verifies them.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import partial

from cryptography import x509
from cryptography.x509.oid import AuthorityInformationAccessOID

from trustmgr.certificate import Certificate
from trustmgr.evidence import Fetched
from trustmgr.probe.fetch import MOST_CRL, MOST_OCSP, Fetcher, FetchFailed
from trustmgr.probe.issuers import access_addresses, issuer_among

#: Certificates that are asked about, leaf first: leaf and two intermediates cover real chains.
MOST_CERTIFICATES = 3
#: Addresses of each kind that are tried for one certificate.
_MOST_ADDRESSES = 2
_OCSP_REQUEST = "application/ocsp-request"


async def ask(
    chain: Sequence[Certificate],
    issuers: Iterable[Certificate],
    fetcher: Fetcher,
    staple: bytes | None,
) -> tuple[list[Fetched], list[Fetched]]:
    """OCSP answers and CRLs for `chain` (leaf first; roots are skipped). Raises `Cancelled`.

    `issuers` are all certificates at hand. A `staple` that answers spares the question for the leaf.
    """
    at_hand = list(issuers)
    answers: list[Fetched] = []
    lists: list[Fetched] = []
    for number, certificate in enumerate(chain[:MOST_CERTIFICATES]):
        if certificate.self_issued:
            continue
        if number == 0 and staple is not None and _speaks_of(staple, certificate):
            continue
        issuer = issuer_among(certificate, at_hand)
        if issuer is not None and not await _ask_ocsp(certificate, issuer, fetcher, answers):
            await _fetch_crl(certificate, fetcher, lists)
    return answers, lists


async def _ask_ocsp(
    certificate: Certificate, issuer: Certificate, fetcher: Fetcher, answers: list[Fetched]
) -> bool:
    """Whether a responder gave an answer that says something."""
    urls = access_addresses(certificate, AuthorityInformationAccessOID.OCSP)
    if not urls:
        return False
    request = _request(certificate, issuer)
    for url in urls[:_MOST_ADDRESSES]:
        try:
            body = await fetcher.post(url, request, _OCSP_REQUEST, MOST_OCSP)
        except FetchFailed as failed:
            answers.append(Fetched(url, failure_text=str(failed), certificate=certificate.sha256))
            continue
        answers.append(Fetched(url, body, certificate=certificate.sha256))
        if _speaks_of(body, certificate):
            return True
    return False


def _request(certificate: Certificate, issuer: Certificate) -> bytes:
    """A request with a SHA-1 CertID, the one that every responder knows (RFC 5019 section 2.1.1)."""
    from cryptography.hazmat.primitives.hashes import SHA1
    from cryptography.hazmat.primitives.serialization import Encoding
    from cryptography.x509 import ocsp

    builder = ocsp.OCSPRequestBuilder().add_certificate(certificate.x509, issuer.x509, SHA1())  # noqa: S303
    return builder.build().public_bytes(Encoding.DER)


def _speaks_of(body: bytes, certificate: Certificate) -> bool:
    """Whether an OCSP answer is successful and about this serial number."""
    from cryptography.x509 import ocsp

    try:
        answer = ocsp.load_der_ocsp_response(body)
        return answer.response_status is ocsp.OCSPResponseStatus.SUCCESSFUL and any(
            one.serial_number == certificate.x509.serial_number for one in answer.responses
        )
    except Exception:  # cryptography raises several unrelated classes here
        return False


async def _fetch_crl(certificate: Certificate, fetcher: Fetcher, lists: list[Fetched]) -> None:
    for url in crl_addresses(certificate)[:_MOST_ADDRESSES]:
        earlier = next((one for one in lists if one.url == url and one.body), None)
        if earlier is not None:
            lists.append(Fetched(url, earlier.body, certificate=certificate.sha256))
            return
        try:
            body = await fetcher.get(url, MOST_CRL)
            body = await fetcher.read(partial(_as_der, body))
        except FetchFailed as failed:
            lists.append(Fetched(url, failure_text=str(failed), certificate=certificate.sha256))
            continue
        lists.append(Fetched(url, body, certificate=certificate.sha256))
        return


def crl_addresses(certificate: Certificate) -> list[str]:
    """The http addresses of cRLDistributionPoints (RFC 5280 section 4.2.1.13)."""
    found = certificate.extension(x509.CRLDistributionPoints)
    if found is None:
        return []
    names = (name for point in found for name in point.full_name or ())
    urls = (name.value for name in names if isinstance(name, x509.UniformResourceIdentifier))
    return [url for url in dict.fromkeys(urls) if url.lower().startswith("http://")]


def _as_der(body: bytes) -> bytes:
    """A CRL in DER; some servers send PEM. Raises `FetchFailed` for what is no CRL."""
    from cryptography.hazmat.primitives.serialization import Encoding

    pem = body.lstrip().startswith(b"-----BEGIN")
    try:
        parsed = x509.load_pem_x509_crl(body) if pem else x509.load_der_x509_crl(body)
    except Exception as error:  # several unrelated classes
        raise FetchFailed("the answer is no revocation list") from error
    return parsed.public_bytes(Encoding.DER) if pem else body
