"""What this program remembers about entries of others, so that an undo brings them back exactly.

Below ``Software\\Trust Manager\\Before`` of the hive that the store itself lies in: who may write the
one may write the other, and a value of the registry is written at once or not at all. One key for
each certificate of each store, and in it one value for each trust: the entry as it was when it had
this trust.
"""

from __future__ import annotations

from contextlib import suppress

from platform_backends.base import Scope, Trust
from platform_backends.windows import advapi32 as api
from platform_backends.windows import values
from platform_backends.windows.element import Element
from platform_backends.windows.places import Place
from platform_backends.windows.values import Raw

_BEFORE = r"Software\Trust Manager\Before"
_PROTECTED_ROOTS = (
    r"HKEY_LOCAL_MACHINE\Software\Policies\Microsoft\SystemCertificates\Root\ProtectedRoots"
)
#: wincrypt.h: CERT_PROT_ROOT_DISABLE_CURRENT_USER_FLAG in the value ``Flags``.
_NO_ROOTS_OF_USERS = 0x1


def remember(place: Place, trust: Trust, element: Element) -> None:
    """Keep an entry as it is now. Raises ``OSError``."""
    raw = Raw(api.REG_BINARY, element.to_bytes())
    values.write(_key(place, element.sha256), _value(trust), raw)


def remembered(place: Place, trust: Trust, sha256: str) -> Element | None:
    """The entry as it was when it had this trust; None when nothing (or nothing sound) is kept."""
    try:
        raw = values.read(_key(place, sha256), _value(trust))
        element = Element.from_bytes(raw.data) if raw is not None else None
    except (OSError, ValueError):
        return None
    return element if element is not None and element.sha256 == sha256 else None


def forget(place: Place, trust: Trust, sha256: str) -> None:
    """The entry is as it was: nothing has to be kept for this trust any more."""
    with suppress(OSError):
        values.write(_key(place, sha256), _value(trust), None)
        values.drop_empty(_key(place, sha256))


def users_may_have_roots() -> bool:
    """False when a policy says that roots of single users do not count."""
    try:
        raw = values.read(_PROTECTED_ROOTS, "Flags")
    except OSError:
        return True
    flags = int.from_bytes(raw.data, "little") if raw and raw.kind == api.REG_DWORD else 0
    return not flags & _NO_ROOTS_OF_USERS


def _key(place: Place, sha256: str) -> str:
    hive = "HKEY_CURRENT_USER" if place.scope is Scope.USER else "HKEY_LOCAL_MACHINE"
    return f"{hive}\\{_BEFORE}\\{place.name}\\{sha256}"


def _value(trust: Trust) -> str:
    """``server-auth=trusted ...``: stable, and readable in regedit."""
    return " ".join(f"{purpose}={decision}" for purpose, decision in trust.to_json().items())
