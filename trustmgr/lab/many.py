"""As many good sites as a load needs, behind one port: each name gets a certificate of its own."""

from __future__ import annotations

from trustmgr.lab.peer import Peer
from trustmgr.lab.pki import Pki
from trustmgr.lab.site import Behaviour
from trustmgr.lab.web import WebSite

#: Sites that are kept; what comes later is served by the last.
MOST = 10_000


class ManySites:
    """Makes the site that is asked for when it is asked for first."""

    def __init__(self, pki: Pki) -> None:
        self._pki = pki
        self._sites: dict[str, Behaviour] = {}

    async def serve(self, peer: Peer) -> None:
        """The site of the greeting's name."""
        hello = await peer.client_hello()
        await self._site((hello.server_name if hello else None) or "").serve(peer)

    def _site(self, name: str) -> Behaviour:
        if name not in self._sites and len(self._sites) < MOST:
            self._sites[name] = WebSite(name, self._pki.leaf(name))
        return self._sites.get(name) or next(reversed(self._sites.values()))
