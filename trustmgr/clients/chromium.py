"""Chromium without a window: it reads the user's NSS database besides its own list."""

from __future__ import annotations

import re
import shutil
import sys
import tempfile
import time
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from trustmgr.clients.base import Attempt, ClientResult, bracketed, environment
from trustmgr.clients.process import run
from trustmgr.text import inert

if TYPE_CHECKING:
    from trustmgr.clients.browsers.devtools import Chromium as Browser

_PROGRAMS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
#: net/base/net_error_list.h: what says no to the certificate or to TLS itself.
_REFUSED = re.compile(r"net::ERR_(CERT_|SSL_(?!CLIENT_AUTH)|.*_PINNED_KEY_)")
#: What comes after a handshake that it was content with.
_SHAKEN = re.compile(
    r"net::ERR_(EMPTY_RESPONSE|ABORTED|INVALID_(HTTP_)?RESPONSE|HTTP_RESPONSE_CODE)"
)
_PAUSE = 0.1  # seconds between two looks whether the user cancelled


class Chromium:
    """`chromium --headless https://...`, with settings of its own and the user's trust."""

    id = "chromium"
    title = "Chromium"

    def find(self) -> Path | None:
        """On the PATH of Linux: the debugging pipe and NSS are there alone."""
        if sys.platform != "linux":
            return None
        found = next(filter(None, map(shutil.which, _PROGRAMS)), None)
        return Path(found) if found else None

    def store(self, environment: Mapping[str, str]) -> str:
        """The user's database, or that of its package."""
        program = self.find()
        snap = program is not None and "snap" in program.parts
        return "nss.snap.chromium" if snap else "nss.user"

    def try_(self, program: Path, attempt: Attempt) -> ClientResult:
        """The page itself is not looked at, only whether it was shown or why not."""
        env = environment()
        store = attempt.sandbox.store if attempt.sandbox else self.store(env)
        if attempt.target.starttls:
            why = f"A browser cannot begin TLS with {attempt.target.starttls}."
            return ClientResult(self.id, self.title, None, why, store)
        url = f"https://{bracketed(attempt.name)}:{attempt.port}/"
        accepts, message = self._visit(program, attempt, env, url)
        ran = run((str(program), "--version"), 5, attempt.progress, env)
        version = inert((ran.out.split("Chromium ")[-1].split() or [""])[0])
        command = (str(program), "--headless", url)
        return ClientResult(self.id, self.title, accepts, message, store, version, command)

    def _visit(
        self, program: Path, attempt: Attempt, env: dict[str, str], url: str
    ) -> tuple[bool | None, str]:
        from platform_backends.base import StoreError
        from trustmgr.clients.browsers import devtools, sandbox

        with tempfile.TemporaryDirectory(prefix="trustmgr-", ignore_cleanup_errors=True) as folder:
            try:
                if attempt.sandbox:
                    sandbox.trusting(attempt, Path(folder, ".pki/nssdb"))
                    env = {**env, "HOME": folder}
                with devtools.running(program, env, _words(attempt)) as browser:
                    return _judge(_answer(browser, url, attempt))
            except StoreError as error:
                return None, str(error)
            except devtools.Silent:
                return None, "it does not start, or ended early"


def _words(attempt: Attempt) -> list[str]:
    words = []
    if attempt.address != attempt.name:
        words.append(f"--host-resolver-rules=MAP {attempt.name} {bracketed(attempt.address)}")
    if attempt.target.connect is not None or attempt.name.endswith("localhost"):
        words.append("--no-proxy-server")  # a proxy would connect somewhere else
    return words


def _answer(browser: Browser, url: str, attempt: Attempt) -> dict[str, Any] | None:
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
