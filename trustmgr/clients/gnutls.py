"""`gnutls-cli`: what programs on GnuTLS see that change nothing of its defaults."""

from __future__ import annotations

import re
import shutil
from collections.abc import Mapping
from pathlib import Path

from trustmgr.clients.base import Attempt, ClientResult, environment, system_store
from trustmgr.clients.by_name import not_asked
from trustmgr.clients.process import Ran, run
from trustmgr.text import inert

_STATUS = re.compile(r"^- Status: (.*)$", re.MULTILINE)
_FATAL = re.compile(r"^\*\*\* (?:Fatal error|Received alert)[^:]*: (.*)$", re.MULTILINE)
_STARTTLS = frozenset({"smtp", "imap", "pop3", "ldap", "ftp", "xmpp"})
_SAYS_NO = ("certificate", "alert", "handshake", "protocol", "algorithm", "prime", "key")
_CUT = ("non-properly", "reset", "premature", "Error in the pull")


class GnuTls:
    """The command-line tool of GnuTLS."""

    id = "gnutls"
    title = "GnuTLS"

    def find(self) -> Path | None:
        """On the PATH."""
        found = shutil.which("gnutls-cli")
        return Path(found) if found else None

    def store(self, environment: Mapping[str, str]) -> str:
        """No variable changes it."""
        return system_store()

    def try_(self, program: Path, attempt: Attempt) -> ClientResult:
        """Name and chain are verified; the connection ends right after the handshake."""
        env = environment() | {"LC_ALL": "C"}
        store = attempt.sandbox.store if attempt.sandbox else self.store(env)
        protocol = attempt.target.starttls
        if protocol is not None and protocol not in _STARTTLS:
            why = f"gnutls-cli cannot begin TLS with {protocol}."
            return not_asked(self.id, self.title, why, store, program)
        command = _command(program, attempt)
        ran = run(command, attempt.timeout, attempt.progress, env)
        accepts, message = _judge(ran)
        about = run((str(program), "--version"), 5, attempt.progress, env)
        version = inert(" ".join(about.out.split()[1:2]))
        return ClientResult(self.id, self.title, accepts, message, store, version, command)


def _command(program: Path, attempt: Attempt) -> tuple[str, ...]:
    words = [str(program), "--port", str(attempt.port), "--verify-hostname", attempt.name]
    words += ["--disable-sni"] if attempt.named_by_address else ["--sni-hostname", attempt.name]
    if attempt.target.starttls:
        words += [f"--starttls-proto={attempt.target.starttls}"]
    if attempt.sandbox:
        words += [f"--x509cafile={attempt.sandbox.bundle}"]
    return (*words, attempt.address)


def _judge(ran: Ran) -> tuple[bool | None, str]:
    text = f"{ran.out}\n{ran.err}".partition("Simple Client Mode")[0]  # then the server speaks
    status, fatal = _STATUS.search(text), _FATAL.search(f"{text}\n{ran.err}")
    if status and "NOT trusted" in status[1]:
        return False, inert(status[1].strip())
    if status and "trusted" in status[1]:
        return True, "accepts the certificate"
    if ran.code is None:
        return None, "no answer in time"
    said = inert((fatal[1] if fatal else _last(ran.err)).strip())
    if fatal and any(word in said for word in _CUT):
        return None, f"the connection ended before the certificate was judged: {said}"
    if fatal and any(word in said.lower() for word in _SAYS_NO):
        return False, said
    return None, said or f"gnutls-cli ended with {ran.code}"


def _last(text: str) -> str:
    return ([line for line in text.splitlines() if line.strip()] or [""])[-1]
