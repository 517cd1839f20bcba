"""Every path that the evidence allows, from the leaf towards an anchor (RFC 4158), best first.

Bounded whatever graph a hostile server sends: `MAX_DEPTH` certificates in a path, `MAX_CHECKS`
signatures verified, `MAX_STEPS` steps, `MAX_PATHS` paths. Whoever asks learns from `Graph.exhausted` that a bound was
reached.
"""

from __future__ import annotations

import heapq
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import count

from cryptography import x509

from trustmgr.certificate import Certificate
from trustmgr.distinguished import Canonical

MAX_DEPTH = 16
MAX_CHECKS = 1000
MAX_PATHS = 100
MAX_STEPS = 5000


@dataclass(frozen=True)
class Path:
    """Certificates leaf first. `anchored`: the last one is trusted by a store.

    `faults` counts what is wrong with its issuers at first sight: never more than the rules find.
    `broken` is the index of a certificate whose issuer is here by name and key identifier while
    its key does not verify the signature; None when every signature verifies.
    """

    certificates: tuple[Certificate, ...]
    anchored: bool
    broken: int | None = None
    faults: int = 0

    @property
    def leaf(self) -> Certificate:
        """The certificate of the site itself."""
        return self.certificates[0]

    @property
    def last(self) -> Certificate:
        """The end of the path: the anchor when there is one."""
        return self.certificates[-1]


class Graph:
    """The known certificates, by subject name. `at`: the moment to judge by.

    `anchors` and `distrusted` are SHA-256 values.
    """

    def __init__(
        self,
        certificates: Iterable[Certificate],
        anchors: frozenset[str],
        at: datetime,
        distrusted: frozenset[str] = frozenset(),
    ) -> None:
        self.exhausted = False
        self._by_subject: dict[Canonical, list[Certificate]] = {}
        self._anchors, self._distrusted, self._at = anchors, distrusted, at
        self._checks = 0
        self._issuers: dict[bytes, tuple[list[Certificate], list[Certificate]]] = {}
        seen: set[bytes] = set()
        for certificate in certificates:
            if certificate.der not in seen:
                seen.add(certificate.der)
                self._by_subject.setdefault(certificate.subject_key, []).append(certificate)
        self._leading = self._names_below_anchors()

    def _names_below_anchors(self) -> set[Canonical]:
        """Names from which an anchor may be reached: all others end untrusted, whatever they sign."""
        below: dict[Canonical, set[Canonical]] = {}
        found: set[Canonical] = set()
        for name, certificates in self._by_subject.items():
            for certificate in certificates:
                below.setdefault(certificate.issuer_key, set()).add(name)
                if certificate.sha256 in self._anchors:
                    found.add(name)
        fresh = set(found)
        while fresh:
            fresh = set().union(*(below.get(name, set()) for name in fresh)) - found
            found |= fresh
        return found

    def paths(self, leaf: Certificate) -> Iterator[Path]:
        """Complete paths; each has at least as many `faults` as the one before."""
        steps, order = 0, count()
        heap: list[tuple[_Rank, Path, bool]] = [((0, True, 0, 0), Path((leaf,), False), False)]
        given = 0
        while heap:
            _, path, complete = heapq.heappop(heap)
            steps += 1
            if given == MAX_PATHS:
                self.exhausted = True
                return
            if steps > MAX_STEPS and not complete:
                self.exhausted = True
                path, complete = replace(path, faults=path.faults + 1), True  # as far as it came
            if complete:
                given += 1
                yield path
                continue
            for longer, ends in self._onward(path):
                lost = not ends and longer.last.subject_key not in self._leading
                price = longer.faults + lost
                far = longer.last.sha256 not in self._anchors
                rank = (price, far, len(longer.certificates), next(order))
                heapq.heappush(heap, (rank, longer, ends))

    def _onward(self, path: Path) -> Iterator[tuple[Path, bool]]:
        """The path with each of its issuers, and whether it may end where it is."""
        last = path.last
        if last.sha256 in self._anchors:
            yield replace(path, anchored=True), True
            if path.faults == 0:
                return
        unanchored = replace(path, faults=path.faults + 1), True
        if last.self_signed:
            if last.sha256 not in self._anchors:
                yield unanchored
            return
        if len(path.certificates) >= MAX_DEPTH:
            self.exhausted = True
            yield unanchored
            return
        good, false = self._issuers_of(last)
        used = {(c.subject_key, c.spki) for c in path.certificates}
        onward = [c for c in good if (c.subject_key, c.spki) not in used]
        for issuer in onward:
            yield self._with(path, issuer, path.broken), False
        if good:
            false = []
        for issuer in false:
            broken = len(path.certificates) - 1 if path.broken is None else path.broken
            yield self._with(path, issuer, broken), False
        if not onward and not false and last.sha256 not in self._anchors:
            yield unanchored

    def _with(self, path: Path, issuer: Certificate, broken: int | None) -> Path:
        faults = path.faults + self._faults(path, issuer) + (broken is not path.broken)
        return Path((*path.certificates, issuer), False, broken, faults)

    def _faults(self, path: Path, issuer: Certificate) -> int:
        """What the rules will certainly hold against `issuer` as the next of this path."""
        constraints = issuer.extension(x509.BasicConstraints)
        usage = issuer.extension(x509.KeyUsage)
        limit = constraints.path_length if constraints else None
        below = sum(not c.self_issued for c in path.certificates[1:])
        return sum(
            (
                not issuer.not_before <= self._at <= issuer.not_after,
                issuer.sha256 in self._distrusted,
                (
                    not issuer.is_ca
                    and (constraints is not None or issuer.sha256 not in self._anchors)
                )
                or (usage is not None and not usage.key_cert_sign),
                limit is not None and below > limit,
            )
        )

    def _issuers_of(self, certificate: Certificate) -> tuple[list[Certificate], list[Certificate]]:
        """Certificates of the issuer's name: those that verify the signature, the most likely first,
        and those that claim to be the issuer but do not verify it."""
        found = self._issuers.get(certificate.der)
        if found is None:
            found = self._issuers[certificate.der] = self._look_up(certificate)
        return found

    def _look_up(self, certificate: Certificate) -> tuple[list[Certificate], list[Certificate]]:
        good: list[Certificate] = []
        false: list[Certificate] = []
        named = self._by_subject.get(certificate.issuer_key, [])
        wanted = certificate.authority_key_identifier
        named = sorted(
            (c for c in named if c.der != certificate.der),
            key=lambda c: (
                c.sha256 not in self._anchors,
                bool(wanted) and wanted != c.subject_key_identifier,
            ),
        )
        verified: dict[bytes, bool] = {}  # cross-signed certificates share their key
        for candidate in named:
            if candidate.spki not in verified:
                if self._checks >= MAX_CHECKS:
                    self.exhausted = True
                    break
                self._checks += 1
                verified[candidate.spki] = certificate.signed_by(candidate)
            if verified[candidate.spki]:
                good.append(candidate)
            elif _claims_to_be_issuer(certificate, candidate):
                false.append(candidate)
        return good, false


_Rank = tuple[int, bool, int, int]


def _claims_to_be_issuer(certificate: Certificate, candidate: Certificate) -> bool:
    """Whether key identifiers say that `candidate`'s key made the signature (RFC 5280 section
    4.2.1.1). A CA of the same name with another key is somebody else, not a bad signature."""
    wanted, given = certificate.authority_key_identifier, candidate.subject_key_identifier
    if wanted is None or given is None:
        return candidate.is_ca
    return wanted == given
