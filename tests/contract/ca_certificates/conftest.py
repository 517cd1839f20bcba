from __future__ import annotations

from pathlib import Path

import pytest

from platform_backends.linux_ca_certificates import CaCertificatesStore


@pytest.fixture
def store(private_machine: Path) -> CaCertificatesStore:
    return CaCertificatesStore()
