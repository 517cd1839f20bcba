"""The demo's stage: the lab's sites on loopback and a folder that stands in for the store."""

from __future__ import annotations

import os
import tempfile
from contextlib import ExitStack
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from trustmgr.lab import Lab
    from trustmgr.progress import Progress

_HOME = "TRUSTMGR_HOME"


class DemoStage:
    """Nothing outside its own temporary folder is touched; leaving it removes everything."""

    def __init__(self) -> None:
        self._exits = ExitStack()
        self.folder = Path()
        self.lab: Lab | None = None
        self._home_before: str | None = None

    @property
    def sandbox(self) -> Path:
        """The folder that is the only store."""
        return self.folder / "store"

    @property
    def ca_file(self) -> Path:
        """What the lab's administrator would hand out as a file."""
        return self.folder / "lab-ca.pem"

    def __enter__(self) -> DemoStage:
        folder = self._exits.enter_context(tempfile.TemporaryDirectory(prefix="trustmgr-demo-"))
        self.folder = Path(folder)
        self._home_before = os.environ.get(_HOME)
        os.environ[_HOME] = str(self.folder / "state")
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        where: TracebackType | None,
    ) -> None:
        self._exits.close()
        if self._home_before is None:
            os.environ.pop(_HOME, None)
        else:
            os.environ[_HOME] = self._home_before

    def start(self, progress: Progress) -> tuple[str, ...]:
        """Start the lab (a second or two); the names of its sites."""
        from trustmgr.lab import running_lab

        self.lab = self._exits.enter_context(running_lab(ca_file=self.ca_file))
        return tuple(self.lab.sites)

    def sites(self) -> tuple[tuple[str, str, str], ...]:
        """Name, address and description of each site; empty until the lab runs."""
        if self.lab is None:
            return ()
        return tuple((s.name, s.target, s.description) for s in self.lab.sites.values())

    def letter(self) -> str:
        """What the lab's administrator would hand out on paper."""
        import hashlib

        if self.lab is None:
            return "The lab is still starting."
        digest = hashlib.sha256(self.lab.ca_der).hexdigest().upper()
        groups = ":".join(digest[i : i + 2] for i in range(0, len(digest), 2))
        return (
            "From: the administrator of the lab\n"
            "Our authority's certificate has this SHA-256 fingerprint:\n"
            f"{groups}"
        )
