"""Firefox: one browser without a window, asked through Marionette (JSON with its length before it)."""

from __future__ import annotations

import contextlib
import json
import os
import socket
import subprocess
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from tests.real.nss import trust_database
from tests.real.said import LOOPBACK, PATIENCE, Client, Place, Said
from trustmgr.lab import Site

_SETTINGS = """
user_pref("marionette.port", 0);
user_pref("app.update.auto", false);
user_pref("network.proxy.type", 0);
user_pref("network.connectivity-service.enabled", false);
user_pref("network.captive-portal-service.enabled", false);
user_pref("datareporting.policy.dataSubmissionEnabled", false);
"""
#: The page that Firefox shows in place of a refused one knows the reason.
_REASON = """
const address = document.documentURI;
if (address.startsWith("about:certerror")) return document.getFailedCertSecurityInfo().errorCodeString;
if (!address.startsWith("about:")) return "OK";
try { return document.getNetErrorInfo().errorCodeString || address; } catch (error) { return address; }
"""


class _Browser:
    def __init__(self, port: int) -> None:
        self._socket = socket.create_connection((LOOPBACK, port), 30)
        self._stream = self._socket.makefile("rb")
        self._last = 0
        self._receive()  # its greeting

    def ask(self, command: str, **params: Any) -> tuple[dict[str, Any] | None, Any]:
        """(error, result)"""
        self._last += 1
        body = json.dumps([0, self._last, command, params]).encode()
        self._socket.sendall(b"%d:%s" % (len(body), body))
        _, _, error, result = self._receive()
        return error, result

    def _receive(self) -> Any:
        length = b""
        while (character := self._stream.read(1)) != b":":
            length += character
        return json.loads(self._stream.read(int(length)))


@contextlib.contextmanager
def _browser(place: Place) -> Iterator[_Browser]:
    profile = place.home / "firefox"
    trust_database(place, profile)
    (profile / "user.js").write_text(_SETTINGS)
    process = subprocess.Popen(
        ["firefox-esr", "--headless", "--marionette", "--no-remote", "--profile", str(profile)],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        env={**os.environ, "HOME": str(place.home), "MOZ_CRASHREPORTER_DISABLE": "1"},
        start_new_session=True,
    )
    try:
        yield _Browser(_port(profile / "MarionetteActivePort"))
    finally:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, 9)
        process.wait()


def _port(file: Path) -> int:
    until = time.monotonic() + 60
    while time.monotonic() < until:
        with contextlib.suppress(OSError, ValueError):
            return int(file.read_text())
        time.sleep(0.1)
    raise TimeoutError("Firefox does not start")


def _visit(place: Place, sites: Sequence[Site]) -> dict[str, Said]:
    with _browser(place) as browser:
        browser.ask("WebDriver:NewSession", timeouts={"pageLoad": PATIENCE * 1000})
        return {site.name: _ask(browser, site) for site in sites}


def _ask(browser: _Browser, site: Site) -> Said:
    error, _ = browser.ask("WebDriver:Navigate", url=f"https://{site.host}:{site.port}/")
    if error is None:
        return Said(True, "OK")
    if error["error"] == "timeout":
        return Said(False, error["message"])
    return Said(False, f"{error['error']}: {error['message']}\n{_reason(browser)}")


def _reason(browser: _Browser) -> str:
    """The page may not be complete yet when the refusal is told."""
    for _ in range(50):
        _, found = browser.ask("WebDriver:ExecuteScript", script=_REASON, args=[], sandbox="system")
        if found and found["value"]:
            return str(found["value"])
        time.sleep(0.1)
    return ""


FIREFOX = Client("firefox", ("firefox-esr", "certutil"), _visit)
