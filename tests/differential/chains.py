"""Chains made from a list of deviations: a good chain of root, authorities and site, bent in named ways."""

from __future__ import annotations

import datetime as dt
import ipaddress
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from functools import cache
from typing import Any

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import ExtendedKeyUsageOID as Eku
from cryptography.x509.oid import NameOID

from tests.making import key_usage, name

HOST = "www.site.example"
AT = dt.datetime(2026, 6, 1, tzinfo=dt.UTC)
DAY = dt.timedelta(days=1)

Extension = tuple[x509.ExtensionType, bool]


@cache
def key(kind: str, number: int) -> Any:
    """Keys are made once: making them is what takes time."""
    match kind:
        case "rsa2048" | "rsa1024":
            return rsa.generate_private_key(65537, int(kind[3:]))
        case "ed25519":
            return ed25519.Ed25519PrivateKey.generate()
        case _:
            curves = {"p224": ec.SECP224R1(), "p256": ec.SECP256R1(), "p521": ec.SECP521R1()}
            return ec.generate_private_key(curves[kind])


@dataclass(frozen=True)
class Draft:
    """One certificate before it is signed. `identifiers`: subject and authority key identifier."""

    subject: x509.Name
    key: Any
    extensions: dict[str, Extension] = field(default_factory=dict)
    start: dt.datetime = AT - 30 * DAY
    end: dt.datetime = AT + 60 * DAY
    ski: bool = True
    aki: bool = True
    flip: bool = False


@dataclass(frozen=True)
class Chain:
    """Drafts, leaf first and root last, and what is handed to the verifiers."""

    drafts: tuple[Draft, ...]
    leave_out: int | None = None  # an authority that is not handed over
    reverse: bool = False
    stranger: bool = False  # an authority of the same name with another key beside the right one

    def change(self, index: int, **fields: Any) -> Chain:
        drafts = list(self.drafts)
        drafts[index] = replace(drafts[index], **fields)
        return replace(self, drafts=tuple(drafts))

    def extend(self, index: int, **extensions: Extension | None) -> Chain:
        """Set extensions of one certificate; None takes one away."""
        wanted = dict(self.drafts[index].extensions)
        for label, value in extensions.items():
            wanted.pop(label, None)
            if value is not None:
                wanted[label] = value
        return self.change(index, extensions=wanted)

    def without(self, number: int) -> Chain:
        return replace(self, leave_out=number)


@dataclass(frozen=True)
class Made:
    leaf: x509.Certificate
    untrusted: tuple[x509.Certificate, ...]
    root: x509.Certificate

    @property
    def ders(self) -> tuple[bytes, ...]:
        return tuple(c.public_bytes(Encoding.DER) for c in (self.leaf, *self.untrusted))


def good(depth: int = 1) -> Chain:
    """Site, `depth` authorities and a root, with nothing to complain about."""
    leaf = Draft(
        name(HOST),
        key("p256", 0),
        {
            "bc": (x509.BasicConstraints(False, None), True),
            "ku": (key_usage(digital_signature=True), True),
            "eku": (x509.ExtendedKeyUsage([Eku.SERVER_AUTH]), False),
            "san": (x509.SubjectAlternativeName([x509.DNSName(HOST)]), False),
        },
    )
    authorities = [
        Draft(
            name(f"Authority {number}"),
            key("p256", number),
            {
                "bc": (x509.BasicConstraints(True, None), True),
                "ku": (key_usage(key_cert_sign=True, crl_sign=True), True),
            },
        )
        for number in range(1, depth + 2)
    ]
    return Chain((leaf, *authorities))


def make(chain: Chain) -> Made:
    """Sign everything, from the root down."""
    made: list[x509.Certificate] = []
    drafts = chain.drafts
    for index in reversed(range(len(drafts))):
        issuer = drafts[min(index + 1, len(drafts) - 1)]
        made.append(_sign(drafts[index], issuer, is_root=index + 1 == len(drafts)))
    made.reverse()
    untrusted = [c for number, c in enumerate(made[1:-1], 1) if number != chain.leave_out]
    if chain.stranger and len(drafts) > 2:
        twin = replace(drafts[1], key=key("p256", 99))
        untrusted.insert(0, _sign(twin, drafts[2], is_root=False))
    if chain.reverse:
        untrusted.reverse()
    return Made(made[0], tuple(untrusted), made[-1])


def _sign(draft: Draft, issuer: Draft, *, is_root: bool) -> x509.Certificate:
    builder = (
        x509.CertificateBuilder()
        .subject_name(draft.subject)
        .issuer_name(issuer.subject)
        .public_key(draft.key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(draft.start)
        .not_valid_after(draft.end)
    )
    for value, critical in draft.extensions.values():
        builder = builder.add_extension(value, critical)
    if draft.ski:
        ski = x509.SubjectKeyIdentifier.from_public_key(draft.key.public_key())
        builder = builder.add_extension(ski, critical=False)
    if draft.aki and not is_root:
        aki = x509.AuthorityKeyIdentifier.from_issuer_public_key(issuer.key.public_key())
        builder = builder.add_extension(aki, critical=False)
    digest = None if isinstance(issuer.key, ed25519.Ed25519PrivateKey) else hashes.SHA256()
    certificate = builder.sign(issuer.key, digest)
    if not draft.flip:
        return certificate
    der = bytearray(certificate.public_bytes(Encoding.DER))
    der[-1] ^= 1
    return x509.load_der_x509_certificate(bytes(der))


def _san(*names: str, critical: bool = False) -> Extension:
    values: list[x509.GeneralName] = []
    for one in names:
        try:
            values.append(x509.IPAddress(ipaddress.ip_address(one)))
        except ValueError:
            values.append(x509.DNSName(one))
    return x509.SubjectAlternativeName(values), critical


def _eku(*usages: x509.ObjectIdentifier, critical: bool = False) -> Extension:
    return x509.ExtendedKeyUsage(usages), critical


def _limits(
    permitted: list[x509.GeneralName] | None, excluded: list[x509.GeneralName] | None
) -> Extension:
    return x509.NameConstraints(permitted, excluded), True


_UNKNOWN = x509.UnrecognizedExtension(x509.ObjectIdentifier("1.3.6.1.4.1.55555.1"), b"\x05\x00")
_CA_USE = key_usage(key_cert_sign=True)
_POLICY = x509.CertificatePolicies([x509.PolicyInformation(x509.ObjectIdentifier("1.2.3"), None)])
_DIR = x509.DirectoryName(x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "x")]))

Deviation = Callable[[Chain], Chain]


def _leaf_extension(label: str, value: Extension | None) -> Deviation:
    return lambda chain: chain.extend(0, **{label: value})


def _ca(label: str, value: Extension | None) -> Deviation:
    """Of the lowest authority; of the root where there is no other."""
    return lambda chain: chain.extend(1, **{label: value})


def _root(label: str, value: Extension | None) -> Deviation:
    return lambda chain: chain.extend(-1 % len(chain.drafts), **{label: value})


def _draft(index: int, **fields: Any) -> Deviation:
    return lambda chain: chain.change(index % len(chain.drafts), **fields)


#: Name -> how it bends a chain. Names say where: site, ca (the lowest authority), root, handing over.
DEVIATIONS: dict[str, Deviation] = {
    "site expired": _draft(0, start=AT - 9 * DAY, end=AT - DAY),
    "site not yet": _draft(0, start=AT + DAY, end=AT + 9 * DAY),
    "site signature": _draft(0, flip=True),
    "site no aki": _draft(0, aki=False),
    "site no ski": _draft(0, ski=False),
    "site empty subject": _draft(0, subject=x509.Name([])),
    "site rsa2048": _draft(0, key=key("rsa2048", 0)),
    "site rsa1024": _draft(0, key=key("rsa1024", 0)),
    "site ed25519": _draft(0, key=key("ed25519", 0)),
    "site p224": _draft(0, key=key("p224", 0)),
    "site p521": _draft(0, key=key("p521", 0)),
    "site san none": _leaf_extension("san", None),
    "site san other": _leaf_extension("san", _san("other.example")),
    "site san several": _leaf_extension("san", _san("other.example", HOST)),
    "site san wildcard": _leaf_extension("san", _san("*.site.example")),
    "site san wildcard deep": _leaf_extension("san", _san("*.example")),
    "site san partial wildcard": _leaf_extension("san", _san("w*.site.example")),
    "site san upper": _leaf_extension("san", _san(HOST.upper())),
    "site san address": _leaf_extension("san", _san("192.0.2.1")),
    "site san critical": _leaf_extension("san", _san(HOST, critical=True)),
    "site eku none": _leaf_extension("eku", None),
    "site eku client": _leaf_extension("eku", _eku(Eku.CLIENT_AUTH)),
    "site eku any": _leaf_extension("eku", _eku(Eku.ANY_EXTENDED_KEY_USAGE)),
    "site eku both": _leaf_extension("eku", _eku(Eku.CLIENT_AUTH, Eku.SERVER_AUTH)),
    "site eku critical": _leaf_extension("eku", _eku(Eku.SERVER_AUTH, critical=True)),
    "site ku none": _leaf_extension("ku", None),
    "site ku encipherment": _leaf_extension("ku", (key_usage(key_encipherment=True), True)),
    "site ku crl": _leaf_extension("ku", (key_usage(crl_sign=True), True)),
    "site ku certsign": _leaf_extension("ku", (key_usage(key_cert_sign=True), True)),
    "site bc none": _leaf_extension("bc", None),
    "site bc ca": _leaf_extension("bc", (x509.BasicConstraints(True, None), True)),
    "site unknown critical": _leaf_extension("x", (_UNKNOWN, True)),
    "site unknown": _leaf_extension("x", (_UNKNOWN, False)),
    "site nc": _leaf_extension("nc", _limits([x509.DNSName("example")], None)),
    "ca expired": _draft(1, start=AT - 9 * DAY, end=AT - DAY),
    "ca not yet": _draft(1, start=AT + DAY, end=AT + 9 * DAY),
    "ca no aki": _draft(1, aki=False),
    "ca no ski": _draft(1, ski=False),
    "ca signature": _draft(1, flip=True),
    "ca rsa1024": _draft(1, key=key("rsa1024", 1)),
    "ca ed25519": _draft(1, key=key("ed25519", 1)),
    "ca bc none": _ca("bc", None),
    "ca bc false": _ca("bc", (x509.BasicConstraints(False, None), True)),
    "ca bc not critical": _ca("bc", (x509.BasicConstraints(True, None), False)),
    "ca pathlen 0": _ca("bc", (x509.BasicConstraints(True, 0), True)),
    "ca ku none": _ca("ku", None),
    "ca ku no sign": _ca("ku", (key_usage(digital_signature=True), True)),
    "ca eku server": _ca("eku", _eku(Eku.SERVER_AUTH)),
    "ca eku client": _ca("eku", _eku(Eku.CLIENT_AUTH)),
    "ca eku any": _ca("eku", _eku(Eku.ANY_EXTENDED_KEY_USAGE)),
    "ca unknown critical": _ca("x", (_UNKNOWN, True)),
    "ca nc fits": _ca("nc", _limits([x509.DNSName("site.example")], None)),
    "ca nc other": _ca("nc", _limits([x509.DNSName("other.example")], None)),
    "ca nc excluded": _ca("nc", _limits(None, [x509.DNSName("example")])),
    "ca nc excluded other": _ca("nc", _limits(None, [x509.DNSName("other.example")])),
    "ca nc address": _ca("nc", _limits([x509.IPAddress(ipaddress.ip_network("10.0.0.0/8"))], None)),
    "ca nc directory": _ca("nc", _limits([_DIR], None)),
    "ca nc email": _ca("nc", _limits([x509.RFC822Name("other.example")], None)),
    "ca nc leading period": _ca("nc", _limits([x509.DNSName(".site.example")], None)),
    "ca nc not critical": lambda c: c.extend(
        1, nc=(x509.NameConstraints([x509.DNSName("other.example")], None), False)
    ),
    "ca policy": _ca("cp", (_POLICY, False)),
    "ca policy demanded": lambda c: c.extend(
        1, cp=(_POLICY, False), pc=(x509.PolicyConstraints(0, None), True)
    ),
    "root expired": _draft(-1, start=AT - 9 * DAY, end=AT - DAY),
    "root not yet": _draft(-1, start=AT + DAY, end=AT + 9 * DAY),
    "root pathlen 0": _root("bc", (x509.BasicConstraints(True, 0), True)),
    "root bc none": _root("bc", None),
    "root bc not critical": _root("bc", (x509.BasicConstraints(True, None), False)),
    "root ku no sign": _root("ku", (key_usage(digital_signature=True), True)),
    "root ku none": _root("ku", None),
    "root no ski": _draft(-1, ski=False),
    "root eku client": _root("eku", _eku(Eku.CLIENT_AUTH)),
    "root eku server": _root("eku", _eku(Eku.SERVER_AUTH)),
    "root nc other": _root("nc", _limits([x509.DNSName("other.example")], None)),
    "root unknown critical": _root("x", (_UNKNOWN, True)),
    "root rsa1024": _draft(-1, key=key("rsa1024", 2)),
    "handed without ca": lambda chain: chain.without(1),
    "handed in reverse": lambda chain: replace(chain, reverse=True),
    "handed with a stranger": lambda chain: replace(chain, stranger=True),
}


def bent(depth: int, deviations: tuple[str, ...]) -> Chain:
    """A good chain with these deviations, in this order."""
    chain = good(depth)
    for label in deviations:
        chain = DEVIATIONS[label](chain)
    return chain
