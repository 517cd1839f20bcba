r"""Variables as Windows keeps them: values below ``HKEY_CURRENT_USER\Environment``, and the machine's.

learn.microsoft.com/windows/win32/procthread/environment-variables. A user's count before the machine's.
Programs that run already are told of a change by a message, which Explorer heeds: what is started from
it then has the new value.
"""

from __future__ import annotations

import ctypes
import sys
from ctypes.wintypes import DWORD
from dataclasses import dataclass

from platform_backends.windows import advapi32 as api

USER = r"HKEY_CURRENT_USER\Environment"
MACHINE = r"HKEY_LOCAL_MACHINE\SYSTEM\CurrentControlSet\Control\Session Manager\Environment"
#: Milliseconds that one program may take to heed the message.
_PATIENCE = 1000
#: winreg.KEY_READ and KEY_WRITE.
_READ, _WRITE = 0x20019, 0x20006


@dataclass(frozen=True)
class Raw:
    """A value as it lies in the registry: its type, and every byte."""

    kind: int
    data: bytes


def read(key: str, name: str) -> Raw | None:
    """None when it is not there. Raises ``OSError``."""
    if sys.platform != "win32":
        raise _elsewhere()
    import winreg

    hive, below = _split(key)
    try:
        with winreg.OpenKey(hive, below, 0, _READ) as opened:
            return _query(int(opened), name)
    except FileNotFoundError:
        return None


def write(key: str, name: str, raw: Raw | None) -> None:
    """Put a value there, or take it away, on the disk too; and tell. Raises ``OSError``."""
    if sys.platform != "win32":
        raise _elsewhere()
    import winreg

    hive, below = _split(key)
    with winreg.CreateKeyEx(hive, below, 0, _READ | _WRITE) as opened:
        if raw is not None:
            set_value = api.library("advapi32").RegSetValueExW
            _check(set_value(int(opened), name, 0, raw.kind, raw.data, len(raw.data)))
        elif _query(int(opened), name) is not None:
            winreg.DeleteValue(opened, name)
        winreg.FlushKey(opened)
    api.library("user32").SendMessageTimeoutW(
        api.HWND_BROADCAST,
        api.WM_SETTINGCHANGE,
        0,
        "Environment",
        api.SMTO_ABORTIFHUNG,
        _PATIENCE,
        None,
    )


def text(raw: Raw) -> str | None:
    """What programs find in the variable; None for a value that is no text, and no variable."""
    if raw.kind not in (api.REG_SZ, api.REG_EXPAND_SZ):
        return None
    said = raw.data.decode("utf-16-le", "surrogatepass" if len(raw.data) % 2 == 0 else "replace")
    said = said.partition("\0")[0]
    if raw.kind == api.REG_EXPAND_SZ and sys.platform == "win32":
        import winreg

        return winreg.ExpandEnvironmentStrings(said)
    return said


def plain(said: str) -> Raw:
    """A variable that means just these characters."""
    return Raw(api.REG_SZ, f"{said}\0".encode("utf-16-le", "surrogatepass"))


def _query(handle: int, name: str) -> Raw | None:
    query = api.library("advapi32").RegQueryValueExW
    kind, size = DWORD(), DWORD()
    while True:  # it may grow between the question for its size and that for itself
        known = (None, ctypes.byref(kind))
        code = query(handle, name, *known, None, ctypes.byref(size))
        if code == api.ERROR_FILE_NOT_FOUND:
            return None
        _check(code)
        room = ctypes.create_string_buffer(size.value + 2)
        size = DWORD(len(room))
        code = query(handle, name, *known, room, ctypes.byref(size))
        if code != api.ERROR_MORE_DATA:
            _check(code)
            return Raw(kind.value, room.raw[: size.value])


def _split(key: str) -> tuple[int, str]:
    if sys.platform != "win32":
        raise _elsewhere()
    import winreg

    hive, _, below = key.partition("\\")
    return {
        "HKEY_CURRENT_USER": winreg.HKEY_CURRENT_USER,
        "HKEY_LOCAL_MACHINE": winreg.HKEY_LOCAL_MACHINE,
    }[hive], below


def _check(code: int) -> None:
    if code != api.ERROR_SUCCESS:
        if sys.platform != "win32":
            raise _elsewhere()
        raise ctypes.WinError(code)


def _elsewhere() -> OSError:
    return OSError("the registry is a part of Windows")
