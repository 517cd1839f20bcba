"""``linux.p11-kit``: the stores of Fedora and RHEL, Arch, openSUSE and their relatives.

families.py  where each keeps what, told by folders    trusted.py  certificates with their purposes
reading.py   what clients read, and who put it there   store.py    the store, made of these

All keep source files in folders that p11-kit reads, and a command of their own extracts from them what
clients read. A change is `platform_backends.system_store`'s.
"""

from collections.abc import Sequence

from platform_backends.base import Store
from platform_backends.linux_p11kit import families
from platform_backends.linux_p11kit.store import P11KitStore

__all__ = ["P11KitStore", "stores"]


def stores() -> Sequence[Store]:
    """The one store of this machine's family; none where it is of another kind."""
    family = families.here()
    return () if family is None else (P11KitStore(family),)
