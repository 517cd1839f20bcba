"""What a change has to know of a family of systems: where it keeps what, and how it is brought up to date."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Protocol


class Family(Protocol):
    """Source files are replaced, a command makes what clients read from them, and that is checked."""

    @property
    def records(self) -> Path:
        """Where records of our own changes are: root alone may look."""

    @property
    def derived(self) -> Sequence[Path]:
        """The folders that the command makes; the first one carries the mark of a change."""

    @property
    def sources(self) -> Sequence[Path]:
        """The folders of source files that a change writes."""

    @property
    def command(self) -> str:
        """The command's name, for people."""

    def makes(self, path: Path) -> bool:
        """Whether a new plain file there can only be the command's: a change taken back takes it away."""

    def trusted(self) -> Sequence[bytes]:
        """Every certificate (DER) that clients read. Raises `StoreUnavailable`."""

    def wanted(self) -> Iterable[bytes]:
        """Every certificate that the sources say clients should read."""

    def inputs(self) -> str:
        """A hash of everything that the command reads."""

    def written(self) -> int:
        """When clients' file was written (st_mtime_ns): two stores that share /var/lib differ in it."""

    def update(self, operation: str, lock: int) -> None:
        """Run the command after ``add``, ``remove``, ``distrust``, ``trust`` or ``purposes``, or (``back``) any.

        `lock` is a descriptor that it holds as long as it lives. Raises `WriteFailed`.
        """
