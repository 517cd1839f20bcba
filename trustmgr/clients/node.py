"""Node.js: its own list of authorities, and what ``NODE_EXTRA_CA_CERTS`` adds."""

from __future__ import annotations

from collections.abc import Mapping

from trustmgr.clients.script import Script
from trustmgr.text import inert

_VARIABLE = "NODE_EXTRA_CA_CERTS"
#: What Node says when the certificate or TLS itself is refused (its documentation, "X509 certificate error codes").
_SCRIPT = r"""
const fs = require('fs'), net = require('net'), tls = require('tls');
const ask = JSON.parse(process.argv[1]);
const said = {version: process.version + ' OpenSSL ' + process.versions.openssl};
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


class Node(Script):
    """A connection of the module `tls`, as `https` makes it; the variable is all it takes from outside."""

    id = "node"
    title = "Node.js"
    program_names = ("node",)
    script = _SCRIPT
    words = ("-e",)
    shown = "tls.connect(...)"

    def store(self, environment: Mapping[str, str]) -> str:
        """The list that it brings is always read."""
        added = environment.get(_VARIABLE)
        return f"its own list + {_VARIABLE}={inert(added)}" if added else "its own list"
