"""One error code in every way it is written: 0x800B0109, 800b0109, -2146762487, 2148204809."""

from __future__ import annotations

import re
from collections.abc import Iterator

#: A failed HRESULT or SECURITY_STATUS: the highest bit is set ([MS-ERREF] section 2.1).
_FAILED = re.compile(r"0x[89a-f][0-9a-f]{7}")
_BITS = 32


def spellings(fragment: str) -> Iterator[str]:
    """The other spellings of a folded fragment that is such a code; none for any other."""
    if not _FAILED.fullmatch(fragment):
        return
    number = int(fragment, 16)
    yield fragment.removeprefix("0x")
    yield f"{fragment}l"  # as in C, and in Visual Basic's messages
    yield str(number)
    yield str(number - (1 << _BITS))
