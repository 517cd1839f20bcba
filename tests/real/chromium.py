"""Chromium: one browser without a window, asked through its debugging pipe (Chrome DevTools Protocol)."""

from __future__ import annotations

import contextlib
import json
import os
import select
import shutil
import subprocess
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from tests.real.nss import trust_database
from tests.real.said import PATIENCE, Client, Place, Said
from trustmgr.lab import Site

_QUIET = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-sync",
    "--disable-background-networking",
    "--disable-component-update",
    "--no-proxy-server",
    "--disable-dev-shm-usage",
    "--remote-debugging-pipe",
]


class _Browser:
    """Messages are JSON that ends with a NUL; a command is answered under its number."""

    def __init__(self, to: int, back: int) -> None:
        self._to, self._back = to, back
        self._last, self._buffer = 0, b""
        self._results: dict[int, dict[str, Any]] = {}

    def send(self, method: str, session: str | None = None, **params: Any) -> int:
        self._last += 1
        message: dict[str, Any] = {"id": self._last, "method": method, "params": params}
        if session:
            message["sessionId"] = session
        os.write(self._to, json.dumps(message).encode() + b"\0")
        return self._last

    def result(self, number: int, until: float) -> dict[str, Any] | None:
        """The answer to one command, None when it does not come in time (`time.monotonic`)."""
        while number not in self._results:
            left = until - time.monotonic()
            if left <= 0 or not select.select([self._back], [], [], left)[0]:
                return None
            self._buffer += os.read(self._back, 65536)
            *lines, self._buffer = self._buffer.split(b"\0")
            for message in map(json.loads, lines):
                if "id" in message:
                    self._results[message["id"]] = message["result"]
        return self._results[number]

    def ask(self, method: str, session: str | None = None, **params: Any) -> dict[str, Any]:
        result = self.result(self.send(method, session, **params), time.monotonic() + 30)
        assert result is not None, method
        return result


@contextlib.contextmanager
def _browser(program: str, home: Path) -> Iterator[_Browser]:
    commands, to = os.pipe()
    back, answers = os.pipe()

    def places() -> None:
        """It reads from 3 and writes to 4."""
        os.dup2(os.dup(commands), 3)
        os.dup2(os.dup(answers), 4)

    process = subprocess.Popen(
        [program, *_QUIET, f"--user-data-dir={home / 'chromium'}"],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        env={**os.environ, "HOME": str(home)},
        preexec_fn=places,  # noqa: PLW1509 - nothing else runs in this process by then
        close_fds=False,
        start_new_session=True,
    )
    os.close(commands)
    os.close(answers)
    try:
        yield _Browser(to, back)
    finally:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, 9)
        process.wait()
        os.close(to)
        os.close(back)


def _visit(place: Place, sites: Sequence[Site]) -> dict[str, Said]:
    trust_database(place, place.home / ".pki" / "nssdb")
    program = shutil.which("chromium") or shutil.which("google-chrome") or "chromium"
    with _browser(program, place.home) as browser:
        asked = {site.name: _navigate(browser, site) for site in sites}
        until = time.monotonic() + PATIENCE + 4
        answers = {name: browser.result(number, until) for name, number in asked.items()}
    return {name: _said(answer) for name, answer in answers.items()}


def _said(answer: dict[str, Any] | None) -> Said:
    if answer is None:
        return Said(False, "net::ERR_TIMED_OUT")
    error = answer.get("errorText", "")
    return Said(not error, error or "OK")


def _navigate(browser: _Browser, site: Site) -> int:
    """Each site in a tab of its own; the number under which the end will be told."""
    target = browser.ask("Target.createTarget", url="about:blank")["targetId"]
    session = browser.ask("Target.attachToTarget", targetId=target, flatten=True)["sessionId"]
    return browser.send("Page.navigate", session, url=f"https://{site.host}:{site.port}/")


CHROMIUM = Client("chrome", ("chromium", "certutil"), _visit)
