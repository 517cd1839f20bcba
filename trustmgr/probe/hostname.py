"""Host names as people write them, to the ASCII that goes over the network."""

from __future__ import annotations

import ipaddress
import string

from trustmgr.errors import UsageError
from trustmgr.text import inert

#: Letters, digits and hyphens (RFC 1123 section 2.1), and the underscore that real names hold.
_ALLOWED = frozenset(string.ascii_lowercase + string.digits + "-_")
_LONGEST_LABEL, _LONGEST_NAME = 63, 253  # octets (RFC 1035 section 2.3.4)


def ascii_host(text: str) -> str:
    """An address in its shortest form, or a name in lower-case A-labels without a trailing dot.

    Raises `UsageError` with one sentence that says what is wrong.
    """
    address = _address(text)
    if address is not None:
        return address
    name = text if text.isascii() else _to_ascii(text)
    name = name.lower().removesuffix(".")
    _check(name, inert(text, 100))
    return name


def _address(text: str) -> str | None:
    bare = text[1:-1] if text.startswith("[") and text.endswith("]") else text
    bare = bare.replace("%25", "%", 1) if ":" in bare else bare  # RFC 6874: zones in URLs
    try:
        parsed = ipaddress.ip_address(bare)
    except ValueError as error:
        if bare.count(":") > 1 or bare != text:
            raise UsageError(
                f"“{inert(text, 100)}” is not a valid IPv6 address.",
                "Write it as in [2001:db8::1]:443.",
            ) from error
        return None
    zone = parsed.scope_id if isinstance(parsed, ipaddress.IPv6Address) else None
    if zone is not None and not (zone.isascii() and zone.replace("-", "").isalnum()):
        raise UsageError(f"“{inert(text, 100)}” has a zone that is no name of an interface.")
    return str(parsed)


def _to_ascii(text: str) -> str:
    """UTS 46, non-transitional, then A-labels (RFC 5891)."""
    import idna

    try:
        mapped = idna.uts46_remap(text, std3_rules=False, transitional=False)
        labels = [
            label if label.isascii() else idna.alabel(label).decode("ascii")
            for label in mapped.split(".")
        ]
    except (idna.IDNAError, UnicodeError) as error:
        raise UsageError(
            f"“{inert(text, 100)}” is not a valid name of a site.", "Check how it is spelt."
        ) from error
    return ".".join(labels)


def _check(name: str, shown: str) -> None:
    labels = name.split(".")
    if not name or not all(labels):
        raise UsageError(f"“{shown}” is not a name of a site: a part of it is empty.")
    strange = next((c for c in name if c not in _ALLOWED and c != "."), None)
    if strange is not None:
        raise UsageError(
            f"“{shown}” is not a name of a site: {_describe(strange)} cannot be in one.",
            "Give a name such as intranet.example, with a port if need be: intranet.example:8443.",
        )
    if len(name) > _LONGEST_NAME or any(len(label) > _LONGEST_LABEL for label in labels):
        raise UsageError(
            f"“{shown}” is too long for a name of a site: 253 characters are allowed, "
            "and 63 between two dots."
        )
    if labels[-1].isdigit():  # WHATWG URL: a name that ends in a number is meant as an address
        raise UsageError(f"“{shown}” looks like an IPv4 address but is none.")


def _describe(character: str) -> str:
    known = {" ": "a space", "\n": "a line break", "\r": "a line break", "\t": "a tab"}
    return known.get(character, f"the character {inert(character)}")
