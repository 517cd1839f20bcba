"""What kind of certificate it is: how its owner was checked, and how many names it covers."""

from __future__ import annotations

from cryptography import x509

from trustmgr.certificate import Certificate

#: Reserved policy identifiers of the CA/Browser Forum (Baseline Requirements section 7.1.6.1 and
#: EV Guidelines section 9.3.2).
_POLICIES = {
    "2.23.140.1.1": "ev",
    "2.23.140.1.2.2": "ov",
    "2.23.140.1.2.3": "ov",
    "2.23.140.1.2.1": "dv",
}


def validation(certificate: Certificate) -> str:
    """``dv``, ``ov``, ``ev`` or ``unknown``; ``ov`` stands for individuals checked likewise."""
    policies = certificate.extension(x509.CertificatePolicies)
    named = {policy.policy_identifier.dotted_string for policy in policies or ()}
    return next((kind for oid, kind in _POLICIES.items() if oid in named), "unknown")


def coverage(certificate: Certificate) -> str:
    """``single``, ``wildcard``, ``multi-domain`` or ``multi-domain-wildcard``.

    A name together with its www form, or a wildcard together with the name right above it, counts
    as one domain, as certificates are sold.
    """
    names = {name.lower().rstrip(".") for name in certificate.dns_names}
    names |= set(certificate.ip_addresses)
    wildcard = any(name.startswith("*.") for name in names)
    domains = {name.removeprefix("*.") if wildcard else name.removeprefix("www.") for name in names}
    many = len(domains) > 1
    if wildcard:
        return "multi-domain-wildcard" if many else "wildcard"
    return "multi-domain" if many else "single"
