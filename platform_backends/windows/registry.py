"""What this program remembers about entries of others, so that an undo brings them back exactly.

Below ``Software\\Trust Manager\\Before`` of the hive that the store itself lies in: who may write the
one may write the other, and a value of the registry is written at once or not at all. One key for
each certificate of each store, and in it one value for each trust: the entry as it was when it had
this trust.
"""

from __future__ import annotations

import sys
from contextlib import suppress

from platform_backends.base import Scope, Trust
from platform_backends.windows.element import Element
from platform_backends.windows.places import Place

_BEFORE = r"Software\Trust Manager\Before"
_PROTECTED_ROOTS = r"Software\Policies\Microsoft\SystemCertificates\Root\ProtectedRoots"
#: wincrypt.h: CERT_PROT_ROOT_DISABLE_CURRENT_USER_FLAG in the value ``Flags``.
_NO_ROOTS_OF_USERS = 0x1
#: winreg.KEY_READ and KEY_WRITE, in the 64-bit view also from a 32-bit process.
_READ, _WRITE, _WOW64 = 0x20019 | 0x100, 0x20006 | 0x100, 0x100


def remember(place: Place, trust: Trust, element: Element) -> None:
    """Keep an entry as it is now. Raises ``OSError``."""
    if sys.platform != "win32":
        raise _elsewhere()
    import winreg

    with winreg.CreateKeyEx(_hive(place), _key(place, element.sha256), 0, _WRITE) as key:
        winreg.SetValueEx(key, _value(trust), 0, winreg.REG_BINARY, element.to_bytes())
        winreg.FlushKey(key)


def remembered(place: Place, trust: Trust, sha256: str) -> Element | None:
    """The entry as it was when it had this trust; None when nothing (or nothing sound) is kept."""
    if sys.platform != "win32":
        raise _elsewhere()
    import winreg

    try:
        with winreg.OpenKey(_hive(place), _key(place, sha256), 0, _READ) as key:
            element = Element.from_bytes(winreg.QueryValueEx(key, _value(trust))[0])
    except (OSError, ValueError, TypeError):
        return None
    return element if element.sha256 == sha256 else None


def forget(place: Place, trust: Trust, sha256: str) -> None:
    """The entry is as it was: nothing has to be kept for this trust any more."""
    if sys.platform != "win32":
        raise _elsewhere()
    import winreg

    with suppress(OSError):
        with winreg.OpenKey(_hive(place), _key(place, sha256), 0, _READ | _WRITE) as key:
            winreg.DeleteValue(key, _value(trust))
            left = winreg.QueryInfoKey(key)[1]
        if not left:
            winreg.DeleteKeyEx(_hive(place), _key(place, sha256), _WOW64)


def users_may_have_roots() -> bool:
    """False when a policy says that roots of single users do not count."""
    if sys.platform != "win32":
        raise _elsewhere()
    import winreg

    try:
        with winreg.OpenKey(winreg.HKEY_LOCAL_MACHINE, _PROTECTED_ROOTS, 0, _READ) as key:
            flags = winreg.QueryValueEx(key, "Flags")[0]
    except OSError:
        return True
    return not (isinstance(flags, int) and flags & _NO_ROOTS_OF_USERS)


def _hive(place: Place) -> int:
    if sys.platform != "win32":
        raise _elsewhere()
    import winreg

    return winreg.HKEY_CURRENT_USER if place.scope is Scope.USER else winreg.HKEY_LOCAL_MACHINE


def _elsewhere() -> OSError:
    return OSError("the registry is a part of Windows")


def _key(place: Place, sha256: str) -> str:
    return f"{_BEFORE}\\{place.name}\\{sha256}"


def _value(trust: Trust) -> str:
    """``server-auth=trusted ...``: stable, and readable in regedit."""
    return " ".join(f"{purpose}={decision}" for purpose, decision in trust.to_json().items())
