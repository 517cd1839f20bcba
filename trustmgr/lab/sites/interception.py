"""A site that somebody else answers for."""

from __future__ import annotations

from trustmgr.lab.interception import InterceptingProxy
from trustmgr.lab.site import Definition

SITES = (
    Definition(
        "interception",
        "A proxy answers in the site's place; its port is an HTTP proxy too.",
        InterceptingProxy,
        frozenset({"untrusted-root", "tls-interception"}),
    ),
)
