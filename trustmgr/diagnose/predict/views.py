"""Which of the stores in the evidence a client would ask."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from platform_backends.base import is_for_one_site
from trustmgr.evidence import StoreSnapshot
from trustmgr.text import inert

if TYPE_CHECKING:
    from trustmgr.client_policy import Client

Stores = tuple[StoreSnapshot, ...]
#: Settings of one program: such a store is in the evidence only where somebody made it.
_SETTING = "tool."
_BUILT_IN = "built-in"


@dataclass(frozen=True)
class View:
    """Stores that decide together. `doubt`: why they cannot tell; empty when they can."""

    stores: Stores
    doubt: str = ""


def views(client: Client, stores: Stores, programs: Stores, *, public: bool) -> Iterator[View]:
    """At least one; several where the client may be here several times. `programs`: stores of single
    programs.

    Authorities that the user named, and sandboxes, stand for the store of every client. `public`:
    the anchor is on the list of a vendor, and so on all lists that clients bring along.
    """
    every = (*stores, *programs)
    instead = (_matching((pattern,), every) for pattern in client.instead)
    own = next(filter(None, instead), ()) or _matching(client.stores, every)
    readable = tuple(store for store in own if store.readable)
    also = tuple(store for store in _matching(client.also, every) if store.readable and store.held)
    if any(_stands_for_all(store) for store in stores) or (client.built_in and public):
        yield View(stores)
    elif own and not readable:
        reason = inert(own[0].reason).rstrip(".") or "nobody knows why"
        yield View(stores, f"{inert(own[0].title)}, which it reads, could not be read: {reason}.")
    elif not own and not all(one.startswith(_SETTING) for one in client.stores):
        what = client.built_in or "another store"
        yield View(stores, f"It reads {what}, and that was not looked at.")
    else:
        together = _together(client, readable)
        yield from (View((*some, *also, *_built_in(client))) for some in together)


def _together(client: Client, readable: Stores) -> Iterator[Stores]:
    """Stores that one installation reads at the same time."""
    if client.each and readable:
        yield from ((store,) for store in readable)
    else:
        yield readable


def _built_in(client: Client) -> Stores:
    """A list that the client brings along; what is not public is not on it."""
    return (StoreSnapshot(_BUILT_IN, client.built_in),) if client.built_in else ()


def _matching(patterns: tuple[str, ...], stores: Stores) -> Stores:
    return tuple(store for store in stores if any(_fits(store.id, p) for p in patterns))


def _fits(identity: str, pattern: str) -> bool:
    """A store of one site is read by those alone whose pattern says so."""
    if is_for_one_site(identity) and "@" not in pattern:
        return False
    return identity == pattern or (pattern.endswith("*") and identity.startswith(pattern[:-1]))


def _stands_for_all(store: StoreSnapshot) -> bool:
    return store.id == "roots" or store.id.startswith("folder:")
