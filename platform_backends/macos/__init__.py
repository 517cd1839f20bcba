"""``macos.*``: the keychains of a Mac and the trust settings of macOS.

places.py          where things are            security_cli.py  running Apple's `security`
failures.py        what its errors mean        trust_settings.py  the property list of settings
options.py         settings as its options     place.py           one certificate: keychain and record
memory.py          what this program did to it changes.py         one change, all or nothing
conflict.py        what the administrator says against the user
store.py, host_store.py, roots.py              the stores, made of these

Two things make an authority trusted: a certificate in a keychain, and a record in a domain of trust settings
(the user's or the administrator's). macOS asks before every change of the second. `security` does both as the
user, in the user's session; only writing to the System keychain needs root, and there the whole change runs in
the helper, which `sudo` starts in the same session.

One host alone (``-p ssl -s``) has a store of its own, ``macos.login@HOST``; few programs heed it.
"""

from __future__ import annotations

from collections.abc import Iterator

from platform_backends.base import Store
from platform_backends.macos.host_store import HostStore, host_store, host_stores
from platform_backends.macos.roots import RootsStore
from platform_backends.macos.store import LOGIN, SYSTEM, KeychainStore

__all__ = ["SYSTEM", "HostStore", "KeychainStore", "RootsStore", "host_store", "stores"]


def stores() -> Iterator[Store]:
    """The user's, the Mac's and Apple's; then those for one host, for which `security` has to be asked."""
    users = KeychainStore(LOGIN)
    yield from (users, KeychainStore(SYSTEM), RootsStore(users))
    yield from host_stores()
