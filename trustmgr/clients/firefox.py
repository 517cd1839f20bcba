"""Firefox without a window, on a copy of the trust of the profile that it opens by itself."""

from __future__ import annotations

import re
import shutil
import sys
import tempfile
from collections.abc import Mapping
from pathlib import Path

from trustmgr.clients.base import Attempt, ClientResult, bracketed, environment, is_address
from trustmgr.clients.process import run
from trustmgr.text import inert

_POLICIES = "firefox.policies"
_PROGRAMS = (
    "firefox",
    "firefox-esr",
    "firefox-beta",
    "firefox-developer-edition",
    "firefox-nightly",
)
#: What NSS and mozilla::pkix say of a certificate, or of TLS itself.
_REFUSED = re.compile(r"\b(SEC_ERROR|SSL_ERROR|MOZILLA_PKIX_ERROR)_[A-Z0-9_]+")
#: The end of a connection says nothing about trust.
_CUT = ("PR_END_OF_FILE", "PR_CONNECT_RESET", "netReset", "connectionFailure", "netTimeout")


class Firefox:
    """`firefox --headless https://...`; the profile itself is not opened: it may be in use."""

    id = "firefox"
    title = "Firefox"

    def find(self) -> Path | None:
        """On the PATH of Linux."""
        if sys.platform != "linux":
            return None
        found = next(filter(None, map(shutil.which, _PROGRAMS)), None)
        return Path(found) if found else None

    def store(self, environment: Mapping[str, str]) -> str:
        """The database of the profile that it opens by itself, and what an administrator's policy installs."""
        from platform_backends.nss import profiles

        profile = profiles.usual()
        own = profile.id if profile else "nss.firefox (no profile yet)"
        return f"{own} + {_POLICIES}" if _by_policy() else own

    def try_(self, program: Path, attempt: Attempt) -> ClientResult:
        """The page itself is not looked at, only whether it was shown or why not."""
        env = environment()
        store = attempt.sandbox.store if attempt.sandbox else self.store(env)
        url = f"https://{bracketed(attempt.name)}:{attempt.port}/"
        command = (str(program), "--headless", url)
        unable = _unable(attempt)
        if unable:
            return ClientResult(self.id, self.title, None, unable, store)
        accepts, message = _visit(program, attempt, env, url)
        ran = run((str(program), "--version"), 5, attempt.progress, env)
        version = inert(ran.out.removeprefix("Mozilla Firefox").strip())
        return ClientResult(self.id, self.title, accepts, message, store, version, command)


def _by_policy() -> bool:
    """Whether a policy installs certificates: Firefox copies them into every profile that it opens."""
    from platform_backends.base import StoreError
    from platform_backends.discovery import open_store

    try:
        return bool(open_store(_POLICIES).entries())
    except StoreError:
        return False


def _unable(attempt: Attempt) -> str:
    if attempt.target.starttls:
        return f"A browser cannot begin TLS with {attempt.target.starttls}."
    if attempt.address != attempt.name and (
        attempt.named_by_address or not is_address(attempt.address)
    ):
        return f"Firefox cannot be sent to {inert(attempt.address)} for {inert(attempt.name)}."
    return ""


def _visit(
    program: Path, attempt: Attempt, env: dict[str, str], url: str
) -> tuple[bool | None, str]:
    from platform_backends.base import StoreError
    from platform_backends.nss import copying, profiles
    from trustmgr.clients.browsers import marionette, sandbox

    with tempfile.TemporaryDirectory(prefix="trustmgr-", ignore_cleanup_errors=True) as folder:
        profile = Path(folder, "profile")
        profile.mkdir()
        usual = profiles.usual()
        try:
            if attempt.sandbox:
                sandbox.trusting(attempt, profile)
            elif usual:
                copying.without_keys(usual.folder, profile)
            env = {**env, "HOME": folder}  # nothing of the user's is written
            with marionette.running(
                program, profile, env, attempt.timeout, _settings(attempt)
            ) as browser:
                return _judge(*browser.visit(url))
        except StoreError as error:
            return None, str(error)
        except marionette.Silent:
            return None, "it does not start, or ended early"


def _settings(attempt: Attempt) -> dict[str, object]:
    settings: dict[str, object] = {}
    if attempt.address != attempt.name:
        settings["network.dns.forceResolve"] = attempt.address
    if attempt.target.connect is not None or attempt.name.endswith("localhost"):
        settings["network.proxy.type"] = 0  # a proxy would connect somewhere else
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
