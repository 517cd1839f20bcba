"""The certificate stores of Windows, of this user and of the whole computer.

crypt32.py   declarations, nothing else           element.py   an entry as bytes
shelf.py     one store through crypt32            usage.py     trust as usages
places.py    which stores there are, and where    kinds.py     what belongs into which
registry.py  what an undo has to bring back       store.py     what is done with all that
shipped.py   what every Windows has          chain.py     what Windows itself says of a chain
"""

from __future__ import annotations

from collections.abc import Sequence

from platform_backends.base import Store
from platform_backends.windows.places import places
from platform_backends.windows.store import WindowsStore

__all__ = ["WindowsStore", "stores"]


def stores() -> Sequence[Store]:
    """All of them, the user's first."""
    return tuple(WindowsStore(place) for place in places())
