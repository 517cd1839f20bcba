"""Clients that are a script of ours in an interpreter of the user's, and say what they found in JSON."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

from trustmgr.clients.base import Attempt, places_read
from trustmgr.clients.process import Ran
from trustmgr.clients.program import Program, Said, Trial
from trustmgr.text import inert

_MARK = "TRUSTMGR="
#: Seconds that an interpreter may take to start.
_START = 3.0


class Script(Program):
    """The script gets one object as its argument and prints one: ``accepts``, ``error``, ``version``,
    and ``places`` when it knows which files and folders it reads."""

    script: str
    words: tuple[str, ...]  # before the script
    shown: str  # what is told instead of the script
    variables: tuple[str, ...] = ()  # those that name the places

    def question(self, attempt: Attempt) -> Mapping[str, object]:
        """What the script is told."""
        return {
            "address": attempt.address,
            "port": attempt.port,
            "name": attempt.name,
            "timeout": attempt.timeout,
            "cafile": str(attempt.sandbox.bundle) if attempt.sandbox else None,
        }

    def ask(self, trial: Trial) -> Said:
        """Runs the script."""
        begin = (str(trial.program), *self.words)
        command = (*begin, self.script, json.dumps(self.question(trial.attempt)))
        said = said_by(trial.run(command, more=_START), self.program_names[0])
        places = None if trial.attempt.sandbox else said.get("places")
        return Said(
            said.get("accepts"),
            inert(str(said.get("error") or "accepts the certificate")),
            inert(str(said.get("version", "")), 80),
            (*begin, self.shown),
            "" if places is None else self.store_of(places, trial),
        )

    def store_of(self, places: Sequence[str], trial: Trial) -> str:
        """The stores behind the places that the script named."""
        return places_read(places, trial.env, self.variables)


def said_by(ran: Ran, interpreter: str) -> dict[str, Any]:
    """The object that it printed; else ``accepts`` None and an ``error``."""
    line = next((x for x in ran.out.splitlines() if x.startswith(_MARK)), "")
    try:
        said = json.loads(line.removeprefix(_MARK))
    except ValueError:
        said = None
    if isinstance(said, dict):
        return said
    if ran.code is None:
        return {"accepts": None, "error": "no answer in time"}
    last = (ran.err.strip().splitlines() or [f"{interpreter} ended with {ran.code}"])[-1]
    return {"accepts": None, "error": last}
