"""What the store holds: the bundles as clients read them, and who put each certificate there."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from platform_backends import certificates, files
from platform_backends.base import (
    Decision,
    Entry,
    Origin,
    Purpose,
    StoreUnavailable,
    Trust,
    UnsafeFile,
)
from platform_backends.linux_p11kit import families, trusted
from platform_backends.linux_p11kit.families import Layout

#: The largest file that is read, in bytes.
LIMIT = 16 * 1024 * 1024
DISTRUSTED = Trust.everything(Decision.DISTRUSTED)


@dataclass(frozen=True)
class Source:
    """One certificate in one file of the administrator's. `trust`: what a file of ours says; None: not ours."""

    path: Path
    der: bytes
    trust: Trust | None = None


def entries(layout: Layout) -> tuple[Entry, ...]:
    """Those that clients read, then those that a blocklist holds. Raises `StoreUnavailable`."""
    local = {one.der: one for one in sources(layout)}
    found: dict[bytes, Entry] = {}
    for der, trust in _read_by_clients(layout).items():
        one = local.get(der)
        if one is None:
            found[der] = Entry(der, trust, Origin.VENDOR, str(layout.bundle))
        elif one.trust is not None:
            seen = _with_unseen(layout, trust, one.trust)
            found[der] = Entry(der, seen, Origin.THIS_PROGRAM, str(one.path))
        else:
            found[der] = Entry(der, trust, Origin.ADMINISTRATOR, str(one.path))
    for path, der in blocked(layout):
        if der not in found:  # else: listed, but clients still read it
            origin = _origin_of_blocked(layout, path, der, local.get(der))
            found[der] = Entry(der, DISTRUSTED, origin, str(path))
    return tuple(found.values())


def _with_unseen(layout: Layout, read: Trust, said: Trust) -> Trust:
    """What clients read of a file of ours, and what it says for purposes that have no bundle."""
    unseen = [p for p in Purpose if p not in layout.bundles or not layout.bundles[p].exists()]
    return replace(read, **{_field(p): said.decision(p) for p in unseen})


def _field(purpose: Purpose) -> str:
    return purpose.name.lower()


def _origin_of_blocked(layout: Layout, path: Path, der: bytes, placed: Source | None) -> Origin:
    """A certificate of the vendor's that we distrust stays the vendor's."""
    vendors = path.is_relative_to(layout.vendor)
    if vendors or any(path_is(one, der) for one in families.below(layout.vendor)):
        return Origin.VENDOR
    ours = placed is not None and placed.trust is not None
    return Origin.THIS_PROGRAM if ours else Origin.ADMINISTRATOR


def path_is(path: Path, der: bytes) -> bool:
    """Whether a file holds this certificate."""
    return der in _certificates(path)


def bundle(path: Path) -> tuple[bytes, ...]:
    """Every certificate (DER) of a bundle, in order. Raises `StoreUnavailable`."""
    try:
        return certificates.all_in(files.read_bounded(path, LIMIT))
    except (OSError, UnsafeFile) as error:
        raise StoreUnavailable(f"{path} cannot be read ({error}).", "Ask its owner.") from error


def sources(layout: Layout) -> Iterator[Source]:
    """Every certificate that the administrator (or this program) wants trusted, with its file."""
    for path in families.below(layout.source):
        if path.parent == layout.blocklist:
            continue
        ours = ours_in(layout, path)
        if ours is not None:
            yield ours
        else:
            yield from (Source(path, der) for der in _certificates(path))


def ours_in(layout: Layout, path: Path) -> Source | None:
    """What a file of ours says; None for anybody else's."""
    if path.parent not in (layout.anchors, layout.source):
        return None
    try:
        data = files.read_bounded(path, LIMIT, follow=False)
    except (OSError, UnsafeFile):
        return None
    for block in certificates.openssl_trusted(data):
        if path.name != certificates.safe_name(block):
            return None
        said = (trust for trust in trusted.forms() if trusted.text(block, trust) == data)
        return next((Source(path, block, trust) for trust in said), None)
    return None


def blocked(layout: Layout) -> Iterator[tuple[Path, bytes]]:
    """Every certificate of a blocklist, with its file."""
    for folder in (layout.source, layout.vendor):
        for path in families.below(folder):
            if path.parent == families.blocklist(folder):
                yield from ((path, der) for der in _certificates(path))


def wanted(layout: Layout) -> Iterator[bytes]:
    """Every certificate that the sources hold and no blocklist."""
    gone = {der for _, der in blocked(layout)}
    listed = [one.der for one in sources(layout)]
    for path in families.below(layout.vendor):
        if path.parent != families.blocklist(layout.vendor):
            listed += _certificates(path)
    yield from (der for der in listed if der not in gone)


def _read_by_clients(layout: Layout) -> dict[bytes, Trust]:
    purposes: dict[bytes, list[Purpose]] = {}
    for purpose, path in layout.bundles.items():
        if purpose is Purpose.SERVER_AUTH or path.exists():
            for der in bundle(path):
                purposes.setdefault(der, []).append(purpose)
    return {der: Trust.for_purposes(found) for der, found in purposes.items()}


def _certificates(path: Path) -> tuple[bytes, ...]:
    try:
        data = files.read_bounded(path, LIMIT)
    except (OSError, UnsafeFile):
        return ()
    pem = b"-----BEGIN " in data
    return certificates.openssl_trusted(data) if pem else certificates.all_in(data)
