"""How the changing half speaks of trust and of changes."""

from __future__ import annotations

from platform_backends.base import Decision, Operation, Purpose, Trust

_PURPOSES = {
    Purpose.SERVER_AUTH: "web sites and other TLS servers",
    Purpose.CLIENT_AUTH: "TLS clients",
    Purpose.EMAIL: "e-mail",
    Purpose.CODE_SIGNING: "programs",
}
_DONE = {
    Operation.ADD: "was added to",
    Operation.REMOVE: "was removed from",
    Operation.SET_TRUST: "has new trust in",
}


def purposes(trust: Trust) -> str:
    """``web sites and other TLS servers, e-mail``; empty when nothing is trusted."""
    named = [w for p, w in _PURPOSES.items() if trust.decision(p) is Decision.TRUSTED]
    return ", ".join(named)


def trust_words(trust: Trust | None) -> str:
    """One entry's trust in a few words."""
    if trust is None:
        return "not there"
    distrusted = [p for p in Purpose if trust.decision(p) is Decision.DISTRUSTED]
    if distrusted:
        return "distrusted"
    if trust == Trust.everything(Decision.TRUSTED):
        return "trusted for everything"
    named = purposes(trust)
    return f"trusted for {named}" if named else "known, neither trusted nor distrusted"


def done(operation: Operation, title: str, store: str) -> str:
    """``“X” was added to the Y.``"""
    return f"“{title}” {_DONE[operation]} {store}."
