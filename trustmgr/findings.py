"""Conclusions: a finding names one cause, says what proves it and who can fix it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import StrEnum


class Severity(StrEnum):
    """Errors break trust; warnings break it for some; notices are worth knowing."""

    ERROR = "error"
    WARNING = "warning"
    NOTICE = "notice"


class FixBy(StrEnum):
    """Who can fix a cause."""

    THIS_MACHINE = "this-machine"
    SITE_OWNER = "site-owner"
    ADMINISTRATOR = "administrator"
    NOBODY = "nobody"


class Verdict(StrEnum):
    """The answer to: do clients that read these stores trust this target?"""

    TRUSTED = "trusted"
    UNTRUSTED = "untrusted"
    UNREACHABLE = "unreachable"


class Risk(StrEnum):
    """What a remedy may cost in safety."""

    NONE = "none"
    LOW = "low"
    HIGH = "high"


@dataclass(frozen=True)
class Remedy:
    """One way to fix a cause. `action` is None when the program cannot do it itself."""

    id: str
    title: str
    detail: str
    fix_by: FixBy
    risk: Risk
    risk_text: str = ""
    action: str | None = (
        None  # "import-certificate", "import-everywhere", "import-file", "set-clock", "update-system", "setting:NAME", ...
    )
    certificate: str | None = None  # SHA-256 of the certificate that the action concerns
    message: str = ""  # for the site's owner or administrator, ready to copy

    @property
    def of_certificate(self) -> bool:
        """Whether the action imports a certificate that was seen, and not a file."""
        return self.action in {"import-certificate", "import-everywhere"}


@dataclass(frozen=True)
class Finding:
    """One conclusion. `certificate` is an index into the judged chain."""

    cause: str
    severity: Severity
    certificate: int | None
    title: str
    detail: str
    fix_by: FixBy
    proof: str = ""
    rule: str = ""  # who says so: "RFC 5280 section ..." or "Baseline Requirements section ..."
    remedies: tuple[Remedy, ...] = ()

    def without_imports(self) -> Finding:
        """The same, offering nothing to trust: what was seen is not the site's, or comes otherwise."""
        left = (r for r in self.remedies if not (r.action or "").startswith("import"))
        return replace(self, remedies=tuple(left))
