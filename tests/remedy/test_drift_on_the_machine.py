"""Drift and audit on the system's own store, in a private mount namespace."""

from __future__ import annotations

import shlex
import subprocess
from pathlib import Path

import pytest

from tests.cli.running import trustmgr
from tests.making import Made, make
from tests.where import ON_THE_MACHINE

pytestmark = ON_THE_MACHINE
SYSTEM = "linux.ca-certificates"
LOCAL = Path("/usr/local/share/ca-certificates")


@pytest.fixture(scope="module")
def root() -> Made:
    return make("Drifting Root", ca=True)


def about(root: Made, kind: str) -> list[dict[str, object]]:
    seen = trustmgr("audit", "--store", SYSTEM, "--json").json["observations"]
    return [o for o in seen if o["sha256"] == root.sha256 and o["kind"] == kind]


def test_what_an_update_took_away_is_named_and_brought_back(
    private_machine: Path, tmp_path: Path, root: Made
) -> None:
    file = tmp_path / "root.pem"
    file.write_bytes(root.pem)
    assert trustmgr("import", str(file), "--store", SYSTEM, "--yes").code == 0
    assert trustmgr("check").code == 0
    (seen,) = about(root, "not-public")
    assert seen["weight"] == "notice"
    assert "Trust Manager added it" in str(seen["detail"])
    for ours in set(LOCAL.iterdir()):
        if root.pem in ours.read_bytes():
            ours.unlink()
    subprocess.run(["update-ca-certificates", "--fresh"], check=True, capture_output=True)
    answer = trustmgr("check", "--json")
    assert answer.code == 1
    (drift,) = answer.json["drifted"]
    assert drift["stores"] == [SYSTEM]
    assert trustmgr(*shlex.split(drift["command"])[1:]).code == 0
    assert trustmgr("check").code == 0
    assert trustmgr("undo").code == 0


def test_a_root_that_somebody_put_there_by_hand(private_machine: Path, root: Made) -> None:
    (LOCAL / "by-hand.crt").write_bytes(root.pem)
    subprocess.run(["update-ca-certificates"], check=True, capture_output=True)
    (seen,) = about(root, "not-public")
    assert seen["weight"] == "warning"
    assert "Nothing here says who added it" in str(seen["detail"])
    assert "by-hand.crt" in " ".join(seen["evidence"])  # type: ignore[arg-type]
    (command,) = seen["commands"]  # type: ignore[misc]
    assert trustmgr(*shlex.split(command)[1:]).code == 0
    assert about(root, "not-public") == []
