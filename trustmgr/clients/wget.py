"""GNU Wget, as the user has it: ~/.wgetrc counts."""

from __future__ import annotations

import os
from collections.abc import Mapping

from trustmgr.clients.base import Attempt, system_store
from trustmgr.clients.by_name import ByName, setting, url
from trustmgr.clients.process import Ran
from trustmgr.clients.program import Said, Trial
from trustmgr.text import inert

#: The manual, "Exit Status": a verification that failed, and an answer that was an error.
_REFUSED, _ANSWERED = 5, frozenset({0, 6, 7, 8})


class Wget(ByName):
    """`wget https://...`."""

    id = "wget"
    title = "Wget"
    program_names = ("wget",)

    def store(self, environment: Mapping[str, str]) -> str:
        """The system's; what ``ca_certificate`` names is read besides it."""
        named = setting("wget")
        return f"{named} + {system_store()}" if named else system_store()

    def surroundings(self, attempt: Attempt) -> dict[str, str]:
        """In English."""
        return super().surroundings(attempt) | {"LC_ALL": "C"}

    def ask(self, trial: Trial) -> Said:
        """It follows nothing and keeps nothing."""
        attempt = trial.attempt
        words = ["--no-verbose", "--output-document", os.devnull, "--tries=1", "--no-hsts"]
        words += [f"--timeout={attempt.timeout:g}", "--max-redirect=0", "--no-netrc"]
        if attempt.sandbox:
            words += [f"--ca-certificate={attempt.sandbox.bundle}"]
            words += [f"--ca-directory={attempt.sandbox.empty}"]
        command = (str(trial.program), *words, url(attempt))
        accepts, message = _judge(trial.run(command))
        return Said(accepts, message, trial.version(2), command)


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
