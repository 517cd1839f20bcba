from __future__ import annotations

import os
import sys
from pathlib import Path

import pytest

from tests.making import Made, chain
from trustmgr.engine import Engine
from trustmgr.plan import Confirmation

#: A `python3` that has the libraries which clients are made of, and its `pip`.
BIN = Path(__file__).parent / "bin"


@pytest.fixture
def libraries(monkeypatch: pytest.MonkeyPatch) -> None:
    """The Python of the tests, first on the PATH."""
    monkeypatch.setenv("TRUSTMGR_TEST_PYTHON", sys.executable)
    monkeypatch.setenv("PATH", f"{BIN}{os.pathsep}{os.environ['PATH']}")


@pytest.fixture(scope="session")
def served() -> tuple[Made, Made, Made]:
    """Leaf, intermediate and root of a site with a name and an address."""
    return chain("site.localhost", addresses=("127.0.0.1",))


@pytest.fixture
def engine(tmp_path: Path) -> Engine:
    return Engine(sandbox=tmp_path / "store")


@pytest.fixture
def trusting(engine: Engine, served: tuple[Made, Made, Made]) -> Engine:
    plan = engine.plan_import([served[2].der], from_network=False)
    engine.apply(plan, Confirmation(named_file=True))
    return engine
