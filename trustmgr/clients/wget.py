"""GNU Wget, as the user has it: ~/.wgetrc counts."""

from __future__ import annotations

import os
import shutil
from collections.abc import Mapping
from pathlib import Path

from trustmgr.clients.base import Attempt, ClientResult, environment, system_store
from trustmgr.clients.by_name import cannot_reach, direct, not_asked, setting, url
from trustmgr.clients.process import Ran, run
from trustmgr.text import inert

#: The manual, "Exit Status": a verification that failed, and an answer that was an error.
_REFUSED, _ANSWERED = 5, frozenset({0, 6, 7, 8})


class Wget:
    """`wget https://...`."""

    id = "wget"
    title = "Wget"

    def find(self) -> Path | None:
        """On the PATH."""
        found = shutil.which("wget")
        return Path(found) if found else None

    def store(self, environment: Mapping[str, str]) -> str:
        """The system's; what ``ca_certificate`` names is read besides it."""
        named = setting("wget")
        return f"{named} + {system_store()}" if named else system_store()

    def try_(self, program: Path, attempt: Attempt) -> ClientResult:
        """It follows nothing and keeps nothing."""
        env = direct(attempt, environment()) | {"LC_ALL": "C"}
        store = attempt.sandbox.store if attempt.sandbox else self.store(env)
        if why := cannot_reach(attempt, self.title):
            return not_asked(self.id, self.title, why, store, program)
        words = ["--no-verbose", "--output-document", os.devnull, "--tries=1", "--no-hsts"]
        words += [f"--timeout={attempt.timeout:g}", "--max-redirect=0", "--no-netrc"]
        if attempt.sandbox:
            words += [f"--ca-certificate={attempt.sandbox.bundle}"]
            words += [f"--ca-directory={attempt.sandbox.empty}"]
        command = (str(program), *words, url(attempt))
        ran = run(command, attempt.timeout, attempt.progress, env)
        accepts, message = _judge(ran)
        about = run((str(program), "--version"), 5, attempt.progress, env)
        version = inert(" ".join(about.out.split()[2:3]))
        return ClientResult(self.id, self.title, accepts, message, store, version, command)


def _judge(ran: Ran) -> tuple[bool | None, str]:
    lines = [line.strip() for line in ran.err.splitlines() if line.strip()]
    doubts = [inert(line.removeprefix("ERROR: ")) for line in lines if line.startswith("ERROR: ")]
    if ran.code == _REFUSED:
        return False, doubts[-1] if doubts else "refuses the certificate"
    if any(line.startswith("WARNING: ") and "certificate" in line for line in lines):
        return (
            None,
            "its settings (check_certificate) switch the check off, so its yes proves nothing",
        )
    if ran.code in _ANSWERED:
        return True, "accepts the certificate"
    if ran.code is None:
        return None, "no answer in time"
    return None, inert(lines[-1]) if lines else f"wget ended with {ran.code}"
