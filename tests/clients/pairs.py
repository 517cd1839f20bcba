"""Every family of stores on Linux, and the clients that it makes accept: the whole table in one place.

`test_pairs.py` proves each row with the real programs, and that no row is missing.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

#: Family of stores -> clients. What one import changes is asked of all of them at the same time.
PAIRS: Mapping[str, tuple[str, ...]] = {
    "linux.ca-certificates": (
        *("python", "curl", "openssl", "gnutls", "git", "wget", "go", "cargo", "pip"),
    ),
    "tool.openssl": ("python", "openssl", "curl", "httpx", "go", "cargo", "pip"),
    "tool.requests": ("requests", "pip", "aws"),
    "tool.git": ("git",),
    "tool.git@": ("git",),
    "tool.pip": ("pip",),
    "tool.npm": ("npm",),
    "tool.node": ("node", "npm"),
    "tool.curl": ("curl",),
    "tool.wget": ("wget",),
    "tool.aws": ("aws",),
    "tool.cargo": ("cargo",),
    "nss.user": ("chromium",),
    "nss.firefox.": ("firefox",),
    "firefox.policies": ("firefox",),
    "java.": ("java",),
}
#: Families that are not proven here, and why.
UNPROVEN: Mapping[str, str] = {
    "tool.conda": "conda is in no package that the tests can have",
    "tool.docker@": "its client is a daemon, which no test starts",
    "tool.podman@": "it pulls nothing without a registry and rights of its own",
    "linux.p11-kit": "tests/contract/p11kit changes it, on systems laid out for that",
}
#: Proven in a private mount namespace: stores of the machine, and what its own pip.conf may hide.
PRIVATE = frozenset({"linux.ca-certificates", "firefox.policies", "tool.openssl", "tool.requests"})


def family(store: str) -> str:
    """``java.0123`` and ``tool.git@host:1`` are one of many."""
    many = re.match(r"java\.|nss\.firefox\.|tool\.[a-z]+@", store)
    return many[0] if many else store
