"""Does a certificate speak for a name? RFC 9525 (which replaces RFC 6125) and RFC 5280."""

from __future__ import annotations

import ipaddress

from trustmgr.certificate import Certificate


def as_address(host: str) -> ipaddress.IPv4Address | ipaddress.IPv6Address | None:
    """The address that `host` spells, or None when it is a name."""
    try:
        return ipaddress.ip_address(host.partition("%")[0])
    except ValueError:
        return None


def matches_dns(pattern: str, host: str) -> bool:
    """RFC 9525 section 6.3: case-insensitive; ``*`` only as the whole left-most label, for one label."""
    wanted = host.rstrip(".").lower()
    given = pattern.rstrip(".").lower()
    if not wanted or not given:
        return False
    if given == wanted:
        return "*" not in given
    first, _, rest = given.partition(".")
    # A wildcard right under a top-level domain is refused, as OpenSSL and the browsers do.
    if first != "*" or "*" in rest or "." not in rest:
        return False
    head, _, tail = wanted.partition(".")
    return bool(head) and tail == rest


def speaks_for(certificate: Certificate, host: str) -> bool:
    """Whether subjectAltName covers `host`; the common name never counts (RFC 9525 section 6.1)."""
    address = as_address(host)
    if address is not None:
        return any(as_address(entry) == address for entry in certificate.ip_addresses)
    return any(matches_dns(entry, host) for entry in certificate.dns_names)


def common_name_would_match(certificate: Certificate, host: str) -> bool:
    """Whether an old client that still reads the common name would be content."""
    name = certificate.common_name
    address = as_address(host)
    if address is not None:
        return as_address(name) == address
    return matches_dns(name, host)
