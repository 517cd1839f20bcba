"""What a tool reads that asks Windows itself: the entries of the system's own stores."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from platform_backends.base import Decision, Entry

_ROOTS = ("windows.user.root", "windows.machine.root")


def inherited() -> Sequence[Entry]:
    """Those that are trusted for servers, each once, and as entries of that store. Raises `StoreUnavailable`."""
    from platform_backends.windows import stores

    found: dict[bytes, Entry] = {}
    for store in stores():
        if store.id in _ROOTS:
            for entry in store.entries():
                if entry.trust.server_auth is Decision.TRUSTED:
                    found.setdefault(entry.der, replace(entry, inherited=True))
    return tuple(found.values())
