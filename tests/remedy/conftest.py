from __future__ import annotations

from pathlib import Path

import pytest

from tests.contract.namespace import private_machine
from tests.making import Made, make
from trustmgr.engine import Engine

__all__ = ["private_machine"]


@pytest.fixture
def sandbox(tmp_path: Path) -> Path:
    return tmp_path / "store"


@pytest.fixture
def engine(sandbox: Path) -> Engine:
    return Engine(sandbox=sandbox)


@pytest.fixture(scope="session")
def root() -> Made:
    return make("Remedy Root", ca=True)


@pytest.fixture(scope="session")
def other() -> Made:
    return make("Remedy Other Root", ca=True)
