"""Cargo, as the user has it: ~/.cargo/config.toml and the environment count."""

from __future__ import annotations

import re
from collections.abc import Mapping

from trustmgr.clients.base import Attempt, replaced_by, system_store
from trustmgr.clients.by_name import ByName, setting, url
from trustmgr.clients.process import Ran
from trustmgr.clients.program import Said, Trial
from trustmgr.text import inert

_VARIABLES = ("CARGO_HTTP_CAINFO",)
#: Its libcurl is told these by the crate openssl-probe, which leaves what is set.
_OPENSSL = ("SSL_CERT_FILE", "SSL_CERT_DIR")
#: libcurl's code and words.
_CURL = re.compile(r"^\s*\[(\d+)\] (.*)$", re.MULTILINE)
#: https://curl.se/libcurl/c/libcurl-errors.html: what says no to the certificate or to TLS itself.
_REFUSED = frozenset({"35", "51", "53", "54", "58", "59", "60", "64", "66", "77", "80", "82", "83"})
_CUT = ("reset by peer", "unexpected eof", "SSL_ERROR_SYSCALL", "SSL_ERROR_ZERO_RETURN")
#: What it says of an answer that is not a registry's: by then it was content with the certificate.
_ANSWERED = re.compile(
    r"EOF while parsing|expected value|failed to get successful HTTP response|key must be|missing field"
)


class Cargo(ByName):
    """`cargo search` in a sparse registry (Cargo 1.68 and newer) that need not be one."""

    id = "cargo"
    title = "Cargo"
    program_names = ("cargo",)

    def store(self, environment: Mapping[str, str]) -> str:
        """The system's, unless a setting replaces it."""
        return (
            replaced_by(environment, _VARIABLES)
            or setting("cargo")
            or replaced_by(environment, _OPENSSL)
            or system_store()
        )

    def surroundings(self, attempt: Attempt) -> dict[str, str]:
        """It tries once, and says it in plain text."""
        env = super().surroundings(attempt)
        env |= {"CARGO_NET_RETRY": "0", "CARGO_TERM_COLOR": "never", "LC_ALL": "C"}
        env |= {"CARGO_HTTP_TIMEOUT": f"{max(1, round(attempt.timeout))}"}
        if attempt.sandbox:
            env |= {"CARGO_HTTP_CAINFO": str(attempt.sandbox.bundle)}
            env |= {name: str(attempt.sandbox.empty) for name in _OPENSSL}
        return env

    def ask(self, trial: Trial) -> Said:
        """Nothing is fetched or kept but an answer that is no registry's."""
        command = (str(trial.program), "search", "--index", f"sparse+{url(trial.attempt)}", "x")
        accepts, message = _judge(trial.run(command, more=2))
        return Said(accepts, message, trial.version(1), command)


def _judge(ran: Ran) -> tuple[bool | None, str]:
    if ran.code == 0 or _ANSWERED.search(ran.err):
        return True, "accepts the certificate"
    if ran.code is None:
        return None, "no answer in time"
    if not (failed := _CURL.search(ran.err)):
        lines = [line.strip() for line in ran.err.splitlines() if line.strip()]
        return None, inert((lines or [f"cargo ended with {ran.code}"])[-1])
    said = inert(failed[2].strip())
    if any(word.lower() in said.lower() for word in _CUT):
        return None, f"the connection ended before the certificate was judged: {said}"
    return (False if failed[1] in _REFUSED else None), said
