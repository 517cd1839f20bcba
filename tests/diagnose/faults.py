"""The faults of tests/explain/data/real-errors.json, built anew as evidence."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from typing import Any

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509 import ocsp
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from tests.making import NOW, Made, key_usage, make
from trustmgr.evidence import Attempt, Evidence, Failure, Fetched, Held, Offer, StoreSnapshot
from trustmgr.target import Target

HOST = "localhost"
DAY = dt.timedelta(days=1)
_UNKNOWN = x509.UnrecognizedExtension(x509.ObjectIdentifier("1.3.6.1.4.1.32473.1"), b"\x05\x00")


class World:
    """A root, an intermediate, and the evidence about sites below them."""

    def __init__(self) -> None:
        self.root = make("Lab Root CA", ca=True)
        self.intermediate = self.authority()

    def authority(self, issuer: Made | None = None, **options: Any) -> Made:
        options = {"ca": True, **options}
        return make("Lab Intermediate CA", issuer or self.root, **options)

    def leaf(self, issuer: Made | None = None, **options: Any) -> tuple[Made, ...]:
        """The leaf with the intermediate that signed it."""
        issuer = issuer or self.intermediate
        return make(HOST, issuer, **options), issuer

    def usage(self, usage: x509.KeyUsage, **options: Any) -> tuple[Made, ...]:
        return self.leaf(extra=((usage, True),), **options)

    def evidence(self, *sent: Made) -> Evidence:
        seen = Attempt("127.0.0.1", 8443, tls_version="TLSv1.3", sni=HOST)
        held = Held(self.root.der, "trusted")
        return Evidence(
            target=Target(f"{HOST}:8443", host=HOST, port=8443, server_name=HOST),
            collected_at=NOW,
            judged_at=NOW,
            attempts=(replace(seen, sent=tuple(one.der for one in sent)),),
            stores=(StoreSnapshot("roots", "The authorities you named", (held,)),),
        )


class _PublicAlone:
    """A key that nobody could sign with: making a real one of this size takes a minute."""

    def __init__(self, bits: int) -> None:
        self._modulus = (1 << bits - 1) + 1

    def public_key(self) -> rsa.RSAPublicKey:
        return rsa.RSAPublicNumbers(65537, self._modulus).public_key()


def _certificates() -> Mapping[str, Callable[[World], tuple[Made, ...]]]:
    """Fault -> what the site sends."""

    def rsa_key(bits: int) -> Any:
        return rsa.generate_private_key(65537, bits)

    def days(count: int) -> Callable[[World], tuple[Made, ...]]:
        return lambda w: w.leaf(start=NOW - DAY, end=NOW + (count - 1) * DAY)

    def sha1(w: World) -> tuple[Made, ...]:
        return w.leaf(w.authority(key=rsa_key(2048)), sha1=True)

    def mitm(w: World) -> tuple[Made, ...]:
        proxy = make("Zscaler Root CA", ca=True)
        return make(HOST, proxy), proxy

    def constrained(w: World) -> tuple[Made, ...]:
        elsewhere = x509.NameConstraints([x509.DNSName("elsewhere.example")], None)
        return w.leaf(w.authority(extra=((elsewhere, True),)))

    def too_long(w: World) -> tuple[Made, ...]:
        upper = w.authority(path_length=0)
        lower = make("Lab Lower CA", upper, ca=True)
        return make(HOST, lower), lower, upper

    def reverse(w: World) -> tuple[Made, ...]:
        lower = make("Lab Lower CA", w.intermediate, ca=True)
        return make(HOST, lower), w.intermediate, lower

    def no_subject(w: World) -> tuple[Made, ...]:
        return w.leaf(subject=x509.Name([]), names=(HOST,))

    def no_cn(w: World) -> tuple[Made, ...]:
        organization = x509.Name([x509.NameAttribute(NameOID.ORGANIZATION_NAME, "Lab")])
        return w.leaf(subject=organization, names=(HOST,))

    def must_staple(w: World) -> tuple[Made, ...]:
        return w.leaf(extra=((x509.TLSFeature([x509.TLSFeatureType.status_request]), False),))

    def leaf_is_ca(w: World) -> tuple[Made, ...]:
        """With a key usage that also allows signing the handshake."""
        usage = key_usage(digital_signature=True, key_cert_sign=True)
        constraints = x509.BasicConstraints(ca=True, path_length=None)
        extra = ((constraints, True), (usage, True))
        return w.leaf(extra=extra, constraints=False, names=(HOST,))

    def stranger(w: World) -> tuple[Made, ...]:
        other = make("Stranger CA", ca=True)
        return make(HOST, make("Stranger Intermediate", other, ca=True)), other

    return {
        "good": World.leaf,
        "ec256": World.leaf,
        "days200": days(200),
        "days398": days(398),
        "days400": days(400),
        "days826": days(826),
        "days3650": days(3650),
        "dup-chain": lambda w: (*w.leaf(), w.intermediate),
        "reversed": reverse,
        "root-included": lambda w: (*w.leaf(), w.root),
        "san1000": lambda w: w.leaf(names=(HOST, *(f"n{i}.example" for i in range(999)))),
        "underscore": lambda w: w.leaf(names=(HOST, "under_score.example")),
        "rsa8192": lambda w: w.leaf(key=_PublicAlone(8192)),
        "no-cn": no_cn,
        "no-eku": lambda w: w.leaf(usages=()),
        "no-subject": no_subject,
        "ec521": lambda w: w.leaf(key=ec.generate_private_key(ec.SECP521R1())),
        "ed25519": lambda w: w.leaf(key=ed25519.Ed25519PrivateKey.generate()),
        "rsa1024": lambda w: w.leaf(key=rsa_key(1024)),
        "sha1": sha1,
        "nosan": lambda w: w.leaf(names=()),
        "wronghost": lambda w: w.leaf(names=("elsewhere.example",)),
        "vhost-b": lambda w: w.leaf(names=("b.lab.test",)),
        "expired": lambda w: w.leaf(start=NOW - 90 * DAY, end=NOW - DAY),
        "notyet": lambda w: w.leaf(start=NOW + DAY, end=NOW + 90 * DAY),
        "selfsigned": lambda _: (make(HOST),),
        "untrusted": stranger,
        "mitm-zscaler": mitm,
        "missing-int": lambda w: w.leaf()[:1],
        "nc-permitted": constrained,
        "pathlen": too_long,
        "critext": lambda w: w.leaf(extra=((_UNKNOWN, True),)),
        "eku-client": lambda w: w.leaf(usages=(ExtendedKeyUsageOID.CLIENT_AUTH,)),
        "int-eku": lambda w: w.leaf(w.authority(usages=(ExtendedKeyUsageOID.CLIENT_AUTH,))),
        "int-notca": lambda w: w.leaf(w.authority(ca=False, names=())),
        "ku-keyenc-only": lambda w: w.usage(key_usage(key_encipherment=True), key=rsa_key(2048)),
        "leaf-is-ca": leaf_is_ca,
        "muststaple": must_staple,
    }


def _attempts() -> Mapping[str, tuple[Attempt, ...]]:
    """Fault -> how connecting went. Where it came to certificates, they are good."""

    def failed(failure: Failure, **seen: Any) -> tuple[Attempt, ...]:
        return (Attempt("127.0.0.1", 8443, sni=HOST, failure=failure, **seen),)

    def spoke(version: str, cipher: str, offer: Offer = Offer.LEGACY) -> tuple[Attempt, ...]:
        last = Attempt("127.0.0.1", 8443, offer, HOST, version, cipher)
        refused = failed(Failure.ALERT, alert=70 if version == "TLSv1" else 40)
        return (last,) if offer is Offer.MODERN else (*refused, last)

    alerts = "0 20 30 40 41 42 45 46 48 50 60 70 80 90 109 111 112 114 116"
    nothing_suits = ("dsa", "ec192", "ecbrain", "eck1", "psk-only")
    return {
        **{f"alert-{n}": failed(Failure.ALERT, alert=int(n)) for n in alerts.split()},
        **{fault: failed(Failure.ALERT, alert=40) for fault in nothing_suits},
        "mtls12": failed(Failure.ALERT, alert=40, client_certificate_requested=True),
        "plain-http": failed(Failure.PLAINTEXT, first_bytes=b"HTTP/1.1 400 Bad Request\r\n"),
        "garbage": failed(Failure.PLAINTEXT, first_bytes=b"hello there"),
        "smtp": failed(Failure.PLAINTEXT, first_bytes=b"220 mail.example ESMTP\r\n"),
        "san10000": failed(Failure.TOO_BIG),
        "hang": failed(Failure.HANDSHAKE_TIMEOUT),
        "refused": failed(Failure.REFUSED),
        "close-after-hello": failed(Failure.CLOSED),
        "rst-after-hello": failed(Failure.RESET),
        "tls10": spoke("TLSv1", "ECDHE-RSA-AES256-SHA"),
        "tls12": spoke("TLSv1.2", "ECDHE-RSA-AES256-GCM-SHA384", Offer.MODERN),
        "tls13": spoke("TLSv1.3", "TLS_AES_256_GCM_SHA384", Offer.MODERN),
        "cbc": spoke("TLSv1.2", "ECDHE-RSA-AES256-SHA", Offer.MODERN),
        "camellia": spoke("TLSv1.2", "CAMELLIA256-SHA"),
        "ccm8": spoke("TLSv1.2", "ECDHE-ECDSA-AES256-CCM8"),
        "null-cipher": spoke("TLSv1.2", "ECDHE-RSA-NULL-SHA"),
    }


def built() -> Iterator[tuple[str, Evidence]]:
    """Every fault that can be built, with the evidence that a probe would bring."""
    world = World()
    for fault, make_chain in _certificates().items():
        yield fault, world.evidence(*make_chain(world))
    for fault, attempts in _attempts().items():
        chain = tuple(one.der for one in world.leaf())
        seen = tuple(a if a.failure else replace(a, sent=chain) for a in attempts)
        yield fault, replace(world.evidence(), attempts=seen)
    yield "revoked", _revoked(world)


def _revoked(world: World) -> Evidence:
    """Its authority says so when it is asked by OCSP."""
    leaf, issuer = world.leaf()
    answer = (
        ocsp.OCSPResponseBuilder()
        .add_response(
            leaf.certificate,
            issuer.certificate,
            hashes.SHA256(),
            ocsp.OCSPCertStatus.REVOKED,
            NOW - DAY,
            NOW + DAY,
            NOW - DAY,
            None,
        )
        .responder_id(ocsp.OCSPResponderEncoding.HASH, issuer.certificate)
        .sign(issuer.key, hashes.SHA256())
    )
    body = answer.public_bytes(Encoding.DER)
    fetched = Fetched("http://ocsp.example/", body, certificate=leaf.sha256)
    return replace(world.evidence(leaf, issuer), ocsp=(fetched,))


#: Fault -> why it cannot be built as evidence, or says nothing about predictions.
NOT_BUILT = {
    "dh1024": "the size of the key exchange is not in the evidence",
    "curve-secp521": "the curve of the key exchange is not in the evidence",
    "v1": "nothing here makes certificates of version 1; what decides is no-san, which is built",
    "serial-long": "the library makes no serial number of more than 20 octets",
    "http-to-https": "plain HTTP was asked of a TLS port: no client looked at a certificate",
    "nodns": "only browsers were asked, and there is no site",
    "ip-good": "only browsers were asked by address; names are built",
    "ip-nosan": "only browsers were asked by address; names are built",
    "ip-ipnosan": "only browsers were asked by address; names are built",
    "sni-a": "a good site that was asked by another name",
    "sni-c": "another site's certificate: the same as wronghost",
    "sni-vhosts": "a good site among others",
}
