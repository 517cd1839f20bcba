"""curl, as the user has it: ~/.curlrc and the environment count."""

from __future__ import annotations

import os
import re
from collections.abc import Mapping

from trustmgr.clients.base import (
    Attempt,
    bracketed,
    places_read,
    replaced_by,
    system_store,
)
from trustmgr.clients.by_name import elsewhere_by_proxy
from trustmgr.clients.process import Ran
from trustmgr.clients.program import Program, Said, Trial
from trustmgr.text import inert

#: https://curl.se/libcurl/c/libcurl-errors.html: what says no to the certificate or to TLS itself.
_REFUSED = frozenset({35, 51, 58, 59, 60, 64, 66, 80, 82, 83, 90, 91, 98})
_HAS_NOT = frozenset({1, 2, 4, 48})  # protocol or option that this curl was built without
#: The end of a connection says nothing about trust.
_CUT = ("reset by peer", "unexpected eof", "SSL_ERROR_SYSCALL", "SSL_ERROR_ZERO_RETURN")
_HANDSHAKE = "TLS-DONE="
#: In the order of curl's tool_operate.c.
_VARIABLES = ("CURL_CA_BUNDLE", "SSL_CERT_DIR", "SSL_CERT_FILE")
#: What --verbose tells before the handshake (so the first is curl's own word), without the server's.
_PLACE = {kind: re.compile(rf"^\* +{kind}: (.+)$", re.MULTILINE) for kind in ("CAfile", "CApath")}


class Curl(Program):
    """`curl https://...`; STARTTLS with the protocols that curl speaks."""

    id = "curl"
    title = "curl"
    program_names = ("curl",)
    starttls = frozenset({"smtp", "imap", "pop3", "ftp", "ldap"})

    def store(self, environment: Mapping[str, str]) -> str:
        """The variables replace the built-in places."""
        return replaced_by(environment, _VARIABLES) or system_store()

    def ask(self, trial: Trial) -> Said:
        """The handshake is what counts: what the server answers afterwards does not."""
        attempt = trial.attempt
        scheme = attempt.target.starttls or "https"
        command = _command(str(trial.program), scheme, attempt)
        ran, store = trial.run(command, more=1), ""
        accepts, message = _judge(ran, scheme)
        if not attempt.sandbox and any(pattern.search(ran.err) for pattern in _PLACE.values()):
            store = places_read(_places(ran.err), trial.env, _VARIABLES)
        return Said(accepts, message, _version(trial.about("--version")), command, store)


def _places(said: str) -> list[str]:
    found = [match[1].strip() for kind in _PLACE.values() if (match := kind.search(said))]
    return [place for place in found if place != "none"]


def _command(program: str, scheme: str, attempt: Attempt) -> tuple[str, ...]:
    name = bracketed(attempt.name)
    port = attempt.target.port or attempt.port
    here = f"{name}:{port}:{bracketed(attempt.address)}:{attempt.port}"
    words = [program, "--silent", "--show-error", "--verbose", "--globoff"]
    words += ["--output", os.devnull, "--connect-to", here]
    words += ["--write-out", f"{_HANDSHAKE}%{{time_appconnect}} %{{ssl_verify_result}}"]
    words += ["--max-time", f"{attempt.timeout:g}", "--max-filesize", "1000000"]
    if scheme == "https":
        words += ["--head"]
    else:
        words += ["--ssl-reqd"]
    if attempt.sandbox:
        words += ["--cacert", str(attempt.sandbox.bundle), "--capath", str(attempt.sandbox.empty)]
    if elsewhere_by_proxy(attempt):
        words += ["--noproxy", "*"]
    return (*words, f"{scheme}://{name}:{port}/")


def _judge(ran: Ran, scheme: str) -> tuple[bool | None, str]:
    said = _last_line(ran.err)
    seconds, _, verified = ran.out.rpartition(_HANDSHAKE)[2].strip().partition(" ")
    shaken = seconds.replace(",", ".").strip("0.") != "" and _HANDSHAKE in ran.out
    if ran.code == 0 or (shaken and ran.code not in _REFUSED):
        if verified not in ("", "0"):
            return None, "its settings (.curlrc) switch the check off, so its yes proves nothing"
        return True, "accepts the certificate"
    if ran.code in _REFUSED:
        if any(word.lower() in said.lower() for word in _CUT):
            return None, f"the connection ended before the certificate was judged: {said}"
        return False, said or "refuses the certificate"
    if ran.code in _HAS_NOT:
        return None, f"this curl cannot do {scheme}: {said}"
    if ran.code is None:
        return None, "no answer in time"
    if ran.code == 77:  # CURLE_SSL_CACERT_BADFILE
        return False, said or "its file of authorities cannot be read"
    return None, said or f"curl ended with {ran.code}"


def _last_line(text: str) -> str:
    lines = [line for line in text.splitlines() if line.startswith("curl:")]
    return inert((lines or text.splitlines() or [""])[0].strip())


def _version(about: str) -> str:
    words = about.split()
    tls = next((w for w in words if w.lower().startswith(("openssl/", "gnutls/", "schannel"))), "")
    return inert(" ".join(words[1:2] + ([tls] if tls else [])))
