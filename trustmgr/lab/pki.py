"""The lab's PKI: root -> intermediate -> leaf, and a stranger's beside it. Keys live in memory only."""

from __future__ import annotations

import datetime as dt
import ipaddress
import secrets
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from trustmgr.lab.authority import (
    Authority,
    Extension,
    Key,
    ca_extensions,
    issue,
    key_usage,
    new_key,
)
from trustmgr.lab.publication import Publication

HOUR = dt.timedelta(hours=1)
DAY = dt.timedelta(days=1)
ORGANIZATION = "Trust Manager Lab"
#: How the root's common name begins; a tag of this start follows.
ROOT_NAME = "Trust Manager Lab Root"


@dataclass(frozen=True)
class Identity:
    """What a server has: its key, and the certificates it sends, its own first."""

    sent: tuple[x509.Certificate, ...]
    key: Key

    @property
    def leaf(self) -> x509.Certificate:
        """The server's own certificate."""
        return self.sent[0]

    def sending(self, *others: x509.Certificate) -> Identity:
        """The same leaf with other certificates behind it."""
        return replace(self, sent=(self.leaf, *others))

    def showing(self, leaf: x509.Certificate) -> Identity:
        """Another leaf for the same key with the same certificates behind it."""
        return replace(self, sent=(leaf, *self.sent[1:]))


class Pki:
    """Authorities made when first needed, and leafs.

    Every name carries a tag of this start, so that a root left in a store by an earlier start is
    never confused with this one's.
    """

    def __init__(self, publication: Publication) -> None:
        self.publication = publication
        self.now = dt.datetime.now(dt.UTC).replace(microsecond=0)
        self._tag = secrets.token_hex(2)

    @cached_property
    def root(self) -> Authority:
        """The lab's only anchor."""
        return self.authority(ROOT_NAME, new_root=True)

    @cached_property
    def intermediate(self) -> Authority:
        """What signs the leafs of most sites."""
        return self.authority("Trust Manager Lab Intermediate", path_length=0)

    @cached_property
    def stranger(self) -> Authority:
        """A root that nobody trusts."""
        return self.authority("Stranger Root", organization="Strangers", new_root=True)

    @cached_property
    def stranger_intermediate(self) -> Authority:
        """What the stranger's root signed."""
        return self.authority("Stranger Intermediate", self.stranger, organization="Strangers")

    @cached_property
    def rsa_key(self) -> rsa.RSAPrivateKey:
        """The one RSA key of 2048 bits, as making one takes longer than all other keys together."""
        return rsa.generate_private_key(65537, 2048)

    @cached_property
    def rsa_intermediate(self) -> Authority:
        """An intermediate that signs with RSA."""
        return self.authority("Trust Manager Lab RSA Intermediate", key=self.rsa_key)

    def authority(
        self,
        common_name: str,
        issuer: Authority | None = None,
        *,
        organization: str = ORGANIZATION,
        key: Key | None = None,
        path_length: int | None = None,
        extensions: Sequence[Extension] | None = None,
        extra: Iterable[Extension] = (),
        new_root: bool = False,
    ) -> Authority:
        """A CA signed by `issuer` (the lab's root when None), or a root. `extensions` replaces what
        makes it a CA. It is valid since a year ago, so that an expired leaf was once good."""
        key = key or new_key()
        signer = None if new_root else issuer or self.root
        certificate = issue(
            name(f"{common_name} {self._tag}", organization),
            key,
            signer,
            start=self.now - 365 * DAY,
            end=self.now + 365 * DAY,
            extensions=(
                *(ca_extensions(path_length) if extensions is None else extensions),
                *extra,
            ),
        )
        return Authority(certificate, key, signer)

    def leaf(
        self,
        host: str,
        issuer: Authority | None = None,
        *,
        names: Sequence[str] | None = None,
        key: Key | None = None,
        start: dt.datetime | None = None,
        end: dt.datetime | None = None,
        usage: x509.ObjectIdentifier = ExtendedKeyUsageOID.SERVER_AUTH,
        extra: Iterable[Extension] = (),
        pss: bool = False,
    ) -> Identity:
        """A server's certificate for `names` (None: `host`), signed by `issuer` (None: the lab's
        intermediate) and sent with the intermediates above it."""
        issuer, key = issuer or self.intermediate, key or new_key()
        rsa_key = isinstance(key, rsa.RSAPrivateKey)
        extensions: list[Extension] = [
            (x509.BasicConstraints(ca=False, path_length=None), True),
            key_usage("digital_signature", *(["key_encipherment"] if rsa_key else [])),
            (x509.ExtendedKeyUsage([usage]), False),
            *alternative_names([host] if names is None else names),
            *extra,
        ]
        certificate = issue(
            name(host),
            key,
            issuer,
            start=start or self.now - HOUR,
            end=end or self.now + 90 * DAY,
            extensions=extensions,
            pss=pss,
        )
        return Identity((certificate, *issuer.sent), key)


def name(common_name: str, organization: str = ORGANIZATION) -> x509.Name:
    """A subject; the common name is cut to the 64 characters that X.520 allows."""
    return x509.Name(
        [
            x509.NameAttribute(NameOID.ORGANIZATION_NAME, organization),
            x509.NameAttribute(NameOID.COMMON_NAME, common_name[:64]),
        ]
    )


def alternative_names(names: Iterable[str]) -> list[Extension]:
    """A subjectAltName with DNS names and addresses; nothing for no names."""
    entries = [_general_name(text) for text in names]
    return [(x509.SubjectAlternativeName(entries), False)] if entries else []


def _general_name(text: str) -> x509.GeneralName:
    try:
        return x509.IPAddress(ipaddress.ip_address(text))
    except ValueError:
        return x509.DNSName(text)
