from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.remedy.killing import SCENARIOS

pytestmark = pytest.mark.skipif(not hasattr(os, "fork"), reason="of POSIX: forked children")

#: What takes trust away is finished once it is in the journal, what gives it is rolled back.
GIVES = {"add", "trust-again", "undo-remove", "undo-distrust"}
STATES = {"done", "failed", "rolled-back", "undone"}


def kills(scenario: str, folder: Path) -> list[dict[str, Any]]:
    done = subprocess.run(
        [sys.executable, "-m", "tests.remedy.killing", scenario, str(folder), "1", "1"],
        cwd=Path(__file__).parents[2],
        capture_output=True,
        text=True,
        check=False,
        timeout=110,
    )
    assert done.returncode == 0, done.stderr
    found: list[dict[str, Any]] = json.loads(done.stdout)
    return found


@pytest.mark.parametrize("scenario", sorted(SCENARIOS))
def test_a_kill_at_every_step_leaves_before_or_after(scenario: str, tmp_path: Path) -> None:
    found = kills(scenario, tmp_path)
    assert len(found) > 20
    assert found[-1]["killed_at"] is None
    assert found[-1]["left"] == "after"
    assert {kill["left"] for kill in found} <= {"before", "after"}
    assert any(kill["pending"] for kill in found)
    for kill in found:
        assert not kill["marked"]
        assert kill["again"] == []
        assert set(kill["states"]) <= STATES
        if kill["pending"]:
            assert kill["said"] or kill["twice"], kill  # the recovery that was killed has said it
            expected = "before" if scenario in GIVES else "after"
            assert kill["left"] == expected, kill
            word = "rolled back" if scenario in GIVES else "finished"
            assert all(word in sentence for sentence in kill["said"])
    _journal_agrees(scenario, found)


def _journal_agrees(scenario: str, found: list[dict[str, Any]]) -> None:
    """The journal says done exactly when the stores hold the change."""
    complete = found[-1]["states"]
    for kill in found:
        steps = len(complete) - _earlier(scenario)
        made = kill["states"][: len(kill["states"]) - _earlier(scenario)]
        if kill["left"] == "after":
            assert made == ["done"] * steps, kill
        else:
            assert set(made) <= {"rolled-back", "failed"}, kill


def _earlier(scenario: str) -> int:
    """Changes in the journal before the one that is killed: two stores, but undo takes one back."""
    return 2 * len(SCENARIOS[scenario][0])
