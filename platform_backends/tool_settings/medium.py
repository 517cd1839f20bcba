"""Where the texts of settings are: in files; on Windows variables are values of the registry.

A place is named by a ``Path`` in both, so that records and messages are the same.
"""

from __future__ import annotations

from pathlib import Path
from typing import Protocol

from platform_backends import files
from platform_backends.base import StoreUnavailable, UnsafeFile
from platform_backends.tool_settings import places

#: The largest setting file that is read, in bytes.
_LIMIT = 1024 * 1024
#: How a text in UTF-16 begins.
_UTF16 = (b"\xff\xfe", b"\xfe\xff")


class Medium(Protocol):
    """What a change needs of it. Whatever is not there has an empty text."""

    def text(self, path: Path) -> bytes:
        """The text at a place. Raises `StoreUnavailable`."""

    def followed(self, path: Path) -> Path:
        """Where it really is. Raises `UnsafeFile` for what must not be written."""

    def is_there(self, path: Path) -> bool:
        """Whether there is a text, empty or not. Raises `UnsafeFile` for anything else."""

    def missing(self, path: Path) -> tuple[str, ...]:
        """What a change has to make: the place, and the folders above it, innermost first."""

    def put(self, path: Path, text: bytes) -> None:
        """All of it or nothing. Raises ``OSError``, `UnsafeFile`."""

    def remove(self, path: Path) -> None:
        """The place goes, and is one that was never there. Raises as `put` does."""

    def sweep(self, path: Path) -> None:
        """Take away what a killed `put` left. Call it only as the one writer."""


class Files:
    """Plain files, replaced atomically."""

    def text(self, path: Path) -> bytes:
        """The bytes of a setting file."""
        try:
            text = files.read_bounded(path, _LIMIT)
        except (FileNotFoundError, NotADirectoryError):
            return b""
        except (OSError, UnsafeFile) as error:
            why = getattr(error, "strerror", None) or "it is no plain file, or too large"
            raise StoreUnavailable(f"{path} cannot be read: {why}.", "Ask its owner.") from error
        if text.startswith(_UTF16):  # as `>` of Windows PowerShell 5 does
            raise StoreUnavailable(
                f"{path} is written in UTF-16, in which no tool looks for settings.",
                "Save it as UTF-8, in an editor.",
            )
        return text

    def followed(self, path: Path) -> Path:
        """Links of the owner's are followed."""
        return places.followed(path)

    def is_there(self, path: Path) -> bool:
        """A folder or a pipe is refused."""
        return files.regular(path) is not None

    def missing(self, path: Path) -> tuple[str, ...]:
        """The file, and its folders."""
        return tuple(str(place) for place in (path, *path.parents) if not place.exists())

    def put(self, path: Path, text: bytes) -> None:
        """The folder is made where it is missing."""
        path.parent.mkdir(parents=True, exist_ok=True)
        files.replace(path, text, 0o600)

    def remove(self, path: Path) -> None:
        """The folders above it stay."""
        files.remove(path)

    def sweep(self, path: Path) -> None:
        """Temporary files beside it."""
        if path.parent.is_dir():
            files.sweep(path.parent)


FILES = Files()
