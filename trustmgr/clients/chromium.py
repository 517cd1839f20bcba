"""Chromium without a window: it reads the user's NSS database besides its own list."""

from __future__ import annotations

import re
import time
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from trustmgr.clients.base import Attempt, bracketed
from trustmgr.clients.browsers.client import Browser
from trustmgr.clients.by_name import elsewhere_by_proxy
from trustmgr.clients.program import Trial
from trustmgr.text import inert

if TYPE_CHECKING:
    from trustmgr.clients.browsers.devtools import Chromium as Running

#: net/base/net_error_list.h: what says no to the certificate or to TLS itself.
_REFUSED = re.compile(r"net::ERR_(CERT_|SSL_(?!CLIENT_AUTH)|.*_PINNED_KEY_)")
#: What comes after a handshake that it was content with.
_SHAKEN = re.compile(
    r"net::ERR_(EMPTY_RESPONSE|ABORTED|INVALID_(HTTP_)?RESPONSE|HTTP_RESPONSE_CODE)"
)
_PAUSE = 0.1  # seconds between two looks whether the user cancelled


class Chromium(Browser):
    """`chromium --headless https://...`, with settings of its own and the user's trust."""

    id = "chromium"
    title = "Chromium"
    program_names = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")

    def store(self, environment: Mapping[str, str]) -> str:
        """The user's database, or that of its package."""
        program = self.find()
        snap = program is not None and "snap" in program.parts
        return "nss.snap.chromium" if snap else "nss.user"

    def visit(self, trial: Trial, where: str, folder: Path) -> tuple[bool | None, str]:
        """With settings of its own and the user's trust, or the sandbox's."""
        from trustmgr.clients.browsers import devtools, sandbox

        env = trial.env
        if trial.attempt.sandbox:
            sandbox.trusting(trial.attempt, folder / ".pki/nssdb")
            env = {**env, "HOME": str(folder)}
        with devtools.running(trial.program, env, _words(trial.attempt)) as browser:
            return _judge(_answer(browser, where, trial.attempt))


def _words(attempt: Attempt) -> list[str]:
    words = []
    if attempt.address != attempt.name:
        words.append(f"--host-resolver-rules=MAP {attempt.name} {bracketed(attempt.address)}")
    if elsewhere_by_proxy(attempt):
        words.append("--no-proxy-server")
    return words


def _answer(browser: Running, url: str, attempt: Attempt) -> dict[str, Any] | None:
    number = browser.navigate(url)
    until = time.monotonic() + attempt.timeout
    while time.monotonic() < until:
        attempt.progress.check()
        answer = browser.result(number, min(until, time.monotonic() + _PAUSE))
        if answer is not None:
            return answer
    return None


def _judge(answer: dict[str, Any] | None) -> tuple[bool | None, str]:
    if answer is None:
        return None, "no answer in time"
    error = inert(str(answer.get("errorText", "")))
    if not error or _SHAKEN.match(error):
        return True, "accepts the certificate"
    return (False if _REFUSED.match(error) else None), error
