"""Starting the helper through UAC: ShellExecuteExW with the verb ``runas``.

learn.microsoft.com/windows/win32/api/shellapi/ns-shellapi-shellexecuteinfow. With another
administrator's password the helper is that account's process: it changes the machine's stores alone.
"""

from __future__ import annotations

import ctypes
import hashlib
import subprocess
import sys
import threading
from collections.abc import Sequence
from contextlib import closing
from ctypes import c_void_p
from ctypes.wintypes import DWORD, HANDLE, INT, LPCWSTR, ULONG
from typing import Protocol

from platform_backends.base import RefusedByUser, RightsMissing
from platform_backends.elevation.pipe import Server
from platform_backends.rights import system_folder

_ERROR_CANCELLED = 1223
#: SEE_MASK_NOCLOSEPROCESS | SEE_MASK_NOASYNC | SEE_MASK_FLAG_NO_UI
_MASK = 0x40 | 0x100 | 0x400
_HIDDEN = 0  # SW_HIDE: of a helper there is nothing to see
_APARTMENT = 0x2 | 0x4  # COINIT_APARTMENTTHREADED | COINIT_DISABLE_OLE1DDE
_PAUSE = 100  # milliseconds between two looks at the process
_TIMED_OUT = 0x102


class Process(Protocol):
    """A process that was started with more rights."""

    id: int

    def wait(self) -> int:
        """Its exit code, when it has ended."""


class _ExecuteInfo(ctypes.Structure):
    """SHELLEXECUTEINFOW."""

    _fields_ = (
        ("cbSize", DWORD),
        ("fMask", ULONG),
        ("hwnd", HANDLE),
        ("lpVerb", LPCWSTR),
        ("lpFile", LPCWSTR),
        ("lpParameters", LPCWSTR),
        ("lpDirectory", LPCWSTR),
        ("nShow", INT),
        ("hInstApp", c_void_p),
        ("lpIDList", c_void_p),
        ("lpClass", LPCWSTR),
        ("hkeyClass", HANDLE),
        ("dwHotKey", DWORD),
        ("hIcon", HANDLE),
        ("hProcess", HANDLE),
    )


def launch(command: Sequence[str], request: bytes) -> tuple[int, bytes]:
    """Start the helper, hand it the request, and give its exit code and answer.

    Waits as long as the user needs for the answer. Raises `RefusedByUser` and `RightsMissing` when
    the helper was not started.
    """
    with closing(Server()) as server:
        words = [*command, server.name, hashlib.sha256(request).hexdigest()]
        process = start(words)
        heard: list[bytes] = []
        talk = threading.Thread(
            target=lambda: heard.append(server.exchange(process.id, request)), daemon=True
        )
        talk.start()
        code = _outwait(process)
        server.release()
        talk.join(10)
    return code, heard[0] if heard else b""


def _outwait(process: Process) -> int:
    """Ctrl-C does not reach a helper without a console: what it does is waited for."""
    while True:
        try:
            return process.wait()
        except KeyboardInterrupt:
            continue


def start(words: Sequence[str]) -> Process:
    """The seam: what asks the user. Raises `RefusedByUser` and `RightsMissing`."""
    if sys.platform != "win32":
        raise RightsMissing("Only Windows has this way to an administrator's rights.")
    info = _ExecuteInfo(ctypes.sizeof(_ExecuteInfo), _MASK)
    info.lpVerb, info.nShow = "runas", _HIDDEN
    info.lpFile, info.lpParameters = words[0], subprocess.list2cmdline(words[1:])
    info.lpDirectory = str(system_folder())
    ole, shell = ctypes.WinDLL("ole32"), ctypes.WinDLL("shell32", use_last_error=True)
    mine = ole.CoInitializeEx(c_void_p(), _APARTMENT) >= 0
    try:
        started = shell.ShellExecuteExW(ctypes.byref(info))
        error = ctypes.get_last_error()
    finally:
        if mine:
            ole.CoUninitialize()
    if not started or not info.hProcess:
        raise not_started(error)
    return _Started(info.hProcess)


def not_started(error: int) -> Exception:
    """What GetLastError means after ShellExecuteExW."""
    if error == _ERROR_CANCELLED:
        return RefusedByUser(
            "Windows asked for an administrator's consent, and it was declined.",
            "Nothing was changed.",
        )
    return RightsMissing(
        f"Windows did not start the helper with an administrator's rights (error {error})."
    )


class _Started:
    """A process by its handle."""

    def __init__(self, handle: int) -> None:
        self._handle = handle
        self.id = int(_kernel().GetProcessId(handle))

    def wait(self) -> int:
        """Its exit code, when it has ended."""
        kernel, code = _kernel(), DWORD()
        while kernel.WaitForSingleObject(self._handle, _PAUSE) == _TIMED_OUT:
            pass
        kernel.GetExitCodeProcess(self._handle, ctypes.byref(code))
        kernel.CloseHandle(self._handle)
        return code.value


def _kernel() -> ctypes.CDLL:
    if sys.platform != "win32":
        raise OSError("kernel32 is a part of Windows")
    kernel = ctypes.WinDLL("kernel32", use_last_error=True)
    kernel.GetProcessId.argtypes = (HANDLE,)
    kernel.WaitForSingleObject.argtypes = (HANDLE, DWORD)
    kernel.GetExitCodeProcess.argtypes = (HANDLE, c_void_p)
    kernel.CloseHandle.argtypes = (HANDLE,)
    return kernel
