"""`openssl s_client`: what programs on OpenSSL see that change nothing of its defaults."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path

from trustmgr.clients.base import (
    Attempt,
    bracketed,
    places_read,
    replaced_by,
    system_store,
)
from trustmgr.clients.process import Ran
from trustmgr.clients.program import Program, Said, Trial
from trustmgr.target import STARTTLS_PROTOCOLS
from trustmgr.text import inert

_VARIABLES = ("SSL_CERT_FILE", "SSL_CERT_DIR")
_HOME = re.compile(r'^OPENSSLDIR: "(.+)"$', re.MULTILINE)
_VERIFY = re.compile(r"verify error:num=\d+:(.*)|^Verification error: (.*)$", re.MULTILINE)
_ALERT = re.compile(r"error:[0-9A-F]+:[^:]*:[^:]*:([^:]+):")
_UNREACHED = ("connect:errno", "getservbyname", "Name or service", "gethostbyname")
_CUT = ("errno=104", "unexpected eof", "Connection reset")


class OpenSsl(Program):
    """The command-line tool of OpenSSL."""

    id = "openssl"
    title = "OpenSSL"
    program_names = ("openssl",)
    starttls = STARTTLS_PROTOCOLS

    def store(self, environment: Mapping[str, str]) -> str:
        """SSL_CERT_FILE and SSL_CERT_DIR replace the built-in places (openssl-env(7))."""
        return replaced_by(environment, _VARIABLES) or system_store()

    def ask(self, trial: Trial) -> Said:
        """Name and chain are verified; the connection ends right after the handshake."""
        command = _command(str(trial.program), trial.attempt)
        accepts, message = _judge(trial.run(command))
        about = trial.about("version", "-v", "-d")
        version, store = inert(" ".join(about.split()[1:2])), ""
        if not trial.attempt.sandbox and (home := _HOME.search(about)):
            store = places_read(_places(Path(home[1]), trial.env), trial.env, _VARIABLES)
        return Said(accepts, message, version, command, store)


def _places(home: Path, env: Mapping[str, str]) -> list[str]:
    """The file and the folder that it reads, where they exist (openssl-env(7))."""
    named = zip(_VARIABLES, (home / "cert.pem", home / "certs"), strict=True)
    places = [Path(env.get(variable) or default) for variable, default in named]
    return [str(place) for place in places if place.exists()]


def _command(program: str, attempt: Attempt) -> tuple[str, ...]:
    where = f"{bracketed(attempt.address)}:{attempt.port}"
    words = [program, "s_client", "-connect", where, "-brief", "-verify_return_error"]
    if attempt.named_by_address:
        words += ["-verify_ip", attempt.name, "-noservername"]
    else:
        words += ["-verify_hostname", attempt.name, "-servername", attempt.name]
    if attempt.target.starttls:
        words += ["-starttls", attempt.target.starttls]
        if attempt.target.starttls == "xmpp":
            words += ["-xmpphost", attempt.name]
    if attempt.sandbox:
        words += ["-CAfile", str(attempt.sandbox.bundle), "-no-CApath", "-no-CAstore"]
    return tuple(words)


def _judge(ran: Ran) -> tuple[bool | None, str]:
    text = ran.err  # with -brief everything of its own; what the server says is on the other
    refused = _VERIFY.search(text)
    if refused:
        return False, inert((refused[1] or refused[2]).strip())
    if "CONNECTION ESTABLISHED" in text and "Verification: OK" in text:
        return True, "accepts the certificate"
    if ran.code is None:
        return None, "no answer in time"
    first = inert(next((line for line in text.splitlines() if line.strip()), "").strip())
    if any(word in text for word in _UNREACHED):
        return None, first
    if any(word in text for word in _CUT) and "alert" not in text:
        return None, f"the connection ended before the certificate was judged: {first}"
    alert = _ALERT.search(text)
    if alert:
        return False, inert(alert[1].strip())
    return None, first or f"openssl ended with {ran.code}"
