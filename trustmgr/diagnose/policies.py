"""Certificate policies along a path (RFC 5280 section 6.1, with the sets of RFC 9618).

The user asks for any policy, so a path fails only where an authority demands an explicit policy
and none is left, or where a mapping is forbidden. Only the deepest level has to be kept: nodes
without children are pruned, so the graph is empty exactly when its last level is.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from cryptography import x509
from cryptography.x509.oid import ExtensionOID

from platform_backends import der as encoding
from trustmgr import der
from trustmgr.certificate import Certificate

ANY_POLICY = bytes.fromhex("551d2000")  # contents of the OBJECT IDENTIFIER 2.5.29.32.0
#: Policies that one level may hold; real certificates have a handful.
MAX_POLICIES = 1000

#: Valid policy -> what is expected below; as contents of OBJECT IDENTIFIERs. None: NULL.
Level = dict[bytes, frozenset[bytes]] | None


@dataclass(frozen=True)
class Fault:
    """The certificate of the path that broke the rule, and how."""

    index: int
    words: str


def fault(path: Sequence[Certificate], *, anchored: bool) -> Fault | None:
    """The first fault of `path`, which is leaf first; an anchor's policies do not count."""
    below = list(enumerate(path[:-1] if anchored and len(path) > 1 else path))
    state = _State(len(below) + 1, len(below) + 1, len(below) + 1)
    for index, certificate in reversed(below):
        try:
            words = state.take(certificate, final=index == 0)
        except ValueError:
            words = "its policy extensions cannot be read"
        if words:
            return Fault(index, words)
    return None


@dataclass
class _State:
    """What section 6.1.2 initialises; the counters are certificates that may still follow."""

    explicit: int
    mapping: int
    any_policy: int
    level: Level = field(default_factory=lambda: {ANY_POLICY: frozenset([ANY_POLICY])})

    def take(self, certificate: Certificate, *, final: bool) -> str:
        """Process one certificate; what is wrong, or nothing. Raises ``ValueError``."""
        self._narrow(certificate, final=final)
        if not (self.explicit > 0 or self.level):
            return "an authority above it demands a policy that it does not have"
        if not final:
            words = self._map(certificate)
            if words:
                return words
        self._count(certificate, final=final)
        if final and not (self.explicit > 0 or self.level):
            return "it demands a policy, and none is left"
        return ""

    def _narrow(self, certificate: Certificate, *, final: bool) -> None:
        """Section 6.1.3 d and e."""
        found = certificate.extension(x509.CertificatePolicies)
        if found is None or self.level is None:
            self.level = None
            return
        named = {_contents(policy.policy_identifier) for policy in found}
        if len(named) > MAX_POLICIES:
            raise ValueError("too many policies")
        expected: frozenset[bytes] = frozenset().union(*self.level.values())
        kept = {p for p in named if p != ANY_POLICY and (p in expected or ANY_POLICY in self.level)}
        exempt = certificate.self_issued and not final
        if ANY_POLICY in named and (self.any_policy > 0 or exempt):
            kept |= expected
        self.level = {policy: frozenset([policy]) for policy in kept} or None

    def _map(self, certificate: Certificate) -> str:
        """Section 6.1.4 a and b."""
        pairs = _mappings(certificate)
        if any(ANY_POLICY in pair for pair in pairs):
            return "it maps from or to anyPolicy, which is forbidden"
        if self.level is None:
            return ""
        into: dict[bytes, set[bytes]] = {}
        for issuer, subject in pairs:
            into.setdefault(issuer, set()).add(subject)
        for issuer, subjects in into.items():
            if self.mapping == 0:
                self.level.pop(issuer, None)
            elif issuer in self.level or ANY_POLICY in self.level:
                self.level[issuer] = frozenset(subjects)
        self.level = self.level or None
        return ""

    def _count(self, certificate: Certificate, *, final: bool) -> None:
        """Sections 6.1.4 h to j and 6.1.5 a and b."""
        if final or not certificate.self_issued:
            self.explicit = max(0, self.explicit - 1)
            self.mapping = max(0, self.mapping - 1)
            self.any_policy = max(0, self.any_policy - 1)
        limits = certificate.extension(x509.PolicyConstraints)
        if limits is not None:
            required, inhibited = limits.require_explicit_policy, limits.inhibit_policy_mapping
            if required is not None and (required == 0 or not final):
                self.explicit = min(self.explicit, required)
            if inhibited is not None:
                self.mapping = min(self.mapping, inhibited)
        inhibit = certificate.extension(x509.InhibitAnyPolicy)
        if inhibit is not None:
            self.any_policy = min(self.any_policy, inhibit.skip_certs)


def _mappings(certificate: Certificate) -> list[tuple[bytes, bytes]]:
    """Pairs of issuerDomainPolicy and subjectDomainPolicy; the library leaves them unparsed."""
    if certificate.problems:
        return []
    try:
        found = certificate.x509.extensions.get_extension_for_oid(ExtensionOID.POLICY_MAPPINGS)
    except x509.ExtensionNotFound:
        return []
    pairs = []
    for tag, contents in der.sequence(found.value.public_bytes()):
        inside = der.fields(contents)
        if tag != der.SEQUENCE or [t for t, _ in inside] != [der.OBJECT_IDENTIFIER] * 2:
            raise ValueError("policyMappings")
        pairs.append((inside[0][1], inside[1][1]))
    if len(pairs) > MAX_POLICIES:
        raise ValueError("too many mappings")
    return pairs


def _contents(oid: x509.ObjectIdentifier) -> bytes:
    """The contents octets of an OBJECT IDENTIFIER (X.690 section 8.19)."""
    return encoding.read(encoding.oid(oid.dotted_string)).content
