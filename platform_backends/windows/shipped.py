"""Roots that every Windows has in the machine's own physical store, beside those that people add.

All others of Microsoft's programme lie in AuthRoot. Thumbprints as real machines list them; Microsoft's
"Required trusted root certificates" (learn.microsoft.com, KB 293781) says not to remove such roots.
"""

from __future__ import annotations

import hashlib

#: SHA-1, as Windows names its entries.
_THUMBPRINTS = frozenset(
    {
        "a43489159a520f0d93d032ccaf37e7fe20a8b419",  # Microsoft Root Authority
        "cdd4eeae6000ac7f40c3802c171e30148030c072",  # Microsoft Root Certificate Authority
        "3b1efd3a66ea28b16697394703a72ca340a05bd5",  # ... 2010
        "8f43288ad272f3103b6fb1428485ea3014c0bcfe",  # ... 2011
        "0119e81be9a14cd8e22f40ac118c687ecba3f4d8",  # Microsoft Time Stamp Root CA 2014
        "06f1aa330b927b753a40e68cdf22e34bcbef3352",  # Microsoft ECC Product Root CA 2018
        "31f9fc8ba3805986b721ea7295c65b3a44534274",  # Microsoft ECC TS Root CA 2018
        "245c97df7514e7cf2df8be72ae957b9e04741e85",  # Copyright (c) 1997 Microsoft Corp.
        "7f88cd7223f3c813818c994614a89c99fa3b5247",  # Microsoft Authenticode(tm) Root Authority
        "18f7c1fcc3090203fd5baa2f861a754976c8dd25",  # NO LIABILITY ACCEPTED, (c)97 VeriSign, Inc.
        "be36a4562fb2ee05dbb3d32323adf445084ed656",  # Thawte Timestamping CA
        "92b46c76e13054e104f230517e6e504d43ab10b5",  # Symantec Enterprise Mobile Root for Microsoft
    }
)


def is_shipped(der: bytes) -> bool:
    """Whether this is one of them."""
    return hashlib.sha1(der, usedforsecurity=False).hexdigest() in _THUMBPRINTS
