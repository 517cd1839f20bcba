"""`lifetime-too-long`, a warning: some clients refuse certificates that live very long."""

from __future__ import annotations

from collections.abc import Iterator

from trustmgr.diagnose.case import Case, day
from trustmgr.diagnose.lifetime import exceeded, lifetime
from trustmgr.findings import Finding


def find(case: Case) -> Iterator[Finding]:
    """At most one warning, about the site's own certificate; that of an authority may live longer."""
    if case.path is None or case.path.leaf.is_ca:
        return
    leaf = case.path.leaf
    limit = exceeded(leaf)
    if limit is not None:
        yield case.finding(
            "lifetime-too-long",
            f"The certificate is valid for {lifetime(leaf).days} days, from {day(leaf.not_before)} to "
            f"{day(leaf.not_after)}; {limit.whose} {'allow' if limit.whose.endswith('s') else 'allows'} "
            f"{limit.days} at most.",
            index=0,
            proof=f"notBefore is {leaf.not_before.isoformat()}, notAfter {leaf.not_after.isoformat()}. "
            f"Limit: {limit.id} ({limit.source}).",
        )
