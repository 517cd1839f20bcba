"""``linux.ca-certificates``: the store of Debian, its relatives and Alpine.

layout.py   where everything is            reading.py  what clients read, and who put it there
tool.py     update-ca-certificates         conf.py     the ``!`` lines that distrust
family.py   what a change has to know      store.py    the store, made of these
"""

from collections.abc import Sequence

from platform_backends.base import Store
from platform_backends.linux_ca_certificates.store import CaCertificatesStore

__all__ = ["CaCertificatesStore", "stores"]


def stores() -> Sequence[Store]:
    """The one store of this family; none where p11-kit's folders tell of another one."""
    from platform_backends.linux_p11kit import families

    return () if families.here() is not None else (CaCertificatesStore(),)
