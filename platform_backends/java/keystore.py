"""What the two kinds of keystore have in common."""

from __future__ import annotations

import hashlib
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from typing import Protocol


@dataclass(frozen=True)
class Held:
    """One certificate that a keystore trusts, under the alias that keytool shows."""

    alias: str
    der: bytes
    #: Whether Java sees it. It opens its own keystore without the password, so what is encrypted in
    #: it is there for keytool, but trusted by nobody (run: OpenJDK 17 and 25).
    readable: bool = True

    @property
    def sha256(self) -> str:
        """Lower-case hexadecimal SHA-256 of the certificate."""
        return hashlib.sha256(self.der).hexdigest()


class Keystore(Protocol):
    """The bytes of a keystore, understood."""

    @property
    def held(self) -> tuple[Held, ...]:
        """The trusted certificates. Keys and their chains are none. Raises `WrongPassword`."""

    def plus(self, new: Held) -> bytes:
        """The keystore with one more. Every other entry keeps its bytes. Raises `WrongPassword`."""

    def minus(self, gone: AbstractSet[Held]) -> bytes:
        """The keystore without these: the reverse of `plus`, to the last byte."""


class WrongPassword(Exception):
    """The password does not open the keystore, or somebody has damaged it."""


class NotAKeystore(Exception):
    """The bytes are no keystore that this program understands; the message says why."""
