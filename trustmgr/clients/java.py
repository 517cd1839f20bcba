"""Java with its standard library, as programs use it: `HttpsURLConnection` and its own keystore."""

from __future__ import annotations

import os
import re
import shutil
import socket
import tempfile
from collections.abc import Mapping
from pathlib import Path

from trustmgr.clients.base import Attempt, is_address
from trustmgr.clients.by_name import url
from trustmgr.clients.process import Ran
from trustmgr.clients.program import Program, Said, Trial
from trustmgr.text import inert

#: Seconds that a virtual machine and its compiler may take to start on a busy machine.
_START = 30.0
#: Variables that every Java reads options from (the java command's manual, "JDK_JAVA_OPTIONS").
_VARIABLES = ("JDK_JAVA_OPTIONS", "JAVA_TOOL_OPTIONS", "_JAVA_OPTIONS")
_TRUST_STORE = re.compile(r"-Djavax\.net\.ssl\.trustStore=\S+")
_PASSWORD = "changeit"  # noqa: S105  (of a file that lives as long as the try)
#: The end of a connection says nothing about trust.
_CUT = ("terminated the handshake", "SocketException", "EOFException")


class Java(Program):
    """The Java of JAVA_HOME, which build tools follow, else the one on the PATH."""

    id = "java"
    title = "Java"
    program_names = ("java",)

    def find(self) -> Path | None:
        """Its `java` program."""
        home = os.environ.get("JAVA_HOME")
        found = shutil.which(str(Path(home, "bin", "java"))) if home else None
        return Path(found) if found else super().find()

    def store(self, environment: Mapping[str, str]) -> str:
        """Its keystore, unless options in a variable name another."""
        for name in _VARIABLES:
            if named := _TRUST_STORE.search(environment.get(name, "")):
                return inert(f"{name}: {named[0]}")
        from platform_backends.java import store_of

        program = self.find()
        store = store_of(program) if program else None
        return store.id if store else "none: it finds no keystore"

    def cannot(self, attempt: Attempt) -> str:
        """Names can be given another address, addresses cannot."""
        if attempt.named_by_address and attempt.name != attempt.address:
            return "Java cannot connect to one address and check another."
        return ""

    def ask(self, trial: Trial) -> Said:
        """Compiles and runs a small program, in the user's own Java."""
        attempt = trial.attempt
        with tempfile.TemporaryDirectory(prefix="trustmgr-java-") as folder:
            command = _command(str(trial.program), attempt, Path(folder))
            ran = trial.run(command, more=_START + 2 * attempt.timeout)
        accepts, message = _judge(ran)
        version = re.search(r"^java\.version=(.*)$", ran.out, re.MULTILINE)
        return Said(accepts, message, inert(version[1], 80) if version else "", command)


def _command(program: str, attempt: Attempt, folder: Path) -> tuple[str, ...]:
    import resources

    source = folder / "Visit.java"
    source.write_text(resources.text("clients", "Visit.java"), encoding="utf-8")
    settings = {"patience": str(max(1, int(1000 * attempt.timeout)))}
    if attempt.name != attempt.address:
        address = attempt.address
        if not is_address(address):
            address = socket.gethostbyname(address)
        settings["jdk.net.hosts.file"] = str(folder / "hosts")
        (folder / "hosts").write_text(f"{address} {attempt.name}\n")
    if attempt.sandbox:
        from platform_backends.certificates import all_in
        from platform_backends.java.jks import made

        keystore = folder / "trusted.jks"
        keystore.write_bytes(made(all_in(attempt.sandbox.bundle.read_bytes()), _PASSWORD))
        settings |= {
            "javax.net.ssl.trustStore": str(keystore),
            "javax.net.ssl.trustStorePassword": _PASSWORD,
        }
    options = [f"-D{key}={value}" for key, value in settings.items()]
    return (program, *options, str(source), url(attempt))


def _judge(ran: Ran) -> tuple[bool | None, str]:
    said = ran.out.partition("=== 0 ")[2]
    if said.startswith(("OK ", "AFTER THE HANDSHAKE ")):
        return True, "accepts the certificate"
    first = inert(said.partition("\n")[0].strip())
    if not first:
        if ran.code is None:
            return None, "no answer in time"
        return None, inert(
            f"it needs Java 11 or newer with its compiler; it said: {_last(ran.err)}"
        )
    if any(word in said for word in _CUT):
        return None, f"the connection ended before the certificate was judged: {first}"
    if first.startswith("javax.net.ssl."):
        return False, first
    return None, first


def _last(text: str) -> str:
    return (text.strip().splitlines() or ["nothing"])[-1]
