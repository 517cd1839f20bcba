"""A file as Windows itself writes it (certutil -generateSSTFromWU, the certificates' console) is read."""

from __future__ import annotations

import ctypes
import sys
from pathlib import Path

import pytest

from tests.making import make
from trustmgr.probe.files import read_certificates

if sys.platform != "win32":
    pytest.skip("of Windows: its certificate store", allow_module_level=True)

from platform_backends.windows import crypt32 as api
from platform_backends.windows.chain import _memory

_SAVE_AS_STORE, _TO_FILENAME_W = 1, 4


def test_what_windows_has_saved(tmp_path: Path) -> None:
    made = [make("Größe", ca=True), make("Second", ca=True)]
    path = tmp_path / "roots.sst"
    with _memory([one.der for one in made]) as store:
        save = api.crypt32().CertSaveStore
        save.argtypes = [ctypes.c_void_p, *[ctypes.c_uint32] * 3, ctypes.c_wchar_p, ctypes.c_uint32]
        assert save(store, 1, _SAVE_AS_STORE, _TO_FILENAME_W, str(path), 0)
    found, problems = read_certificates(str(path), None)
    assert sorted(found) == sorted(one.der for one in made)
    assert not problems
