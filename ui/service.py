"""The window's way to the engine: made when first used, always from a background thread.

Nothing here decides about trust; it only carries intents down and answers up. Importing this
module loads neither the engine nor `cryptography`.
"""

from __future__ import annotations

import threading
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from trustmgr.engine import Engine
    from trustmgr.progress import Progress
    from trustmgr.report import Report
    from trustmgr.target import Target


class Service:
    """Holds the one engine. `sandbox`: see `trustmgr.engine.Engine`."""

    def __init__(self, sandbox: Path | None = None, engine: Engine | None = None) -> None:
        self.sandbox = sandbox
        self._engine = engine
        self._lock = threading.Lock()

    @property
    def engine(self) -> Engine:
        """The engine; importing it takes a while the first time."""
        with self._lock:
            if self._engine is None:
                from trustmgr.engine import Engine

                self._engine = Engine(self.sandbox)
            return self._engine

    def target(self, text: str) -> Target:
        """What an address or file name means. Raises `TrustManagerError`."""
        from trustmgr.probe.targets import parse_target

        return parse_target(text)

    def inspect(self, target: Target, progress: Progress) -> Report:
        """Look at a site or a file."""
        from trustmgr.engine import InspectOptions

        return self.engine.inspect(target, InspectOptions(), progress)

    def certificates_of(self, path: str, progress: Progress) -> tuple[bytes, ...]:
        """The certificates (DER) in a file that the user chose. Raises `TrustManagerError`."""
        from trustmgr.engine import InspectOptions
        from trustmgr.errors import UnreadableInput

        target = self.target(path)
        if not target.is_file:
            raise UnreadableInput("This file cannot be read.", "Choose another one.")
        evidence = self.engine.collect(target, InspectOptions(network=False), progress)
        if not evidence.file_certificates:
            reason = "; ".join(evidence.unreadable) or "there is none in it"
            raise UnreadableInput(
                f"No certificate could be read from this file: {reason}.", "Choose another one."
            )
        return evidence.file_certificates

    def warm_up(self, progress: Progress) -> None:
        """Import what the first inspection needs, so that it starts at once."""
        for module in _SOON_NEEDED:
            progress.check()
            _import_quietly(module)


#: What the first click needs; `Engine` itself would import it only then.
_SOON_NEEDED: Sequence[str] = (
    "trustmgr.engine",
    "trustmgr.certificate",
    "trustmgr.probe.targets",
    "trustmgr.probe.collect",
    "trustmgr.diagnose",
    "trustmgr.explain",
)


def _import_quietly(module: str) -> None:
    from contextlib import suppress
    from importlib import import_module

    with suppress(ImportError):  # whoever really needs it will say what is missing
        import_module(module)
