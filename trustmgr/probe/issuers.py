"""Issuers that the site did not send, from the addresses in its certificates (RFC 5280 section 4.2.2.1)."""

from __future__ import annotations

from collections.abc import Iterable
from functools import partial

from cryptography import x509
from cryptography.x509.oid import AuthorityInformationAccessOID

from trustmgr.certificate import Certificate, Source, shared
from trustmgr.evidence import Fetched, StoreSnapshot
from trustmgr.probe.fetch import MOST_CERTIFICATE, Fetcher, FetchFailed

#: Fetches in one inspection: real chains miss one or two certificates.
MOST = 5


async def fetch_issuers(
    sent: list[Certificate], snapshots: Iterable[StoreSnapshot], fetcher: Fetcher
) -> list[Fetched]:
    """Climb from the leaf; where the issuer is at hand nowhere, fetch it, at most `MOST` times.

    Stops at a self-issued certificate, at one whose issuer a store holds, and when a certificate names
    no address. Failures are answers too. Raises `Cancelled`.
    """
    held = _parse_all(snapshots)
    known = list(sent)
    answers: list[Fetched] = []
    current = sent[0] if sent else None
    climbed: set[bytes] = set()
    while current is not None and current.der not in climbed and not current.self_issued:
        climbed.add(current.der)
        if issuer_among(current, held) is not None:
            break
        issuer = issuer_among(current, known)
        if issuer is None:
            issuer = await _fetch(current, fetcher, answers)
            if issuer is not None:
                known.append(issuer)
        current = issuer
    return answers


def issuer_among(certificate: Certificate, candidates: Iterable[Certificate]) -> Certificate | None:
    """The first candidate whose name and key fit (RFC 5280 section 6.1.3)."""
    return next(
        (
            one
            for one in candidates
            if one.subject_der == certificate.issuer_der and certificate.signed_by(one)
        ),
        None,
    )


def climb(leaf: Certificate, at_hand: list[Certificate]) -> list[Certificate]:
    """The leaf and its issuers as far as they are at hand, without certificates that are beside the path."""
    path = [leaf]
    while not path[-1].self_issued:
        issuer = issuer_among(path[-1], at_hand)
        if issuer is None or issuer in path:
            break
        path.append(issuer)
    return path


async def _fetch(
    certificate: Certificate, fetcher: Fetcher, answers: list[Fetched]
) -> Certificate | None:
    """Ask the addresses one by one until an answer holds the issuer."""
    for url in addresses(certificate):
        if len(answers) >= MOST:
            return None
        try:
            body = await fetcher.get(url, MOST_CERTIFICATE)
            issuer = await fetcher.read(partial(_issuer_in, body, certificate))
        except FetchFailed as failed:
            answers.append(Fetched(url, failure_text=str(failed), certificate=certificate.sha256))
            continue
        if issuer is None:
            words = "the answer is no certificate"
            answers.append(Fetched(url, failure_text=words, certificate=certificate.sha256))
            continue
        answers.append(Fetched(url, issuer.der, certificate=certificate.sha256))
        if issuer.subject_der == certificate.issuer_der:
            return issuer
    return None


def _issuer_in(body: bytes, certificate: Certificate) -> Certificate | None:
    """The issuer in an answer, or else what comes first in it."""
    from trustmgr.probe.formats import find_certificates

    found = [
        Certificate(der, Source.FETCHED) for der in find_certificates(body, _no_pfx).certificates
    ]
    return issuer_among(certificate, found) or (found[0] if found else None)


def addresses(certificate: Certificate) -> list[str]:
    """The http addresses of the issuer, as the certificate names them."""
    return access_addresses(certificate, AuthorityInformationAccessOID.CA_ISSUERS)


def access_addresses(certificate: Certificate, method: x509.ObjectIdentifier) -> list[str]:
    """The http addresses of authorityInfoAccess for one method, without repetitions."""
    found = certificate.extension(x509.AuthorityInformationAccess)
    if found is None:
        return []
    urls = (
        entry.access_location.value
        for entry in found
        if entry.access_method == method
        and isinstance(entry.access_location, x509.UniformResourceIdentifier)
    )
    return [url for url in dict.fromkeys(urls) if url.lower().startswith("http://")]


def _no_pfx(_: bytes) -> list[bytes]:
    return []  # nobody can be asked for a password here


def _parse_all(snapshots: Iterable[StoreSnapshot]) -> list[Certificate]:
    parsed = []
    for held in (held for snapshot in snapshots for held in snapshot.held):
        try:
            parsed.append(shared(held.der, Source.STORE))
        except ValueError:
            continue
    return parsed
