"""Every path that the evidence allows, from the leaf towards an anchor (RFC 4158).

Bounded: at most `MAX_DEPTH` certificates in a path, `MAX_STEPS` steps and `MAX_PATHS` paths,
whatever graph a hostile server sends.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice

from cryptography import x509

from trustmgr.certificate import Certificate

MAX_DEPTH = 12
MAX_STEPS = 400
MAX_PATHS = 32


@dataclass(frozen=True)
class Path:
    """Certificates leaf first. `anchored`: the last one is trusted by a store.

    `broken` is the index of a certificate whose issuer is here by name and key identifier while
    its key does not verify the signature; None when every signature verifies.
    """

    certificates: tuple[Certificate, ...]
    anchored: bool
    broken: int | None = None

    @property
    def leaf(self) -> Certificate:
        """The certificate of the site itself."""
        return self.certificates[0]

    @property
    def last(self) -> Certificate:
        """The end of the path: the anchor when there is one."""
        return self.certificates[-1]


class Graph:
    """The known certificates, by subject name."""

    def __init__(self, certificates: list[Certificate], anchors: frozenset[str]) -> None:
        self._by_subject: dict[bytes, list[Certificate]] = {}
        self._anchors = anchors
        self._steps = 0
        seen: set[bytes] = set()
        for certificate in certificates:
            if certificate.der not in seen:
                seen.add(certificate.der)
                self._by_subject.setdefault(certificate.subject_der, []).append(certificate)

    def issuers(self, certificate: Certificate) -> tuple[list[Certificate], list[Certificate]]:
        """Certificates of the issuer's name: those that verify the signature (anchors first), and
        those that claim to be the issuer but do not verify it."""
        good: list[Certificate] = []
        false: list[Certificate] = []
        for candidate in self._by_subject.get(certificate.issuer_der, []):
            self._steps += 1
            if self._steps > MAX_STEPS:
                break
            if candidate.der == certificate.der:
                continue
            if certificate.signed_by(candidate):
                good.append(candidate)
            elif _claims_to_be_issuer(certificate, candidate):
                false.append(candidate)
        good.sort(key=lambda c: c.sha256 not in self._anchors)
        return good, false

    def paths(self, leaf: Certificate) -> Iterator[Path]:
        """Candidate paths, the most promising first."""
        return islice(self._extend((leaf,), None), MAX_PATHS)

    def _extend(self, chain: tuple[Certificate, ...], broken: int | None) -> Iterator[Path]:
        last = chain[-1]
        if last.sha256 in self._anchors:
            yield Path(chain, anchored=True, broken=broken)
            return
        if len(chain) >= MAX_DEPTH or self._steps > MAX_STEPS:
            yield Path(chain, anchored=False, broken=broken)
            return
        good, false = ([], []) if last.self_signed else self.issuers(last)
        known = {certificate.spki for certificate in chain}
        onward = [c for c in good if c.spki not in known or c.sha256 in self._anchors]
        for issuer in onward:
            yield from self._extend((*chain, issuer), broken)
        if not good:
            for issuer in false:
                here = len(chain) - 1 if broken is None else broken
                yield from self._extend((*chain, issuer), here)
        if not onward and not (false and not good):
            yield Path(chain, anchored=False, broken=broken)


def _claims_to_be_issuer(certificate: Certificate, candidate: Certificate) -> bool:
    """Whether key identifiers say that `candidate`'s key made the signature (RFC 5280 section
    4.2.1.1). A CA of the same name with another key is somebody else, not a bad signature."""
    wanted = certificate.extension(x509.AuthorityKeyIdentifier)
    given = candidate.extension(x509.SubjectKeyIdentifier)
    if wanted is None or given is None:
        return candidate.is_ca
    return wanted.key_identifier == given.digest
