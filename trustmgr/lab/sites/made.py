"""Short words for the table: how most sites are made."""

from __future__ import annotations

from collections.abc import Callable

from trustmgr.lab.authority import Key
from trustmgr.lab.pki import Identity, Pki
from trustmgr.lab.site import Behaviour
from trustmgr.lab.tls import Settings
from trustmgr.lab.web import WebSite

Make = Callable[[Pki, str], Behaviour]


def web(identity: Callable[[Pki, str], Identity], settings: Settings | None = None) -> Make:
    """A web site that shows this identity."""
    return lambda pki, host: WebSite(host, identity(pki, host), settings)


def for_names(*names: str) -> Make:
    """A web site whose certificate is for these names, whatever it is asked as."""
    return web(lambda pki, host: pki.leaf(host, names=names))


def good(pki: Pki, host: str) -> Identity:
    """A certificate without a fault."""
    return pki.leaf(host)


def all_of_one_kind(kind: str, new_key: Callable[[], Key]) -> Make:
    """A leaf and an intermediate with keys of one kind, so that its signatures count too."""

    def identity(pki: Pki, host: str) -> Identity:
        issuer = pki.authority(f"Trust Manager Lab {kind} Intermediate", key=new_key())
        return pki.leaf(host, issuer, key=new_key())

    return web(identity)
