"""The two ports that serve more than one site: the main port, and the authorities' http port."""

from __future__ import annotations

from collections.abc import Mapping

from trustmgr.lab import http
from trustmgr.lab.peer import Peer
from trustmgr.lab.publication import Publication
from trustmgr.lab.site import Behaviour


class Reception:
    """Reads the server name of the greeting and hands the connection to that site."""

    def __init__(self, sites: Mapping[str, Behaviour], default: Behaviour) -> None:
        self._sites = sites
        self._default = default

    async def serve(self, peer: Peer) -> None:
        """Unknown names, no name and no greeting at all go to the default site."""
        hello = await peer.client_hello()
        name = (hello.server_name if hello else None) or ""
        parent = "*." + name.partition(".")[2]
        site = self._sites.get(name) or self._sites.get(parent) or self._default
        await site.serve(peer)


class Library:
    """Serves what the authorities publish."""

    def __init__(self, publication: Publication) -> None:
        self._publication = publication

    async def serve(self, peer: Peer) -> None:
        """One request, one answer."""
        try:
            request = await http.read_request(peer.receive)
        except http.BadRequest as error:
            await peer.send(http.bad_request(f"Bad request: {error}.").encode())
        else:
            if request is not None:
                answer = self._publication.answer(request)
                await peer.send(answer.encode(head_only=request.method == "HEAD"))
        await peer.finish()
