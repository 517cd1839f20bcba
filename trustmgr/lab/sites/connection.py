"""Sites that never come to a handshake."""

from __future__ import annotations

from trustmgr.lab.rude import Closing, Resetting, Silent
from trustmgr.lab.site import Definition

SITES = (
    Definition(
        "never-answers",
        "Takes the connection and says nothing.",
        lambda _pki, _host: Silent(),
        frozenset({"timeout"}),
        verdict="unreachable",
    ),
    Definition(
        "resets",
        "Resets the connection when greeted.",
        lambda _pki, _host: Resetting(),
        frozenset({"connection-reset"}),
        verdict="unreachable",
    ),
    Definition(
        "closes",
        "Ends the connection without a byte when greeted.",
        lambda _pki, _host: Closing(),
        frozenset({"connection-reset"}),
        verdict="unreachable",
    ),
)
