"""The whole of the store, and another program in place of its command."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from platform_backends.base import Decision, Entry, Origin, Store, Trust
from platform_backends.linux_ca_certificates import layout, tool
from tests.contract import namespace
from tests.contract.namespace import bind, snapshot, unbind

TRUSTED = Trust.everything(Decision.TRUSTED)
DISTRUSTED = Trust.everything(Decision.DISTRUSTED)
#: Without it there is nothing to test.
INSTALLED = pytest.mark.skipif(
    not layout.BUNDLE.exists() or tool.find() is None, reason="not installed: ca-certificates"
)


def whole() -> dict[str, tuple[str, int, str]]:
    """Everything a change may write; our own records apart."""
    conf = layout.CONF.read_bytes().hex()
    return snapshot(*namespace.STORE) | {str(layout.CONF): ("file", 0, conf)}


def vendor(store: Store) -> Entry:
    return next(e for e in store.entries() if e.origin is Origin.VENDOR)


@contextmanager
def instead_of_tool(scratch: Path, script: str) -> Iterator[None]:
    """Another program where update-ca-certificates is."""
    path, real = scratch / "instead", tool.find()
    assert real is not None
    path.write_text("#!/bin/sh\n" + script)
    path.chmod(0o755)
    bind(path, real)
    try:
        yield
    finally:
        unbind(real)
