"""Files that make a client trust what the sandbox trusts, and nothing else."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from trustmgr.clients.base import Sandbox

if TYPE_CHECKING:
    from trustmgr.ground import Ground


@contextmanager
def sandbox_files(engine: Ground) -> Iterator[Sandbox | None]:
    """None without a sandbox. Raises `StoreUnavailable` when the sandbox cannot be read."""
    if engine.sandbox is None:
        yield None
        return
    from platform_backends.certificates import trusted_pem

    store = engine.stores()[0]
    pem = trusted_pem(store.entries())
    with tempfile.TemporaryDirectory(prefix="trustmgr-clients-") as folder:
        bundle, empty = Path(folder, "trusted.pem"), Path(folder, "empty")
        empty.mkdir()
        bundle.write_bytes(pem or _nobody())
        yield Sandbox(store.id, bundle, empty)


def _nobody() -> bytes:
    """A CA whose key is forgotten at once: clients refuse to start with an empty bundle."""
    from datetime import UTC, datetime, timedelta

    from cryptography import x509
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
    from cryptography.hazmat.primitives.serialization import Encoding

    key = Ed25519PrivateKey.generate()
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "Nobody")])
    now = datetime.now(UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now)
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.BasicConstraints(True, 0), critical=True)
        .sign(key, None)
    )
    return certificate.public_bytes(Encoding.PEM)
