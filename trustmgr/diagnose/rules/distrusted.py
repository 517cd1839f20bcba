"""`distrusted`: a store on this machine says no to a certificate of the path, or everybody should.

The second is the list of known bad authorities (`trustmgr.knownbad`); being in a store does not help them.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator

from trustmgr.diagnose.case import Case, role
from trustmgr.evidence import Held
from trustmgr.findings import Finding, FixBy
from trustmgr.knownbad import known_bad


def find(case: Case) -> Iterator[Finding]:
    """One finding for each such certificate."""
    refused = {
        hashlib.sha256(held.der).hexdigest(): store.title
        for store in case.evidence.stores
        for held in store.held
        if held.server_auth == "distrusted"
    }
    for index, certificate in enumerate(case.chain):
        bad = known_bad(certificate)
        if bad is not None:
            held = [s.title for s in case.evidence.stores if _trusts(s.held, certificate.der)]
            where = f" It is trusted in: {', '.join(held)}. Remove it there." if held else ""
            yield case.finding(
                "distrusted",
                f"{role(case, index)} belongs to {bad.name} and must not be trusted: {bad.why}. "
                f"Anybody may be answering in the site's place.{where}",
                index=index,
                proof=f"SHA-256 {certificate.sha256} or its key is on the list of known bad authorities.",
                fix_by=FixBy.THIS_MACHINE if held else FixBy.SITE_OWNER,
            )
        elif certificate.sha256 in refused:
            yield case.finding(
                "distrusted",
                f"{role(case, index)} is marked as not to be trusted on this machine.",
                index=index,
                proof=f"SHA-256 {certificate.sha256} is distrusted in {refused[certificate.sha256]}.",
            )


def _trusts(held: tuple[Held, ...], der: bytes) -> bool:
    return any(one.der == der and one.server_auth == "trusted" for one in held)
