"""Firefox without a window, asked through Marionette (JSON with its length before it)."""

from __future__ import annotations

import contextlib
import json
import os
import signal
import socket
import subprocess
import time
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from trustmgr.clients.browsers import Silent

_SETTINGS = {
    "marionette.port": 0,
    "app.update.auto": False,
    "network.connectivity-service.enabled": False,
    "network.captive-portal-service.enabled": False,
    "datareporting.policy.dataSubmissionEnabled": False,
}
#: The page that Firefox shows in place of a refused one knows the reason.
_REASON = """
const address = document.documentURI;
if (address.startsWith("about:certerror")) return document.getFailedCertSecurityInfo().errorCodeString;
if (!address.startsWith("about:")) return "OK";
try { return document.getNetErrorInfo().errorCodeString || address; } catch (error) { return address; }
"""
_STARTING = 60.0  # seconds
_LOOKS, _BETWEEN_LOOKS = 50, 0.1  # seconds
_LIMIT = 8 * 1024 * 1024  # bytes of one message


class Firefox:
    """A running browser. Commands and answers are ``[type, number, ...]``."""

    def __init__(self, port: int, timeout: float) -> None:
        self._socket = socket.create_connection(("127.0.0.1", port), _STARTING)
        self._socket.settimeout(timeout + _STARTING)
        self._stream = self._socket.makefile("rb")
        self._last = 0
        self._receive()  # its greeting
        self._ask("WebDriver:NewSession", timeouts={"pageLoad": int(timeout * 1000)})

    def visit(self, url: str) -> tuple[str, str]:
        """("", "") when the page came; else the kind of error, and what Firefox says with its code.

        A refused certificate is of the kind ``insecure certificate``. Raises `Silent`.
        """
        error, _ = self._ask("WebDriver:Navigate", url=url)
        if error is None:
            return "", ""
        kind, said = str(error["error"]), str(error["message"])
        if kind == "timeout":
            return kind, said
        return kind, f"{said}\n{self._reason()}"

    def _reason(self) -> str:
        """What the page says; it may not be complete yet when the refusal is told."""
        for _ in range(_LOOKS):
            _, found = self._ask(
                "WebDriver:ExecuteScript", script=_REASON, args=[], sandbox="system"
            )
            if found and found["value"]:
                return str(found["value"])
            time.sleep(_BETWEEN_LOOKS)
        return ""

    def close(self) -> None:
        """Hang up."""
        self._stream.close()
        self._socket.close()

    def _ask(
        self, command: str, **params: object
    ) -> tuple[dict[str, Any] | None, dict[str, Any] | None]:
        """(error, result)"""
        self._last += 1
        body = json.dumps([0, self._last, command, params]).encode()
        self._socket.sendall(b"%d:%s" % (len(body), body))
        _, _, error, result = self._receive()
        return error, result

    def _receive(self) -> Sequence[Any]:
        length = b""
        while (character := self._stream.read(1)) != b":":
            length += character
            if not length.isdigit() or int(length) > _LIMIT:
                raise Silent
        received: Sequence[Any] = json.loads(self._stream.read(int(length)))
        return received


@contextlib.contextmanager
def running(
    program: Path,
    profile: Path,
    environment: Mapping[str, str],
    timeout: float,
    settings: Mapping[str, object] | None = None,
) -> Iterator[Firefox]:
    """A browser on this profile, which it changes. `timeout` (seconds) is for one page.

    Raises ``OSError`` when it cannot be started, `Silent` when it does not answer.
    """
    lines = {**_SETTINGS, **(settings or {})}.items()
    (profile / "user.js").write_text(
        "".join(f"user_pref({json.dumps(key)}, {json.dumps(value)});\n" for key, value in lines)
    )
    process = subprocess.Popen(
        [program, "--headless", "--marionette", "--no-remote", "--profile", str(profile)],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        env={**environment, "MOZ_CRASHREPORTER_DISABLE": "1"},
        start_new_session=True,
    )
    try:
        port = _port(profile / "MarionetteActivePort", process)
        with contextlib.closing(Firefox(port, timeout)) as browser:
            yield browser
    except (TimeoutError, ConnectionError) as error:
        raise Silent from error
    finally:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()


def _port(file: Path, process: subprocess.Popen[bytes]) -> int:
    until = time.monotonic() + _STARTING
    while time.monotonic() < until and process.poll() is None:
        with contextlib.suppress(OSError, ValueError):
            return int(file.read_text())
        time.sleep(0.05)
    raise Silent
