"""What all clients share: how one is found, what it cannot do, and how its answer is told."""

from __future__ import annotations

import shutil
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from pathlib import Path

from trustmgr.clients.base import Attempt, ClientResult, environment
from trustmgr.clients.process import Ran, run
from trustmgr.text import inert

#: Seconds that a program may take to say its version.
_ABOUT = 5.0


@dataclass(frozen=True)
class Said:
    """What one try came to. `accepts` None: it cannot tell. What is empty is filled in by `Program`."""

    accepts: bool | None
    message: str
    version: str = ""
    command: tuple[str, ...] = ()
    store: str = ""  # where the program itself told what it reads


@dataclass(frozen=True)
class Trial:
    """One program and what it is asked, in the environment that it gets."""

    program: Path
    attempt: Attempt
    env: Mapping[str, str]
    store: str

    def run(self, command: tuple[str, ...], more: float = 0.0) -> Ran:
        """Run it for as long as the attempt lasts, and `more` seconds. Raises ``OSError``, `Cancelled`."""
        return run(command, self.attempt.timeout + more, self.attempt.progress, self.env)

    def about(self, *words: str) -> str:
        """What it prints about itself."""
        return run((str(self.program), *words), _ABOUT, self.attempt.progress, self.env).out

    def version(self, place: int) -> str:
        """The word at this place of what it says to ``--version``."""
        return inert(" ".join(self.about("--version").split()[place : place + 1]), 80)


class Program:
    """The beginning and the end of every try. A file of this folder says what is between."""

    id: str
    title: str
    #: What it is called on the PATH; the first that is there is asked.
    program_names: tuple[str, ...]
    #: The protocols that it can begin TLS with.
    starttls: Collection[str] = ()

    def find(self) -> Path | None:
        """On the PATH."""
        found = next(filter(None, map(shutil.which, self.program_names)), None)
        return Path(found) if found else None

    def store(self, environment: Mapping[str, str]) -> str:
        """Id of the store that it reads, or the setting that replaces it."""
        raise NotImplementedError

    def surroundings(self, attempt: Attempt) -> dict[str, str]:
        """The environment that it is started in: the user's own."""
        return environment()

    def cannot(self, attempt: Attempt) -> str:
        """Why it cannot be asked this; empty: it can."""
        return ""

    def ask(self, trial: Trial) -> Said:
        """Start it, and judge what it said."""
        raise NotImplementedError

    def try_(self, program: Path, attempt: Attempt) -> ClientResult:
        """Asks, unless it cannot be asked."""
        env = self.surroundings(attempt)
        store = attempt.sandbox.store if attempt.sandbox else self.store(env)
        why = self._no_starttls(attempt.target.starttls) or self.cannot(attempt)
        said = Said(None, why) if why else self.ask(Trial(program, attempt, env, store))
        return ClientResult(
            self.id,
            self.title,
            said.accepts,
            said.message,
            said.store or store,
            said.version,
            said.command or (str(program),),
        )

    def _no_starttls(self, protocol: str | None) -> str:
        if protocol is None or protocol in self.starttls:
            return ""
        return f"{self.title} cannot begin TLS with {protocol}."
