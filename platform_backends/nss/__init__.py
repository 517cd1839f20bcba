"""``nss.*``: the databases of Chromium and of every Firefox profile (cert9.db, key4.db).

places.py    where Chromium keeps its own     profiles.py  where Firefox keeps its profiles
objects.py   rows of a database               flags.py     trust, in the words of NSS
reading.py   entries                          tool.py      NSS's certutil
making.py    rows made by certutil            change.py    one transaction: all or nothing
edits.py     add, remove, change trust        copying.py  a copy to look at, without private keys
store.py     the store, made of these

NSS signs trust with a key that the password of the database yields, so only NSS can make a record.
certutil does, in a database of its own; its rows then go into the real one in a single transaction
of SQLite, which a browser that holds it open takes part in, and which a kill cannot halve.
"""

from __future__ import annotations

from collections.abc import Sequence

from platform_backends.base import Store
from platform_backends.nss import places, profiles
from platform_backends.nss.store import NoProfileYet, NssStore

__all__ = ["NoProfileYet", "NssStore", "stores"]


def stores() -> Sequence[Store]:
    """Chromium's database, those of its packages, and one for each Firefox profile."""
    browsers = [*places.chromium(), *profiles.firefox()]
    found: list[Store] = [NssStore(place) for place in browsers]
    if profiles.installed() and not any(p.id.startswith("nss.firefox.") for p in browsers):
        found.append(NoProfileYet(profiles.homes()))
    return found
