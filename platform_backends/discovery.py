"""Which stores this machine has: one table, and only what is needed is imported."""

from __future__ import annotations

import sys
from collections.abc import Callable, Mapping
from importlib import import_module
from pathlib import Path

from platform_backends.base import Store, StoreUnavailable

_FOLDER = "folder:"

#: Operating system -> store id -> "module:class"; a new store is one line here.
_TABLE: Mapping[str, Mapping[str, str]] = {
    "linux": {
        "linux.ca-certificates": "platform_backends.linux_ca_certificates:CaCertificatesStore",
    },
    "darwin": {},
    "win32": {},
}


def all_stores(sandbox: Path | None = None) -> tuple[Store, ...]:
    """The stores of this machine, available or not; with a sandbox, that folder alone."""
    if sandbox is not None:
        return (_folder(sandbox),)
    return tuple(_open(place) for place in _here().values())


def open_store(identity: str, sandbox: Path | None = None) -> Store:
    """One store by id. ``folder:<path>`` always opens.

    Raises `StoreUnavailable` for an id that this machine (or the sandbox) does not have.
    """
    if identity.startswith(_FOLDER) and len(identity) > len(_FOLDER):
        return _folder(Path(identity.removeprefix(_FOLDER)))
    known = {} if sandbox is not None else _here()
    if identity in known:
        return _open(known[identity])
    names = ", ".join([*known, f"{_FOLDER}{sandbox or '<path>'}"])
    raise StoreUnavailable(f"There is no store {identity!r} here.", f"Known stores: {names}.")


def _here() -> Mapping[str, str]:
    return _TABLE.get(sys.platform, {})


def _open(place: str) -> Store:
    module, name = place.split(":")
    factory: Callable[[], Store] = getattr(import_module(module), name)
    return factory()


def _folder(path: Path) -> Store:
    from platform_backends.folder import FolderStore

    return FolderStore(path)
