"""git over https, as the user has it: ~/.gitconfig and the environment count."""

from __future__ import annotations

import re
from collections.abc import Mapping

from trustmgr.clients.base import (
    Attempt,
    bracketed,
    environment,
    places_read,
    replaced_by,
    system_store,
)
from trustmgr.clients.by_name import direct, setting, url
from trustmgr.clients.process import Ran
from trustmgr.clients.program import Program, Said, Trial
from trustmgr.text import inert

_VARIABLES = ("GIT_SSL_CAINFO", "GIT_SSL_CAPATH")
#: libcurl's own words; what the server says stands behind another mark (git's http.c).
_INFO = re.compile(r"^\S+ http\.c:\d+ +== Info: +(.*)$", re.MULTILINE)
_FATAL = re.compile(r"^fatal: unable to access '[^']*': (.*)$", re.MULTILINE)
#: GnuTLS; OpenSSL.
_GOOD = ("server certificate verification OK", "SSL certificate verify ok")
_SKIPPED = ("server certificate verification SKIPPED", "continuing anyway")
_REFUSED = ("certificate", "SSL: ", "SSL peer", "TLS alert", "handshake", "CA cert")
_CUT = ("reset by peer", "unexpected eof", "SSL_ERROR_SYSCALL", "TLS connection was non-properly")
_PLACE = re.compile(r"found \d+ certificates in (.+)|CA(?:file|path): (/.+)")


class Git(Program):
    """`git ls-remote https://...`: no repository has to be there."""

    id = "git"
    title = "git"
    program_names = ("git",)

    def store(self, environment: Mapping[str, str]) -> str:
        """The variables count before ``http.sslCAInfo``."""
        return replaced_by(environment, _VARIABLES) or setting("git") or system_store()

    def surroundings(self, attempt: Attempt) -> dict[str, str]:
        """It tells what it does, in English, asks nobody, and is in no repository."""
        env = direct(attempt, environment())
        if attempt.sandbox:
            env = {name: value for name, value in env.items() if name not in _VARIABLES}
        env |= {"GIT_TRACE_CURL": "1", "GIT_TRACE_CURL_NO_DATA": "1", "GIT_TERMINAL_PROMPT": "0"}
        return env | {
            "GIT_ASKPASS": "",
            "SSH_ASKPASS": "",
            "LC_ALL": "C",
            "GIT_DIR": "/nonexistent",
        }

    def ask(self, trial: Trial) -> Said:
        """Checks by what libcurl says of the certificate, not by what the server answers."""
        command = _command(str(trial.program), trial.attempt)
        ran = trial.run(command)
        info = [match[1].strip() for match in _INFO.finditer(ran.err)]
        accepts, message = _judge(ran, info)
        places = [m[1] or m[2] for line in info if (m := _PLACE.fullmatch(line))]
        told = bool(places) and trial.store == system_store()
        store = places_read(dict.fromkeys(places), trial.env, _VARIABLES) if told else ""
        return Said(accepts, message, trial.version(2), command, store)


def _command(program: str, attempt: Attempt) -> tuple[str, ...]:
    here = f"{attempt.name}:{attempt.port}:{bracketed(attempt.address)}"
    settings = ["credential.helper=", "http.followRedirects=false"]
    if not attempt.named_by_address:
        settings.append(f"http.curloptResolve={here}")
    if attempt.sandbox:
        settings.append(f"http.sslCAInfo={attempt.sandbox.bundle}")
        settings.append(f"http.sslCAPath={attempt.sandbox.empty}")
    words = [word for setting in settings for word in ("-c", setting)]
    return (program, *words, "ls-remote", url(attempt))


def _judge(ran: Ran, info: list[str]) -> tuple[bool | None, str]:
    fatal = _FATAL.search(ran.err)
    said = inert(fatal[1].strip()) if fatal else ""
    if any(line.endswith(_SKIPPED) for line in info if "status" not in line):
        return None, "its settings (http.sslVerify) switch the check off, so its yes proves nothing"
    if any(word.lower() in said.lower() for word in _CUT):
        return None, f"the connection ended before the certificate was judged: {said}"
    if any(word in said for word in _REFUSED):
        return False, said
    if any(line.startswith(_GOOD) for line in info):
        return True, "accepts the certificate"
    if ran.code is None:
        return None, "no answer in time"
    return None, said or f"git ended with {ran.code}"
