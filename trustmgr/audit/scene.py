"""What an audit looks at: the stores' contents and the journal, a home and an environment."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from platform_backends.base import Origin
from trustmgr.audit.observation import Observation, Weight
from trustmgr.certificate import Certificate
from trustmgr.holdings import Holding, Holdings
from trustmgr.text import typed

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

    @property
    def roaming(self) -> tuple[Path, ...]:
        """Where Windows' programs keep settings of a user; none elsewhere."""
        named = self.environment.get("APPDATA", "")
        return (Path(named),) if named else ()


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
        """Those that somebody put somewhere, and that the vendor does not bring anyway."""
        return tuple((h, c) for h, c in self.trusted if _added_in(h) and not h.shipped)

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
            stores=holding.trusting,
            added_in=_added_in(holding),
        )

    def _where(self, holding: Holding) -> Iterator[str]:
        from trustmgr.text import inert

        for store in holding.trusting:
            location = holding.places[store].location
            yield f"Trusted in {self.holdings.stores[store]}" + (
                f" ({inert(location)})" if location else ""
            )


def _added_in(holding: Holding) -> tuple[str, ...]:
    return tuple(store for store in holding.trusting if store in holding.added)


def _commands(holding: Holding) -> Iterator[str]:
    """Removing takes out what was added; what only the vendor ships can be distrusted."""
    added = _added_in(holding)
    if not added:
        yield f"trustmgr distrust {holding.sha256}"
    for store in added:
        words = ["trustmgr", "remove", holding.sha256]
        if holding.places[store].origin is not Origin.THIS_PROGRAM:
            words.append("--force")
        yield typed([*words, "--store", store])
