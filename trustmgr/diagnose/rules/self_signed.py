"""`self-signed`: the site's own certificate is its own issuer and no anchor."""

from __future__ import annotations

from collections.abc import Iterator

from trustmgr.diagnose.case import Case
from trustmgr.findings import Finding


def find(case: Case) -> Iterator[Finding]:
    """At most one finding. A CA certificate given as a file is judged by `untrusted-root` instead."""
    if case.path is None or case.path.anchored or not case.stores_readable:
        return
    leaf = case.path.leaf
    if leaf.self_signed and not (case.evidence.target.is_file and leaf.is_ca):
        yield case.finding(
            "self-signed",
            "The site vouches for itself: no certificate authority has signed its certificate, "
            "and this machine has not been told to trust it.",
            index=0,
            proof=f"Subject and issuer are both “{leaf.subject}”, and its own key made the signature.",
            certificate=leaf,
        )
