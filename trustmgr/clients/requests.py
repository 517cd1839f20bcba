"""Python's requests, in the user's own Python, if it is installed there."""

from __future__ import annotations

import json
import shutil
import subprocess
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path

from trustmgr.clients.base import Attempt, ClientResult, environment, replaced_by
from trustmgr.clients.by_name import direct, not_asked, url
from trustmgr.clients.process import run
from trustmgr.clients.script import said_by
from trustmgr.text import inert

#: requests.sessions.Session.merge_environment_settings.
_VARIABLES = ("REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE")
_SCRIPT = r"""
import json, socket, sys
ask = json.loads(sys.argv[1])
said = {"accepts": None}
try:
    import requests
    said["version"] = requests.__version__
    asked = socket.getaddrinfo
    socket.getaddrinfo = lambda host, *rest, **more: asked(
        ask["address"] if host == ask["name"] else host, *rest, **more)
    more = {"verify": ask["cafile"]} if ask["cafile"] else {}
    requests.head(ask["url"], timeout=ask["timeout"], allow_redirects=False, **more)
    said["accepts"] = True
except ImportError:
    said["error"] = "not installed"
except requests.exceptions.SSLError as error:
    said["error"] = str(error).rsplit("SSLError(", 1)[-1].strip(")")
    cut = "EOF" in said["error"] or "Zero" in said["error"]
    said["accepts"] = None if cut else False
except OSError as error:
    said["error"] = "%s: %s" % (type(error).__name__, error)
    if "CA certificate bundle" in str(error):
        said["accepts"] = False
except Exception as error:
    said["error"] = "%s: %s" % (type(error).__name__, error)
print("TRUSTMGR=" + json.dumps(said))
"""


def _has_requests(python: str) -> bool:
    with suppress(OSError, subprocess.TimeoutExpired):
        command = [python, "-c", "import importlib.util as u; print(u.find_spec('requests'))"]
        done = subprocess.run(command, capture_output=True, timeout=5, check=False)
        return done.returncode == 0 and done.stdout.strip() not in (b"", b"None")
    return False


class Requests:
    """`requests.head(...)` in the `python3` on the PATH."""

    id = "requests"
    title = "Python's requests"

    def find(self) -> Path | None:
        """The `python3` on the PATH that can import requests."""
        found = shutil.which("python3")
        return Path(found) if found and _has_requests(found) else None

    def store(self, environment: Mapping[str, str]) -> str:
        """The list of the package certifi, unless a variable replaces it."""
        return replaced_by(environment, _VARIABLES) or "certifi"

    def try_(self, program: Path, attempt: Attempt) -> ClientResult:
        """Runs the script above."""
        env = direct(attempt, environment())
        store = attempt.sandbox.store if attempt.sandbox else self.store(env)
        if attempt.target.starttls:
            why = f"requests cannot begin TLS with {attempt.target.starttls}."
            return not_asked(self.id, self.title, why, store, program)
        question = {
            "url": url(attempt),
            "address": attempt.address,
            "name": attempt.name,
            "timeout": attempt.timeout,
            "cafile": str(attempt.sandbox.bundle) if attempt.sandbox else None,
        }
        command = (str(program), "-c", _SCRIPT, json.dumps(question))
        said = said_by(run(command, attempt.timeout + 3, attempt.progress, env), "python")
        message = inert(str(said.get("error") or "accepts the certificate"))
        shown = (str(program), "-c", "requests.head(...)")
        accepts, version = said.get("accepts"), inert(str(said.get("version", "")), 80)
        return ClientResult(self.id, self.title, accepts, message, store, version, shown)
