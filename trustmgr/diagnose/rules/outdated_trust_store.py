"""`outdated-trust-store`: a public authority that this machine's list does not have (yet).

Mozilla's list, as the package certifi brings it, is the yardstick; it is never trusted itself. The fix
is the update of the system, never an import: whoever could make this machine import a "public"
authority would be believed for every site.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from trustmgr.certificate import Certificate, Source
from trustmgr.diagnose.case import Case, day
from trustmgr.evidence import StoreSnapshot
from trustmgr.findings import Finding, Severity

#: An authority gets into the lists a year or two after it began; a newest one older than this tells
#: of a list that has not been updated for years.
_YEARS = 6
_FOLDERS = "folder:"


def find(case: Case) -> Iterator[Finding]:
    """At most one finding, for a path that ends untrusted."""
    if case.path is None or case.path.anchored or not _systems(case):
        return
    end = case.path.last
    root = public_root(case)
    if root is not None:
        yield case.finding(
            "outdated-trust-store",
            f"The chain leads to “{root.title}”, a public authority that today's systems trust. The list "
            "on this computer does not have it: update the system instead of importing anything.",
            index=len(case.chain) - 1,
            proof=f"Root SHA-256 {root.sha256} is in Mozilla's list (certifi) and in none of: "
            f"{', '.join(s.id for s in _systems(case))}.",
        )
    elif not end.self_signed and len(case.chain) > 1 and (newest := _old(case)) is not None:
        yield case.finding(
            "outdated-trust-store",
            "The list of authorities on this computer is years old; the issuer of this chain may be "
            "newer. Update the system first.",
            index=len(case.chain) - 1,
            proof=f"The newest authority in the system's list began on {day(newest)}.",
            severity=Severity.WARNING,
        )


def public_root(case: Case) -> Certificate | None:
    """The root of Mozilla's list that the end of the path is, or was signed by."""
    if case.path is None or case.path.anchored:
        return None
    end = case.path.last
    for der in case.evidence.public_roots:
        try:
            root = Certificate(der, Source.STORE)
        except ValueError:
            continue
        same = root.subject_key == end.subject_key and root.spki == end.spki
        if same or (root.subject_key == end.issuer_key and end.signed_by(root)):
            return root
    return None


def _systems(case: Case) -> list[StoreSnapshot]:
    """The stores that the system's update would change: no folders, no roots that the user named."""
    return [
        store
        for store in case.evidence.stores
        if store.readable and store.id != "roots" and not store.id.startswith(_FOLDERS)
    ]


def _old(case: Case) -> datetime | None:
    newest = case.evidence.newest_authority
    if newest is None or (case.at - newest).days < _YEARS * 365:
        return None
    return newest
