"""A proxy that answers in every site's place, with certificates that it makes on the way."""

from __future__ import annotations

import ipaddress
import re
from collections import OrderedDict

from trustmgr.lab import http
from trustmgr.lab.peer import Peer
from trustmgr.lab.pki import Pki
from trustmgr.lab.web import WebSite

#: Certificates kept for the next visit.
MAX_CACHED = 128
_NAME = re.compile(r"(?!-)[a-z0-9_-]{1,63}(\.[a-z0-9_-]{1,63})*", re.ASCII)
_ESTABLISHED = b"HTTP/1.1 200 Connection established\r\n\r\n"


class InterceptingProxy:
    """Mints a leaf for whatever name is asked for.

    As a transparent proxy the name is that of the greeting; as an HTTP proxy (CONNECT, RFC 9110
    section 9.3.6) the greeting's, else that of the request. Nothing is passed on: the proxy
    answers itself.
    """

    def __init__(self, pki: Pki, host: str) -> None:
        self._pki = pki
        self._host = host
        self._ca = pki.authority(
            "Lab TLS Inspection Proxy CA", organization="Lab Secure Web Gateway", new_root=True
        )
        self._minted: OrderedDict[str, WebSite] = OrderedDict()

    async def serve(self, peer: Peer) -> None:
        """The first bytes decide."""
        host = self._host
        if (await peer.first_bytes())[:1].isalpha():
            asked = await self._proxy_request(peer)
            if asked is None:
                return
            host = asked
        hello = await peer.client_hello()
        if hello is not None and hello.server_name:
            host = hello.server_name
        await self.minted(host).serve(peer)

    def minted(self, host: str) -> WebSite:
        """The site that stands in for `host`; the least used is forgotten when there are many."""
        host = host if is_name(host) else self._host
        site = self._minted.get(host)
        if site is None:
            identity = self._pki.leaf(host, self._ca)
            site = WebSite(host, identity.sending(self._ca.certificate))
            self._minted[host] = site
            if len(self._minted) > MAX_CACHED:
                self._minted.popitem(last=False)
        self._minted.move_to_end(host)
        return site

    async def _proxy_request(self, peer: Peer) -> str | None:
        """The host of a CONNECT request, granted; None when something else was asked, and refused."""
        try:
            request = await http.read_request(peer.receive)
        except http.BadRequest as error:
            await self._refuse(peer, f"Bad request: {error}.")
            return None
        if request is None or request.method != "CONNECT":
            await self._refuse(peer, "This proxy takes CONNECT only.")
            return None
        await peer.send(_ESTABLISHED)
        return request.path.rpartition(":")[0].strip("[]").lower()

    async def _refuse(self, peer: Peer, sentence: str) -> None:
        await peer.send(http.bad_request(sentence).encode())
        await peer.finish()


def is_name(text: str) -> bool:
    """Whether a certificate can be made for it: a DNS name (letters, digits, hyphens) or an address."""
    try:
        ipaddress.ip_address(text)
    except ValueError:
        return len(text) <= 253 and _NAME.fullmatch(text) is not None
    return True
