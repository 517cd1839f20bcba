"""Python with its standard library, as scripts use it: `ssl.create_default_context()`."""

from __future__ import annotations

import json
import shutil
import sys
from collections.abc import Mapping
from pathlib import Path

from trustmgr.clients.base import (
    Attempt,
    ClientResult,
    environment,
    places_read,
    replaced_by,
    system_store,
)
from trustmgr.clients.process import run
from trustmgr.clients.script import said_by
from trustmgr.text import inert

_VARIABLES = ("SSL_CERT_FILE", "SSL_CERT_DIR")
#: Runs in the user's own Python (3.6 or newer), with -I: no user site, no PYTHON* variables. It
#: connects, checks chain and name as any script would, and prints one line of JSON.
_SCRIPT = r"""
import json, socket, ssl, sys
ask = json.loads(sys.argv[1])
paths = ssl.get_default_verify_paths()
said = {"version": sys.version.split()[0], "openssl": ssl.OPENSSL_VERSION,
        "cafile": paths.cafile, "capath": paths.capath}
try:
    context = ssl.create_default_context(cafile=ask["cafile"])
    sock = socket.create_connection((ask["address"], ask["port"]), ask["timeout"])
    for wait, line in ask["starttls"]:
        if line:
            sock.sendall(line.encode())
        data = b""
        while wait and not any(part[:len(wait)] == wait.encode() and part[len(wait):len(wait) + 1] != b"-"
                               for part in data.split(b"\n")[:-1]):
            block = sock.recv(4096)
            if not block or len(data) > 65536:
                raise OSError("the server did not agree to STARTTLS")
            data += block
    with context.wrap_socket(sock, server_hostname=ask["name"]) as tls:
        said["tls"] = tls.version()
    said["accepts"] = True
except ssl.SSLCertVerificationError as error:
    said["accepts"] = False
    said["error"] = str(getattr(error, "verify_message", "") or error)
except (ssl.SSLEOFError, ssl.SSLZeroReturnError) as error:
    said["accepts"] = None
    said["error"] = "the connection ended before the certificate was judged: %s" % error
except ssl.SSLError as error:
    said["accepts"] = False
    said["error"] = str(error)
except Exception as error:
    said["accepts"] = None
    said["error"] = "%s: %s" % (type(error).__name__, error)
print("TRUSTMGR=" + json.dumps(said))
"""
#: What to wait for (beginning of a line) and to say, in turn, before TLS begins.
_STARTTLS: Mapping[str | None, list[tuple[str, str]]] = {
    None: [],
    "smtp": [("220", ""), ("250", "EHLO localhost\r\n"), ("220", "STARTTLS\r\n")],
    "imap": [("*", ""), ("a1 OK", "a1 STARTTLS\r\n")],
    "pop3": [("+OK", ""), ("+OK", "STLS\r\n")],
    "ftp": [("220", ""), ("234", "AUTH TLS\r\n")],
}


class Python:
    """The `python3` on the PATH; in a window's bundle without one, none."""

    id = "python"
    title = "Python"

    def find(self) -> Path | None:
        """`python3` on the PATH, else the one that runs this program."""
        found = shutil.which("python3") or shutil.which("python")
        if found is None and not getattr(sys, "frozen", False):
            found = sys.executable
        return Path(found) if found else None

    def store(self, environment: Mapping[str, str]) -> str:
        """SSL_CERT_FILE and SSL_CERT_DIR replace OpenSSL's own places (ssl module)."""
        return replaced_by(environment, _VARIABLES) or system_store()

    def try_(self, program: Path, attempt: Attempt) -> ClientResult:
        """Runs the script above."""
        env = environment()
        store = attempt.sandbox.store if attempt.sandbox else self.store(env)
        protocol = attempt.target.starttls
        if protocol not in _STARTTLS:
            why = f"Python's standard library has no {protocol} with STARTTLS."
            return ClientResult(self.id, self.title, None, why, store)
        question = {
            "address": attempt.address,
            "port": attempt.port,
            "name": attempt.name,
            "timeout": attempt.timeout,
            "cafile": str(attempt.sandbox.bundle) if attempt.sandbox else None,
            "starttls": _STARTTLS[protocol],
        }
        command = (str(program), "-I", "-c", _SCRIPT, json.dumps(question))
        ran = run(command, attempt.timeout + 2, attempt.progress, env)
        said = said_by(ran, "python")
        if not attempt.sandbox and "version" in said:
            places = [str(place) for place in (said.get("cafile"), said.get("capath")) if place]
            store = places_read(places, env, _VARIABLES)
        shown = (str(program), "-I", "-c", "ssl.create_default_context() ...")
        message = inert(str(said.get("error") or "accepts the certificate"))
        version = inert(f"{said.get('version', '')} {said.get('openssl', '')}".strip(), 80)
        accepts = said.get("accepts")
        return ClientResult(self.id, self.title, accepts, message, store, version, shown)
