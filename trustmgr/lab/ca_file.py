"""Where the lab's root is written for other programs to read."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from cryptography import x509
from cryptography.x509.oid import NameOID

from trustmgr.errors import UnreadableInput
from trustmgr.lab.pki import ROOT_NAME

_LARGEST = 64 * 1024  # bytes; an earlier lab's root is far smaller


@contextmanager
def temporary(pem: bytes) -> Iterator[Path]:
    """A file that only this user can read, in a folder of its own, removed at the end."""
    with tempfile.TemporaryDirectory(prefix="trustmgr-lab-") as folder:
        path = Path(folder, "lab-ca.pem")
        _write(path, pem)
        yield path


@contextmanager
def kept_at(path: Path, pem: bytes) -> Iterator[Path]:
    """The file that the user named; it stays. Raises `UnreadableInput` when it cannot be written, or
    when something else than an earlier lab's root is there, which is never overwritten."""
    try:
        if os.path.lexists(path) and not _is_a_lab_root(path):
            raise UnreadableInput(
                f"{path} exists and is not the root of an earlier lab, so it is left alone.",
                "Name another file with --ca-file.",
            )
        _replace(path, pem)
    except OSError as error:
        raise UnreadableInput(
            f"The lab's root could not be written to {path}: {error.strerror}.",
            "Name another file with --ca-file.",
        ) from error
    yield path.absolute()


def _is_a_lab_root(path: Path) -> bool:
    if not path.is_file() or path.is_symlink() or path.stat().st_size > _LARGEST:
        return False
    try:
        certificates = x509.load_pem_x509_certificates(path.read_bytes())
        names = certificates[0].subject.get_attributes_for_oid(NameOID.COMMON_NAME)
    except ValueError:
        return False
    return len(certificates) == 1 and len(names) == 1 and str(names[0].value).startswith(ROOT_NAME)


def _replace(path: Path, content: bytes) -> None:
    """All of it or nothing: written beside the place and moved there."""
    with tempfile.TemporaryDirectory(prefix=".trustmgr-lab-", dir=path.parent) as folder:
        fresh = Path(folder, "lab-ca.pem")
        _write(fresh, content)
        fresh.replace(path)


def _write(path: Path, content: bytes) -> None:
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        file.write(content)
