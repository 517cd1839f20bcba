"""pip, as the user has it: pip.conf and the environment count."""

from __future__ import annotations

import re
import tempfile
from collections.abc import Mapping
from contextlib import suppress

from trustmgr.clients.base import Attempt, environment, replaced_by, system_store
from trustmgr.clients.by_name import ByName, setting, url
from trustmgr.clients.process import Ran, run
from trustmgr.clients.program import Said, Trial
from trustmgr.progress import Progress
from trustmgr.text import inert

_VARIABLES = ("PIP_CERT", "REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE")
_REFUSED = re.compile(r"There was a problem confirming the ssl certificate: (.*)")
_REASON = re.compile(r"(\[SSL[^)\"]*|hostname [^)\"]*|TLS CA certificate[^)\"]*|SSLError[^)\"]*)")
_BAD_FILE = re.compile(r"Could not find a suitable TLS CA certificate bundle.*")
_UNREACHED = re.compile(
    r"(?:Failed to establish|Connection refused|timed out|ConnectionReset|RemoteDis).*"
)
#: How its library notes an answer in the verbose log: that nothing was found is no proof of one.
_ANSWERED = re.compile(r'"GET [^"]* HTTP/\S+" \d{3} ')
_CUT = ("EOF", "Zero", "reset by peer")
_OWN = "its own list"
#: Where the system's store is read besides, through truststore (its documentation, "HTTPS Certificates").
_SINCE = (24, 2)


class Pip(ByName):
    """`pip download` from an index that has nothing."""

    id = "pip"
    title = "pip"
    program_names = ("pip", "pip3")

    def store(self, environment: Mapping[str, str]) -> str:
        """The list that it brings, unless a setting replaces it; what is read besides is told by `ask`."""
        return replaced_by(environment, _VARIABLES) or setting("pip") or _OWN

    def surroundings(self, attempt: Attempt) -> dict[str, str]:
        """It asks nobody, and no other place than the one that is meant."""
        env = super().surroundings(attempt)
        others = ("PIP_FIND_LINKS", "PIP_EXTRA_INDEX_URL")
        return {k: v for k, v in env.items() if k not in others} | {"PIP_NO_INPUT": "1"}

    def ask(self, trial: Trial) -> Said:
        """Nothing is downloaded, cached or installed."""
        attempt, version = trial.attempt, trial.version(1)
        words = ["download", "-vvv", "--no-deps", "--no-cache-dir", "--retries=0"]
        words += ["--disable-pip-version-check", f"--timeout={attempt.timeout:g}"]
        words += ["--index-url", f"{url(attempt)}simple", "trustmgr-asks-for-nothing"]
        if attempt.sandbox:
            words += ["--cert", str(attempt.sandbox.bundle)]
            words += ["--use-deprecated=legacy-certs"] if _is_new(version) else []  # that alone
        with tempfile.TemporaryDirectory(prefix="trustmgr-pip-") as folder:
            command = (str(trial.program), *words, "--dest", folder)
            ran = trial.run(command, more=5)
        accepts, message = _judge(f"{ran.out}\n{ran.err}", ran)
        both = trial.store == _OWN and _is_new(version)
        store = f"{_OWN} + {system_store()}" if both else ""
        return Said(accepts, message, version, command, store)


def reads_system() -> bool:
    """Whether the pip of this user reads the system's store. It is asked, which takes half a second."""
    program = Pip().find()
    if program is None:
        return False
    with suppress(OSError):
        about = run((str(program), "--version"), 5, Progress(), environment())
        return _is_new("".join(about.out.split()[1:2]))
    return False


def _is_new(version: str) -> bool:
    found = re.match(r"(\d+)\.(\d+)", version)
    return found is not None and (int(found[1]), int(found[2])) >= _SINCE


def _judge(text: str, ran: Ran) -> tuple[bool | None, str]:
    if bad := _BAD_FILE.search(text):
        return False, inert(bad[0])
    if refused := _REFUSED.search(text):
        reason = _REASON.search(refused[1])
        said = inert(reason[1] if reason else refused[1])
        if any(word in said for word in _CUT):
            return None, f"the connection ended before the certificate was judged: {said}"
        return False, said
    if ran.code is None:
        return None, "no answer in time"
    if unreached := _UNREACHED.search(text):
        return None, inert(unreached[0])
    if _ANSWERED.search(text):
        return True, "accepts the certificate"
    last = ([line for line in text.splitlines() if line.strip()] or [f"pip ended with {ran.code}"])[
        -1
    ]
    return None, inert(last)
