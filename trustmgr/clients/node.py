"""Node.js: its own list of authorities, and what ``NODE_EXTRA_CA_CERTS`` adds."""

from __future__ import annotations

import json
import shutil
from collections.abc import Mapping
from pathlib import Path

from trustmgr.clients.base import Attempt, ClientResult, environment
from trustmgr.clients.by_name import not_asked
from trustmgr.clients.process import run
from trustmgr.clients.script import said_by
from trustmgr.text import inert

_VARIABLE = "NODE_EXTRA_CA_CERTS"
#: What Node says when the certificate or TLS itself is refused (its documentation, "X509 certificate error codes").
_SCRIPT = r"""
const fs = require('fs'), net = require('net'), tls = require('tls');
const ask = JSON.parse(process.argv[1]);
const said = {version: process.version, openssl: process.versions.openssl};
const end = (more) => { console.log('TRUSTMGR=' + JSON.stringify(Object.assign(said, more))); process.exit(0); };
const options = {host: ask.address, port: ask.port,
  checkServerIdentity: (host, cert) => tls.checkServerIdentity(ask.name, cert)};
if (!net.isIP(ask.name)) options.servername = ask.name;
if (ask.cafile) options.ca = fs.readFileSync(ask.cafile);
setTimeout(() => end({accepts: null, error: 'no answer in time'}), ask.timeout * 1000);
const socket = tls.connect(options, () => end(socket.authorized ? {accepts: true}
  : {accepts: null, error: 'NODE_TLS_REJECT_UNAUTHORIZED switches the check off, so its yes proves nothing'}));
socket.on('error', (error) => {
  const code = error.code || '';
  const cut = /^(E[A-Z]+|EAI_.*|ERR_SOCKET.*)$/.test(code) && !/^E(PROTO|RR_)/.test(code);
  end({accepts: cut ? null : false, error: (code ? code + ': ' : '') + error.message});
});
"""


class Node:
    """A connection of the module `tls`, as `https` makes it."""

    id = "node"
    title = "Node.js"

    def find(self) -> Path | None:
        """On the PATH."""
        found = shutil.which("node")
        return Path(found) if found else None

    def store(self, environment: Mapping[str, str]) -> str:
        """The list that it brings is always read."""
        added = environment.get(_VARIABLE)
        return f"its own list + {_VARIABLE}={inert(added)}" if added else "its own list"

    def try_(self, program: Path, attempt: Attempt) -> ClientResult:
        """Runs the script above. Node takes no more than the variable from outside."""
        env = environment()
        store = attempt.sandbox.store if attempt.sandbox else self.store(env)
        if attempt.target.starttls:
            why = f"Node's standard library has no {attempt.target.starttls} with STARTTLS."
            return not_asked(self.id, self.title, why, store, program)
        question = {
            "address": attempt.address,
            "port": attempt.port,
            "name": attempt.name,
            "timeout": attempt.timeout,
            "cafile": str(attempt.sandbox.bundle) if attempt.sandbox else None,
        }
        command = (str(program), "-e", _SCRIPT, json.dumps(question))
        said = said_by(run(command, attempt.timeout + 2, attempt.progress, env), "node")
        message = inert(str(said.get("error") or "accepts the certificate"))
        version = inert(f"{said.get('version', '')} OpenSSL {said.get('openssl', '')}".strip(), 80)
        shown = (str(program), "-e", "tls.connect(...)")
        return ClientResult(
            self.id, self.title, said.get("accepts"), message, store, version, shown
        )
