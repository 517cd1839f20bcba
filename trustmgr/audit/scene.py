"""What an audit looks at: the stores' contents and the journal, a home and an environment."""

from __future__ import annotations

import shlex
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from platform_backends.base import Origin
from trustmgr.audit.observation import Observation, Weight
from trustmgr.certificate import Certificate
from trustmgr.holdings import Holding, Holdings

if TYPE_CHECKING:
    from trustmgr.audit.provenance import Provenance
    from trustmgr.remedy.change import Change


@dataclass(frozen=True)
class Machine:
    """One user's settings. `etc` holds those of everybody."""

    home: Path
    environment: Mapping[str, str]
    etc: Path = Path("/etc")

    @property
    def config(self) -> Path:
        """Where the XDG Base Directory Specification puts settings."""
        named = self.environment.get("XDG_CONFIG_HOME", "")
        return Path(named) if named.startswith("/") else self.home / ".config"


@dataclass(frozen=True)
class Scene:
    """Everything the kinds that look at certificates need."""

    holdings: Holdings
    changes: Sequence[Change] = ()

    @cached_property
    def trusted(self) -> tuple[tuple[Holding, Certificate], ...]:
        """Every certificate that some store trusts, and that parses."""
        return tuple(
            (holding, holding.certificate)
            for holding in self.holdings.certificates
            if holding.trusting and holding.certificate is not None
        )

    @cached_property
    def added(self) -> tuple[tuple[Holding, Certificate], ...]:
        """Those that somebody other than the vendor put somewhere."""
        return tuple((h, c) for h, c in self.trusted if set(h.added) & set(h.trusting))

    @cached_property
    def provenance(self) -> Mapping[str, Provenance]:
        """Where each added one came from, by SHA-256."""
        from trustmgr.audit import provenance

        return provenance.of([holding for holding, _ in self.added], self.changes)

    def observe(
        self,
        kind: str,
        weight: Weight,
        holding: Holding,
        title: str,
        detail: str,
        *,
        advice: str = "",
    ) -> Observation:
        """An observation about one certificate, with where it came from and what to do."""
        origin = self.provenance.get(holding.sha256)
        return Observation(
            kind=kind,
            weight=weight,
            title=title,
            detail=detail,
            evidence=(*self._where(holding), *(origin.evidence if origin else ())),
            advice=advice or (origin.advice if origin else ""),
            commands=(*(origin.commands if origin else ()), *_commands(holding)),
            sha256=holding.sha256,
            der=holding.der,
            vendor=not set(holding.added) & set(holding.trusting),
            stores=holding.trusting,
        )

    def _where(self, holding: Holding) -> Iterator[str]:
        from trustmgr.text import inert

        for store in holding.trusting:
            location = holding.places[store].location
            yield f"Trusted in {self.holdings.stores[store]}" + (
                f" ({inert(location)})" if location else ""
            )


def _commands(holding: Holding) -> Iterator[str]:
    """Removing takes out what was added; what the vendor ships can only be distrusted."""
    for store in holding.trusting:
        origin = holding.places[store].origin
        words = ["trustmgr", "distrust" if origin is Origin.VENDOR else "remove", holding.sha256]
        if origin not in (Origin.VENDOR, Origin.THIS_PROGRAM):
            words.append("--force")
        yield shlex.join([*words, "--store", store])
