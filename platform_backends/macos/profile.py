"""A configuration profile: the file with which one root is brought to many Macs.

Keys as in Apple's documentation of the payload ``com.apple.security.root`` (CertificateRoot). Installed by a
device management it is trusted for TLS without a question; by hand, after approval in System Settings.
"""

from __future__ import annotations

import hashlib
import plistlib
import uuid
from collections.abc import Sequence
from dataclasses import dataclass

#: So that the same roots always make the same profile: macOS replaces an older one of the same identifier.
_SPACE = uuid.UUID("5b0f6d0e-6c55-4f0a-9d3e-7d4c1f1f7a10")
_IDENTIFIER = "trustmgr.roots"


@dataclass(frozen=True)
class Root:
    """One self-signed authority. `name` is shown in System Settings; it has to be inert."""

    der: bytes
    name: str


def profile(roots: Sequence[Root]) -> bytes:
    """The property list, with one payload for each root."""
    found = {hashlib.sha256(root.der).hexdigest(): root for root in roots}
    whole = uuid.uuid5(_SPACE, " ".join(sorted(found)))
    names = ", ".join(root.name for root in found.values())
    return plistlib.dumps(
        {
            "PayloadType": "Configuration",
            "PayloadVersion": 1,
            "PayloadIdentifier": f"{_IDENTIFIER}.{whole}",
            "PayloadUUID": str(whole).upper(),
            "PayloadDisplayName": f"Trusted authorities: {names}"[:200],
            "PayloadContent": [_payload(sha256, root) for sha256, root in found.items()],
        }
    )


def _payload(sha256: str, root: Root) -> dict[str, object]:
    own = uuid.uuid5(_SPACE, sha256)
    return {
        "PayloadType": "com.apple.security.root",
        "PayloadVersion": 1,
        "PayloadIdentifier": f"{_IDENTIFIER}.{own}",
        "PayloadUUID": str(own).upper(),
        "PayloadDisplayName": root.name[:200],
        "PayloadDescription": f"SHA-256 {sha256}",
        "PayloadCertificateFileName": f"{sha256[:16]}.cer",
        "PayloadContent": root.der,
    }
