"""Chromium without a window, asked through its debugging pipe (Chrome DevTools Protocol)."""

from __future__ import annotations

import contextlib
import fcntl
import json
import os
import select
import signal
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from trustmgr.clients.browsers import Silent

_QUIET = (
    "--headless",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-sync",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-dev-shm-usage",
    "--remote-debugging-pipe",
)
_STARTING = 30.0  # seconds
_LIMIT = 8 * 1024 * 1024  # bytes of one message
_REFUSED_TO_ANSWER = {"errorText": "net::ERR_FAILED"}


class Chromium:
    """A running browser. Messages are JSON that ends with a NUL; answers bear a command's number."""

    def __init__(self, to: int, back: int) -> None:
        self._to, self._back = to, back
        self._last, self._buffer = 0, b""
        self._results: dict[int, dict[str, Any]] = {}

    def navigate(self, url: str) -> int:
        """Begin to load a page in a tab of its own; the number for `result`. Raises `Silent`."""
        target = self._ask("Target.createTarget", url="about:blank")["targetId"]
        session = self._ask("Target.attachToTarget", targetId=target, flatten=True)["sessionId"]
        return self._send("Page.navigate", {"url": url}, session)

    def result(self, number: int, until: float) -> dict[str, Any] | None:
        """The answer to one command, None when it does not come in time (`time.monotonic`).

        That of `navigate` has an ``errorText`` such as ``net::ERR_CERT_DATE_INVALID``, or none.
        Raises `Silent`.
        """
        while number not in self._results:
            left = until - time.monotonic()
            if left <= 0 or not select.select([self._back], [], [], left)[0]:
                return None
            block = os.read(self._back, 65536)
            if not block or len(self._buffer) > _LIMIT:
                raise Silent
            *lines, self._buffer = (self._buffer + block).split(b"\0")
            for message in map(json.loads, lines):
                if "id" in message:
                    self._results[message["id"]] = message.get("result", _REFUSED_TO_ANSWER)
        return self._results[number]

    def _send(self, method: str, params: Mapping[str, object], session: str = "") -> int:
        self._last += 1
        message: dict[str, Any] = {"id": self._last, "method": method, "params": params}
        if session:
            message["sessionId"] = session
        try:
            os.write(self._to, json.dumps(message).encode() + b"\0")
        except BrokenPipeError:
            raise Silent from None
        return self._last

    def _ask(self, method: str, **params: object) -> dict[str, Any]:
        result = self.result(self._send(method, params), time.monotonic() + _STARTING)
        if result is None or result is _REFUSED_TO_ANSWER:
            raise Silent
        return result


@contextlib.contextmanager
def running(
    program: Path, environment: Mapping[str, str], more: Sequence[str] = ()
) -> Iterator[Chromium]:
    """A browser with settings of its own, which reads the NSS database of its HOME.

    `more` are further words for it. Raises ``OSError`` when it cannot be started.
    """
    with tempfile.TemporaryDirectory(prefix="trustmgr-", ignore_cleanup_errors=True) as folder:
        words = [str(program), *_QUIET, *more, f"--user-data-dir={folder}"]
        if os.geteuid() == 0:  # it refuses to start otherwise
            words.append("--no-sandbox")
        own = {"XDG_CONFIG_HOME": folder, "XDG_CACHE_HOME": folder}
        with _pipes() as (to, commands, answers, back):
            process = _start(words, {**environment, **own}, commands, answers)
            try:
                yield Chromium(to, back)
            finally:
                with contextlib.suppress(ProcessLookupError):
                    os.killpg(process, signal.SIGKILL)
                os.waitpid(process, 0)


def _start(words: list[str], environment: Mapping[str, str], commands: int, answers: int) -> int:
    """It reads from 3 and writes to 4. (No code of ours runs between fork and exec: others have threads.)"""
    null = os.open(os.devnull, os.O_RDWR | os.O_CLOEXEC)
    actions = [(os.POSIX_SPAWN_DUP2, null, number) for number in (0, 1, 2)]
    actions += [(os.POSIX_SPAWN_DUP2, commands, 3), (os.POSIX_SPAWN_DUP2, answers, 4)]
    try:
        return os.posix_spawn(
            words[0], words, environment, file_actions=actions, setpgroup=0, setsigdef=()
        )
    finally:
        os.close(null)
        os.close(commands)
        os.close(answers)


@contextlib.contextmanager
def _pipes() -> Iterator[tuple[int, int, int, int]]:
    """(ours to write, its to read, its to write, ours to read), out of the way of 3 and 4."""
    commands, to = _pipe()
    back, answers = _pipe()
    try:
        yield to, commands, answers, back
    finally:
        for descriptor in (to, back):
            os.close(descriptor)


def _pipe() -> tuple[int, int]:
    low = os.pipe()
    high = [fcntl.fcntl(end, fcntl.F_DUPFD_CLOEXEC, 16) for end in low]
    for end in low:
        os.close(end)
    return high[0], high[1]
