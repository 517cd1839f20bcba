"""Sites without a fault."""

from __future__ import annotations

from cryptography.hazmat.primitives.asymmetric import ec, ed25519

from trustmgr.lab.pki import Identity, Pki
from trustmgr.lab.site import LOOPBACK, Definition
from trustmgr.lab.sites.made import all_of_one_kind, for_names, good, web


def _signed_with_pss(pki: Pki, host: str) -> Identity:
    return pki.leaf(host, pki.rsa_intermediate, pss=True)


def _with_root(pki: Pki, host: str) -> Identity:
    identity = pki.leaf(host)
    return identity.sending(*identity.sent[1:], pki.root.certificate)


SITES = (
    Definition("good", "Everything is as it should be.", web(good)),
    Definition(
        "good-wildcard",
        "A wildcard certificate that covers the name.",
        for_names("*.wild.localhost"),
        host="a.wild.localhost",
    ),
    Definition(
        "ip-address",
        "Asked for by address, which the certificate names.",
        for_names("127.0.0.1", "::1"),
        host=LOOPBACK,
    ),
    Definition(
        "good-p521",
        "Keys on the curve P-521.",
        all_of_one_kind("P-521", lambda: ec.generate_private_key(ec.SECP521R1())),
    ),
    Definition(
        "good-ed25519",
        "Ed25519 keys.",
        all_of_one_kind("Ed25519", ed25519.Ed25519PrivateKey.generate),
    ),
    Definition("good-rsa-pss", "Signed with RSA-PSS.", web(_signed_with_pss)),
    Definition("root-included", "Sends the root too, which is needless.", web(_with_root)),
)
