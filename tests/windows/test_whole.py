"""From refused to trusted and back on Windows' own store: by commands, and in the window.

Every look is one of a fresh process, as another program's would be.
"""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from pytestqt.qtbot import QtBot

from tests.cli.running import trustmgr
from tests.making import chain
from tests.ui.driving import at, labels, pick, to_remedies, wizard_of
from tests.windows.own import State, require, state
from trustmgr.lab import Lab

if sys.platform != "win32":
    pytest.skip("of Windows: its certificate store", allow_module_level=True)

ROOT = "windows.user.root"
_PYTHONS_OWN = """
import hashlib, ssl, sys
print(any(hashlib.sha256(der).hexdigest() == sys.argv[1] for der, _, _ in ssl.enum_certificates("ROOT")))
"""


@pytest.fixture(autouse=True)
def _alone(stores_as_before: State) -> None:
    require(ROOT)


def is_read(sha256: str) -> bool:
    """Whether a Python that knows nothing of us finds it among Windows' roots."""
    done = subprocess.run(
        [sys.executable, "-c", _PYTHONS_OWN, sha256], capture_output=True, text=True, check=True
    )
    return done.stdout.strip() == "True"


def test_the_commands(tmp_path: Path) -> None:
    """inspect, import, list, remove, undo and history; each is a process."""
    leaf, middle, root = chain("site.localhost")
    files = [tmp_path / "leaf.pem", tmp_path / "middle.pem", tmp_path / "the root.pem"]
    for path, made in zip(files, (leaf, middle, root), strict=True):
        path.write_bytes(made.pem)
    seen = ["inspect", str(files[0]), str(files[1]), "--host", "site.localhost", "--json"]
    before = trustmgr(*seen)
    assert (before.code, before.json["verdict"]) == (1, "untrusted")
    done = trustmgr("import", str(files[2]), "--store", ROOT, "--yes")
    assert (done.code, done.err) == (0, "")
    assert is_read(root.sha256)
    after = trustmgr(*seen)
    assert (after.code, after.json["verdict"]) == (0, "trusted")
    assert after.json["anchor"] == {"sha256": root.sha256, "stores": [ROOT]}
    listed = trustmgr("list", "--store", ROOT, "--json").json["certificates"]
    assert root.sha256 in [one["sha256"] for one in listed]
    assert trustmgr("remove", root.sha256, "--store", ROOT).code == 0
    assert not is_read(root.sha256)
    assert trustmgr("undo", "--last").code == 0
    assert is_read(root.sha256)
    assert trustmgr(*seen).code == 0
    assert [one["state"] for one in trustmgr("history", "--json").json["changes"]]


def test_the_window(qtbot: QtBot, lab: Lab, stores_as_before: State) -> None:
    """A CA from a file of the administrator's, proof by programs that read the store, and undo."""
    from ui.main_window import MainWindow
    from ui.service import Service

    window = MainWindow(Service())
    qtbot.addWidget(window)
    window.show()
    wizard = wizard_of(window)
    pick(to_remedies(qtbot, window, lab.sites["good"].target), "import-file")
    wizard.next_button.click()
    review: Any = at(qtbot, window, "review")
    review.take_file(str(lab.ca_file))
    qtbot.waitUntil(lambda: review.confirm is not None, timeout=60_000)
    assert state() == stores_as_before, "looking and planning changed something"
    review.confirm.source.setChecked(True)
    wizard.next_button.click()
    proof = at(qtbot, window, "proof")
    qtbot.waitUntil(lambda: wizard.flow.after is not None, timeout=120_000)
    assert "programs that were asked accept the site" in labels(proof)
    assert state() != stores_as_before
    wizard.next_button.click()
    done: Any = at(qtbot, window, "done")
    done.undo_button.click()
    qtbot.waitUntil(lambda: "The change was undone" in labels(done), timeout=60_000)
    assert state() == stores_as_before
    window.stop_work()
