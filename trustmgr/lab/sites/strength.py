"""Sites whose keys or signatures are too weak."""

from __future__ import annotations

from cryptography.hazmat.primitives.asymmetric import rsa

from trustmgr.lab.forgery import signed_again_with_sha1
from trustmgr.lab.pki import Identity, Pki
from trustmgr.lab.site import Definition
from trustmgr.lab.sites.made import web


def _rsa_1024(pki: Pki, host: str) -> Identity:
    return pki.leaf(host, key=rsa.generate_private_key(65537, 1024))  # noqa: S505 - the point of the site


def _sha_1(pki: Pki, host: str) -> Identity:
    identity = pki.leaf(host, pki.rsa_intermediate)
    return identity.showing(signed_again_with_sha1(identity.leaf, pki.rsa_key))


SITES = (
    Definition("rsa-1024", "An RSA key of 1024 bits.", web(_rsa_1024), frozenset({"weak-key"})),
    Definition("sha-1", "Signed with SHA-1.", web(_sha_1), frozenset({"weak-signature"})),
)
