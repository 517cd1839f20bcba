"""Sites that somebody else answers for."""

from __future__ import annotations

from trustmgr.lab.interception import InterceptingProxy
from trustmgr.lab.portal import PlainPortal, TlsPortal
from trustmgr.lab.site import Definition

SITES = (
    Definition(
        "interception",
        "A proxy answers in the site's place; its port is an HTTP proxy too.",
        InterceptingProxy,
        frozenset({"untrusted-root", "tls-interception"}),
    ),
    Definition(
        "captive-portal",
        "A network's log-in page answers in the site's place, with its own certificate.",
        lambda pki, _host: TlsPortal(pki.leaf("login.guest-network.localhost")),
        frozenset({"captive-portal", "name-mismatch"}),
    ),
    Definition(
        "captive-portal-plain",
        "A network's log-in page answers in plain HTTP (511).",
        lambda _pki, _host: PlainPortal(),
        frozenset({"captive-portal"}),
    ),
)
