"""One certificate, seen lazily: parsing happens once, and only what is asked for."""

from __future__ import annotations

import hashlib
from datetime import datetime
from enum import StrEnum
from functools import cached_property, lru_cache
from typing import TypeVar, cast

from cryptography import x509

from trustmgr.distinguished import Canonical, canonical
from trustmgr.text import inert

_COMMON_NAME = x509.NameOID.COMMON_NAME

E = TypeVar("E", bound=x509.ExtensionType)


class Source(StrEnum):
    """Where a certificate of the judged path came from."""

    SENT = "sent"
    FETCHED = "fetched"
    STORE = "store"
    FILE = "file"


class Certificate:
    """An immutable view of DER bytes.

    Constructing raises ``ValueError`` when `cryptography` cannot parse the bytes. Properties that
    depend on an extension treat one that does not parse as absent and list it in `problems`.
    """

    def __init__(
        self, der: bytes, source: Source = Source.SENT, parsed: x509.Certificate | None = None
    ) -> None:
        self.der = der
        self.source = source
        self.x509 = parsed if parsed is not None else _parsed(der)
        #: Subject and issuer as DER; here, because only now names that do not parse come to light.
        self.subject_der = _encoded(self.x509, "subject")
        self.issuer_der = _encoded(self.x509, "issuer")

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Certificate) and self.der == other.der

    def __hash__(self) -> int:
        return hash(self.der)

    def __repr__(self) -> str:
        return f"<Certificate {self.title!r} {self.sha256[:12]}>"

    @cached_property
    def sha256(self) -> str:
        """Lower-case hexadecimal SHA-256 of the DER bytes."""
        return hashlib.sha256(self.der).hexdigest()

    @cached_property
    def sha1(self) -> str:
        """Lower-case hexadecimal SHA-1 of the DER bytes, for people who compare it; never a proof."""
        return hashlib.sha1(self.der, usedforsecurity=False).hexdigest()

    @cached_property
    def spki_sha256(self) -> str:
        """Lower-case hexadecimal SHA-256 of the SubjectPublicKeyInfo."""
        return hashlib.sha256(self.spki).hexdigest()

    @cached_property
    def spki(self) -> bytes:
        """The DER SubjectPublicKeyInfo; also for key types the library cannot load."""
        from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

        try:
            return self.x509.public_key().public_bytes(
                Encoding.DER, PublicFormat.SubjectPublicKeyInfo
            )
        except Exception:  # an unsupported key still has a fingerprint worth showing
            return b""

    @cached_property
    def subject(self) -> str:
        """RFC 4514 text of the subject, inert; empty for an empty subject."""
        return _name_text(self, "subject")

    @cached_property
    def issuer(self) -> str:
        """RFC 4514 text of the issuer, inert."""
        return _name_text(self, "issuer")

    @cached_property
    def subject_key(self) -> Canonical:
        """The subject as names are compared (RFC 5280 section 7.1)."""
        return _comparable(self.x509.subject, self.subject_der)

    @cached_property
    def issuer_key(self) -> Canonical:
        """The issuer as names are compared."""
        return _comparable(self.x509.issuer, self.issuer_der)

    @property
    def serial(self) -> str:
        """The serial number, lower-case hexadecimal without leading zeros."""
        return f"{self.x509.serial_number:x}"

    @cached_property
    def not_before(self) -> datetime:
        """Start of validity, UTC."""
        return self.x509.not_valid_before_utc

    @cached_property
    def not_after(self) -> datetime:
        """End of validity, UTC, inclusive."""
        return self.x509.not_valid_after_utc

    @property
    def self_issued(self) -> bool:
        """Whether subject and issuer are the same name (RFC 5280 section 3.2)."""
        return self.subject_der == self.issuer_der or self.subject_key == self.issuer_key

    @cached_property
    def self_signed(self) -> bool:
        """Whether it is self-issued and its own key verifies its signature."""
        return self.self_issued and self.signed_by(self)

    def signed_by(self, issuer: Certificate) -> bool:
        """Whether `issuer`'s key verifies this signature. Names are not compared."""
        from trustmgr.signature import verifies

        return verifies(self.x509, issuer.x509)

    @cached_property
    def problems(self) -> tuple[str, ...]:
        """What does not parse inside: extensions with bad contents, duplicates."""
        try:
            _ = self.x509.extensions
        except Exception as error:  # cryptography raises several unrelated classes here
            return (inert(str(error)) or type(error).__name__,)
        return ()

    def extension(self, kind: type[E]) -> E | None:
        """The contents of one extension, or None when absent or unreadable."""
        return cast("E | None", self._extensions.get(kind))

    @cached_property
    def _extensions(self) -> dict[type[x509.ExtensionType], x509.ExtensionType]:
        if self.problems:
            return {}
        return {type(found.value): found.value for found in self.x509.extensions}

    @cached_property
    def subject_key_identifier(self) -> bytes | None:
        """The name that this certificate gives its key (RFC 5280 section 4.2.1.2)."""
        found = self.extension(x509.SubjectKeyIdentifier)
        return found.digest if found else None

    @cached_property
    def authority_key_identifier(self) -> bytes | None:
        """The name of the key that signed it, as the certificate says (RFC 5280 section 4.2.1.1)."""
        found = self.extension(x509.AuthorityKeyIdentifier)
        return found.key_identifier if found else None

    @cached_property
    def is_ca(self) -> bool:
        """Whether basicConstraints says CA."""
        found = self.extension(x509.BasicConstraints)
        return found is not None and found.ca

    @cached_property
    def dns_names(self) -> tuple[str, ...]:
        """dNSName entries of subjectAltName, as they stand (not inert)."""
        return self._alternative_names(x509.DNSName)

    @cached_property
    def ip_addresses(self) -> tuple[str, ...]:
        """iPAddress entries of subjectAltName as text."""
        return self._alternative_names(x509.IPAddress)

    def _alternative_names(
        self, kind: type[x509.DNSName] | type[x509.IPAddress]
    ) -> tuple[str, ...]:
        found = self.extension(x509.SubjectAlternativeName)
        return tuple(str(v) for v in found.get_values_for_type(kind)) if found else ()

    @cached_property
    def names(self) -> tuple[str, ...]:
        """Every DNS name and address of subjectAltName, inert, for people."""
        return tuple(inert(name) for name in (*self.dns_names, *self.ip_addresses))

    @cached_property
    def common_name(self) -> str:
        """The last common name of the subject as it stands (not inert), or an empty string."""
        return _common_name(self, "subject")

    @cached_property
    def title(self) -> str:
        """The shortest name a person would recognise, inert."""
        return (
            inert(self.common_name)
            or (self.names[0] if self.names else "")
            or self.subject
            or "(no name)"
        )

    @cached_property
    def issuer_title(self) -> str:
        """The shortest name for the issuer that a person would recognise, inert."""
        return inert(_common_name(self, "issuer")) or self.issuer or "(no name)"

    @cached_property
    def key_type(self) -> str:
        """``RSA``, ``EC P-256``, ``Ed25519``, ..., or ``unknown``."""
        from trustmgr.signature import describe_key

        return describe_key(self.x509)[0]

    @cached_property
    def key_bits(self) -> int | None:
        """Key size in bits, None when it says nothing."""
        from trustmgr.signature import describe_key

        return describe_key(self.x509)[1]

    @cached_property
    def signature_hash(self) -> str | None:
        """Name of the hash of the signature (``sha256``), None for Ed25519 and the like."""
        try:
            found = self.x509.signature_hash_algorithm
        except Exception:
            return None
        return found.name if found else None


@lru_cache(maxsize=256)
def shared(der: bytes, source: Source) -> Certificate:
    """The same view for the same bytes: what the chains of many sites have in common is parsed once.

    Raises ``ValueError`` as `Certificate` does.
    """
    return Certificate(der, source)


def _common_name(certificate: Certificate, which: str) -> str:
    try:
        found = getattr(certificate.x509, which).get_attributes_for_oid(_COMMON_NAME)
    except ValueError:
        return ""
    value = found[-1].value if found else ""
    return value if isinstance(value, str) else ""


def _parsed(der: bytes) -> x509.Certificate:
    try:
        return x509.load_der_x509_certificate(der)
    except (TypeError, x509.InvalidVersion) as error:
        raise ValueError(str(error)) from error


def _encoded(certificate: x509.Certificate, which: str) -> bytes:
    try:
        name: x509.Name = getattr(certificate, which)
        return name.public_bytes()
    except TypeError as error:  # a kind of string that the attribute may not have
        raise ValueError(str(error)) from error


def _comparable(name: x509.Name, der: bytes) -> Canonical:
    try:
        return canonical(name)
    except ValueError:  # broken inside: equal only to itself
        return (frozenset({("", der)}),)


def _name_text(certificate: Certificate, which: str) -> str:
    try:
        return inert(getattr(certificate.x509, which).rfc4514_string(), 600)
    except ValueError as error:
        return inert(f"(unreadable name: {error})")
