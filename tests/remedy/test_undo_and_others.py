"""Undo where somebody else has had a hand in the store meanwhile: theirs is left alone."""

from __future__ import annotations

from pathlib import Path

import pytest

from platform_backends.base import Purpose
from platform_backends.certificates import safe_name
from tests.making import Made
from trustmgr.engine import Engine
from trustmgr.errors import TrustManagerError
from trustmgr.plan import Confirmation


@pytest.fixture
def trusting(engine: Engine, root: Made) -> Engine:
    engine.apply(
        engine.plan_import([root.der], purposes=list(Purpose), from_network=False),
        Confirmation(named_file=True),
    )
    return engine


def test_what_others_put_there_too_stays_and_is_said(
    trusting: Engine, sandbox: Path, root: Made
) -> None:
    (sandbox / "theirs.crt").write_bytes(root.pem)
    outcome = trusting.undo()
    assert outcome.changed
    assert "others have put it there, too" in outcome.messages[-1]
    assert (sandbox / "theirs.crt").read_bytes() == root.pem
    assert not (sandbox / safe_name(root.der)).exists()


def test_our_file_that_others_edited_is_not_taken_back(
    trusting: Engine, sandbox: Path, root: Made
) -> None:
    ours = sandbox / safe_name(root.der)
    edited = ours.read_bytes() + b"# a note\n"
    ours.write_bytes(edited)
    with pytest.raises(TrustManagerError, match="is not taken back") as caught:
        trusting.undo()
    assert "--force" in caught.value.next_step
    assert ours.read_bytes() == edited
