"""Python with its standard library, as scripts use it: `ssl.create_default_context()`."""

from __future__ import annotations

import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

from trustmgr.clients.base import WINDOWS, Attempt, replaced_by, system_store
from trustmgr.clients.program import Trial
from trustmgr.clients.script import Script

_VARIABLES = ("SSL_CERT_FILE", "SSL_CERT_DIR")
#: Runs in the user's own Python (3.6 or newer), with -I: no user site, no PYTHON* variables. It
#: connects, checks chain and name as any script would, and prints one line of JSON.
_SCRIPT = r"""
import json, socket, ssl, sys
ask = json.loads(sys.argv[1])
paths = ssl.get_default_verify_paths()
said = {"version": sys.version.split()[0] + " " + ssl.OPENSSL_VERSION,
        "places": [place for place in (paths.cafile, paths.capath) if place]}
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


class Python(Script):
    """The `python3` on the PATH; in a window's bundle without one, none."""

    id = "python"
    title = "Python"
    program_names = ("python3", "python")
    starttls = frozenset(name for name in _STARTTLS if name)
    script = _SCRIPT
    words = ("-I", "-c")
    shown = "ssl.create_default_context() ..."
    variables = _VARIABLES

    def find(self) -> Path | None:
        """`python3` on the PATH, else the one that runs this program."""
        found = super().find()
        if found is None and not getattr(sys, "frozen", False):
            return Path(sys.executable)
        return found

    def store(self, environment: Mapping[str, str]) -> str:
        """SSL_CERT_FILE and SSL_CERT_DIR replace OpenSSL's own places (ssl module)."""
        return replaced_by(environment, _VARIABLES) or system_store()

    def question(self, attempt: Attempt) -> Mapping[str, object]:
        """With the words of STARTTLS."""
        return {**super().question(attempt), "starttls": _STARTTLS[attempt.target.starttls]}

    def store_of(self, places: Sequence[str], trial: Trial) -> str:
        """On Windows the system's store, too, whatever the variables say (`SSLContext.load_default_certs`)."""
        if sys.platform != "win32":
            return super().store_of(places, trial)
        return " + ".join([*([super().store_of(places, trial)] if places else []), WINDOWS])
