"""`distrusted`: a store on this machine says no to a certificate of the path."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator

from trustmgr.diagnose.case import Case, role
from trustmgr.findings import Finding


def find(case: Case) -> Iterator[Finding]:
    """One finding for each such certificate."""
    refused = {
        hashlib.sha256(held.der).hexdigest(): store.title
        for store in case.evidence.stores
        for held in store.held
        if held.server_auth == "distrusted"
    }
    for index, certificate in enumerate(case.chain):
        if certificate.sha256 in refused:
            yield case.finding(
                "distrusted",
                f"{role(case, index)} is marked as not to be trusted on this machine.",
                index=index,
                proof=f"SHA-256 {certificate.sha256} is distrusted in {refused[certificate.sha256]}.",
            )
