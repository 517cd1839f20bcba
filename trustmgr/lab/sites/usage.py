"""Sites whose certificates are used for what they are not meant for."""

from __future__ import annotations

from cryptography import x509
from cryptography.x509.oid import ExtendedKeyUsageOID

from trustmgr.lab.authority import ca_extensions, issue, key_usage, new_key
from trustmgr.lab.pki import DAY, HOUR, Identity, Pki, alternative_names, name
from trustmgr.lab.site import Definition
from trustmgr.lab.sites.made import web


def _client_only(pki: Pki, host: str) -> Identity:
    return pki.leaf(host, usage=ExtendedKeyUsageOID.CLIENT_AUTH)


def _ca_as_leaf(pki: Pki, host: str) -> Identity:
    key = new_key()
    certificate = issue(
        name(host),
        key,
        pki.root,
        start=pki.now - HOUR,
        end=pki.now + 90 * DAY,
        extensions=[*ca_extensions(), *alternative_names([host])],
    )
    return Identity((certificate,), key)


def _not_a_ca(pki: Pki, host: str) -> Identity:
    no_authority = (
        (x509.BasicConstraints(ca=False, path_length=None), True),
        key_usage("digital_signature"),
    )
    issuer = pki.authority("Trust Manager Lab Not A CA", extensions=no_authority)
    return pki.leaf(host, issuer)


SITES = (
    Definition(
        "wrong-eku",
        "Meant for clients, not for servers.",
        web(_client_only),
        frozenset({"wrong-usage"}),
    ),
    Definition(
        "ca-as-leaf",
        "A CA's own certificate, shown as the site's.",
        web(_ca_as_leaf),
        frozenset({"wrong-usage"}),
    ),
    Definition(
        "not-a-ca",
        "Signed by a certificate that is none of a CA.",
        web(_not_a_ca),
        frozenset({"not-a-ca"}),
    ),
)
