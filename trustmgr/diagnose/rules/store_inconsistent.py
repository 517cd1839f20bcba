"""`store-inconsistent`: one program here trusts the end of the chain, and another does not.

Only of what was added here: on a vendor's authority all lists agree, and then no program's own
store is in the evidence.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from trustmgr.certificate import Certificate, Source
from trustmgr.diagnose.case import Case
from trustmgr.evidence import StoreSnapshot
from trustmgr.findings import Finding
from trustmgr.text import inert, listed


def find(case: Case) -> Iterator[Finding]:
    """At most one finding."""
    path, evidence = case.path, case.evidence
    if path is None or not evidence.programs:
        return
    anchors = {
        store.id: _anchor(case, store)
        for store in (*evidence.stores, *evidence.programs)
        if store.readable
    }
    trusting = [s for s in evidence.stores if anchors.get(s.id)] if path.anchored else []
    trusting += [s for s in evidence.programs if anchors.get(s.id)]
    others = [s for s in evidence.programs if s.id in anchors and not anchors[s.id]]
    if not path.anchored:  # of the machine's stores none does; of the programs those count that do
        others = [s for s in evidence.stores if s.readable]
    if not trusting or not others:
        return
    anchor = anchors[trusting[0].id]
    assert anchor is not None  # noqa: S101 -- what put it among them
    yield case.finding(
        "store-inconsistent",
        f"“{anchor.title}” is trusted by {_titles(trusting)}, and not by {_titles(others)}. So the site "
        "works in some programs here and fails in others.",
        index=len(case.chain) - 1,
        proof=f"SHA-256 {anchor.sha256} is trusted in {_ids(trusting)}, and in none of {_ids(others)}.",
        certificate=anchor if path.anchored else None,
    )


def _anchor(case: Case, store: StoreSnapshot) -> Certificate | None:
    """What a client of this store ends the chain with; None also where part of it is distrusted."""
    chain = {one.der: one for one in case.chain}
    if any(one.server_auth == "distrusted" and one.der in chain for one in store.held):
        return None
    trusted = [one.der for one in store.held if one.server_auth == "trusted"]
    on_it = next((chain[der] for der in reversed(list(chain)) if der in trusted), None)
    return on_it or next(filter(None, (_above(case.chain[-1], der) for der in trusted)), None)


def _above(last: Certificate, der: bytes) -> Certificate | None:
    try:
        held = Certificate(der, Source.STORE)
    except ValueError:
        return None
    signed = held.subject_key == last.issuer_key and last.signed_by(held)
    return held if signed and not last.self_signed else None


def _titles(stores: Sequence[StoreSnapshot]) -> str:
    return listed([inert(store.title or store.id) for store in stores])


def _ids(stores: Sequence[StoreSnapshot]) -> str:
    return ", ".join(inert(store.id) for store in stores)
