"""Sites whose certificate was revoked, each says so in one way only; and one without a promised proof."""

from __future__ import annotations

from cryptography import x509

from trustmgr.lab.authority import Extension
from trustmgr.lab.pki import Identity, Pki
from trustmgr.lab.site import Behaviour, Definition
from trustmgr.lab.sites.made import web
from trustmgr.lab.tls import Settings
from trustmgr.lab.web import WebSite

_REVOKED = frozenset({"revoked"})


def _revoked(pki: Pki, host: str, *pointers: Extension) -> Identity:
    identity = pki.leaf(host, extra=pointers)
    pki.publication.revoke(identity.leaf, pki.intermediate)
    return identity


def _by_ocsp(pki: Pki, host: str) -> Identity:
    return _revoked(pki, host, pki.publication.ocsp_pointer())


def _by_crl(pki: Pki, host: str) -> Identity:
    return _revoked(pki, host, pki.publication.crl_pointer(pki.intermediate))


def _stapled(pki: Pki, host: str) -> Behaviour:
    identity = _revoked(pki, host)
    staple = Settings(staple=lambda: pki.publication.staple(identity.leaf))
    return WebSite(host, identity, staple)


def _promising(pki: Pki, host: str) -> Identity:
    must_staple = x509.TLSFeature([x509.TLSFeatureType.status_request])
    return pki.leaf(host, extra=[(must_staple, False)])


SITES = (
    Definition("revoked-ocsp", "Revoked, says the CA's OCSP responder.", web(_by_ocsp), _REVOKED),
    Definition("revoked-crl", "Revoked, says the CA's list.", web(_by_crl), _REVOKED),
    Definition(
        "revoked-stapled",
        "Revoked, says the OCSP answer that the site itself sends.",
        _stapled,
        _REVOKED,
    ),
    Definition(
        "must-staple-missing",
        "The certificate promises an OCSP answer that the site does not send.",
        web(_promising),
        frozenset({"must-staple-missing"}),
        verdict="trusted",
    ),
)
