"""What the user put into the field: an address, a file, or an error message."""

from __future__ import annotations

import sys
from enum import Enum
from pathlib import Path
from urllib.parse import unquote, urlsplit

#: Longer than any address; a paste beyond the second is cut.
_LONGEST_ADDRESS, LONGEST_TEXT = 2048, 200_000


class Kind(Enum):
    """How to go on with it."""

    NOTHING = "nothing"
    ADDRESS = "address"
    FILE = "file"
    PASTED = "pasted"  # a certificate as text
    MESSAGE = "message"


def kind_of(text: str) -> Kind:
    """One word is an address, or a file when there is one of that name; all else is a message."""
    text = text.strip()
    if not text:
        return Kind.NOTHING
    if text.startswith("-----BEGIN "):
        return Kind.PASTED
    if "\n" in text or len(text) > _LONGEST_ADDRESS:
        return Kind.MESSAGE
    if _is_file(text):
        return Kind.FILE
    return Kind.MESSAGE if any(c.isspace() for c in text) else Kind.ADDRESS


def local_path(text: str) -> str:
    """A path from what a file manager dropped or a user typed (``file://`` is understood)."""
    text = text.strip().strip("\"'")
    if text.lower().startswith("file:"):
        path = urlsplit(text).path
        if sys.platform == "win32":
            from urllib.request import url2pathname

            return url2pathname(path)  # which knows of drives
        return unquote(path)
    return text


def _is_file(text: str) -> bool:
    try:
        return Path(local_path(text)).is_file()
    except (OSError, ValueError):  # too long, or characters that no path can hold
        return False
