"""The rows of the list: one for each certificate in each store, made in the background."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from platform_backends.base import Entry, Store
    from trustmgr.progress import Progress

_ORIGIN = {
    "vendor": "vendor",
    "administrator": "administrator",
    "user": "you",
    "policy": "policy",
    "this-program": "Trust Manager",
}
#: How many rows are made before looking whether somebody cancelled.
_BATCH = 200


@dataclass(frozen=True)
class Row:
    """One entry in words. `search` is in lower case; `expires` sorts as text."""

    name: str
    issuer: str
    expires: str
    store: str
    trust: str
    origin: str
    sha256: str
    der: bytes
    store_id: str
    location: str
    search: str
    removable: bool


@dataclass(frozen=True)
class Listing:
    """All rows, and the stores that could not be read: name, reason, fix."""

    rows: tuple[Row, ...]
    unreadable: tuple[tuple[str, str], ...]


def load(stores: Sequence[Store], progress: Progress) -> Listing:
    """Read every available store. A store that cannot be read is told, not skipped."""
    rows: list[Row] = []
    unreadable: list[tuple[str, str]] = []
    for store in stores:
        progress.say(f"Reading {store.title}")
        found = store.availability()
        if not found.available:
            unreadable.append((store.title, f"{found.reason} {found.fix}".strip()))
            continue
        try:
            entries = store.entries()
        except Exception as error:  # one broken store may not hide the others
            unreadable.append((store.title, str(error)))
            continue
        for number, entry in enumerate(entries):
            if number % _BATCH == 0:
                progress.check()
            rows.append(row_of(store, entry))
    return Listing(tuple(rows), tuple(unreadable))


def row_of(store: Store, entry: Entry) -> Row:
    """One entry in words; a certificate that does not parse still has its row."""
    from trustmgr.certificate import Certificate

    try:
        certificate = Certificate(entry.der)
        name, issuer = certificate.title, certificate.issuer
        expires = f"{certificate.not_after:%Y-%m-%d}"
        subject = certificate.subject
    except ValueError:
        name, issuer, expires, subject = "(does not parse)", "", "", ""
    origin = str(entry.origin)
    words = (name, subject, issuer, entry.sha256, store.title, _ORIGIN.get(origin, origin))
    return Row(
        name,
        issuer,
        expires,
        store.title,
        trust_words(entry),
        _ORIGIN.get(origin, origin),
        entry.sha256,
        entry.der,
        store.id,
        entry.location,
        "\n".join(words).lower(),
        removable=origin in {"this-program", "user", "administrator"},
    )


def trust_words(entry: Entry) -> str:
    """``web sites``, ``everything``, ``distrusted``, ``nothing said``."""
    decisions = entry.trust.to_json()
    if "distrusted" in decisions.values():
        return "distrusted"
    trusted = [purpose for purpose, decision in decisions.items() if decision == "trusted"]
    if len(trusted) == len(decisions):
        return "everything"
    names = {
        "server-auth": "web sites",
        "client-auth": "clients",
        "email": "e-mail",
        "code-signing": "programs",
    }
    return ", ".join(names.get(purpose, purpose) for purpose in trusted) or "nothing said"
