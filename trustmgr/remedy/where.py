"""Where to import so that the program of an error message accepts: the stores that it reads, narrowest first."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from platform_backends.base import Privilege, Scope, StoreUnavailable, is_for_one_site
from trustmgr.text import inert

if TYPE_CHECKING:
    from platform_backends.base import Store
    from trustmgr.ground import Ground

#: Stands in where a message names no site: then no store of one site is offered.
_NO_SITE = ("localhost", 443)
#: Causes that an import, where the program looks, can mend.
MENDED = frozenset(
    {
        "untrusted-root",
        "self-signed",
        "missing-intermediate",
        "tls-interception",
        "store-inconsistent",
    }
)


@dataclass(frozen=True)
class Where:
    """One store. `serves` ends "It is trusted there ..."; `note`: who does not heed it, in a sentence."""

    id: str
    title: str
    serves: str
    administrator: bool
    note: str = ""


def where(engine: Ground, program: str, host: str | None, port: int | None) -> tuple[Where, ...]:
    """The usable stores that a program, named as `explain` names it, reads; narrowest first.

    Empty for a program that is not known. `host` None: the message named no site.
    """
    from trustmgr.clients.reading import clients_named, stores_for

    place = (host, port or _NO_SITE[1]) if host else _NO_SITE
    ids = [identity for client in clients_named(program) for identity in stores_for(client, *place)]
    opened = _open(engine, dict.fromkeys(ids))
    return tuple(_where(store) for store in opened if host or not is_for_one_site(store.id))


def for_site(engine: Ground, host: str, port: int) -> tuple[Where, ...]:
    """The usable stores for one site alone that programs of this system share."""
    from trustmgr.clients import known
    from trustmgr.clients.reading import stores_for

    read = [identity for client in known() for identity in stores_for(client, host, port)]
    return tuple(_where(s) for s in _open(engine, dict.fromkeys(filter(is_for_one_site, read))))


def _where(store: Store) -> Where:
    rights = store.privilege is not Privilege.NONE
    note = inert(store.availability().reason)
    return Where(store.id, inert(store.title), serves(store), rights, note)


def serves(store: Store) -> str:
    """Whom a store serves, in a few words."""
    if is_for_one_site(store.id):
        return "for this one site"
    return {
        Scope.USER: "for you alone",
        Scope.MACHINE: "for everybody on this computer",
        Scope.TOOL: "for nothing else",
    }[store.scope]


def readers(stores: Collection[str], host: str, port: int) -> tuple[str, ...]:
    """The ids of the clients that read one of these stores: who has to be asked after a change."""
    from trustmgr.clients import everything
    from trustmgr.clients.reading import stores_for

    wanted = set(stores)
    return tuple(c for c in everything() if wanted & set(stores_for(c, host, port)))


def _open(engine: Ground, ids: Collection[str]) -> Iterator[Store]:
    for identity in ids:
        try:
            store = engine.store(identity)
        except StoreUnavailable:
            continue
        if store.availability().available:
            yield store
