r"""Values of the registry, byte for byte: ``winreg`` reads text into strings and writes it anew, which
loses what is odd about it. Keys are named from their hive on, and seen as a 64-bit program sees them.
"""

from __future__ import annotations

import ctypes
import sys
from ctypes.wintypes import DWORD
from dataclasses import dataclass

from platform_backends.windows import advapi32 as api


@dataclass(frozen=True)
class Raw:
    """A value as it lies in the registry: its type, and every byte."""

    kind: int
    data: bytes


def text(said: str) -> Raw:
    """A text that means just these characters."""
    return Raw(api.REG_SZ, f"{said}\0".encode("utf-16-le", "surrogatepass"))


def number(value: int) -> Raw:
    """A REG_DWORD."""
    return Raw(api.REG_DWORD, value.to_bytes(4, "little"))


if sys.platform == "win32":
    import winreg

    _HIVES = {
        "HKEY_CURRENT_USER": winreg.HKEY_CURRENT_USER,
        "HKEY_LOCAL_MACHINE": winreg.HKEY_LOCAL_MACHINE,
    }
    _READ = winreg.KEY_READ | winreg.KEY_WOW64_64KEY
    _WRITE = _READ | winreg.KEY_WRITE

    def exists(key: str) -> bool:
        """Whether a key is there. Raises ``OSError``."""
        hive, below = _split(key)
        try:
            winreg.OpenKey(hive, below, 0, _READ).Close()
        except FileNotFoundError:
            return False
        return True

    def read(key: str, name: str) -> Raw | None:
        """None when it is not there. Raises ``OSError``."""
        hive, below = _split(key)
        try:
            with winreg.OpenKey(hive, below, 0, _READ) as opened:
                return _query(int(opened), name)
        except FileNotFoundError:
            return None

    def write(key: str, name: str, raw: Raw | None) -> None:
        """Put a value there (the key too), or take it away, on the disk. Raises ``OSError``."""
        hive, below = _split(key)
        if raw is None and read(key, name) is None:
            return
        with winreg.CreateKeyEx(hive, below, 0, _WRITE) as opened:
            if raw is None:
                winreg.DeleteValue(opened, name)
            else:
                set_value = api.library("advapi32").RegSetValueExW
                _check(set_value(int(opened), name, 0, raw.kind, raw.data, len(raw.data)))
            winreg.FlushKey(opened)

    def drop_empty(key: str) -> None:
        """Take a key away that holds no value. Raises ``OSError``."""
        hive, below = _split(key)
        with winreg.OpenKey(hive, below, 0, _READ) as opened:
            keys, held, _ = winreg.QueryInfoKey(opened)
        if not keys and not held:
            winreg.DeleteKeyEx(hive, below, winreg.KEY_WOW64_64KEY)

    def _split(key: str) -> tuple[int, str]:
        hive, _, below = key.partition("\\")
        return _HIVES[hive], below

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

    def _check(code: int) -> None:
        if code != api.ERROR_SUCCESS:
            raise ctypes.WinError(code)

else:

    def exists(key: str) -> bool:
        """Raises ``OSError``."""
        raise _elsewhere()

    def read(key: str, name: str) -> Raw | None:
        """Raises ``OSError``."""
        raise _elsewhere()

    def write(key: str, name: str, raw: Raw | None) -> None:
        """Raises ``OSError``."""
        raise _elsewhere()

    def drop_empty(key: str) -> None:
        """Raises ``OSError``."""
        raise _elsewhere()

    def _elsewhere() -> OSError:
        return OSError("the registry is a part of Windows")
