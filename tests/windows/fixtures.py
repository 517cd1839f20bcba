from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.windows.own import State, kept


@pytest.fixture
def stores_as_before() -> Iterator[State]:
    """The state of before; nobody else's tests run meanwhile, and it is brought back."""
    with kept() as before:
        yield before
