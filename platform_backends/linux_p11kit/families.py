"""Where each family keeps what. Told apart by folders, not by the names of distributions.

Sources: update-ca-trust(8) of Fedora; update-ca-trust of Arch's ca-certificates-utils;
update-ca-certificates(8) of openSUSE; truststore_linux.go of mkcert.
"""

from __future__ import annotations

import contextlib
import hashlib
import os
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from platform_backends.base import Purpose, WriteFailed
from platform_backends.system_store.run import run

#: Where commands are; never looked up through PATH.
_PROGRAMS = ("/usr/bin", "/usr/sbin", "/sbin")
BLOCKLIST = "blocklist"
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
    words: Sequence[Sequence[str]]  # commands with their options, the best first
    install: str
    records: Path = field(default=_RECORDS)

    @property
    def anchors(self) -> Path:
        """Where the administrator's authorities are."""
        return self.source / "anchors"

    @property
    def blocklist(self) -> Path:
        """Where distrusted certificates go (p11-kit 0.23.21 and later read no ``blacklist``)."""
        return self.source / BLOCKLIST

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
        (("update-ca-trust",), ("trust", "extract-compat")),
        "Install it: pacman -S ca-certificates-utils",
    ),
    Layout(
        "openSUSE",
        Path("/etc/pki/trust"),
        Path("/usr/share/pki/trust"),
        {Purpose.SERVER_AUTH: _SUSE / "ca-bundle.pem"},
        (_SUSE,),
        (("update-ca-certificates",),),
        "Install it: zypper install ca-certificates",
    ),
)


def here() -> Layout | None:
    """This machine's; None where it is of another kind."""
    return next((one for one in LAYOUTS if one.anchors.is_dir()), None)


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


def below(folder: Path) -> list[Path]:
    """Every plain file below a folder, our temporary ones left out."""
    from platform_backends.files import TEMPORARY

    return sorted(
        path
        for place, _, names in os.walk(folder)
        for name in names
        if not TEMPORARY.fullmatch(name) and (path := Path(place, name)).is_file()
    )
