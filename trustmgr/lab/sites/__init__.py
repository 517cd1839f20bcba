"""The table of the lab's sites, in the order in which they are shown and numbered.

To add a site: one entry in the file of its group.
"""

from __future__ import annotations

from trustmgr.lab.site import Definition
from trustmgr.lab.sites import (
    connection,
    constraints,
    good,
    interception,
    intermediates,
    names,
    oversized,
    protocol,
    revocation,
    strength,
    trust,
    upgrading,
    usage,
    validity,
)

SITES: tuple[Definition, ...] = (
    *good.SITES,
    *validity.SITES,
    *trust.SITES,
    *intermediates.SITES,
    *names.SITES,
    *strength.SITES,
    *usage.SITES,
    *constraints.SITES,
    *revocation.SITES,
    *protocol.SITES,
    *upgrading.SITES,
    *connection.SITES,
    *oversized.SITES,
    *interception.SITES,
)
