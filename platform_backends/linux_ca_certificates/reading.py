"""What the store holds: the bundle as clients read it, and who put each certificate there."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterator
from pathlib import Path

from platform_backends import certificates, files
from platform_backends.base import (
    Decision,
    Entry,
    Origin,
    StoreUnavailable,
    Trust,
    UnsafeFile,
)
from platform_backends.linux_ca_certificates import conf, layout

_TRUSTED = Trust.everything(Decision.TRUSTED)
_DISTRUSTED = Trust.everything(Decision.DISTRUSTED)


def entries() -> tuple[Entry, ...]:
    """Trusted ones in the order of the bundle, then those that a ``!`` line distrusts.

    Raises `StoreUnavailable` when the bundle cannot be read.
    """
    local = {_hash(der): (der, path) for path, der in local_certificates()}
    found: dict[bytes, Entry] = {}
    for der in bundle():
        if (key := _hash(der)) in found:
            continue
        origin, place = Origin.VENDOR, layout.BUNDLE
        if key in local:
            place = local[key][1]
            origin = Origin.THIS_PROGRAM if is_ours(place, der) else Origin.ADMINISTRATOR
        found[key] = Entry(der, _TRUSTED, origin, str(place))
    for path, der in distrusted():
        found.setdefault(_hash(der), Entry(der, _DISTRUSTED, Origin.VENDOR, str(path)))
    return tuple(found.values())


def bundle() -> tuple[bytes, ...]:
    """Every certificate (DER) that clients read, in order. Raises `StoreUnavailable`."""
    try:
        data = files.read_bounded(layout.BUNDLE, layout.LIMIT)
    except (OSError, UnsafeFile) as error:
        raise StoreUnavailable(
            f"{layout.BUNDLE} cannot be read ({error}).", "Run: update-ca-certificates"
        ) from error
    return certificates.all_in(data)


def local_certificates() -> Iterator[tuple[Path, bytes]]:
    """Every certificate that the administrator (or this program) placed, with its file."""
    for path in local_files():
        for der in _read(path):
            yield path, der


def local_files() -> list[Path]:
    """The files that update-ca-certificates reads there: Alpine's takes every ending, and no folders."""
    if not layout.ALPINE.exists():
        return below(layout.LOCAL)
    try:
        there = sorted(layout.LOCAL.iterdir())
    except OSError:
        return []
    return [path for path in there if not path.name.startswith(".") and path.is_file()]


def wanted() -> Iterator[bytes]:
    """Every certificate that update-ca-certificates should put into the bundle."""
    yield from (der for _, der in local_certificates())
    for name in conf.selected(conf.read()):
        path = layout.VENDOR / name
        if ".." not in path.parts:
            yield from _read(path)


def vendor_files(sha256: str) -> dict[str, Path]:
    """The distribution's files that hold this certificate: name in the configuration -> path."""
    return {
        str(path.relative_to(layout.VENDOR)): path
        for path in below(layout.VENDOR)
        if any(hashlib.sha256(der).hexdigest() == sha256 for der in _read(path))
    }


def distrusted() -> Iterator[tuple[Path, bytes]]:
    """Every certificate that a ``!`` line takes out, with its file."""
    try:
        names = sorted(conf.deselected(conf.read()))
    except OSError:
        return
    for name in names:
        path = layout.VENDOR / name
        if ".." not in path.parts and path.is_file():
            for der in _read(path):
                yield path, der


def is_ours(path: Path, der: bytes) -> bool:
    """Whether this file is exactly what this program writes for the certificate."""
    if path.parent != layout.LOCAL or path.name != certificates.safe_name(der):
        return False
    try:
        return files.read_bounded(path, layout.LIMIT, follow=False) == certificates.pem(der)
    except (OSError, UnsafeFile):
        return False


def below(folder: Path) -> list[Path]:
    """Every ``*.crt`` below a folder, as update-ca-certificates finds them (links followed)."""
    found: list[Path] = []
    seen: set[str] = set()
    for place, folders, names in os.walk(folder, followlinks=True):
        if (real := os.path.realpath(place)) in seen:
            folders.clear()  # a link that leads back up
            continue
        seen.add(real)
        found += [Path(place, name) for name in names if name.endswith(".crt")]
    return sorted(found)


def _read(path: Path) -> tuple[bytes, ...]:
    try:
        return certificates.all_in(files.read_bounded(path, layout.LIMIT))
    except (OSError, UnsafeFile):
        return ()


def _hash(der: bytes) -> bytes:
    return hashlib.sha256(der).digest()
