"""Which kind of keystore some bytes are."""

from __future__ import annotations

from platform_backends.java.jks import MAGIC, Jks
from platform_backends.java.keystore import Keystore, NotAKeystore
from platform_backends.java.pkcs12 import Pkcs12


def load(data: bytes, password: str) -> Keystore:
    """Understand a keystore. Raises `NotAKeystore`; the password may not have been tried yet."""
    try:
        if data.startswith(MAGIC):
            return Jks(data, password)
        if data.startswith(b"\x30"):
            return Pkcs12(data, password)
    except (ValueError, StopIteration) as error:
        raise NotAKeystore(str(error)) from error
    raise NotAKeystore("it is neither JKS nor PKCS#12")
