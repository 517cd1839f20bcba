"""`gnutls-cli`: what programs on GnuTLS see that change nothing of its defaults."""

from __future__ import annotations

import re
from collections.abc import Mapping

from trustmgr.clients.base import Attempt, system_store
from trustmgr.clients.process import Ran
from trustmgr.clients.program import Program, Said, Trial
from trustmgr.text import inert

_STATUS = re.compile(r"^- Status: (.*)$", re.MULTILINE)
_FATAL = re.compile(r"^\*\*\* (?:Fatal error|Received alert)[^:]*: (.*)$", re.MULTILINE)
_SAYS_NO = ("certificate", "alert", "handshake", "protocol", "algorithm", "prime", "key")
_CUT = ("non-properly", "reset", "premature", "Error in the pull")


class GnuTls(Program):
    """The command-line tool of GnuTLS."""

    id = "gnutls"
    title = "GnuTLS"
    program_names = ("gnutls-cli",)
    starttls = frozenset({"smtp", "imap", "pop3", "ldap", "ftp", "xmpp"})

    def store(self, environment: Mapping[str, str]) -> str:
        """No variable changes it."""
        return system_store()

    def surroundings(self, attempt: Attempt) -> dict[str, str]:
        """In English."""
        return super().surroundings(attempt) | {"LC_ALL": "C"}

    def ask(self, trial: Trial) -> Said:
        """Name and chain are verified; the connection ends right after the handshake."""
        command = _command(str(trial.program), trial.attempt)
        accepts, message = _judge(trial.run(command))
        return Said(accepts, message, trial.version(1), command)


def _command(program: str, attempt: Attempt) -> tuple[str, ...]:
    words = [program, "--port", str(attempt.port), "--verify-hostname", attempt.name]
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
