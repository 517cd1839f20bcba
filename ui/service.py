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
    from trustmgr.clients.base import ClientResult
    from trustmgr.engine import Engine
    from trustmgr.explain import Explanation
    from trustmgr.findings import Remedy
    from trustmgr.progress import Progress
    from trustmgr.remedy.where import Where
    from trustmgr.report import Report
    from trustmgr.target import Target


class Service:
    """Holds the one engine. `sandbox`: see `trustmgr.engine.Engine`."""

    def __init__(self, sandbox: Path | None = None, engine: Engine | None = None) -> None:
        self.sandbox = sandbox
        self._engine = engine
        self._lock = threading.Lock()
        self._titles: dict[str, str] = {}

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

    def inspect(self, target: Target, progress: Progress, password: str | None = None) -> Report:
        """Look at a site or a file. `password`: of a locked file."""
        from trustmgr.engine import InspectOptions

        if password is None:
            return self.engine.inspect(target, InspectOptions(), progress)
        evidence = self.engine.collect(target, InspectOptions(), progress, lambda _: password)
        return self.engine.diagnose(evidence)

    def inspect_pasted(self, text: str, progress: Progress) -> tuple[Target, Report]:
        """Look at a certificate that was pasted as text (PEM)."""
        from tempfile import TemporaryDirectory

        from trustmgr.errors import UnreadableInput
        from trustmgr.target import Target

        if "PRIVATE KEY-----" in text:
            raise UnreadableInput(
                "This is a private key, not a certificate.",
                "It never needs to be imported; keep it secret.",
            )
        with TemporaryDirectory(prefix="trustmgr-") as folder:
            path = Path(folder, "pasted.pem")
            path.write_text(text, encoding="utf-8", errors="replace")
            target = Target("The pasted certificate", files=(str(path),))
            return target, self.inspect(target, progress)

    def store_title(self, identity: str) -> str:
        """A store's name for people, from its id; the id itself when there is no such store now."""
        if identity not in self._titles:
            self._titles = {store.id: store.title for store in self.engine.stores()}
        return self._titles.get(identity, identity)

    def remedies_of(self, cause: str) -> tuple[Remedy, ...]:
        """What the knowledge base says to do about a cause, without facts of a site."""
        from trustmgr import knowledge

        return knowledge.remedies(cause, {})

    def setting_of(self, remedy: Remedy) -> tuple[str, str] | None:
        """Name and title of the setting of this system that a remedy changes; None: it changes none here."""
        if not (remedy.action or "").startswith("setting:"):
            return None
        from trustmgr.remedy.setting import name, of_action, title

        found = of_action(remedy.action, self.engine.settings())
        return (name(found), title(found)) if found is not None else None

    def settings_for(self, explanation: Explanation) -> tuple[tuple[str, str], ...]:
        """Name and title of each setting of this system that may mend what a message says."""
        from trustmgr.remedy.setting import for_message, name, title

        return tuple((name(s), title(s)) for s in for_message(explanation, self.engine.settings()))

    def would_help(self, certificates: Sequence[bytes], report: Report | None) -> bool:
        """Whether trusting them can make the site that was looked at trusted."""
        from trustmgr.certificate import Certificate
        from trustmgr.remedy.relevance import would_help

        if report is None or not report.chain:
            return True
        return would_help([Certificate(der) for der in certificates], report.chain)

    def where(self, explanation: Explanation | None, target: Target | None) -> tuple[Where, ...]:
        """The stores that the program of an error message reads, narrowest first."""
        if explanation is None or not explanation.client:
            return ()
        host = target.host if target is not None and not target.is_file else None
        return self.engine.where(explanation.client, host, target.port if target else None)

    def for_site(self, target: Target | None) -> tuple[Where, ...]:
        """The stores for this site alone that programs of this system share."""
        if target is None or target.is_file or target.host is None:
            return ()
        return self.engine.for_site(target.host, target.port or 443)

    def verify(
        self, target: Target, progress: Progress, stores: Sequence[str] = ()
    ) -> tuple[ClientResult, ...]:
        """Real programs here try the site: those of the machine's store, and whoever reads one of
        `stores`. The stores that they read are told by their names."""
        from dataclasses import replace

        from trustmgr.clients import known

        others = (
            self.engine.readers(stores, target.host or "", target.port or 443) if stores else ()
        )
        asked = tuple(dict.fromkeys((*known(), *others)))
        results = self.engine.verify(target, asked if others else (), progress=progress)
        return tuple(replace(r, store=self.store_title(r.store)) for r in results)

    def certificates_of(
        self, path: str, progress: Progress, password: str | None = None
    ) -> tuple[bytes, ...]:
        """The certificates (DER) in a file that the user chose. Raises `TrustManagerError`."""
        from trustmgr.engine import InspectOptions
        from trustmgr.errors import UnreadableInput

        target = self.target(path)
        if not target.is_file:
            raise UnreadableInput("This file cannot be read.", "Choose another one.")
        asked = None if password is None else lambda _: password
        evidence = self.engine.collect(target, InspectOptions(network=False), progress, asked)
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
