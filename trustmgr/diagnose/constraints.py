"""Name constraints (RFC 5280 section 4.2.1.10): which names a CA may sign for.

Bounded: at most `MAX_COMPARISONS` comparisons for one certificate and one CA; whoever needs more is
refused, as OpenSSL and Go do.
"""

from __future__ import annotations

import ipaddress
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from cryptography import x509
from cryptography.x509.oid import NameOID

from trustmgr.certificate import Certificate
from trustmgr.distinguished import canonical, within

MAX_COMPARISONS = 250_000

#: The kinds of names for which this module knows what "within" means.
_KNOWN = (
    x509.DNSName,
    x509.IPAddress,
    x509.RFC822Name,
    x509.DirectoryName,
    x509.UniformResourceIdentifier,
)


class TooMany(Exception):
    """More comparisons than `MAX_COMPARISONS` would be needed."""


@dataclass(frozen=True)
class Violation:
    """A name and what forbids it, both as text that is not inert."""

    name: str
    why: str


def violation(
    constraints: x509.NameConstraints, names: Sequence[x509.GeneralName]
) -> Violation | None:
    """The first of `names` that is excluded, or not permitted where its kind is limited.

    Raises `TooMany`.
    """
    permitted = tuple(constraints.permitted_subtrees or ())
    excluded = tuple(constraints.excluded_subtrees or ())
    if len(names) * (len(permitted) + len(excluded)) > MAX_COMPARISONS:
        raise TooMany
    for name in names:
        kind = type(name)
        allowed = [subtree for subtree in permitted if isinstance(subtree, kind)]
        banned = [subtree for subtree in excluded if isinstance(subtree, kind)]
        if not (allowed or banned):
            continue
        if kind not in _KNOWN:
            return Violation(_text(name), "is of a kind that no program knows how to constrain")
        hit = next((s for s in banned if _within(name, s, excluding=True)), None)
        if hit is not None:
            return Violation(_text(name), f"lies in the excluded {_text(hit)}")
        if allowed and not any(_within(name, s, excluding=False) for s in allowed):
            return Violation(_text(name), "lies in none of the permitted ones")
    return None


def constrained_names(certificate: Certificate, *, leaf: bool) -> list[x509.GeneralName]:
    """Names of subjectAltName and the subject that constraints apply to (RFC 5280 section 6.1.3 b, c).

    Without subjectAltName, e-mail addresses of the subject too, and the common name of a leaf that
    looks like a host, because OpenSSL and others constrain what they would have matched.
    """
    found = certificate.extension(x509.SubjectAlternativeName)
    names: list[x509.GeneralName] = list(found or ())
    subject = certificate.x509.subject
    if subject.rdns:
        names.append(x509.DirectoryName(subject))
    if not any(isinstance(name, x509.RFC822Name) for name in names):
        names += _emails(subject)
    if found is None and leaf:
        host = certificate.common_name
        if "." in host and " " not in host and host.isascii():
            names.append(x509.DNSName(host))
    return names


def _emails(subject: x509.Name) -> Iterator[x509.GeneralName]:
    for part in subject.get_attributes_for_oid(NameOID.EMAIL_ADDRESS):
        if isinstance(part.value, str) and part.value.isascii():
            yield x509.RFC822Name(part.value)


def _text(name: x509.GeneralName) -> str:
    value = name.value
    return value.rfc4514_string() if isinstance(value, x509.Name) else str(value)


def _within(name: x509.GeneralName, subtree: x509.GeneralName, *, excluding: bool) -> bool:
    value: Any = name.value
    compare: Callable[[Any, Any], bool]
    match name:
        case x509.DNSName():
            compare = _dns_overlaps if excluding else _dns_within
        case x509.IPAddress():
            compare = _address_within
        case x509.RFC822Name():
            compare = _email_within
        case x509.UniformResourceIdentifier():
            # What cannot be understood is not permitted, and is excluded.
            host = _host_of(value)
            return excluding if host is None else _host_within(host, subtree.value)
        case _:
            return within(canonical(value), canonical(subtree.value))
    return compare(value, subtree.value)


def _dns_within(name: str, subtree: str) -> bool:
    """Any name made by adding labels to the left; an empty subtree holds every name. With a leading
    period, which RFC 5280 does not have but CAs use, at least one label has to be added."""
    name, subtree = name.lower().rstrip("."), subtree.lower().rstrip(".")
    if subtree.startswith("."):
        return name.endswith(subtree) and name != subtree
    return not subtree or name == subtree or name.endswith("." + subtree)


def _dns_overlaps(name: str, subtree: str) -> bool:
    """As `_dns_within`; a wildcard also overlaps with each name that it could stand for."""
    if _dns_within(name, subtree):
        return True
    base = subtree.lower().rstrip(".").removeprefix(".")
    first, _, rest = name.lower().rstrip(".").partition(".")
    return first == "*" and base.partition(".")[2] == rest and bool(rest)


def _address_within(
    address: object, network: ipaddress.IPv4Network | ipaddress.IPv6Network
) -> bool:
    return isinstance(address, (ipaddress.IPv4Address, ipaddress.IPv6Address)) and (
        address.version == network.version and address in network
    )


def _email_within(address: str, subtree: str) -> bool:
    """One mailbox (the part before the @ as it stands), one host, or with a period all below it."""
    local, at, host = address.rpartition("@")
    if not at:
        return False
    wanted_local, wanted_at, wanted = subtree.rpartition("@")
    if wanted_at:
        return local == wanted_local and host.lower() == wanted.lower()
    return _host_within(host, subtree)


def _host_within(host: str, subtree: str) -> bool:
    host, subtree = host.lower(), subtree.lower()
    return host.endswith(subtree) if subtree.startswith(".") else host == subtree


def _host_of(uri: str) -> str | None:
    """The host of a URI; None for none and for an address, which URI constraints never allow."""
    try:
        host = urlsplit(uri).hostname
        if host is None:
            return None
        ipaddress.ip_address(host)
    except ValueError:
        return host if host and not host.replace(".", "").isdigit() else None
    return None
