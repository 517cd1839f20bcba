"""Where things are kept: folders with spaces and characters of other languages, and the system's own."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.cli.running import trustmgr
from tests.making import make
from trustmgr import paths

#: One within the other.
FOLDERS = ("Trust Mänager", "信頼 ł “x”", "it's & 100% (new); ^$HOME~1")


def test_the_whole_way(tmp_path: Path) -> None:
    """import, list, inspect, undo, remove, history: state, store and file are all in such a folder."""
    place = tmp_path.joinpath(*FOLDERS)
    place.mkdir(parents=True)
    root, file = make("Root of Łódź", ca=True), place / "the root.pem"
    leaf = place / "the leaf.pem"
    file.write_bytes(root.pem)
    leaf.write_bytes(make("site.example", root).pem)
    store = f"folder:{place / 'the store'}"
    home = {"TRUSTMGR_HOME": str(place / "the state")}
    seen = ("inspect", str(leaf), "--host", "site.example", "--store", store)
    assert trustmgr(*seen, **home).code == 1
    done = trustmgr("import", str(file), "--store", store, "--yes", **home)
    assert (done.code, done.err) == (0, "")
    assert trustmgr(*seen, **home).code == 0
    listed = trustmgr("list", "--store", store, "--json", **home).json["certificates"]
    assert [one["sha256"] for one in listed] == [root.sha256]
    assert trustmgr("undo", "--last", **home).code == 0
    assert trustmgr(*seen, **home).code == 1
    assert trustmgr("import", str(file), "--store", store, "--yes", **home).code == 0
    assert trustmgr("remove", root.sha256, "--store", store, **home).code == 0
    assert trustmgr("list", "--store", store, "--json", **home).json["certificates"] == []
    changes = trustmgr("history", "--json", **home).json["changes"]
    assert len(changes) == 4


def test_without_a_wish_the_systems_own_place_is_taken(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("TRUSTMGR_HOME")
    if sys.platform == "win32":
        wanted = Path(os.environ["LOCALAPPDATA"], "trustmgr")
    elif sys.platform == "darwin":
        wanted = Path.home() / "Library/Application Support/trustmgr"
    else:
        monkeypatch.setenv("XDG_STATE_HOME", "/somewhere/of mine")
        wanted = Path("/somewhere/of mine/trustmgr")
    assert paths.state_dir() == wanted


@pytest.mark.skipif(sys.platform != "win32", reason="of Windows: profiles of users")
def test_a_user_may_be_called_anything(tmp_path: Path) -> None:
    """%TEMP% of such a user: the locks of stores are kept there."""
    temp = tmp_path / "Jürgen 信頼"
    temp.mkdir()
    program = (
        "import sys, tempfile; from pathlib import Path; from platform_backends.locks import locked\n"
        "with locked(Path(sys.argv[1])): print(len(list(Path(tempfile.gettempdir()).iterdir())))"
    )
    done = subprocess.run(
        [sys.executable, "-c", program, str(tmp_path)],
        env={**os.environ, "TEMP": str(temp), "TMP": str(temp)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.stdout.strip(), done.stderr) == ("1", "")
