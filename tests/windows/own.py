"""Windows' own stores in tests: only where they are nobody's, and left as they were found.

That is Wine, whose registry is a folder, and a runner of CI, which is thrown away. On real Windows
a user's Root is left out there, too: Windows would open a window and wait for an answer.
"""

from __future__ import annotations

import ctypes
import os
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager

import pytest

from platform_backends.locks import locked_by_name
from platform_backends.windows import stores as windows_stores
from platform_backends.windows.element import Element

_STORES = r"Software\Microsoft\SystemCertificates"
_POLICIES = r"Software\Policies\Microsoft\SystemCertificates"
_OURS = r"Software\Trust Manager"
_NAMES = ("Root", "CA", "TrustedPeople", "Disallowed", "AuthRoot")


def under_wine() -> bool:
    return sys.platform == "win32" and hasattr(ctypes.WinDLL("ntdll"), "wine_get_version")


def require(identity: str) -> None:
    """Skip unless tests may change this store here."""
    if not (under_wine() or os.environ.get("CI")):
        pytest.skip("of Windows: the stores of somebody's computer are not for tests")
    if identity == "windows.user.root" and not under_wine():
        pytest.skip("of Windows: its question about a user's root has to be answered by hand")


State = Mapping[str, bytes]


def python(script: str, *words: str) -> subprocess.CompletedProcess[bytes]:
    """Another Python with this script, nothing to read, and a pipe for what it says: Wine wants both."""
    return subprocess.run(
        [sys.executable, "-c", script, *words],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        check=False,
    )


def state() -> State:
    """Every entry of the stores that are changed, and what is remembered, byte for byte."""
    import winreg

    found: dict[str, bytes] = {}
    for hive in (winreg.HKEY_CURRENT_USER, winreg.HKEY_LOCAL_MACHINE):
        for key in (_STORES, _POLICIES):
            for name in _NAMES:
                found |= _values(hive, f"{key}\\{name}\\Certificates")
        found |= _values(hive, _OURS)
    return found


def entries(raw: State) -> Mapping[str, object]:
    """The same, without the order of an entry's properties, which means nothing."""
    return {path: _properties(data) for path, data in raw.items()}


def _properties(data: bytes) -> object:
    try:
        element = Element.from_bytes(data)
    except ValueError:
        return data
    return element.der, sorted(element.properties.items())


def _values(hive: int, path: str) -> dict[str, bytes]:
    import winreg

    found: dict[str, bytes] = {}
    try:
        key = winreg.OpenKey(hive, path)
    except OSError:
        return found
    with key:
        keys, values, _ = winreg.QueryInfoKey(key)
        for at in range(values):
            name, data, _ = winreg.EnumValue(key, at)
            found[f"{hive}\\{path}\\{name}"] = bytes(data)
        for below in [winreg.EnumKey(key, at) for at in range(keys)]:
            found |= _values(hive, f"{path}\\{below}")
    return found


@contextmanager
def kept() -> Iterator[State]:
    """Alone with the stores; everything is as it was afterwards."""
    with locked_by_name("tests-of-windows", "the stores", 600):
        for store in windows_stores():  # Wine fills the machine's Root when it is first opened
            store.entries()
        before = state()
        try:
            yield before
        finally:
            _restore(before)


def _restore(before: State) -> None:
    import winreg

    now = state()
    for path in now.keys() | before.keys():
        if now.get(path) == before.get(path):
            continue
        hive, _, rest = path.partition("\\")
        key, _, name = rest.rpartition("\\")
        if path in before:
            with winreg.CreateKeyEx(int(hive), key, 0, winreg.KEY_WRITE) as open_key:
                winreg.SetValueEx(open_key, name, 0, winreg.REG_BINARY, before[path])
        else:
            winreg.DeleteKey(int(hive), key)
