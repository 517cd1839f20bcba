"""From an error to trusted again and back, in the window, on the system's own store.

The real engine, update-ca-certificates, curl and Python, in a private mount namespace.
"""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.contract.namespace import STORE, snapshot
from tests.where import ON_THE_MACHINE
from tests.whole.wizard_run import REFUSED, SCENARIOS

pytestmark = ON_THE_MACHINE


@pytest.mark.parametrize("scenario", SCENARIOS)
def test_in_the_window(scenario: str, tmp_path: Path) -> None:
    outside = snapshot(*STORE)
    path = [p for p in os.environ["PATH"].split(os.pathsep) if "shims" not in p]
    changed = {
        "HOME": str(tmp_path),
        "TMPDIR": str(tmp_path),  # what the process leaves goes with the test
        "PATH": os.pathsep.join(path),
        "QT_QPA_PLATFORM": "offscreen",
    }
    ended = subprocess.run(
        [sys.executable, "-m", "tests.whole.wizard_run", scenario],
        cwd=Path(__file__).parents[2],
        env={**os.environ, **changed},
        capture_output=True,
        text=True,
        timeout=240,
        check=False,
    )
    if ended.returncode == REFUSED:
        pytest.skip(f"private mount namespace: {ended.stderr}")
    assert ended.returncode == 0, ended.stderr
    assert snapshot(*STORE) == outside
