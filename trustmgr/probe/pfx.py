"""PKCS#12 files (.p12, .pfx): certificates behind a password (RFC 7292). Keys are never kept."""

from __future__ import annotations

import re
from collections.abc import Callable

from trustmgr.errors import PasswordNeeded, UnreadableInput

_BIG_INTEGER = re.compile(rb"(?=\x02[\x04-\x08])")
_LONGEST_SALT = 64

#: From the (inert) name of a file to its password.
AskPassword = Callable[[str], str]


def open_pfx(data: bytes, name: str, ask_password: AskPassword | None) -> list[bytes]:
    """The certificates (DER), the key's own first.

    Tried without a password first. Raises `PasswordNeeded` when one is needed and nobody can be asked,
    `UnreadableInput` when it is wrong or the file is damaged. `name` is inert.
    """
    if _takes_too_long(data):
        raise UnreadableInput(
            f"{name} asks for so much computing to open that it is left alone.",
            "Export the certificate again with ordinary settings.",
        )
    for password in (None, b""):
        held = _load(data, password, name)
        if held is not None:
            return held
    if ask_password is None:
        raise PasswordNeeded(
            f"{name} is locked with a password.",
            "Run trustmgr in a terminal, where it can ask for the password.",
        )
    held = _load(data, ask_password(name).encode("utf-8"), name)
    if held is None:
        raise UnreadableInput(
            f"The password does not open {name}, or the file is damaged.", "Try the password again."
        )
    return held


def _load(data: bytes, password: bytes | None, name: str) -> list[bytes] | None:
    from cryptography.exceptions import UnsupportedAlgorithm
    from cryptography.hazmat.primitives.serialization import Encoding, pkcs12

    try:
        held = pkcs12.load_pkcs12(data, password)
    except UnsupportedAlgorithm as error:
        raise UnreadableInput(
            f"{name} is locked in a way that this program does not know.",
            "Export the certificate again as .cer or .pem.",
        ) from error
    except Exception:  # ValueError for a wrong password; others for damaged contents
        return None
    all_held = [held.cert, *held.additional_certs]
    return [one.certificate.public_bytes(Encoding.DER) for one in all_held if one is not None]


def _takes_too_long(data: bytes) -> bool:
    """Whether a key derivation asks for more than 8 million rounds (honest files: 1,000 to 600,000).

    In all of them the number of rounds, an INTEGER, follows the salt, an OCTET STRING (RFC 8018
    appendix A, RFC 7292 section 4), so a big INTEGER behind a short OCTET STRING gives it away.
    """
    for match in _BIG_INTEGER.finditer(data):
        at = match.start()
        for length in range(1, min(_LONGEST_SALT, at - 2) + 1):
            if data[at - length - 2 : at - length] == bytes([0x04, length]):
                return True
    return False
