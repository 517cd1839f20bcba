"""The PEM file of ours that a setting names: what was read before, and the added certificates."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from pathlib import Path

from platform_backends import certificates, files
from platform_backends.base import StoreUnavailable, UnsafeFile

#: The largest bundle that is read, in bytes. Debian's has 220 kB.
_LIMIT = 16 * 1024 * 1024
_HEAD = b"# Made by Trust Manager. Change it with the program: trustmgr import, trustmgr remove.\n"


def read(path: Path) -> bytes:
    """The bytes of a bundle. Raises `StoreUnavailable`."""
    try:
        return files.read_bounded(path, _LIMIT)
    except (OSError, UnsafeFile) as error:
        why = getattr(error, "strerror", None) or "it is no plain file"
        raise StoreUnavailable(
            f"{path} cannot be read: {why}.",
            "Put the file back, or take the setting that names it away.",
        ) from error


def text(base: bytes, added: Iterable[bytes]) -> bytes:
    """`base` (PEM) and the added certificates (DER), each once; only certificates are copied."""
    ders = dict.fromkeys([*(block.der for block in certificates.blocks(base)), *added])
    return _HEAD + b"".join(certificates.pem(der) for der in ders)


def fingerprint(base: bytes) -> str:
    """Tells later whether what a bundle was made from has changed."""
    return hashlib.sha256(base).hexdigest()
