"""The way between this program and its elevated helper on Windows: a named pipe.

A process that UAC starts inherits no handles and gives no output back. A file would not do for the
answer: what writes with an administrator's rights into a folder of the user's can be led astray. The
pipe's name is new each time; this user, administrators and the system may open it, nobody over the
network. The helper connects so that whoever holds the other end cannot act in its name, and it
compares the request with the SHA-256 in its own command line, which the user's consent was for.
"""

from __future__ import annotations

import ctypes
import hashlib
import os
import secrets
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from ctypes import POINTER, byref, c_void_p, c_wchar_p
from ctypes.wintypes import BOOL, DWORD
from functools import cache
from typing import BinaryIO

from platform_backends.elevation.request import MAX_REQUEST, BadRequest

#: The longest answer, in bytes.
MAX_ANSWER = 64 * 1024

_LENGTH = 4  # bytes in front of the request
_PREFIX = r"\\.\pipe\trustmgr-"
#: Owner, administrators and the system, and no others (Security Descriptor Definition Language).
_WHO = "D:P(A;;GA;;;OW)(A;;GA;;;BA)(A;;GA;;;SY)"

# winbase.h, winnt.h, winerror.h
_DUPLEX, _FIRST_INSTANCE = 0x3, 0x80000
_REJECT_REMOTE = 0x8
_READ_WRITE, _OPEN_EXISTING = 0xC0000000, 3
_SECURITY_SQOS_PRESENT, _SECURITY_IDENTIFICATION = 0x100000, 0x10000
_ERROR_PIPE_CONNECTED = 535
_INVALID = c_void_p(-1).value


class _SecurityAttributes(ctypes.Structure):
    """SECURITY_ATTRIBUTES."""

    _fields_ = (
        ("nLength", DWORD),
        ("lpSecurityDescriptor", c_void_p),
        ("bInheritHandle", BOOL),
    )


class Server:
    """This program's end. It serves one client, which has to be the process that was started."""

    def __init__(self) -> None:
        self.name = _PREFIX + secrets.token_hex(16)
        self._handle = _create(self.name)

    def exchange(self, process: int, request: bytes) -> bytes:
        """Wait for the client, say the request, and hear the answer; empty when there was none.

        `process`: the id of the only process that is answered. `release` ends the wait.
        """
        while (client := self._connected()) != process:
            if client in (None, os.getpid()):
                return b""
            _kernel().DisconnectNamedPipe(self._handle)
        with _file(self._take()) as file:
            try:
                file.write(len(request).to_bytes(_LENGTH, "little") + request)
                return _all(file, MAX_ANSWER)
            except OSError:
                return b""

    def _connected(self) -> int | None:
        """Wait for somebody, and give the id of that process."""
        kernel, client = _kernel(), DWORD()
        if not kernel.ConnectNamedPipe(self._handle, None) and _error() != _ERROR_PIPE_CONNECTED:
            return None
        if not kernel.GetNamedPipeClientProcessId(self._handle, byref(client)):
            return None
        return client.value

    def release(self) -> None:
        """Connect and go away, so that `exchange` ends; for when nobody else will come."""
        try:
            with _file(_connect(self.name)):
                return
        except OSError:
            return

    def close(self) -> None:
        """Give the pipe up."""
        if self._handle is not None:
            _kernel().CloseHandle(self._take())

    def _take(self) -> int:
        handle, self._handle = self._handle, None
        if handle is None:
            raise OSError("the pipe is closed")
        return handle


@contextmanager
def served(name: str, sha256: str) -> Iterator[tuple[bytes, BinaryIO]]:
    """The helper's end: the request, and where the answer goes.

    Raises `BadRequest` unless the request is the one that this process was started for.
    """
    if not name.startswith(_PREFIX):
        raise BadRequest("The helper was not started by this program.")
    with _file(_connect(name)) as file:
        length = int.from_bytes(_exactly(file, _LENGTH), "little")
        if length > MAX_REQUEST:
            raise BadRequest("The request is too long.")
        request = _exactly(file, length)
        if hashlib.sha256(request).hexdigest() != sha256:
            raise BadRequest("The request is not the one that was agreed to.")
        yield request, file


def _exactly(file: BinaryIO, length: int) -> bytes:
    data = b""
    while len(data) < length:
        block = file.read(length - len(data))
        if not block:
            raise BadRequest("The request is cut off.")
        data += block
    return data


def _all(file: BinaryIO, limit: int) -> bytes:
    """Up to the end: the client's going away, which Windows calls an error."""
    data = b""
    while len(data) <= limit:
        try:
            block = file.read(limit)
        except OSError:
            break
        if not block:
            break
        data += block
    return data[:limit]


def _create(name: str) -> int | None:
    descriptor = c_void_p()
    if not _security().ConvertStringSecurityDescriptorToSecurityDescriptorW(
        _WHO, 1, byref(descriptor), None
    ):
        raise OSError(f"Windows does not understand who may open a pipe ({_error()})")
    try:
        attributes = _SecurityAttributes(ctypes.sizeof(_SecurityAttributes), descriptor, False)
        mode = _DUPLEX | _FIRST_INSTANCE
        handle: int = _kernel().CreateNamedPipeW(
            name, mode, _REJECT_REMOTE, 1, MAX_ANSWER, MAX_REQUEST, 0, byref(attributes)
        )
    finally:
        _kernel().LocalFree(descriptor)
    if handle == _INVALID:
        raise OSError(f"Windows made no pipe ({_error()})")
    return handle


def _connect(name: str) -> int:
    flags = _SECURITY_SQOS_PRESENT | _SECURITY_IDENTIFICATION
    handle: int = _kernel().CreateFileW(name, _READ_WRITE, 0, None, _OPEN_EXISTING, flags, None)
    if handle == _INVALID:
        raise OSError(f"The pipe cannot be opened ({_error()})")
    return handle


def _file(handle: int) -> BinaryIO:
    """A file without a buffer, which owns the handle."""
    if sys.platform != "win32":
        raise OSError("named pipes of this kind are a part of Windows")
    import msvcrt

    return os.fdopen(msvcrt.open_osfhandle(handle, os.O_RDWR | os.O_BINARY), "r+b", buffering=0)


def _error() -> int:
    if sys.platform != "win32":
        return 0
    return ctypes.get_last_error()


@cache
def _kernel() -> ctypes.CDLL:
    if sys.platform != "win32":
        raise OSError("kernel32 is a part of Windows")
    kernel = ctypes.WinDLL("kernel32", use_last_error=True)
    attributes = POINTER(_SecurityAttributes)
    kernel.CreateNamedPipeW.argtypes = (c_wchar_p, *(DWORD,) * 6, attributes)
    kernel.CreateNamedPipeW.restype = c_void_p
    kernel.ConnectNamedPipe.argtypes = (c_void_p, c_void_p)
    kernel.DisconnectNamedPipe.argtypes = (c_void_p,)
    kernel.GetNamedPipeClientProcessId.argtypes = (c_void_p, POINTER(DWORD))
    kernel.CreateFileW.argtypes = (c_wchar_p, DWORD, DWORD, c_void_p, DWORD, DWORD, c_void_p)
    kernel.CreateFileW.restype = c_void_p
    kernel.CloseHandle.argtypes = (c_void_p,)
    kernel.LocalFree.argtypes = (c_void_p,)
    return kernel


@cache
def _security() -> ctypes.CDLL:
    if sys.platform != "win32":
        raise OSError("advapi32 is a part of Windows")
    security = ctypes.WinDLL("advapi32", use_last_error=True)
    convert = security.ConvertStringSecurityDescriptorToSecurityDescriptorW
    convert.argtypes = (c_wchar_p, DWORD, POINTER(c_void_p), c_void_p)
    return security
