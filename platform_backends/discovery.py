"""Which stores this machine has: one table, and only what is needed is imported."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable, Mapping
from importlib import import_module
from pathlib import Path
from typing import Any

from platform_backends.base import Store, StoreUnavailable

_FOLDER = "folder:"

#: Operating system -> beginning of the ids of a family -> "module:function" that gives its stores on
#: this machine, available or not. A new family is one line here.
_FAMILIES: Mapping[str, Mapping[str, str]] = {
    "linux": {
        "linux.ca-certificates": "platform_backends.linux_ca_certificates:stores",
        "linux.p11-kit": "platform_backends.linux_p11kit:stores",
        "firefox.": "platform_backends.firefox_policies:stores",  # before what Firefox copies from it
        "nss.": "platform_backends.nss:stores",
        "tool.": "platform_backends.tool_settings:stores",
        "java.": "platform_backends.java:stores",
    },
    "darwin": {
        "macos.": "platform_backends.macos:stores",
        "tool.": "platform_backends.tool_settings:stores",
        "java.": "platform_backends.java:stores",
    },
    "win32": {
        "windows.": "platform_backends.windows:stores",
        "tool.": "platform_backends.tool_settings:stores",
        "java.": "platform_backends.java:stores",
        "wsl.": "platform_backends.wsl:stores",
    },
}
#: Families with stores that open by their ids and are not listed: "module:function" that gives one, or None.
_NOT_LISTED: Mapping[str, str] = {
    "tool.": "platform_backends.tool_settings:site_store",  # before it is there
    "windows.": "platform_backends.settings:find",
    "macos.": "platform_backends.macos:host_store",
}


def all_stores(sandbox: Path | None = None) -> tuple[Store, ...]:
    """The stores of this machine, available or not; with a sandbox, that folder alone."""
    if sandbox is not None:
        return (_folder(sandbox),)
    return tuple(store for place in _here().values() for store in _stores(place))


def has_family(identity: str) -> bool:
    """Whether stores with such ids are known on this system."""
    return identity.startswith(tuple(_here()))


def open_store(identity: str, sandbox: Path | None = None) -> Store:
    """One store by id; only the id's own family is looked for.

    ``folder:<path>`` and a store for one site open before they are there.
    Raises `StoreUnavailable` for an id that this machine (or the sandbox) does not have.
    """
    if identity.startswith(_FOLDER) and len(identity) > len(_FOLDER):
        return _folder(Path(identity.removeprefix(_FOLDER)))
    families = {} if sandbox is not None else _here()
    for beginning, place in families.items():
        if identity.startswith(beginning):
            for store in _stores(place):
                if store.id == identity:
                    return store
            if (made := _not_listed(beginning, identity)) is not None:
                return made
    known = [store.id for store in all_stores(sandbox)]
    names = ", ".join(dict.fromkeys([*known, f"{_FOLDER}{sandbox or '<path>'}"]))
    raise StoreUnavailable(f"There is no store {identity!r} here.", f"Known stores: {names}.")


def _here() -> Mapping[str, str]:
    return _FAMILIES.get(sys.platform, {})


def _stores(place: str) -> Iterable[Store]:
    """Those that take time to find last: whoever opens another one does not wait for them."""
    found: Iterable[Store] = _load(place)()
    return found


def _not_listed(beginning: str, identity: str) -> Store | None:
    place = _NOT_LISTED.get(beginning)
    made: Store | None = _load(place)(identity) if place is not None else None
    return made


def _load(place: str) -> Callable[..., Any]:
    module, name = place.split(":")
    loaded: Callable[..., Any] = getattr(import_module(module), name)
    return loaded


def _folder(path: Path) -> Store:
    from platform_backends.folder import FolderStore

    return FolderStore(path)
