"""Go: a small program on its standard library, built by the user's own tool chain."""

from __future__ import annotations

import json
import tempfile
from collections.abc import Mapping
from pathlib import Path

from trustmgr.clients.base import Attempt, environment, replaced_by, system_store
from trustmgr.clients.by_name import direct, url
from trustmgr.clients.process import Ran, run
from trustmgr.clients.program import Program, Said, Trial
from trustmgr.clients.script import said_by
from trustmgr.text import inert

#: crypto/x509, root_unix.go: the file and the folders, each replaced alone.
_VARIABLES = ("SSL_CERT_FILE", "SSL_CERT_DIR")
#: Seconds that a build may take, which compiles the standard library once on a machine.
_BUILD = 120.0
#: Nothing is fetched, neither a module nor another tool chain, and no project around counts.
_OFFLINE = {"GOPROXY": "off", "GOTOOLCHAIN": "local", "GOFLAGS": "-mod=mod", "GOWORK": "off"}


class Go(Program):
    """`http.Transport` with the roots of crypto/x509."""

    id = "go"
    title = "Go"
    program_names = ("go",)

    def store(self, environment: Mapping[str, str]) -> str:
        """The system's; the variables replace its file and its folders."""
        return replaced_by(environment, _VARIABLES) or system_store()

    def surroundings(self, attempt: Attempt) -> dict[str, str]:
        """No network but the connection itself."""
        return direct(attempt, environment()) | _OFFLINE

    def ask(self, trial: Trial) -> Said:
        """Builds the program, then runs it: the attempt's time is for the connection alone."""
        with tempfile.TemporaryDirectory(prefix="trustmgr-go-") as folder:
            program = Path(folder, "visit.exe")  # Windows starts nothing else
            built = _build(trial, program)
            if built.code != 0:
                return Said(None, _not_built(built))
            said = said_by(trial.run((str(program), _question(trial.attempt)), more=1), "it")
        return Said(
            said.get("accepts"),
            inert(str(said.get("error") or "accepts the certificate")),
            inert(str(said.get("version", "")), 80),
            (str(trial.program), "run", "visit.go", url(trial.attempt)),
        )


def _build(trial: Trial, program: Path) -> Ran:
    import resources

    source = program.with_name("visit.go")
    source.write_text(resources.text("clients", "visit.go"), encoding="utf-8")
    command = (str(trial.program), "build", "-o", str(program), str(source))
    return run(command, _BUILD, trial.attempt.progress, trial.env)


def _not_built(built: Ran) -> str:
    if built.code is None:
        return "its program was not built in time"
    last = (built.err.strip().splitlines() or ["nothing"])[-1]
    return inert(f"its program cannot be built; it said: {last}")


def _question(attempt: Attempt) -> str:
    question = {
        "url": url(attempt),
        "name": attempt.name,
        "address": attempt.address,
        "port": attempt.port,
        "timeout": attempt.timeout,
        "cafile": str(attempt.sandbox.bundle) if attempt.sandbox else "",
    }
    return json.dumps(question)
