from __future__ import annotations

from pathlib import Path

import pytest

from tests.making import Made, chain
from trustmgr.engine import Engine
from trustmgr.plan import Confirmation


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
