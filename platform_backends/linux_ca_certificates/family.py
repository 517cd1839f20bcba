"""The Debian family, as a change has to know it."""

from __future__ import annotations

import contextlib
import hashlib
import re
from collections.abc import Iterable, Sequence
from pathlib import Path

from platform_backends.linux_ca_certificates import conf, layout, reading, tool

_HALF_WRITTEN = re.compile(r".*\.new|bundle[A-Za-z0-9]{6}")


class CaCertificates:
    """Sources: the administrator's folder and the configuration. Derived: /etc/ssl/certs."""

    command = "update-ca-certificates"

    @property
    def records(self) -> Path:
        """Root's alone."""
        return layout.RECORDS

    @property
    def derived(self) -> Sequence[Path]:
        """The bundle, its links, and what hooks such as Java's make."""
        return (layout.DERIVED,)

    @property
    def sources(self) -> Sequence[Path]:
        """Where our files and the ``!`` lines go."""
        return (layout.LOCAL, layout.CONF.parent)

    def makes(self, path: Path) -> bool:
        """What it leaves when it is killed: Debian's ``*.new``, Alpine's ``bundle`` and six letters."""
        return _HALF_WRITTEN.fullmatch(path.name) is not None

    def trusted(self) -> Sequence[bytes]:
        """The bundle."""
        return reading.bundle()

    def wanted(self) -> Iterable[bytes]:
        """What the bundle should hold."""
        return reading.wanted()

    def written(self) -> int:
        """When the bundle was."""
        try:
            return layout.BUNDLE.stat().st_mtime_ns
        except OSError:
            return 0

    def inputs(self) -> str:
        """The configuration, the administrator's files, and the names and times of the vendor's."""
        total = hashlib.sha256(conf.read())
        for path in reading.local_files():
            with contextlib.suppress(OSError):
                content = hashlib.sha256(path.read_bytes()).hexdigest() if path.is_file() else ""
                total.update(repr((str(path), content)).encode(errors="surrogateescape"))
        for path in reading.below(layout.VENDOR):
            with contextlib.suppress(OSError):
                status = path.stat()
                total.update(repr((str(path), status.st_size, status.st_mtime_ns)).encode())
        return total.hexdigest()

    def update(self, operation: str, lock: int) -> None:
        """Afresh whenever something may have to go."""
        tool.run(fresh=operation in {"remove", "distrust", "back"}, lock=lock)
