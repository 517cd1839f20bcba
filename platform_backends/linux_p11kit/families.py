"""Where each family keeps what. Told apart by folders, not by the names of distributions.

Sources: update-ca-trust(8) of Fedora; update-ca-trust of Arch's ca-certificates-utils;
update-ca-certificates(8) of openSUSE; truststore_linux.go of mkcert.
"""

from __future__ import annotations

import contextlib
import hashlib
import os
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from platform_backends.base import Purpose, WriteFailed
from platform_backends.files import TEMPORARY
from platform_backends.system_store.run import run

#: Where commands are; never looked up through PATH.
_PROGRAMS = ("/usr/bin", "/usr/sbin", "/sbin")
#: Names of the folder of distrusted certificates: p11-kit since 0.23.21, and before.
_BLOCKLISTS = ("blocklist", "blacklist")
#: What `trust extract` (save.c of p11-kit) and the families' scripts leave when they are killed.
_HALF_WRITTEN = re.compile(r".+\.(?:new|tmp|[A-Za-z0-9]{6})")
_RECORDS = Path("/var/lib/trustmgr/p11-kit")


@dataclass(frozen=True)
class Layout:
    """The folders of one family. `source` holds the administrator's files: plain authorities below
    ``anchors``, distrusted ones below ``blocklist``, others in itself."""

    title: str
    source: Path
    vendor: Path
    bundles: Mapping[Purpose, Path]  # what clients read
    derived: Sequence[Path]
    emptied: Sequence[Path]  # folders in which each file is made anew, and all others go
    words: Sequence[Sequence[str]]  # commands with their options, the best first
    install: str
    records: Path = field(default=_RECORDS)

    @property
    def anchors(self) -> Path:
        """Where the administrator's authorities are."""
        return self.source / "anchors"

    @property
    def blocklist(self) -> Path:
        """Where distrusted certificates go: each p11-kit reads one name, and its package makes that."""
        return blocklist(self.source)

    @property
    def bundle(self) -> Path:
        """The one file that most clients read."""
        return self.bundles[Purpose.SERVER_AUTH]

    @property
    def argv(self) -> tuple[str, ...]:
        """The command with its options; empty when it is not installed."""
        for name, *options in self.words:
            for folder in _PROGRAMS:
                if os.access(path := f"{folder}/{name}", os.X_OK):
                    return (path, *options)
        return ()


_FEDORA = Path("/etc/pki/ca-trust")
_ARCH = Path("/etc/ca-certificates")
_SUSE = Path("/var/lib/ca-certificates")

LAYOUTS = (
    Layout(
        "Fedora, RHEL",
        _FEDORA / "source",
        Path("/usr/share/pki/ca-trust-source"),
        {
            Purpose.SERVER_AUTH: _FEDORA / "extracted/pem/tls-ca-bundle.pem",
            Purpose.EMAIL: _FEDORA / "extracted/pem/email-ca-bundle.pem",
            Purpose.CODE_SIGNING: _FEDORA / "extracted/pem/objsign-ca-bundle.pem",
        },
        (_FEDORA / "extracted",),
        (_FEDORA / "extracted/pem/directory-hash",),
        (("update-ca-trust", "extract"),),
        "Install it: dnf install ca-certificates",
    ),
    Layout(
        "Arch",
        _ARCH / "trust-source",
        Path("/usr/share/ca-certificates/trust-source"),
        {
            Purpose.SERVER_AUTH: _ARCH / "extracted/tls-ca-bundle.pem",
            Purpose.EMAIL: _ARCH / "extracted/email-ca-bundle.pem",
            Purpose.CODE_SIGNING: _ARCH / "extracted/objsign-ca-bundle.pem",
        },
        (_ARCH / "extracted", Path("/etc/ssl/certs")),
        (_ARCH / "extracted/cadir",),
        (("update-ca-trust",), ("trust", "extract-compat")),
        "Install it: pacman -S ca-certificates-utils",
    ),
    Layout(
        "openSUSE",
        Path("/etc/pki/trust"),
        Path("/usr/share/pki/trust"),
        {Purpose.SERVER_AUTH: _SUSE / "ca-bundle.pem"},
        (_SUSE,),
        (_SUSE / "pem", _SUSE / "openssl"),
        # without it certbundle.run makes no bundle when the old one has the later time
        (("update-ca-certificates", "--fresh"),),
        "Install it: zypper install ca-certificates",
    ),
)


def here() -> Layout | None:
    """This machine's; None where it is of another kind: a folder for sources alone makes none."""
    there = (one for one in LAYOUTS if one.anchors.is_dir() and one.derived[0].is_dir())
    return next(there, None)


class P11Kit:
    """One family, as a change has to know it."""

    def __init__(self, layout: Layout) -> None:
        self.layout = layout

    @property
    def records(self) -> Path:
        """Root's alone."""
        return self.layout.records

    @property
    def derived(self) -> Sequence[Path]:
        """What the command extracts."""
        return self.layout.derived

    @property
    def sources(self) -> Sequence[Path]:
        """Where our files go."""
        return (self.layout.source, self.layout.anchors, self.layout.blocklist)

    @property
    def command(self) -> str:
        """With its options."""
        return " ".join(self.layout.argv or self.layout.words[0])

    def makes(self, path: Path) -> bool:
        """Files of hashed folders, and half-written ones."""
        half = path.is_relative_to(self.derived[0]) and _HALF_WRITTEN.fullmatch(path.name)
        return bool(half) or any(path.is_relative_to(place) for place in self.layout.emptied)

    def trusted(self) -> Sequence[bytes]:
        """The bundle for TLS servers."""
        from platform_backends.linux_p11kit import reading

        return reading.bundle(self.layout.bundle)

    def wanted(self) -> Iterable[bytes]:
        """What the sources hold and no blocklist."""
        from platform_backends.linux_p11kit import reading

        return reading.wanted(self.layout)

    def written(self) -> int:
        """When the bundle was."""
        try:
            return self.layout.bundle.stat().st_mtime_ns
        except OSError:
            return 0

    def inputs(self) -> str:
        """The administrator's files, and the names and times of the vendor's."""
        total = hashlib.sha256()
        for path in below(self.layout.source):
            with contextlib.suppress(OSError):
                content = hashlib.sha256(path.read_bytes()).hexdigest()
                total.update(repr((str(path), content)).encode(errors="surrogateescape"))
        for path in below(self.layout.vendor):
            with contextlib.suppress(OSError):
                status = path.stat()
                total.update(repr((str(path), status.st_size, status.st_mtime_ns)).encode())
        return total.hexdigest()

    def update(self, operation: str, lock: int) -> None:
        """The same command for every operation: it extracts everything anew."""
        argv = self.layout.argv
        if not argv:
            raise WriteFailed(f"{self.command} is not installed.", self.layout.install)
        run(argv, lock)


def blocklist(folder: Path) -> Path:
    """The folder of distrusted certificates in a folder of sources."""
    names = [folder / name for name in _BLOCKLISTS]
    return next((path for path in names if path.is_dir()), names[0])


def below(folder: Path) -> list[Path]:
    """The files that p11-kit reads in a folder of sources (token.c): those in itself, of any name, in
    ``anchors`` and in the blocklist, and none in other folders. Our temporary ones are left out."""
    found: list[Path] = []
    for place in (folder, folder / "anchors", blocklist(folder)):
        with contextlib.suppress(OSError):
            found += place.iterdir()
    return sorted(path for path in found if not TEMPORARY.fullmatch(path.name) and path.is_file())
