"""Every disagreement with the other verifiers, explained once: deviation (or two) -> why.

The deviations are those of `chains.py`. A disagreement without an entry here fails the tests.
"""

from __future__ import annotations

_KEYS = "the sizes of Baseline Requirements section 6.1.5 are not enforced there"
_SKI = "RFC 5280 section 4.2.1.2 asks for it, and that is not enforced there"

#: They accept what is refused here.
LAXER: dict[str, dict[str, str]] = {
    "cryptography": {
        "site rsa1024": _KEYS,
        "site p224": _KEYS,
        "site ku crl": "the key usage of a site's certificate is not looked at",
        "ca no aki": "only the site's own certificate has to name its issuer's key",
        "ca no ski": _SKI,
    },
    "openssl": {
        "site rsa1024": "security level 1 takes 80 bits, which RSA 1024 has",
        "ca rsa1024": "security level 1 takes 80 bits, which RSA 1024 has",
        "root rsa1024": "an anchor's key is taken as it is",
        "site p224": "curves of 112 bits are taken",
        "site san none": "the common name counts where there is no subjectAltName",
        "site san address": "the common name counts where no dNSName is in subjectAltName",
        "site san partial wildcard": "RFC 6125 allowed a wildcard within a label, RFC 9525 does not",
        "site san critical": "only the other case, an empty subject, is looked at",
        "site bc ca": "an authority's certificate may be a server's, too",
        "site nc": "nameConstraints of a certificate that is no authority's are passed over",
        "ca nc leading period": "a leading period is taken as meaning names below only",
        "ca policy demanded": "policies are checked only with -policy_check",
    },
}

#: They refuse what is accepted here.
STRICTER: dict[str, dict[str, str]] = {
    "cryptography": {
        "root no ski + site no aki": "where the authority uses no key identifiers, none is asked for",
        "site eku critical": "the Baseline Requirements want it not critical, RFC 5280 leaves it open",
        "ca ed25519": "the Baseline Requirements know no Edwards curves; private authorities do",
        "ca bc not critical": "PKITS test 4.6.4 publishes it as valid",
        "root ku none": "anchors without it are in every operating system's store",
        "ca ku none": "where this authority is the root: see there",
        "ca policy demanded": "policyConstraints are not processed there, and critical",
    },
    "openssl": {
        "ca no ski": "where this authority is the root: anchors without it are in today's stores",
        "root no ski": "anchors without it are in today's stores",
        "root ku none": "anchors without it are in every operating system's store",
        "ca ku none": "where this authority is the root: see there",
        "ca bc not critical": "PKITS test 4.6.4 publishes it as valid",
        "ca eku any": "its purpose for servers does not know anyExtendedKeyUsage; browsers do",
    },
}
