"""``java.<hash>``: what each Java of this machine trusts, its ``cacerts`` (or ``jssecacerts``).

homes.py     where Javas are            keystore.py  what both kinds of file have in common
jks.py       the older kind of file     pkcs12.py    the newer kind
kinds.py     which kind one is          crypt.py     password and cipher of the newer kind
store.py     the store, made of these

No virtual machine is started and keytool is not needed (slim images have none): the bytes of a
keystore are changed here, only where the entry stands, so everybody else's entries stay as they
are and a removal gives back the exact file. The tests hold the result against the real keytool.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from platform_backends.base import Store
from platform_backends.java import homes
from platform_backends.java.store import JavaStore

__all__ = ["JavaStore", "store_of", "stores"]


def stores() -> Sequence[Store]:
    """One for each keystore; several Javas may share one."""
    return tuple(JavaStore(file, using) for file, using in homes.by_keystore().items())


def store_of(program: Path) -> JavaStore | None:
    """The store that this `java` program reads; None when there is none beside it."""
    home = homes.home_of(program)
    file = home and home.keystore
    return JavaStore(file, (home,)) if home and file else None
