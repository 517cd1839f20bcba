"""What every change of Windows' stores and settings is done within."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from platform_backends.base import Privilege, RightsMissing, WriteFailed
from platform_backends.locks import locked_by_name


@contextmanager
def writing(title: str, privilege: Privilege, lock: str) -> Iterator[None]:
    """As the one writer. Raises `RightsMissing`, and `WriteFailed` for what the registry refuses."""
    if privilege is not Privilege.NONE:
        raise RightsMissing(
            f"Only an administrator may change {title}.",
            "Run the command in a console that was opened as administrator.",
        )
    try:
        with locked_by_name(lock, title):
            yield
    except OSError as error:
        raise WriteFailed(
            f"The registry could not be written: {error.strerror}.", "Try again."
        ) from error
