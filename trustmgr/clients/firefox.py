"""Firefox without a window, on a copy of the trust of the profile that it opens by itself."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path

from trustmgr.clients.base import Attempt, is_address
from trustmgr.clients.browsers.client import Browser
from trustmgr.clients.by_name import elsewhere_by_proxy
from trustmgr.clients.program import Trial
from trustmgr.text import inert

_POLICIES = "firefox.policies"
#: What NSS and mozilla::pkix say of a certificate, or of TLS itself.
_REFUSED = re.compile(r"\b(SEC_ERROR|SSL_ERROR|MOZILLA_PKIX_ERROR)_[A-Z0-9_]+")
#: The end of a connection says nothing about trust.
_CUT = ("PR_END_OF_FILE", "PR_CONNECT_RESET", "netReset", "connectionFailure", "netTimeout")


class Firefox(Browser):
    """`firefox --headless https://...`; the profile itself is not opened: it may be in use."""

    id = "firefox"
    title = "Firefox"
    program_names = (
        "firefox",
        "firefox-esr",
        "firefox-beta",
        "firefox-developer-edition",
        "firefox-nightly",
    )

    def store(self, environment: Mapping[str, str]) -> str:
        """The database of the profile that it opens by itself, and what an administrator's policy installs."""
        from platform_backends.nss import profiles

        profile = profiles.usual()
        own = profile.id if profile else "nss.firefox (no profile yet)"
        return f"{own} + {_POLICIES}" if _by_policy() else own

    def cannot(self, attempt: Attempt) -> str:
        """A name can be given another address, an address cannot."""
        if attempt.address != attempt.name and (
            attempt.named_by_address or not is_address(attempt.address)
        ):
            return f"Firefox cannot be sent to {inert(attempt.address)} for {inert(attempt.name)}."
        return ""

    def visit(self, trial: Trial, where: str, folder: Path) -> tuple[bool | None, str]:
        """With a copy of the profile's trust, or the sandbox's; nothing of the user's is written."""
        from platform_backends.nss import copying, profiles
        from trustmgr.clients.browsers import marionette, sandbox

        attempt = trial.attempt
        profile = folder / "profile"
        profile.mkdir()
        usual = profiles.usual()
        if attempt.sandbox:
            sandbox.trusting(attempt, profile)
        elif usual:
            copying.without_keys(usual.folder, profile)
        env, settings = {**trial.env, "HOME": str(folder)}, _settings(attempt)
        with marionette.running(trial.program, profile, env, attempt.timeout, settings) as browser:
            return _judge(*browser.visit(where))


def _by_policy() -> bool:
    """Whether a policy installs certificates: Firefox copies them into every profile that it opens."""
    from platform_backends.base import StoreError
    from platform_backends.discovery import open_store

    try:
        return bool(open_store(_POLICIES).entries())
    except StoreError:
        return False


def _settings(attempt: Attempt) -> dict[str, object]:
    settings: dict[str, object] = {}
    if attempt.address != attempt.name:
        settings["network.dns.forceResolve"] = attempt.address
    if elsewhere_by_proxy(attempt):
        settings["network.proxy.type"] = 0
    return settings


def _judge(kind: str, words: str) -> tuple[bool | None, str]:
    said = inert(" ".join(words.split()))[:400]
    if not kind:
        return True, "accepts the certificate"
    if kind == "timeout":
        return None, "no answer in time"
    code = _REFUSED.search(words)
    if kind == "insecure certificate" or (code and not any(word in words for word in _CUT)):
        return False, code[0] if code else said
    return None, said
