"""`wrong-usage`: the certificate is not meant for a TLS server (RFC 5280 sections 4.2.1.3 and
4.2.1.12, Baseline Requirements section 7.1.2)."""

from __future__ import annotations

from collections.abc import Iterator

from cryptography import x509
from cryptography.x509.oid import ExtendedKeyUsageOID

from trustmgr.certificate import Certificate
from trustmgr.diagnose.case import Case, role
from trustmgr.findings import Finding

_SERVER = {ExtendedKeyUsageOID.SERVER_AUTH, ExtendedKeyUsageOID.ANY_EXTENDED_KEY_USAGE}
#: OpenSSL and NSS do not take anyExtendedKeyUsage for a server's own certificate, and the Baseline
#: Requirements (section 7.1.2.7.10) forbid it there.
_SITE = {ExtendedKeyUsageOID.SERVER_AUTH}
_USAGES = {
    ExtendedKeyUsageOID.ANY_EXTENDED_KEY_USAGE: "anything",
    ExtendedKeyUsageOID.CLIENT_AUTH: "client authentication",
    ExtendedKeyUsageOID.CODE_SIGNING: "code signing",
    ExtendedKeyUsageOID.EMAIL_PROTECTION: "e-mail",
    ExtendedKeyUsageOID.TIME_STAMPING: "time stamping",
    ExtendedKeyUsageOID.OCSP_SIGNING: "OCSP signing",
}


def find(case: Case) -> Iterator[Finding]:
    """At most one finding for each certificate."""
    for index, certificate in enumerate(case.chain):
        usages = certificate.extension(x509.ExtendedKeyUsage)
        if usages is not None and not (_SERVER if index else _SITE) & set(usages):
            names = ", ".join(_USAGES.get(oid, oid.dotted_string) for oid in usages)
            yield case.finding(
                "wrong-usage",
                f"{role(case, index)} is not meant for web servers, but for: {names}.",
                index=index,
                proof=f"extendedKeyUsage is {names}; serverAuth is missing.",
            )
        elif index == 0 and not certificate.self_signed:
            yield from _leaf(case, certificate)


def _leaf(case: Case, leaf: Certificate) -> Iterator[Finding]:
    """A certificate authority's certificate, or one whose key may neither sign nor agree."""
    usage = leaf.extension(x509.KeyUsage)
    asked_about = case.host is not None or not case.evidence.target.is_file
    if leaf.is_ca and asked_about:
        yield case.finding(
            "wrong-usage",
            "The site's own certificate is that of a certificate authority.",
            index=0,
            proof="basicConstraints says CA:TRUE.",
            rule="Baseline Requirements section 7.1.2.7.6",
        )
    elif usage is not None and not (
        usage.digital_signature or usage.key_encipherment or usage.key_agreement or leaf.is_ca
    ):
        yield case.finding(
            "wrong-usage",
            "The site's certificate may not be used for making connections.",
            index=0,
            proof="keyUsage allows neither digitalSignature, keyEncipherment nor keyAgreement.",
        )
