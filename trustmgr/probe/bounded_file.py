"""Reading files that may be anything: huge, a pipe, a device, a folder, somebody else's."""

from __future__ import annotations

import os
import stat
from pathlib import Path

from trustmgr.errors import UnreadableInput
from trustmgr.text import inert

#: Certificates and keys are a few thousand bytes; the largest bundles about one million.
MOST = 10 * 1024 * 1024
_START = 4096

_KINDS = (
    (stat.S_ISDIR, "a folder", "Choose a file in it."),
    (stat.S_ISFIFO, "a pipe", "Save its contents to a file first."),
    (stat.S_ISSOCK, "a socket", "Choose a certificate file."),
    (stat.S_ISCHR, "a device", "Choose a certificate file."),
    (stat.S_ISBLK, "a device", "Choose a certificate file."),
)


def read_bounded(path: str, most: int = MOST) -> bytes:
    """The contents of a regular file of at most `most` bytes.

    Never blocks on pipes or devices. Raises `UnreadableInput` with one sentence.
    """
    data = _read(path, most + 1, most)
    if len(data) > most:
        raise _too_big(path)
    return data


def read_start(path: str) -> bytes:
    """The first bytes of a regular file of any size. Raises `UnreadableInput`."""
    return _read(path, _START, None)


def _read(path: str, count: int, most: int | None) -> bytes:
    flags = os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0)
    try:
        _check_kind(
            path, Path(path).stat(), most
        )  # before opening: opening a device can have effects
        descriptor = os.open(path, flags | getattr(os, "O_CLOEXEC", 0))
        with os.fdopen(descriptor, "rb") as file:
            _check_kind(path, os.fstat(descriptor), most)  # and again: it may have been swapped
            return file.read(count)
    except ValueError as error:  # a null character in the name
        raise UnreadableInput("This is no name of a file.") from error
    except FileNotFoundError as error:
        raise UnreadableInput(
            f"There is no file {inert(path)}.", "Check its name and the folder it is in."
        ) from error
    except PermissionError as error:
        raise UnreadableInput(
            f"You may not read {inert(path)}.",
            "Ask its owner for a copy, or change its permissions.",
        ) from error
    except OSError as error:
        raise UnreadableInput(
            f"{inert(path)} cannot be read: {error.strerror or error}."
        ) from error


def _check_kind(path: str, status: os.stat_result, most: int | None) -> None:
    for is_kind, name, advice in _KINDS:
        if is_kind(status.st_mode):
            raise UnreadableInput(f"{inert(path)} is {name}, not a file.", advice)
    if most is not None and status.st_size > most:
        raise _too_big(path)


def _too_big(path: str) -> UnreadableInput:
    return UnreadableInput(
        f"{inert(path)} is too big to be a certificate.", "Certificate files are at most a few MB."
    )
