"""What the user should know about a certificate before trusting it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime

from cryptography import x509
from cryptography.x509.oid import ExtendedKeyUsageOID

from platform_backends.base import Entry, Purpose, Store, Trust, is_for_one_site
from trustmgr.certificate import Certificate
from trustmgr.errors import Refused, UnreadableInput
from trustmgr.knownbad import known_bad
from trustmgr.remedy.words import purposes
from trustmgr.text import inert

_RSA_BITS = 2048  # CA/Browser Forum Baseline Requirements section 6.1.5
_EC_BITS = 224
_FORGEABLE = frozenset({"md2", "md4", "md5", "sha1"})  # RFC 9155
_EKU = {
    Purpose.SERVER_AUTH: ExtendedKeyUsageOID.SERVER_AUTH,
    Purpose.CLIENT_AUTH: ExtendedKeyUsageOID.CLIENT_AUTH,
    Purpose.EMAIL: ExtendedKeyUsageOID.EMAIL_PROTECTION,
    Purpose.CODE_SIGNING: ExtendedKeyUsageOID.CODE_SIGNING,
}


class WeakCertificate(Refused):
    """Anybody with enough computers could make the same key: it is never trusted."""


class KnownBadCertificate(Refused):
    """Its private key is public, or it was used to attack: it is never trusted."""


def refuse_known_bad(certificate: Certificate) -> None:
    """Raises `KnownBadCertificate` for what is on the list of `trustmgr.knownbad`."""
    bad = known_bad(certificate)
    if bad is not None:
        raise KnownBadCertificate(
            f"“{certificate.title}” belongs to {bad.name} and is not made trusted: {bad.why}.",
            "If a program or an administrator asks for it, ask for another one.",
        )


def parse(der: bytes) -> Certificate:
    """Raises `UnreadableInput` for what is not exactly one certificate."""
    try:
        return Certificate(der)
    except ValueError as error:
        raise UnreadableInput(
            "This is not a certificate, or a damaged one.",
            "Ask for the file again; PEM and DER are understood.",
        ) from error


def refuse_weak(certificate: Certificate) -> None:
    """Raises `WeakCertificate`: current clients refuse such keys anyway."""
    kind, bits = certificate.key_type, certificate.key_bits or 0
    weak = (kind in ("RSA", "DSA") and bits < _RSA_BITS) or (
        kind.startswith("EC ") and bits < _EC_BITS
    )
    if weak:
        raise WeakCertificate(
            f"“{certificate.title}” has a {kind} key of {bits} bits, which can be broken today, so "
            "it is not made trusted.",
            "Ask its owner for a certificate with RSA 2048, P-256 or better.",
        )


def of_certificate(
    certificate: Certificate, wanted: Sequence[Purpose], stores: Sequence[str] = ()
) -> Iterator[str]:
    """Sentences about the certificate alone. `stores`: the ids of those that will trust it, if they
    are known; for one site alone an authority without limits has one."""
    title, now = f"“{certificate.title}”", datetime.now(UTC)
    if now > certificate.not_after:
        yield (
            f"{title} expired on {certificate.not_after:%Y-%m-%d}: trusting it will not make clients "
            "accept it. Ask for its successor."
        )
    if now < certificate.not_before:
        yield f"{title} is valid only from {certificate.not_before:%Y-%m-%d} on."
    limited = bool(stores) and all(map(is_for_one_site, stores))
    if certificate.is_ca:
        yield from _of_ca(certificate, title, limited=limited)
    else:
        yield from _of_leaf(certificate, title)
    if certificate.signature_hash in _FORGEABLE and not certificate.self_issued:
        yield f"{title} is signed with {certificate.signature_hash.upper()}, which can be forged."
    allowed = certificate.extension(x509.ExtendedKeyUsage)
    if allowed is not None and ExtendedKeyUsageOID.ANY_EXTENDED_KEY_USAGE not in allowed:
        for purpose in wanted:
            if _EKU[purpose] not in allowed:
                yield f"{title} says itself that it is not for {purposes(Trust.for_purposes([purpose]))}."


def _of_ca(certificate: Certificate, title: str, *, limited: bool) -> Iterator[str]:
    if certificate.extension(x509.NameConstraints) is None and not limited:
        yield (
            f"{title} is a CA without name constraints: whoever holds its key can impersonate every "
            "site to this computer."
        )
    if not certificate.self_issued:
        yield (
            f"{title} is an intermediate CA. Some programs (Python before 3.13, OpenSSL) also need "
            f"the root above it, “{certificate.issuer}”."
        )
    usage = certificate.extension(x509.KeyUsage)
    if usage is not None and not usage.key_cert_sign:
        yield f"{title} may not sign certificates (key usage), so it cannot vouch for any site."


def _of_leaf(certificate: Certificate, title: str) -> Iterator[str]:
    yield f"{title} is no CA: the trust is for this one certificate and ends when it is replaced."
    if not certificate.self_issued:
        yield f"{title} was issued by a CA. Many programs need that CA instead of the certificate itself."


def of_breadth(store: str, wanted: Trust, effective: Trust) -> Iterator[str]:
    """A sentence when a store cannot express the wish as narrowly as it was made."""
    if effective == Trust():
        yield (
            f"{store} makes certificates known and trusts none by itself: the root above has to be "
            "trusted, too."
        )
    elif effective != wanted and purposes(effective) != purposes(wanted):
        yield (
            f"{store} cannot tell purposes apart: there it will be trusted for {purposes(effective)}."
        )


def of_settings(store: str) -> Iterator[str]:
    """Sentences when the system's store changes and settings of this user lead away from it."""
    import os

    from trustmgr.clients.base import system_store
    from trustmgr.clients.settings import elsewhere

    if store == system_store():
        yield from elsewhere(os.environ)


def of_store(store: Store) -> Iterator[str]:
    """A sentence when something keeps a store that can be used from having its effect."""
    found = store.availability()
    if found.available and found.reason:
        yield inert(f"{store.title}: {found.reason} {found.fix}".rstrip())


def of_other_side() -> Iterator[str]:
    """A sentence for each system on this computer that a change here does not reach."""
    from platform_backends import wsl

    if wsl.is_inside():
        yield (
            "This is Linux in Windows (WSL): programs of Windows do not read what is changed here. "
            "Run Trust Manager in Windows, too."
        )
    for name in wsl.distributions():
        yield inert(
            f"“{name}” is a Linux of its own in Windows (WSL), which this does not reach. "
            f"Run Trust Manager in it, too: wsl -d {name}",
            300,
        )


def of_helper() -> Iterator[str]:
    """A sentence when what will run as administrator can be changed without such rights."""
    from platform_backends.elevation.exposure import exposed

    path = exposed()
    if path is not None:
        yield (
            f"This installation can be changed by others than an administrator ({inert(str(path), 200)}): "
            "whoever can write there gets an administrator's rights together with this change."
        )


def of_namesakes(store: str, certificate: Certificate, entries: Sequence[Entry]) -> Iterator[str]:
    """A sentence when another certificate of the same name but another key is there already."""
    for entry in entries:
        if entry.sha256 == certificate.sha256:
            continue
        try:
            other = Certificate(entry.der)
            same = other.subject_der == certificate.subject_der and other.spki != certificate.spki
        except ValueError:
            continue
        if same:
            yield (
                f"{store} holds another certificate named “{certificate.title}” with another key "
                f"(SHA-256 {other.sha256}). Both will be there."
            )
