"""What a diagnosis answers: the verdict, the findings and the path that was judged."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from trustmgr.certificate import Certificate
from trustmgr.evidence import Evidence
from trustmgr.findings import Finding, Verdict


@dataclass(frozen=True)
class Anchor:
    """The trusted end of a path and the ids of the stores that hold it."""

    sha256: str
    stores: tuple[str, ...]


@dataclass(frozen=True)
class Prediction:
    """Whether a client accepts; None means: cannot tell. `why` is one plain sentence."""

    accepts: bool | None
    why: str


@dataclass(frozen=True)
class Report:
    """The whole answer about one target. `contested`: whether clients may be of different minds, which
    is known before `clients` is worked out."""

    evidence: Evidence
    verdict: Verdict
    findings: tuple[Finding, ...]
    chain: tuple[Certificate, ...]
    anchor: Anchor | None
    clients: Mapping[str, Prediction] = field(default_factory=dict)
    contested: bool = False
