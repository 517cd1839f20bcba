"""Name constraints (RFC 5280 section 4.2.1.10) for the kinds of names that TLS servers carry."""

from __future__ import annotations

import ipaddress
from collections.abc import Iterable
from dataclasses import dataclass

from cryptography import x509

from trustmgr.certificate import Certificate


@dataclass(frozen=True)
class Names:
    """The names of one certificate that constraints apply to."""

    dns: tuple[str, ...]
    addresses: tuple[str, ...]
    emails: tuple[str, ...]
    directory: tuple[x509.Name, ...]

    @classmethod
    def of(cls, certificate: Certificate, *, leaf: bool) -> Names:
        """Names of subjectAltName and the subject; the common name of a leaf without one, too,
        because OpenSSL and others constrain what they would have matched."""
        found = certificate.extension(x509.SubjectAlternativeName)
        dns = certificate.dns_names
        emails: tuple[str, ...] = ()
        directory: tuple[x509.Name, ...] = ()
        if list(certificate.x509.subject):
            directory = (certificate.x509.subject,)
        if found is not None:
            emails = tuple(found.get_values_for_type(x509.RFC822Name))
            directory += tuple(found.get_values_for_type(x509.DirectoryName))
        elif leaf and "." in certificate.common_name and " " not in certificate.common_name:
            dns = (certificate.common_name,)
        return cls(dns, certificate.ip_addresses, emails, directory)


def forbidden(constraints: x509.NameConstraints, names: Names) -> str | None:
    """The first name that is excluded, or not permitted where permitted ones of its kind exist."""
    permitted = list(constraints.permitted_subtrees or ())
    excluded = list(constraints.excluded_subtrees or ())
    for kind, values in (
        (x509.DNSName, names.dns),
        (x509.IPAddress, names.addresses),
        (x509.RFC822Name, names.emails),
        (x509.DirectoryName, names.directory),
    ):
        allowed = [subtree.value for subtree in permitted if isinstance(subtree, kind)]
        banned = [subtree.value for subtree in excluded if isinstance(subtree, kind)]
        for value in values:
            text = value.rfc4514_string() if isinstance(value, x509.Name) else value
            if _within_any(value, banned) or (allowed and not _within_any(value, allowed)):
                return text
    return None


def _within_any(value: str | x509.Name, subtrees: Iterable[object]) -> bool:
    return any(_within(value, subtree) for subtree in subtrees)


def _within(value: str | x509.Name, subtree: object) -> bool:
    if isinstance(value, x509.Name):
        return isinstance(subtree, x509.Name) and _directory_within(value, subtree)
    if isinstance(subtree, (ipaddress.IPv4Network, ipaddress.IPv6Network)):
        return ipaddress.ip_address(value) in subtree
    if not isinstance(subtree, str):
        return False
    if "@" in value:
        return _email_within(value.lower(), subtree.lower())
    return _dns_within(value.lower().rstrip("."), subtree.lower().rstrip("."))


def _dns_within(name: str, subtree: str) -> bool:
    """Any name made by adding labels to the left; an empty subtree holds every name."""
    base = subtree.removeprefix(".")
    return not base or name == base or name.endswith("." + base)


def _email_within(address: str, subtree: str) -> bool:
    if "@" in subtree:
        return address == subtree
    host = address.rpartition("@")[2]
    return host.endswith(subtree) if subtree.startswith(".") else host == subtree


def _directory_within(name: x509.Name, subtree: x509.Name) -> bool:
    head = name.rdns[: len(subtree.rdns)]
    return list(head) == list(subtree.rdns)
