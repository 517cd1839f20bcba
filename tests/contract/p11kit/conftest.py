from __future__ import annotations

from pathlib import Path

import pytest

from platform_backends.linux_p11kit import P11KitStore
from tests.contract.p11kit.system import COMMANDS, System, become


@pytest.fixture(params=COMMANDS)
def system(
    request: pytest.FixtureRequest, private_machine: Path, monkeypatch: pytest.MonkeyPatch
) -> System:
    return become(request.param, private_machine, monkeypatch)


@pytest.fixture
def store(system: System) -> P11KitStore:
    return P11KitStore(system.layout)
