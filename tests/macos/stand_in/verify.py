"""verify_cert.c, with as much of trustd's evaluation as the tests need (SecPolicyServer.c)."""

from __future__ import annotations

import datetime as dt
import ipaddress
import sys
from typing import Any

import der
import keychains
import trust
from cryptography import x509
from cryptography.exceptions import InvalidSignature
from mac import Mac, Usage, key

NOT_TRUSTED, EXPIRED, NOT_YET, OTHER_NAME, DENIED, TOO_LONG = (
    ("Cert Verify Result: CSSMERR_TP_NOT_TRUSTED", "AnchorTrusted"),
    ("Cert Verify Result: CSSMERR_TP_CERT_EXPIRED", "TemporalValidity"),
    ("Cert Verify Result: CSSMERR_TP_CERT_NOT_VALID_YET", "TemporalValidity"),
    ("Cert Verify Result: CSSMERR_APPLETP_HOSTNAME_MISMATCH", "SSLHostname"),
    ("SecTrustEvaluate result: kSecTrustResultDeny", "DenyTrustSettings"),
    ("Cert Verify Result: CSSMERR_TP_NOT_TRUSTED", "ValidityPeriodMaximums"),
)
#: 825 days and an hour, for what was issued after the first of July 2019 under a user's root.
LONGEST = dt.timedelta(days=825, hours=1)


def verify_cert(mac: Mac, words: list[str]) -> int:
    found, rest = keychains.options(words, "c:r:p:n:k:d:R:NLlCqPtv")
    given = dict(found)
    sent = [der.first(der.content_of(file)) for option, file in found if option == "-c"]
    anchors = [der.first(der.content_of(file)) for option, file in found if option == "-r"]
    if not sent or rest:
        raise Usage
    reason = _Judge(mac, sent, anchors, given.get("-p", "basic"), given.get("-n")).refuses()
    if reason is None:
        print("...certificate verification successful.")
        return 0
    print(reason[0], file=sys.stderr)
    if "-v" in given:
        print(f"0: \033[31m[{reason[1]}]\033[0m", file=sys.stderr)
    return 1


class _Judge:
    def __init__(
        self, mac: Mac, sent: list[bytes], anchors: list[bytes], policy: str, name: str | None
    ) -> None:
        self._mac, self._sent, self._anchors = mac, sent, anchors
        self._policy, self._name = trust.ARC + bytes([trust.POLICIES[policy][0]]), name
        roots = str(mac.told("roots_keychain"))
        held = [c for path in [*mac.searched, roots] for c in mac.keychain(path) or ()]
        self._pool = [
            x509.load_der_x509_certificate(c) for c in dict.fromkeys([*sent, *held, *anchors])
        ]
        self._roots = set(mac.keychain(roots) or ())
        self._domains = [mac.records(name) for name in ("admin", "user", "system")]

    def refuses(self) -> tuple[str, str] | None:
        chain = self._chain()
        if any(self._result(c) == trust.RESULTS["deny"] for c in chain) and not self._anchors:
            return DENIED
        if not self._is_anchor(chain[-1]):
            return NOT_TRUSTED
        now = dt.datetime.now(dt.UTC)
        if any(now > c.not_valid_after_utc for c in chain):
            return EXPIRED
        if any(now < c.not_valid_before_utc for c in chain):
            return NOT_YET
        leaf = chain[0]
        if len(chain) > 1 and leaf.not_valid_after_utc - leaf.not_valid_before_utc > LONGEST:
            return TOO_LONG
        return OTHER_NAME if self._name and not _is_for(leaf, self._name) else None

    def _chain(self) -> list[x509.Certificate]:
        chain = [x509.load_der_x509_certificate(self._sent[0])]
        while not self._is_anchor(chain[-1]) and (above := self._issuer(chain)) is not None:
            chain.append(above)
        return chain

    def _issuer(self, chain: list[x509.Certificate]) -> x509.Certificate | None:
        for candidate in self._pool:
            if candidate in chain or candidate.subject != chain[-1].issuer:
                continue
            try:
                chain[-1].verify_directly_issued_by(candidate)
            except (InvalidSignature, ValueError, TypeError):
                continue
            return candidate
        return None

    def _is_anchor(self, certificate: x509.Certificate) -> bool:
        data = _bytes(certificate)
        if self._anchors:
            return data in self._anchors
        result = self._result(certificate)
        if result is None:
            return data in self._roots
        return result == trust.RESULTS["trustRoot" if _is_root(data) else "trustAsRoot"]

    def _result(self, certificate: x509.Certificate) -> int | None:
        """The first setting that fits, of the first domain that has a record."""
        data = _bytes(certificate)
        for records in self._domains:
            if (record := records.get(key(data))) is not None:
                for setting in record.get("trustSettings") or [{}]:
                    if self._fits(setting):
                        return int(setting.get("kSecTrustSettingsResult", 1))
        return None

    def _fits(self, setting: dict[str, Any]) -> bool:
        policy = setting.get("kSecTrustSettingsPolicy", self._policy)
        host = setting.get("kSecTrustSettingsPolicyString", self._name)
        return policy == self._policy and host == self._name


def _is_root(data: bytes) -> bool:
    return der.names(data).self_signed


def _bytes(certificate: x509.Certificate) -> bytes:
    from cryptography.hazmat.primitives.serialization import Encoding

    return certificate.public_bytes(Encoding.DER)


def _is_for(leaf: x509.Certificate, name: str) -> bool:
    try:
        names = leaf.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    except x509.ExtensionNotFound:
        return False
    try:
        return ipaddress.ip_address(name) in names.get_values_for_type(x509.IPAddress)
    except ValueError:
        wanted = {name.lower(), "*." + name.lower().partition(".")[2]}
        return any(n.lower() in wanted for n in names.get_values_for_type(x509.DNSName))
