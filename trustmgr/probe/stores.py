"""What the stores hold that could matter for one chain: a snapshot, so that judging needs no store."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path

from platform_backends.base import Decision, Entry, Purpose, Store, StoreError
from trustmgr.certificate import Certificate, Source
from trustmgr.evidence import Held, StoreSnapshot
from trustmgr.progress import Progress

_ROOTS = "roots"


class StoreReader:
    """Reads each store once, and can be asked again when more certificates are known."""

    def __init__(self, stores: Sequence[Store], progress: Progress) -> None:
        self._read = [_read(store, progress) for store in stores]
        self._parsed: dict[bytes, Certificate | None] = {}

    def snapshots(self, known: Iterable[Certificate]) -> tuple[StoreSnapshot, ...]:
        """One for each store: entries that are, or could have issued, or share the key of what is known.

        Upwards to the end: the issuers of those issuers as well, from whichever store.
        """
        wanted = self._closure(list(known))
        return tuple(
            StoreSnapshot(
                id=store.id,
                title=store.title,
                held=tuple(
                    Held(
                        entry.der,
                        entry.trust.decision(Purpose.SERVER_AUTH).value,
                        entry.origin.value,
                    )
                    for entry in entries
                    if entry.der in wanted
                ),
                readable=not reason,
                reason=reason,
            )
            for store, entries, reason in self._read
        )

    def _closure(self, known: list[Certificate]) -> set[bytes]:
        wanted: set[bytes] = set()
        every = {entry.der for _, entries, _ in self._read for entry in entries}
        while known:
            fresh = [
                certificate
                for der in every - wanted
                if _could_matter(der, known)
                and (certificate := self._parse(der)) is not None
                and _matters(certificate, known)
            ]
            wanted.update(certificate.der for certificate in fresh)
            known = fresh
        return wanted

    def _parse(self, der: bytes) -> Certificate | None:
        if der not in self._parsed:
            try:
                self._parsed[der] = Certificate(der, Source.STORE)
            except ValueError:
                self._parsed[der] = None
        return self._parsed[der]


def roots_snapshot(paths: Sequence[Path]) -> StoreSnapshot:
    """The user's own anchors, all of them. Raises `UnreadableInput`."""
    from trustmgr.probe.files import read_certificates

    ders = [der for path in paths for der in read_certificates(str(path))[0]]
    return StoreSnapshot(
        id=_ROOTS,
        title="The authorities you named",
        held=tuple(Held(der, Decision.TRUSTED.value) for der in dict.fromkeys(ders)),
    )


def _read(store: Store, progress: Progress) -> tuple[Store, Sequence[Entry], str]:
    progress.check()
    availability = store.availability()
    if not availability.available:
        return store, (), f"{availability.reason} {availability.fix}".strip() or "not available"
    try:
        return store, store.entries(), ""
    except StoreError as error:
        return store, (), str(error) or "cannot be read"


def _could_matter(der: bytes, known: list[Certificate]) -> bool:
    """Cheap and never wrong about a no: what matters holds these bytes somewhere."""
    return any(one.issuer_der in der or (one.spki and one.spki in der) for one in known)


def _matters(certificate: Certificate, known: list[Certificate]) -> bool:
    return any(
        certificate.subject_der == one.issuer_der
        or (bool(certificate.spki) and certificate.spki == one.spki)
        or certificate.der == one.der
        for one in known
    )
