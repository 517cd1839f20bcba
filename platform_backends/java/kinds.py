"""Which kind of keystore some bytes are."""

from __future__ import annotations

from platform_backends.java.keystore import Keystore, NotAKeystore


def load(data: bytes, password: str) -> Keystore:
    """Understand a keystore. Raises `NotAKeystore`; the password may not have been tried yet."""
    from platform_backends.java.jks import MAGIC, Jks

    try:
        if data.startswith(MAGIC):
            return Jks(data, password)
        if data.startswith(b"\x30"):
            from platform_backends.java.pkcs12 import Pkcs12  # its ciphers take time to load

            return Pkcs12(data, password)
    except ValueError as error:
        raise NotAKeystore(str(error)) from error
    raise NotAKeystore("it is neither JKS nor PKCS#12")
